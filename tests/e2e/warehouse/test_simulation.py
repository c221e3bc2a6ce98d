"""A month of the pipeline against the fake that lives, and that the laws at its end can be broken."""

import os
import re
import subprocess
import sys
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

import pytest
from simulation.bell import Arrived
from simulation.command import main
from simulation.laws.outcome import Outcome
from simulation.pipeline import CHECKS, DAILY, HISTORY, LOAD, WEEKLY, Pipeline
from simulation.run import Simulations
from simulation.shrink import shrunk
from simulation.troubles import KINDS, Trouble, drawn
from simulation.witness import Page, Resumed
from simulation.year import FIRST_DAY, Failed, Happened, Missing, Year

from tmdb_pipeline.alerts import ledger
from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.extract.checkpoint import Checkpoint
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.lake.stores import disk
from tmdb_pipeline.language import Said
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.errors import DamagedRun
from tmdb_pipeline.warehouse.load import statements
from tmdb_pipeline.warehouse.load.days import Which

MOVIES = 1_500


def test_a_month_with_faults_keeps_every_law(postgres):
    """Thirty days in which TMDB and the machine fail: it holds what the world showed, or says what lacks."""
    result = Simulations(postgres, 11, MOVIES).run(30, drawn(11, 30))

    assert result.wrong == []
    assert result.page.count("<svg") == 4
    assert "<script" not in result.page


def test_a_seed_gives_the_same_tables_again(postgres):
    """Two simulations of a seed and its trouble end in the same tables; another seed, or other trouble, does not."""
    troubles = (Trouble(0, "killed", 30), Trouble(1, "late", 0), Trouble(2, "repeated", 0))
    first, again = (Simulations(postgres, 5, MOVIES).run(3, troubles) for _ in range(2))

    assert first.digest == again.digest
    assert len({first.digest, Simulations(postgres, 6, MOVIES).run(3, troubles).digest}) == 2
    assert Simulations(postgres, 5, MOVIES).run(3, ()).digest != first.digest


@pytest.fixture
def year(address, tmp_path):
    """Return three days in which a run was repeated, one was a day late, with a broken record, and one was missed."""
    troubles = (Trouble(0, "repeated", 0), Trouble(1, "day late", 0), Trouble(2, "missed", 0))
    made = Year(5, (*troubles, Trouble(2, "broken record", 0)), tmp_path, address, MOVIES)
    made.run(3)
    return made


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM tmdb.movie_observations WHERE source = 'popular' AND rank = 3", "of popular 1 movies are lost"),
        (
            "UPDATE tmdb.movie_observations SET vote_count = vote_count + 1 WHERE rank = 3",
            "says of 1 movies what no page",
        ),
        ("UPDATE tmdb.movies SET first_seen = first_seen - 1", "have a wrong first or last day"),
        ("UPDATE tmdb.movies SET popularity = popularity + 1", "movies are not as they were on their last day"),
        ("DELETE FROM tmdb.movie_observations WHERE rank < 9", "movies were on no list"),
        ("UPDATE tmdb.movie_popularity SET popularity = popularity * 1.01", "is not what the export said"),
        ("UPDATE tmdb.movie_observations SET run_date = run_date + 50", "popular of tmdb_daily_collection was never"),
        ("DELETE FROM tmdb.collections; DELETE FROM tmdb.collection_runs", "is missing, and nobody was told"),
        ("UPDATE tmdb.load_ledger SET checksum = 'another'", "loading again replaced"),
        ("DELETE FROM tmdb.quarantined_records", "was sent broken, and is not in quarantine"),
        ("UPDATE tmdb.quarantined_records SET movie_id = 1", "movie 1 is in quarantine, and nothing was broken"),
        ("UPDATE tmdb.collections SET pages_missing = 1", "0 pages were never right, and not as many are named"),
        (
            "UPDATE tmdb.load_ledger AS l SET checksum = f.checksum, run_date = f.run_date FROM tmdb.load_ledger AS f",
            "is loaded again though it was there",
        ),
    ],
)
def test_each_law_can_be_broken(year, statement, said):
    """What is spoiled in the tables by hand is found, and said."""
    assert Outcome(year, 3).wrong == []
    with connected(year.address) as connection:
        connection.execute(statement)

    assert any(said in wrong for wrong in Outcome(year, 3).wrong)


