"""Whole DAG runs: Airflow in this process and by its command line, its metadata on Postgres, and a fake TMDB."""

import os
import shutil
import signal
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import airflow_env
import pytest
from e2e.alerts.receivers import slack_connection, webhook
from e2e.commands import AirflowHome
from e2e.digest import later_clock
from e2e.postgres import NoContainer, choose_postgres, docker_engine
from wanted_alerts import wanted_of

from fake_tmdb.fake import FakeTmdb
from tmdb_pipeline.alerts.catalogue import CATALOGUE, TONES, Tone
from tmdb_pipeline.custom.file import NAME
from tmdb_pipeline.lake.store import Lake

POSTGRES = pytest.StashKey()
_ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def pytest_configure(config):
    """Choose a Postgres and tell Airflow its address, before anything imports Airflow; it is started when needed."""
    try:
        config.stash[POSTGRES] = choose_postgres(os.environ, docker_engine())
    except NoContainer as error:
        raise pytest.UsageError(str(error)) from None
    airflow_env.use_database(config.stash[POSTGRES].url("in_process"))


def pytest_report_header(config):
    """Say what Postgres it is."""
    return f"postgres: {config.stash[POSTGRES].origin}"


def pytest_collection_modifyitems(items):
    """Let Airflow and what it brings warn about each other; a warning from our own code stays an error."""
    ours = r"ignore:::(?!tmdb_pipeline|fake_tmdb|unusual_prefix_)"
    for item in [item for item in items if item.path.is_relative_to(Path(__file__).parent)]:
        item.add_marker(pytest.mark.filterwarnings(ours))


@pytest.fixture(scope="session", autouse=True)
def _cleans_up_when_told_to_end():
    """A signal ends the session as Ctrl-C does, with all that fixtures do at their end."""

    def interrupt(_number, _frame):
        _ignore_endings()  # nobody interrupts the cleaning up
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in _ENDING if not _is_ignored(number)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _is_ignored(number):
    """Whether somebody has seen to it that a closed terminal does not end this session, as nohup does."""
    return number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(nextitem):
    """Let nobody interrupt what fixtures of the session do at its end: pytest would leave out the rest of them."""
    if nextitem is None:
        _ignore_endings()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish():
    """The same, where a session ends before its last test."""
    _ignore_endings()


@pytest.fixture(scope="session")
def tmdb_server():
    with FakeTmdb(movies=20_000, seed=7, clock=later_clock()).serve() as server:
        yield server


@pytest.fixture(scope="session")
def another_fake(tmdb_server):
    """Makes a fake with the same movies and limits of its own, for a run beside others; it is not served yet."""

    def make(**options):
        return FakeTmdb(**{"catalogue": tmdb_server.fake.catalogue, "clock": later_clock(), **options})

    return make


@pytest.fixture
def lake(tmdb, tmp_path, monkeypatch):
    """An empty lake, with the environment set so that tasks collect from the fake into it."""
    root = tmp_path / "lake"
    monkeypatch.setenv("TMDB_BASE_URL", tmdb.url)
    monkeypatch.setenv("TMDB_READ_TOKEN", tmdb.fake.read_token)
    monkeypatch.setenv("TMDB_DATA_ROOT", str(root))
    return Lake(str(root))


@pytest.fixture
def told(request, monkeypatch):
    """Slack, where people are told of runs: in the end, of this fault, just what ``wanted_alerts`` says that they want.

    Gives the variables by which an Airflow in another process tells them as well.
    """
    wanted = wanted_of(request.node.nodeid.removeprefix("tests/e2e/"))
    with webhook() as (port, slack):
        variables = {"AIRFLOW_CONN_SLACK_OPS": slack_connection(port)}
        monkeypatch.setenv("AIRFLOW_CONN_SLACK_OPS", variables["AIRFLOW_CONN_SLACK_OPS"])
        yield variables
    words = [CATALOGUE[wanted.kind].tone, Tone.OVER] if wanted.kind else []
    arrived = [(text.split("]")[0], cause) for text, cause in zip(slack.texts, slack.causes, strict=True)]
    assert arrived == [(f"[{TONES[word].ko}", wanted.cause) for word in words]


