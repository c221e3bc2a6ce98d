import errno
import io
from contextlib import contextmanager
from datetime import date

import pytest
from rich.console import Console

from tmdb_pipeline import file_lock
from tmdb_pipeline.dags import DAILY
from tmdb_pipeline.demo import runs
from tmdb_pipeline.demo.airflow_home import AirflowHome, Event
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.settings import SettingsError

DAY = date(2024, 1, 1)


@pytest.fixture
def collect(tmp_path):
    """Collects the daily movies into a folder; nothing is run before a test says what."""

    def collect(out=tmp_path / "out", console=None, retries=None, **environ):
        runs.collect(
            console or Console(file=io.StringIO()),
            [DAILY],
            day=DAY,
            out=out,
            dags=tmp_path / "dags",
            environ={"TMDB_API_KEY": "invented"} | environ,
            retries=retries,
        )

    return collect


@pytest.fixture
def airflow(monkeypatch):
    """The Airflow homes that were made; instead of Airflow, events are told, and then Ctrl-C is pressed."""
    homes, events = [], []

    def test(home, dag_id, logical_date, watch):
        homes.append(home)
        for event in events:
            watch(event)
        raise KeyboardInterrupt

    monkeypatch.setattr(AirflowHome, "migrate", lambda home: None)
    monkeypatch.setattr(AirflowHome, "test", test)
    return homes, events