def test_a_run_that_is_named_missing_and_there_is_told(year):
    """Who says that a run failed which is in the tables is found out, and a mixture of far moments as well."""
    year.missing.append(Missing(FIRST_DAY, DAILY, "it is said"))
    pages = {
        page: Page(moment, f"/3/movie/popular?page={page}")
        for page, moment in ((1, 1_767_600_000.0), (2, 1_767_700_000.0))
    }
    year.witness._sent[DAILY, FIRST_DAY] = {"popular": pages}
    year.witness.done(DAILY, FIRST_DAY)
    wrong = Outcome(year, 3).wrong

    assert any("is there, though it failed" in each for each in wrong)
    assert any("of moments more than eight hours apart" in each for each in wrong)


def test_a_run_that_cannot_be_loaded_is_tried_again_or_named(year):
    """Files that are damaged are refused by the pipeline's own error, which a simulation takes for trouble."""
    year.lake.write(f"raw/movies/daily/popular_movies_{FIRST_DAY:%Y%m%d}.json", b"{}")

    with pytest.raises(DamagedRun):
        year.pipeline.load(Which(FIRST_DAY, DAILY))


def test_what_was_done_is_judged(year):
    """Bad manners are told, whoever saw them: files, tries, requests, two at once."""
    assert Outcome(year, 3).wrong == []
    year.machine.torn.append("a.json was left half-written")
    year.wrong.append("two at once")
    year.happened.append(Happened(year.clock.now(), "succeeded", HISTORY, FIRST_DAY, tries=3, strikes=1))
    year.witness.resumed.append(Resumed(DAILY, FIRST_DAY, "popular", had=4, again=2))
    year.witness.resumed.append(Resumed(DAILY, FIRST_DAY, "popular", had=5, again=5))
    year.witness.resumed.append(Resumed(WEEKLY, FIRST_DAY, "drama", had=4, again=2))

    assert Outcome(year, 3).wrong == [
        "two at once",
        "a.json was left half-written",
        f"{FIRST_DAY}: of popular 2 pages were asked for again that had come",
        f"{FIRST_DAY}: {HISTORY} took 3 tries, 1 of them for nothing",
    ]


def test_what_people_are_told_is_judged(address, tmp_path):
    """Who is not told of a failure, of another cause, of nothing, or twice is found out."""
    year = Year(5, (Trouble(1, "outage", 0),), tmp_path, address, 400)
    year.run(3)
    arrived = year.bell.phone.arrived

    assert [each.subject for each in arrived] == [
        "[Alarm] TMDB daily collection failed · 6 Jan",
        "[Alarm] TMDB daily collection has not succeeded for long",
        "[Resolved] TMDB daily collection has not succeeded for long",
    ]
    assert Outcome(year, 3).wrong == []
    first = arrived[0]
    arrived[0] = first._replace(cause="A setting cannot be used.")
    (wrong,) = Outcome(year, 3).wrong
    assert "failed · 6 Jan says 'A setting cannot be used.', which nothing has caused" in wrong
    arrived[:1] = [first, first, Arrived(first.moment, "[Alarm] Rain", "Clouds", "")]
    assert [wrong.partition(": ")[2] for wrong in Outcome(year, 3).wrong] == [
        f"told for nothing: {first.subject} ({first.cause})",
        "told for nothing: [Alarm] Rain (Clouds)",
    ]
    arrived[:] = arrived[1:2]
    assert [wrong.partition(": ")[2] for wrong in Outcome(year, 3).wrong] == [
        "nobody was told: [Alarm] TMDB daily collection has not succeeded for long (tmdb_daily_collection)",
        "nobody was told: [Resolved] (tmdb_daily_collection)",
    ]


