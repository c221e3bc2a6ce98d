import json
import re
import shlex
import signal
import subprocess
import sys
from contextlib import ExitStack
from datetime import date

import airflow_env
import pytest
from e2e import library
from e2e.commands import OURS, AirflowHome
from e2e.digest import DAILY, WEEKLY, digests
from e2e.leftovers import processes_with
from e2e.patience import PATIENCE, wait_for
from support import command_lines

from fake_tmdb.clock import Clock
from fake_tmdb.fake import FakeTmdb
from fake_tmdb.faults.fault import Fault
from fake_tmdb.faults.plan import read_plan
from fake_tmdb.http.limits import NO_LIMITS
from tmdb_pipeline.demo.past.beside import PAST
from tmdb_pipeline.demo.runs import DEMO, DEMO_FAULTS
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.movies import GENRES

KEY = "5e47111e15e47111e15e47111e15e471"
TOKEN = "eyJ.sentinel-token.5e47111e1"
#: Every way in which a key reaches a task: which of the fake's credentials it is, and the environment that carries it.
WAYS = {
    "TMDB_API_KEY": ("api_key", KEY, {"TMDB_API_KEY": KEY}),
    "TMDB_READ_TOKEN": ("read_token", TOKEN, {"TMDB_READ_TOKEN": TOKEN}),
    "Connection, password": (
        "read_token",
        TOKEN,
        {"AIRFLOW_CONN_TMDB_DEFAULT": json.dumps({"conn_type": "http", "password": TOKEN})},
    ),
    "Connection, extra": (
        "api_key",
        KEY,
        {"AIRFLOW_CONN_TMDB_DEFAULT": json.dumps({"conn_type": "http", "extra": {"api_key": KEY}})},
    ),
}


