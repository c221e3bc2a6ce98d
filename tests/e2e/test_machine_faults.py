"""The machine in trouble: what happens to a run, and that the same date ends with the files of an undisturbed one."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from e2e.commands import AirflowHome
from e2e.digest import DAILY, EXPECTED, digests
from e2e.leftovers import processes_with
from support import no_file_larger_than

from fake_tmdb.faults.fault import Fault
from tmdb_pipeline.orchestration import notifiers

AT_TWO = datetime(2024, 1, 6, 17, 0, tzinfo=UTC)
ON_THE_COMMAND_LINE = ("dags", "test", DAILY, "2024-01-07T02:00:00+09:00")
POPULAR = "/movie/popular"
PAGES = f"raw/pages/{DAILY}/20240107/popular"
UNDISTURBED = {DAILY: EXPECTED[DAILY]}


@pytest.fixture
def sentences(monkeypatch):
    """What people are told when a task fails for good."""
    told = []
    monkeypatch.setattr(notifiers.log, "error", lambda message, *values: told.append(message % values))
    return told


def test_process_killed_in_mid_task(another_fake, migrated_database, postgres, told, tmp_path):
    """SIGKILL while a page is awaited: no file half-written, no process left; the date again resumes and ends well."""
    database = migrated_database("killed")
    fake = another_fake()
    fake.faults = [Fault(path=POPULAR, page=4, hang=True, times=1)]
    kept = ["checkpoint.json", "page_001.json", "page_002.json", "page_003.json", "page_005.json"]
    with fake.serve() as server:
        home = AirflowHome(tmp_path / "home", server, database=database, **told)
        with home.start(*ON_THE_COMMAND_LINE) as first:
            folder = home.lake / PAGES
            first.wait_for(lambda: sorted(path.name for path in folder.glob("[!.]*")) == kept, "the other four pages")
            first.kill()
        abandoned = postgres.rows("killed", "SELECT state FROM dag_run")
        left = processes_with(home.folder)
        with home.start(*ON_THE_COMMAND_LINE) as second:
            status = second.wait()

    runs = postgres.rows("killed", "SELECT state FROM dag_run")
    tasks = postgres.rows("killed", "SELECT DISTINCT state FROM task_instance")
    assert abandoned == [("running",)]
    assert left == []
    assert status == 0, second.output
    assert runs == [("success",)]
    assert tasks == [("success",)]
    assert sorted(fake.journal.pages(POPULAR)) == [1, 2, 3, 4, 4, 5]
    assert digests(home.lake) == UNDISTURBED


@pytest.mark.parametrize("accident", ["cut", "restart"])
def test_database_goes_away_in_mid_task(run_dag, lake, tmdb, postgres, told, tmp_path, accident):
    """Postgres ends all connections, or restarts, while a page is awaited: Airflow connects again, the run goes on."""
    away = {"cut": 4, "restart": 20}[accident]  # seconds: of a busy machine, Postgres needs some to start again
    tmdb.fake.faults = [Fault(path=POPULAR, page=3, delay=away, times=1)]
    second_page = threading.Event()
    tmdb.fake.journal.watch(lambda call: second_page.set() if call.page == 2 else None)

    def happen():
        assert second_page.wait(60)
        return postgres.cut("in_process") if accident == "cut" else postgres.restart()

    with ThreadPoolExecutor() as others:  # it waits for them, also where the run fails
        happened = others.submit(happen)
        run = run_dag(DAILY, logical_date=AT_TWO)

    tasks = {(str(ti.state), ti.try_number) for ti in run.get_task_instances()}
    assert happened.result() != 0
    assert str(run.state) == "success"
    assert tasks == {("success", 1)}
    assert postgres.rows("in_process", "SELECT count(*) FROM task_instance WHERE state = 'running'") == [(0,)]
    assert sorted(tmdb.fake.journal.pages(POPULAR)) == [1, 2, 3, 4, 5]
    assert digests(tmp_path / "lake") == UNDISTURBED


def test_disk_full_and_freed(run_dag, lake, tmdb, told, tmp_path, sentences):
    """No room for the collection: its task fails with a message and keeps the pages, which need not be asked again."""
    with no_file_larger_than(60_000):
        full = run_dag(DAILY, logical_date=AT_TWO)
    states = {ti.task_id: str(ti.state) for ti in full.get_task_instances()}
    left = lake.files("raw/movies/daily")
    hidden = [path.name for path in (tmp_path / "lake").rglob(".*.tmp")]
    tmdb.fake.journal.clear()
    freed = run_dag(DAILY, logical_date=AT_TWO)

    assert states == {
        "collect_popular_movies": "failed",
        "collect_trending_movies": "success",
        "validate_collected_data": "upstream_failed",
        "generate_daily_summary": "upstream_failed",
    }
    assert left == hidden == []
    assert len(sentences) == 1
    assert "popular_movies_20240107.json cannot be written: File too large. Nothing that was there has" in sentences[0]
    assert str(freed.state) == "success"
    assert tmdb.fake.journal.pages(POPULAR) == []
    assert digests(tmp_path / "lake") == UNDISTURBED


def test_same_date_twice_at_once(run_dag, another_fake, migrated_database, told, monkeypatch, tmp_path, sentences):
    """While one process collects a list, a run of the date in another refuses to; the first ends as if alone."""
    fake = another_fake()
    fake.faults = [Fault(hang=True, times=1)]
    with fake.serve() as server:
        home = AirflowHome(tmp_path / "home", server, database=migrated_database("twice"), **told)
        for name in ("TMDB_BASE_URL", "TMDB_READ_TOKEN", "TMDB_DATA_ROOT"):
            monkeypatch.setenv(name, home.environment[name])
        with home.start(*ON_THE_COMMAND_LINE) as first:
            first.wait_for(lambda: fake.plan.rules[0].applied, "the request that is held")
            second = run_dag(DAILY, logical_date=AT_TWO)
            refused = [ti.task_id for ti in second.get_task_instances() if str(ti.state) == "failed"]
            server.stop()  # lets the first one's request go
            server.start()
            status = first.wait()

    assert status == 0, first.output
    assert len(refused) == len(sentences) == 1
    assert "is being collected by another process right now: wait until it ends, then run again." in sentences[0]
    assert str(second.state) == "failed"
    assert digests(home.lake) == UNDISTURBED
    assert processes_with(home.folder) == []