def test_trouble_happens_and_is_named(address, tmp_path):
    """Of each kind of trouble there is a sign: what is killed is tried again, what stays away is missing."""
    kinds = ("killed", "disk full", "connection lost", "loaded twice")
    troubles = [Trouble(0, kind, (14, 5, 34, 0)[at]) for at, kind in enumerate(kinds)]
    troubles += [Trouble(1, "outage", 0), Trouble(2, "no export", 0), Trouble(3, "missed", 0), Trouble(4, "cleared", 0)]
    troubles += [Trouble(4, "killed for real", 1), Trouble(5, "killed for real", 69), Trouble(5, "odd export", 0)]
    troubles += [Trouble(6, "twice", 2), Trouble(6, "day turns", 0), Trouble(6, "false totals", 0)]
    troubles += [
        Trouble(7, "lying page", 1),
        Trouble(8, "disk stays full", 9),
        Trouble(9, "late", 0),
        Trouble(9, "killed", 3),
    ]
    year = Year(5, troubles, tmp_path, address, MOVIES)
    year.run(10)

    assert {trouble.kind for trouble in year.machine.struck} == {*kinds, "disk stays full"}
    assert {(each.day.day - FIRST_DAY.day, each.dag_id) for each in year.missing} == {
        (1, DAILY), (2, HISTORY), (8, DAILY)
    }  # fmt: skip
    assert year.tries > 30
    assert {event.dag_id for event in year.happened if event.what == "failed"} == {DAILY, HISTORY}
    assert Outcome(year, 10).wrong == []


def test_of_two_loads_at_once_an_error_is_told(year, monkeypatch):
    """Whatever ends a load beside another one breaks a law."""

    def broken(*_):
        raise KeyError("popular")

    monkeypatch.setattr(Pipeline, "load", broken)
    year._load_beside()
    for thread in year._beside:
        thread.join()

    assert Outcome(year, 3).wrong[-1].endswith("of two loads at once one ends with KeyError: 'popular'")


def test_what_was_overdue_and_succeeds_is_told_by_who_watches(year):
    """A run that was validated, and that fails for good behind that, leaves nothing overdue."""
    alert = Alert(
        kind=Kind.NOTHING_SUCCEEDED,
        raised_at=year.clock.now(),
        subject=WEEKLY,
        cause=Said("a", "b"),
        advice=Said("", ""),
    )
    year.bell._outbox.tell(alert)
    year.bell.watch()

    assert year.bell.phone.arrived[-1].subject == "[Resolved] TMDB weekly collection has not succeeded for long"


def test_alarms_of_checks_are_told(address, tmp_path):
    """So many days are missing that the checks raise an alarm, which is wanted, and a warning before it."""
    missed = [Trouble(day, "missed", 0) for day in (2, 3, 7, 8, 9, 10, 11)]
    year = Year(5, missed, tmp_path, address, 400)
    year.run(14)

    told = [each.subject for each in year.bell.phone.arrived if each.dag_id == CHECKS]
    assert told == [
        "[Warning] TMDB warehouse quality check: quality is low · 11 Jan",
        "[Alarm] TMDB warehouse quality check: quality has failed · 18 Jan",
    ]
    assert Outcome(year, 14).wrong == []


def test_pages_of_the_day_before_may_be_asked_for_again(address, tmp_path):
    """A run that somebody clears a day later begins anew: what it had read by then is of another moment."""
    year = Year(8, (Trouble(1, "disk stays full", 3), Trouble(2, "cleared", 23)), tmp_path, address, 400)
    year.run(3)

    assert Outcome(year, 3).wrong == []


def unlocked(*_):
    """A lock that is none."""
    return nullcontext()


def in_place(target, data):
    """Writes a file over the earlier one."""
    target.write_bytes(data)