@pytest.fixture(scope="module")
def keyed_runs(tmp_path_factory, migrated_home, another_fake):
    """A daily run for each way to give a key, all at once: home, fake and command, and the process lists meanwhile."""
    found, listed = {}, []
    with ExitStack() as stack:
        for way, (credential, key, variables) in WAYS.items():
            fake = another_fake(**{credential: key})
            fake.faults = [
                Fault(path="/movie/popular", page=2, reset=True, times=1),
                Fault(path="/trending*", status=404),
            ]
            server = stack.enter_context(fake.serve())
            home = AirflowHome(tmp_path_factory.mktemp("keyed"), server, migrated=migrated_home, **variables)
            if "TMDB_READ_TOKEN" not in variables:
                del home.environment["TMDB_READ_TOKEN"]
            home.environment["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "DEBUG"
            found[way] = home, fake, stack.enter_context(home.start("dags", "test", DAILY, "2024-01-01"))

        def have_ended():
            listed.append(command_lines())
            return all(command.process.poll() is not None for _, _, command in found.values())

        wait_for(have_ended, "the end of all runs")
        yield found, listed


@pytest.mark.parametrize("way", WAYS)
def test_key_is_nowhere(keyed_runs, way):
    """At Airflow's DEBUG level, in a run that fails and asks again, the key is in no output, file or process list."""
    (home, fake, run), listed = keyed_runs[0][way], keyed_runs[1]
    _, key, _ = WAYS[way]

    files = [path for path in home.folder.parent.rglob("*") if path.is_file()]
    assert run.wait() == 1
    assert "TMDB does not know this (404" in run.output
    assert len(fake.journal.calls("/movie/popular", outcome=200)) == 5
    assert "urllib3.connectionpool" in run.output
    assert sum("dags test" in lines for lines in listed) > 10
    assert not any(key in lines for lines in listed)
    assert key not in run.output
    assert [str(path) for path in files if key.encode() in path.read_bytes()] == []


@pytest.fixture
def start():
    """Starts ``tmdb-pipeline`` with arguments; ends at its end what a failing test leaves running."""
    running = []

    def start(environment, *arguments, **options):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        running.append(subprocess.Popen([*OURS, *arguments], cwd=airflow_env.ROOT, env=environment, text=True, **pipes))
        return running[-1]

    yield start
    for process in running:
        with process:  # which also waits
            process.terminate()


def ended(running):
    """A command once it has ended: its status, output and errors."""
    output, errors = running.communicate(timeout=PATIENCE)
    return running.returncode, output, errors


def test_demo_runs_every_dag_and_shows_what_they_did(tmp_path, clean_environment, start, another_fake):
    """One command does the main job: the tables add up, the files are those of the library, nothing is left running."""
    out = tmp_path / "out"

    status, output, errors = ended(
        start(clean_environment, "demo", "--date", "2024-01-07", "--seed", "7", "--out", str(out))
    )

    rows = {cells[0]: cells[1:] for line in output.splitlines() if (cells := line.split())}
    lake = Lake(str(out))
    fake = another_fake(clock=Clock(), limits=NO_LIMITS, faults=read_plan(DEMO_FAULTS.read_text(), "plan"))
    with fake.serve() as server:
        library.run_daily(server, tmp_path / "library", date(2024, 1, 7))
        library.run_weekly(server, tmp_path / "library", date(2024, 1, 7))
    found, expected = digests(out), digests(tmp_path / "library")
    assert status == 0, output + errors
    assert rows["collect_popular_movies"][:5] == ["5", "100", "0", "99", "1"]
    assert rows["collect_trending_movies"][:5] == ["1", "20", "0", "19", "1"]
    assert rows["validate_collected_data"][:3] == ["120", "118", "2"]
    for kind in GENRES:
        assert rows[f"collect_{kind.slug}_movies"][0] == "15"
    unique, accepted, quarantined = (int(cell.replace(",", "")) for cell in rows["validate_weekly_data"][:3])
    assert unique == accepted + quarantined
    assert quarantined == 2
    assert f"The fake was asked {len(fake.journal.calls())} times" in output
    assert expected.keys() == {DAILY, WEEKLY}
    assert {dag_id: found[dag_id] for dag_id in expected} == expected
    for name in ("validation_report_20240107", "validation_report_weekly_20240107"):
        assert lake.exists(f"raw/metadata/quality_reports/{name}.html")
    assert rows["quarantined_records"][0] == "4"
    assert rows["load_ledger"][0] == "2"
    assert re.search(r"^Warehouse +ok \(", output, re.MULTILINE)
    names = (".lock", "migrate.log", "postgres.log", *(f"{spec.id}.log" for spec in DEMO))
    report = {f"raw/metadata/warehouse_reports/warehouse_quality_20240107.{suffix}" for suffix in ("html", "json")}
    assert {name for name in found if not name.startswith(("postgres/", f"{PAST}/"))} == {
        *expected,
        *(f"logs/{name}" for name in names),
        *report,
    }
    assert rows["Model"][0] == "passed"
    assert 0.5 < float(rows["this"][2]) < 1
    assert (out / re.search(rf"{PAST}/\S+card\.md", output)[0]).is_file()
    assert "on invented movies: TMDB forbids it on its own without permission" in output
    assert processes_with(out) == []
    (command,) = re.findall(r"open them with: tmdb-pipeline (.*)$", output, re.MULTILINE)
    opened = start(clean_environment, *shlex.split(command), stdin=subprocess.PIPE)
    shown, errors = opened.communicate("SELECT count(*) AS movies FROM dim_movie;\n", timeout=PATIENCE)
    assert opened.returncode == 0, errors
    assert shown.split()[:3] == ["movies", "--------", rows["movies"][0].replace(",", "")]
    assert processes_with(out) == []


def test_collect_without_a_key_says_what_to_set(tmp_path, clean_environment):
    """Against TMDB itself without a key, the command ends before anything starts, with one message."""
    command = [sys.executable, "-m", "tmdb_pipeline", "collect", "daily", "--out", str(tmp_path / "out")]
    told = subprocess.run(command, env=clean_environment, capture_output=True, text=True, check=False)

    assert told.returncode == 2
    assert told.stderr.startswith("No TMDB key is set: set TMDB_READ_TOKEN")
    assert not (tmp_path / "out").exists()


def test_collect_runs_against_any_address(tmp_path, clean_environment, start):
    """With an address and a key from the environment the daily DAG collects from there; a refused key is one line."""
    environment = clean_environment | {"TMDB_DATA_ROOT": str(tmp_path / "lake")}
    with FakeTmdb(movies=2_000).serve() as server:
        environment["TMDB_BASE_URL"] = server.url
        right = environment | {"TMDB_API_KEY": server.fake.api_key}
        wrong = environment | {"TMDB_API_KEY": "wrong"}
        good = start(right, "collect", "daily", "--date", "2024-01-01", "--out", str(tmp_path / "good"))
        bad = start(wrong, "collect", "daily", "--date", "2024-01-02", "--out", str(tmp_path / "bad"))
        collected, output, errors = ended(good)
        refused, lines, sentence = ended(bad)

    assert collected == 0, output + errors
    assert Lake(str(tmp_path / "lake")).exists("raw/movies/daily/popular_movies_20240101.json")
    assert refused == 1
    assert re.match(r"collect_\w+_movies (and collect_\w+_movies )?failed: .*TMDB refused the key \(401", sentence)
    assert "Check TMDB_READ_TOKEN (long, with two dots) or" in sentence  # Airflow has put no stars into it
    assert sentence.count("\n") == 1
    marks = [line.split()[:2] for line in lines.splitlines() if line.startswith("  ")]
    assert sorted(marks) == [["x", "collect_popular_movies"], ["x", "collect_trending_movies"]]


def test_nothing_waits_where_no_retry_is_wanted(tmp_path, clean_environment, start, another_fake):
    """With --retries 0 a task that the DAG would try again fails for good, and the command ends; no DAG is touched."""
    fake = another_fake(faults=[Fault(path="/movie/popular", status=503, headers={"Retry-After": "900"})])
    with fake.serve() as server:
        environment = clean_environment | {"TMDB_BASE_URL": server.url, "TMDB_API_KEY": fake.api_key}
        running = start(environment, "collect", "daily", "--retries", "0", "--out", str(tmp_path / "out"))
        status, output, errors = ended(running)

    assert status == 1
    assert "  + collect_trending_movies" in output
    assert re.search(r"^  x collect_popular_movies .* asks to wait 900 s", output, re.MULTILINE)
    assert errors.startswith("collect_popular_movies failed: ")


def test_cancelled_demo_leaves_nothing_running(tmp_path, clean_environment, start):
    """A cancelled job ends Airflow and the fake, and says that what was collected is kept. Ctrl-C: test_stopping.py."""
    running = start(clean_environment, "demo", "--out", str(tmp_path / "out"), stderr=subprocess.STDOUT)
    assert DAILY in map(str.strip, running.stdout)
    running.send_signal(signal.SIGTERM)
    output, _ = running.communicate(timeout=60)

    assert running.returncode == 130
    assert "Stopped" in output
    wait_for(lambda: processes_with(tmp_path) == [], "no process left")  # who was killed takes a moment to be gone
