"""TMDB in trouble: whatever it does for a while, the run ends with the files of an undisturbed one."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from e2e.digest import DAILY, EXPECTED, LATER, digests

from fake_tmdb.faults.fault import Fault
from fake_tmdb.http.limits import NO_LIMITS

AT_TWO = datetime(2024, 1, 6, 17, 0, tzinfo=UTC)
POPULAR = "/movie/popular"
UNDISTURBED = {DAILY: EXPECTED[DAILY]}


def tries(run):
    """The state of each task and how many tries it took."""
    return {ti.task_id: (str(ti.state), ti.try_number) for ti in run.get_task_instances()}


def test_tmdb_down_for_a_while(run_dag, lake, tmdb, told, tmp_path):
    """The server goes away in mid-collection and comes back: the run waits for it, and no page is lost or doubled."""
    tmdb.fake.faults = [Fault(path=POPULAR, page=3, delay=2.5, times=1)]
    second_page = threading.Event()
    tmdb.fake.journal.watch(lambda call: second_page.set() if call.page == 2 else None)

    def outage():
        assert second_page.wait(60)
        tmdb.stop()
        time.sleep(1)
        tmdb.start()
        return time.time()

    with ThreadPoolExecutor() as others:  # it waits for them, also where the run fails
        back = others.submit(outage)
        run = run_dag(DAILY, retries=3, logical_date=AT_TWO)

    answered = tmdb.fake.journal.calls(POPULAR, page=3, outcome=200)
    assert str(run.state) == "success"
    assert [call.at >= back.result() - 0.5 for call in answered] == [True]
    assert digests(tmp_path / "lake") == UNDISTURBED


def test_storm_of_refusals(run_dag, lake, tmdb, told, tmp_path):
    """Every page is refused with 429 at first: each is asked again after a wait, within the same try of its task."""
    tmdb.fake.faults = [
        *(Fault(path=POPULAR, page=number, status=429, times=1) for number in range(1, 6)),
        Fault(path="/trending*", status=429, headers={"Retry-After": "2"}, times=1),
    ]

    run = run_dag(DAILY, logical_date=AT_TWO)

    waits = {}
    for path, page in [*((POPULAR, number) for number in range(1, 6)), ("/trending*", 1)]:
        refused, answered = tmdb.fake.journal.calls(path, page=page)
        assert (refused.outcome, answered.outcome) == (429, 200)
        waits[path, page] = answered.at - refused.at
    assert set(tries(run).values()) == {("success", 1)}
    assert min(waits.values()) >= 1
    assert waits["/trending*", 1] >= 2
    assert digests(tmp_path / "lake") == UNDISTURBED


def test_broken_bodies(run_dag, lake, tmdb, told, tmp_path):
    """HTML, half a page, gzip wrongly labelled, a cut connection: each costs a request at most, and leaves no trace."""
    broken = {
        1: {"text": "<html>Back soon</html>", "content_type": "text/html"},
        2: {"truncate": 0.6},
        3: {"gzip": "unlabelled"},
        4: {"gzip": "mislabelled"},
        5: {"status": 502, "body": "html"},
    }
    tmdb.fake.faults = [
        *(Fault(path=POPULAR, page=number, times=1, **effect) for number, effect in broken.items()),
        Fault(path="/trending*", cut=0.5, times=1),
    ]

    run = run_dag(DAILY, logical_date=AT_TWO)

    asked = [len(tmdb.fake.journal.calls(POPULAR, page=number)) for number in broken]
    assert set(tries(run).values()) == {("success", 1)}
    assert asked == [2, 2, 1, 1, 2]
    assert len(tmdb.fake.journal.calls("/trending*")) == 2
    assert digests(tmp_path / "lake") == UNDISTURBED


def test_pages_that_drift(run_dag, lake, another_fake, told, monkeypatch, tmp_path):
    """Pages of different moments overlap: each movie stands once, the rest is counted; without drift all is as ever."""
    fake = another_fake(drift=True, limits=NO_LIMITS)
    fake.clock.freeze(LATER)
    with fake.serve() as server:
        monkeypatch.setenv("TMDB_BASE_URL", server.url)
        drifted = run_dag(DAILY, logical_date=AT_TWO, run_conf={"popular_pages": 20})
        document = lake.read_document("raw/movies/daily/popular_movies_20240107.json", dict)
        pages = [
            lake.read_document(f"raw/pages/{DAILY}/20240107/popular/page_{number:03d}.json", dict)["body"]["results"]
            for number in range(1, 21)
        ]
        fake.drift = False
        again = run_dag(DAILY, logical_date=AT_TWO)

    received = [movie["id"] for page in pages for movie in page]
    kept = [movie["id"] for movie in document["movies"]]
    info = document["collection_info"]
    assert (str(drifted.state), str(again.state)) == ("success", "success")
    assert kept == list(dict.fromkeys(received))
    assert (info["records_received"], info["total_collected"]) == (len(received), len(kept))
    assert info["duplicates_dropped"] == len(received) - len(kept) > 0
    assert digests(tmp_path / "lake") == UNDISTURBED