@pytest.mark.parametrize(
    ("where", "name", "instead", "trouble", "said"),
    [
        (Checkpoint, "cached", lambda *_: {}, "killed:5", "pages were asked for again that had come"),
        (disk, "write", in_place, "disk full:3", "was left half-written"),
        (Lake, "exclusive", unlocked, "twice:2", "two processes have collected popular at once"),
        (statements, "LOCK", "SELECT 1", "loaded twice:0", ""),
        (ledger, "_is_news", lambda *_: True, "missed:0", "told for nothing: [Alarm] TMDB daily collection has not"),
    ],
)
def test_a_protection_that_is_removed_is_missed(address, tmp_path, monkeypatch, where, name, instead, trouble, said):
    """The trouble that a protection is there for finds out that it is gone."""
    monkeypatch.setattr(where, name, instead)
    kind, _, number = trouble.partition(":")
    year = Year(5, [Trouble(1, kind, int(number))], tmp_path, address, 400)
    year.run(3)

    assert any(said in wrong for wrong in Outcome(year, 3).wrong)


def test_every_kind_is_drawn_and_repeats():
    """In ten years every kind of trouble comes, as often as is said; fewer days have the same on theirs."""
    found = drawn(1, 3_650)
    often = Counter(trouble.kind for trouble in found)

    assert often.keys() == KINDS.keys()
    assert all(abs(often[kind] / 3.65 - share) < share * 0.5 for kind, share in KINDS.items())
    assert drawn(1, 100) == tuple(trouble for trouble in found if trouble.day < 100)


def test_what_fails_is_made_small():
    """Of two hundred days with much trouble the first day is left on which it fails, with the trouble that it takes."""
    troubles = drawn(3, 200)
    first, second = troubles[40], troubles[60]
    asked = []

    def fails(days, some):
        asked.append(days)
        return days > second.day and {first, second} <= {*some}

    assert shrunk(200, troubles, fails) == (second.day + 1, (first, second))
    assert len(asked) <= 60
    assert shrunk(8, (), lambda *_: True) == (1, ())
    assert shrunk(200, troubles, fails, tries=0) == (200, tuple(t for t in troubles if t.day < 200))


def test_command_tells_how_it_went(postgres, tmp_path, capsys):
    """It shows progress, leaves the page, and ends with 0."""
    page = tmp_path / "year.html"
    options = ["--days", "1", "--movies", "400", "--page", str(page)]

    assert main([*options, "--faults", "--seed", "3"], postgres) == 0
    assert main([*options, "--days", "2"], postgres) == 0
    told = capsys.readouterr().out
    assert re.search(r"1 of 1 days after \d+ s", told)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_command_prints_how_to_repeat_what_fails(postgres, tmp_path, capsys, monkeypatch):
    """What is no word of the pipeline's, or breaks a law, is made small; the command that repeats it is printed."""

    def broken(*_):
        raise KeyError("popular")

    monkeypatch.setattr(Pipeline, "load", broken)
    options = ["--days", "3", "--seed", "3", "--movies", "400", "--page", str(tmp_path / "page.html")]

    assert main([*options, "--only", "0:late:1,1:killed:5"], postgres) == 1
    told = capsys.readouterr().out
    assert f"2026-01-05: {LOAD} ends with KeyError: 'popular'" in told
    assert "Repeat it by: nox -s simulate -- --days 1 --seed 3 --movies 400 --only ''" in told


def test_command_refuses_what_it_cannot_do(monkeypatch, capsys):
    """Trouble that is none is told, and a machine on which the container is demanded and cannot be had ends with 2."""
    with pytest.raises(SystemExit, match="2"):
        main(["--only", "3:sunshine:1"])
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")

    assert main(["--days", "1"]) == 2
    told = capsys.readouterr().err
    assert "is no trouble: give DAY:KIND:NUMBER, KIND of errors, " in told
    assert "demand Postgres in a container" in told


def test_nothing_else_is_excused(year, monkeypatch):
    """An error that is none of the pipeline's own ends the simulation, with the day and the DAG."""
    monkeypatch.setattr(Pipeline, "_extract", lambda *_: {}["nothing"])

    with pytest.raises(Failed, match="ends with KeyError: 'nothing'"):
        year.run(1)


def test_module_is_the_command():
    """As nox calls it; bad use is told before anything is begun."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "simulation", "--days", "none"]

    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert "--days" in ended.stderr
