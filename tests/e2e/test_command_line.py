import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import date

import airflow_env
import pytest
from support import command_lines

from fake_tmdb.fake import FakeTmdb
from fake_tmdb.faults import Fault
from fake_tmdb.limits import NO_LIMITS
from fake_tmdb.plan import read_plan
from tmdb_pipeline.collection import collect, genre, popular, top_rated, trending
from tmdb_pipeline.lake import Lake
from tmdb_pipeline.layout import Run
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.ops.runs import DEMO_FAULTS
from tmdb_pipeline.settings import Credential, Settings
from tmdb_pipeline.tmdb.client import TmdbClient

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
DAILY = "tmdb_daily_collection"
WEEKLY = "tmdb_weekly_comprehensive"


@pytest.mark.parametrize("way", WAYS)
def test_key_is_nowhere(tmp_path, clean_environment, way):
    """At Airflow's DEBUG level, in a run that fails and asks again, the key is in no output, file or process list."""
    credential, key, variables = WAYS[way]
    fake = FakeTmdb(movies=2_000, **{credential: key})
    fake.faults = [Fault(path="/movie/popular", page=2, reset=True, times=1), Fault(path="/trending*", status=404)]
    output = tmp_path / "output"
    with fake.serve() as server:
        environment = clean_environment | {
            "AIRFLOW_HOME": str(tmp_path / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(airflow_env.DAGS),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "DEBUG",
            "TMDB_BASE_URL": server.url,
            "TMDB_DATA_ROOT": str(tmp_path / "lake"),
            **variables,
        }
        airflow = [sys.executable, "-m", "airflow"]
        subprocess.run([*airflow, "db", "migrate"], env=environment, check=True, capture_output=True)
        with output.open("wb") as out:
            run = subprocess.Popen(
                [*airflow, "dags", "test", DAILY, "2024-01-01"], env=environment, stdout=out, stderr=subprocess.STDOUT
            )
            listed = []
            while run.poll() is None:
                listed.append(command_lines())
                time.sleep(0.1)

    text = output.read_text(errors="replace")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert run.returncode == 1
    assert "TMDB does not know this (404" in text
    assert len(fake.journal.calls("/movie/popular", outcome=200)) == 5
    assert "urllib3.connectionpool" in text
    assert any("dags test" in lines for lines in listed)
    assert not any(key in lines for lines in listed)
    assert [str(path) for path in files if key.encode() in path.read_bytes()] == []


def pipeline(environment, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "tmdb_pipeline.ops", *arguments],
        cwd=airflow_env.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def collected_directly(folder, day):
    """The digests of the movies of all sources, collected by the library alone from a fake in this process."""
    run = Run("direct", "direct", day)
    sources = [
        popular(run, 5),
        trending(run, "day"),
        top_rated(run, 20, 7.5),
        *(genre(run, kind, 15) for kind in GENRES),
    ]
    fake = FakeTmdb(movies=20_000, seed=7, limits=NO_LIMITS, faults=read_plan(DEMO_FAULTS.read_text(), "plan"))
    lake = Lake(str(folder))
    with fake.serve() as server:
        credential = Credential("read_token", fake.read_token)
        with TmdbClient(Settings(credential, base_url=server.url)) as client:
            return {source.file: collect(client, lake, run, source)["movies_sha256"] for source in sources}


def test_demo_runs_both_dags_and_shows_what_they_did(tmp_path, clean_environment):
    """One command does the main job: the table adds up, every file holds what it should, nothing is left running."""
    out = tmp_path / "out"

    done = pipeline(clean_environment, "demo", "--date", "2024-01-07", "--seed", "7", "--out", str(out))

    rows = {cells[0]: cells[1:] for line in done.stdout.splitlines() if (cells := line.split())}
    lake = Lake(str(out))
    expected = collected_directly(tmp_path / "direct", date(2024, 1, 7))
    assert done.returncode == 0, done.stdout + done.stderr
    assert rows["collect_popular_movies"][:5] == ["5", "100", "0", "99", "1"]
    assert rows["collect_trending_movies"][:5] == ["1", "20", "0", "19", "1"]
    assert rows["validate_collected_data"][:3] == ["120", "118", "2"]
    for kind in GENRES:
        assert rows[f"collect_{kind.slug}_movies"][0] == "15"
    unique, accepted, quarantined = (int(cell.replace(",", "")) for cell in rows["validate_weekly_data"][:3])
    assert unique == accepted + quarantined
    assert quarantined == 2
    assert "The fake was asked 149 times" in done.stdout
    assert {
        file: lake.read_json(file, key="movies")["collection_info"]["movies_sha256"] for file in expected
    } == expected
    for name in ("validation_report_20240107", "validation_report_weekly_20240107"):
        assert lake.exists(f"raw/metadata/quality_reports/{name}.html")
    assert str(out) not in command_lines()


def test_collect_without_a_key_says_what_to_set(tmp_path, clean_environment):
    """Against TMDB itself without a key, the command ends before anything starts, with one sentence."""
    done = pipeline(clean_environment, "collect", "daily", "--out", str(tmp_path / "out"))

    assert done.returncode == 2
    assert done.stderr.startswith("No TMDB key is set: set TMDB_READ_TOKEN")
    assert not (tmp_path / "out").exists()


def test_collect_runs_against_any_address(tmp_path, clean_environment):
    """With an address and a key from the environment the daily DAG collects from there; a refused key is one line."""
    environment = clean_environment | {"TMDB_DATA_ROOT": str(tmp_path / "lake")}
    with FakeTmdb(movies=2_000).serve() as server:
        environment["TMDB_BASE_URL"] = server.url
        right = environment | {"TMDB_API_KEY": server.fake.api_key}
        collected = pipeline(right, "collect", "daily", "--date", "2024-01-01", "--out", str(tmp_path))
        wrong = environment | {"TMDB_API_KEY": "wrong"}
        refused = pipeline(wrong, "collect", "daily", "--date", "2024-01-02", "--out", str(tmp_path))

    assert collected.returncode == 0, collected.stdout + collected.stderr
    assert Lake(str(tmp_path / "lake")).exists("raw/movies/daily/popular_movies_20240101.json")
    assert refused.returncode == 1
    assert re.match(r"collect_\w+_movies of 2024-01-02 failed: .*TMDB refused the key \(401", refused.stderr)
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_demo_leaves_nothing_running(tmp_path, clean_environment, end):
    """Ctrl-C or a cancelled job in the middle ends Airflow and the fake, and says that what was collected is kept."""
    running = subprocess.Popen(
        [sys.executable, "-m", "tmdb_pipeline.ops", "demo", "--out", str(tmp_path / "out")],
        cwd=airflow_env.ROOT,
        env=clean_environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    for line in running.stdout:
        if line.strip() == DAILY:
            break
    running.send_signal(end)
    output, _ = running.communicate(timeout=60)

    assert running.returncode == 130
    assert "Stopped." in output
    assert str(tmp_path / "out") not in command_lines()
    assert f"{os.sep}tmdb-airflow-" not in command_lines()
