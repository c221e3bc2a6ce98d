"""Whole DAG runs: Airflow in this process with SQLite, and a fake TMDB on a socket."""

import os
import shutil
import signal
from datetime import timedelta
from pathlib import Path

import airflow_env
import pytest

from fake_tmdb.fake import FakeTmdb
from tmdb_pipeline.lake import Lake


def pytest_collection_modifyitems(items):
    """Let Airflow and what it brings warn about each other; a warning from our own code stays an error."""
    ours = r"ignore:::(?!tmdb_pipeline|fake_tmdb|unusual_prefix_)"
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.filterwarnings(ours))


@pytest.fixture(scope="session")
def tmdb_server():
    with FakeTmdb(movies=20_000, seed=7).serve() as server:
        yield server


@pytest.fixture
def lake(tmdb, tmp_path, monkeypatch):
    """An empty lake, with the environment set so that tasks collect from the fake into it."""
    root = tmp_path / "lake"
    monkeypatch.setenv("TMDB_BASE_URL", tmdb.url)
    monkeypatch.setenv("TMDB_READ_TOKEN", tmdb.fake.read_token)
    monkeypatch.setenv("TMDB_DATA_ROOT", str(root))
    return Lake(str(root))


@pytest.fixture(scope="session")
def _airflow_db():
    from airflow.utils import db

    db.initdb()
    yield
    shutil.rmtree(airflow_env.HOME, ignore_errors=True)


@pytest.fixture
def run_dag(_airflow_db, monkeypatch):
    """Run a DAG to its end in this process, without waiting between retries."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db

    def run(dag_id, *, retries=0, **options):
        DagBundlesManager().sync_bundles_to_db()
        bag = DagBag(airflow_env.DAGS)
        assert bag.import_errors == {}
        sync_bag_to_db(bag, "dags-folder", None)
        dag = bag.dags[dag_id]
        for task in dag.tasks:
            monkeypatch.setattr(task, "retries", retries)
            monkeypatch.setattr(task, "retry_delay", timedelta(0))
            monkeypatch.setattr(task.retry_policy, "delay", timedelta(0))
        handler = signal.getsignal(signal.SIGTERM)  # the task runner takes it and never gives it back
        try:
            return dag.test(**options)
        finally:
            signal.signal(signal.SIGTERM, handler)

    return run


@pytest.fixture
def clean_environment(tmp_path):
    """The environment of a person who has installed this and set nothing."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "TMDB_"))} | {
        "HOME": str(tmp_path)
    }