@pytest.fixture(scope="session")
def tool():
    """Gives the path of a program that is no package of Python: promtool, prometheus, nginx."""

    def find(name):
        path = shutil.which(name)
        if path is None:  # pragma: no cover - not in the gate, where a skip is a failure
            pytest.skip(f"There is no {name} here: .ci/programs FOLDER brings it.")
        return path

    return find


@pytest.fixture(scope="session")
def postgres(request):
    with request.config.stash[POSTGRES] as server:
        yield server


@pytest.fixture(scope="session")
def migrated_home(tmp_path_factory, tmdb_server):
    """A home in which ``airflow db migrate`` has made an SQLite database, for others to copy."""
    home = AirflowHome(tmp_path_factory.mktemp("migrated"), tmdb_server)
    with home.start("db", "migrate") as migrate:
        assert migrate.wait() == 0, migrate.output
    return home.folder


@pytest.fixture(scope="session")
def _airflow_db(postgres):
    postgres.create("in_process")
    from airflow import settings
    from airflow.utils import db
    from sqlalchemy.exc import OperationalError

    db.initdb()
    postgres.cut("in_process")  # nobody may be connected to what is copied; Airflow connects again
    postgres.create("migrated", template="in_process")
    yield
    with suppress(OperationalError):  # nothing can be rolled back on a connection that a test has cut
        settings.Session.remove()
    settings.dispose_orm()


@pytest.fixture(scope="session")
def migrated_database(_airflow_db, postgres):
    """Makes a database of this name with Airflow's tables in it, and gives its address."""
    return partial(postgres.create, template="migrated")


@pytest.fixture
def run_dag(_airflow_db, monkeypatch):
    """Run a DAG to its end in this process, without waiting between retries; ours, or one of another folder."""
    from airflow import settings
    from airflow.dag_processing.dagbag import DagBag

    def run(dag_id, *, retries=0, folder=airflow_env.DAGS, faults=frozenset(), **options):
        monkeypatch.setattr(settings, "DAGS_FOLDER", str(folder))
        bag = DagBag(folder)
        assert {Path(file).name for file in bag.import_errors} == {*faults}
        dag = bag.dags[dag_id]
        for task in dag.tasks:
            monkeypatch.setattr(task, "retries", retries)
            monkeypatch.setattr(task, "retry_delay", timedelta(0))
            if task.retry_policy:  # a mapped task has none yet
                monkeypatch.setattr(task.retry_policy, "delay", timedelta(0))
        with _interruptible():
            return dag.test(**options)

    return run


@pytest.fixture
def dag_folder(tmp_path):
    """Makes a copy of our DAG folder in which the file of custom collections holds this text."""

    def make(collections):
        folder = tmp_path / "dags"
        shutil.copytree(airflow_env.DAGS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / NAME).write_text(collections, encoding="utf-8")
        return folder

    return make


@contextmanager
def _interruptible():
    """Let signals end Airflow: its task runner takes SIGTERM and never gives it back, and Ctrl-C for a failed task."""
    install, interrupted = signal.signal, []

    def interrupt(number, _frame):
        interrupted.append(number)
        raise KeyboardInterrupt

    def refuse(number, handler):
        return None if number in _ENDING else install(number, handler)

    before = {number: install(number, interrupt) for number in _ENDING}
    signal.signal = refuse
    try:
        yield
    finally:
        signal.signal = install
        for number, handler in before.items():
            install(number, handler)
        if interrupted:
            _ignore_endings()
            raise KeyboardInterrupt


def _ignore_endings():
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture
def clean_environment(tmp_path):
    """The environment of a person who has installed this and set nothing."""
    return airflow_env.clean(os.environ) | {"HOME": str(tmp_path)}