def test_network_that_cannot_be_used_is_refused_before_anything_runs(collect, tmp_path, monkeypatch):
    """A proxy that is no address is said at once, with its variable, and nothing is made."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("https_proxy", "htp://x:1")

    with pytest.raises(SettingsError, match=r"^https_proxy cannot be used: its scheme is none of"):
        collect()

    assert not (tmp_path / "out").exists()


def test_data_root_without_its_library_is_refused_before_anything_runs(collect, tmp_path):
    """A store that cannot be opened is a matter of what is set, not a run that failed."""
    with pytest.raises(SettingsError, match=r"^The data root nostore://bucket cannot be used: "):
        collect(TMDB_DATA_ROOT="nostore://bucket")

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("begun", "ended", "kept"), [(1, 0, "no tasks had ended"), (2, 1, "1 task had ended"), (2, 2, "2 tasks had ended")]
)
def test_who_stops_a_collection_is_told_what_is_kept(collect, airflow, tmp_path, begun, ended, kept):
    """The message names the folder of the data, how far the run had come, and what the next one does."""
    airflow[1].extend(Event("started", f"t{number}", 0.0) for number in range(begun))
    airflow[1].extend(Event("ended", f"t{number}", 0.0) for number in range(ended))

    with pytest.raises(runs.Stopped) as stopped:
        collect(TMDB_DATA_ROOT=str(tmp_path / "lake"))

    assert str(stopped.value) == (
        f"Stopped. What was collected is kept in {tmp_path / 'lake'} ({kept}); run the same command again: "
        "it goes on with lists that were under way, and asks for the others anew."
    )


def test_data_root_that_cannot_be_written_is_refused_before_anything_runs(collect, airflow, tmp_path):
    """What would fail every task and each of its retries is one message at once; where it can be, no probe is left."""
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match=r"/file/.* cannot be written: a file is in the way.*set TMDB_DATA_ROOT"):
        collect(TMDB_DATA_ROOT=str(tmp_path / "file"))
    with pytest.raises(runs.Stopped):
        collect(TMDB_DATA_ROOT=str(tmp_path / "lake"))

    assert len(airflow[0]) == 1
    assert [path.name for path in (tmp_path / "lake").iterdir() if path.name != ".lock"] == []


def test_who_stops_before_anything_began_is_told_so(collect, airflow):
    """Without a task that has begun there is nothing to keep."""
    with pytest.raises(runs.Stopped, match=r"^Stopped before anything was collected\.$"):
        collect()


def test_stopped_command_removes_its_airflow_home(collect, airflow):
    """The temporary folder is gone, however the run ended."""
    with pytest.raises(runs.Stopped):
        collect()

    assert airflow[0][0].folder.name.startswith("tmdb-airflow-")
    assert not airflow[0][0].folder.exists()


@pytest.mark.parametrize(
    ("environ", "root"), [({}, "out"), ({"TMDB_DATA_ROOT": ""}, "out"), ({"TMDB_DATA_ROOT": "lake"}, "lake")]
)
def test_collection_goes_to_its_folder(collect, airflow, tmp_path, monkeypatch, environ, root):
    """Data goes to --out unless TMDB_DATA_ROOT names another folder; logs go to --out; both are told as they are."""
    monkeypatch.chdir(tmp_path)
    console = Console(file=io.StringIO(), width=300)
    out = tmp_path / "[x] out"
    with pytest.raises(runs.Stopped):
        collect(out=out, console=console, retries=2, **environ)

    (home,) = airflow[0]
    data = str(out) if root == "out" else root
    assert home.settings == {"TMDB_API_KEY": "invented", "TMDB_DATA_ROOT": data}
    assert home.logs == out / "logs"
    assert home.retries == 2
    assert console.file.getvalue().startswith(f"Collecting from https://api.themoviedb.org/3 into {data}\n")


@contextmanager
def at_work(folder):
    """Another command at work in a folder."""
    with Lake(str(folder)).exclusive("logs", "It"):
        yield


def test_two_runs_in_one_folder_are_refused(collect, airflow, tmp_path):
    """The second is told at once, and starts nothing; when the first has ended, it may."""
    refused = f"^Another run is at work in {tmp_path / 'out'}: wait until it has ended, or choose another folder"
    with at_work(tmp_path / "out"), pytest.raises(SettingsError, match=refused):
        collect()
    assert airflow[0] == []
    with pytest.raises(runs.Stopped):
        collect()
    assert len(airflow[0]) == 1


def test_two_runs_may_share_their_data(collect, airflow, tmp_path):
    """Each collection has a lock of its own: a week may be collected beside a day, with its logs elsewhere."""
    with at_work(tmp_path / "other"), pytest.raises(runs.Stopped):
        collect(TMDB_DATA_ROOT=str(tmp_path / "other"))


def test_demo_is_refused_where_another_run_works(airflow, tmp_path):
    """A demo and a collection exclude each other, too."""
    with at_work(tmp_path), pytest.raises(SettingsError, match="Another run is at work"):
        runs.demo(
            Console(file=io.StringIO()), day=DAY, seed=1, movies=500, faults=None, out=tmp_path, dags=tmp_path / "dags"
        )


def test_folder_that_cannot_be_had_is_one_message(collect, tmp_path):
    """Whatever stands in the way of the folder, nothing is started and the line says what to choose."""
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "out"

    with pytest.raises(SettingsError) as refused:
        collect(out=out)

    assert str(refused.value) == f"{out} cannot be used: Not a directory. Choose another folder with --out."


def test_folder_without_locks_is_one_message(collect, tmp_path, monkeypatch):
    """A file system without locks is said to be one."""

    def refuse(file):
        raise file_lock.NoLocks(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(file_lock, "lock", refuse)

    with pytest.raises(SettingsError, match=r"out cannot be used: No locks available\. Choose another folder"):
        collect()


def test_tables_that_are_not_there_are_said_to_be_missing(tmp_path):
    """Who looks before anything was loaded is told what to run, and nothing is made."""
    with pytest.raises(SettingsError, match=r"^There are no tables in .*/out: run the demo into it first, or name"):
        runs.look(tmp_path / "out")

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("session", "out", "command"),
    [
        ("demo", "demo-output", "nox -s demo -- --psql"),
        ("", "demo-output", "tmdb-pipeline demo --psql"),
        ("", "my out", "tmdb-pipeline demo --psql --out '{folder}/my out'"),
    ],
)
def test_command_that_opens_the_tables_can_be_copied(monkeypatch, tmp_path, session, out, command):
    """It is told as whoever sits here has called this one, with the folder where it is not the usual one."""
    monkeypatch.setenv("NOX_CURRENT_SESSION", session)
    monkeypatch.chdir(tmp_path)

    assert runs._psql(tmp_path / out) == command.format(folder=tmp_path)
