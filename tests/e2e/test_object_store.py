"""Whole runs on a real object store: the same files as in a folder, one worker at a time, and nothing lost."""

import os
import re
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime

import airflow_env
import pytest
from e2e import library
from e2e.commands import Command
from e2e.digest import DAILY, EXPECTED, digests
from s3_server import S3Server

from fake_tmdb.faults.fault import Fault
from fake_tmdb.http.limits import NO_LIMITS

DAY = date(2024, 1, 7)
#: A Sunday at 02:00 in Seoul.
AT_TWO = datetime(2024, 1, 6, 17, 0, tzinfo=UTC)
POPULAR = "/movie/popular"
PAGES = f"lake/raw/pages/{DAILY}/20240107/popular"
#: What a worker does: what the daily DAG does, in a process of its own.
WORKER = """
import sys
from datetime import date
from types import SimpleNamespace
from e2e import library
url, token, root = sys.argv[1:]
server = SimpleNamespace(url=url, fake=SimpleNamespace(read_token=token))
library.run_daily(server, root, date(2024, 1, 7))
"""


class Bucket:
    """A bucket of a store: a data root, and what lies in it."""

    def __init__(self, store):
        self.store = store
        self.name = store.make_bucket()
        self.root = f"s3://{self.name}/lake"

    def digests(self, folder):
        """The digest of the files of each DAG, once they are in a folder."""
        for key, data in self.store.keys(self.name).items():
            path = folder / "downloaded" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return digests(folder / "downloaded" / "lake")

    def pages(self):
        """The files of the popular pages."""
        found = (key.removeprefix(f"{PAGES}/") for key in self.store.keys(self.name) if key.startswith(f"{PAGES}/"))
        return sorted(name for name in found if not name.startswith("."))

    def lock_ends(self):
        """Let the time pass after which a lock that nobody renews has ended."""
        self.store.age(self.name, f"{PAGES}/.lock", 200)


@pytest.fixture(scope="module")
def store():
    store = S3Server().start()
    yield store
    store.stop()


@pytest.fixture
def bucket(store, monkeypatch):
    for name, value in store.environment().items():
        monkeypatch.setenv(name, value)
    return Bucket(store)


@contextmanager
def worker(server, root, tmp_path, name):
    """A process that collects a day."""
    environment = os.environ | {"PYTHONPATH": str(airflow_env.ROOT / "tests") + os.pathsep + str(airflow_env.ROOT)}
    arguments = [sys.executable, "-c", WORKER, server.url, server.fake.read_token, root]
    with Command(arguments, environment, tmp_path / name) as running:
        yield running


def test_both_dags_leave_the_expected_files_in_a_bucket(bucket, another_fake, tmp_path):
    """What the library collects for both DAGs is the same, byte for byte, in an object store as in a folder."""
    with another_fake(limits=NO_LIMITS).serve() as server:
        library.run_daily(server, bucket.root, DAY)
        library.run_weekly(server, bucket.root, DAY)

    assert bucket.digests(tmp_path) == EXPECTED


def test_airflow_leaves_the_expected_files_in_a_bucket(run_dag, lake, bucket, monkeypatch, tmp_path):
    """A DAG whose data root is a bucket runs as any other, and leaves nothing on the disk."""
    monkeypatch.setenv("TMDB_DATA_ROOT", bucket.root)

    run = run_dag(DAILY, logical_date=AT_TWO)

    assert str(run.state) == "success"
    assert bucket.digests(tmp_path) == {DAILY: EXPECTED[DAILY]}
    assert not (tmp_path / "lake").exists()


@pytest.fixture
def collect(run_dag, bucket, monkeypatch):
    """Run the DAG of the day, from a fake into the bucket: the state of the run."""

    def collect(server):
        monkeypatch.setenv("TMDB_BASE_URL", server.url)
        monkeypatch.setenv("TMDB_READ_TOKEN", server.fake.read_token)
        monkeypatch.setenv("TMDB_DATA_ROOT", bucket.root)
        return str(run_dag(DAILY, logical_date=AT_TWO).state)

    return collect


def test_two_workers_on_one_bucket(collect, bucket, another_fake, told, tmp_path, caplog):
    """While one process collects a list another refuses to; the first ends as if alone, and so does the date again."""
    fake = another_fake(limits=NO_LIMITS)
    fake.faults = [Fault(hang=True, times=1)]
    with fake.serve() as server:
        with worker(server, bucket.root, tmp_path, "first") as first:
            first.wait_for(lambda: fake.plan.rules[0].applied, "the request that is held")
            refused = collect(server)
            server.stop()  # lets the first one's request go
            server.start()
            status = first.wait()
        found = bucket.digests(tmp_path / "alone")
        again = collect(server)

    assert status == 0, first.output
    assert (refused, again) == ("failed", "success")
    assert "popular of 2024-01-07 is being collected by another process right now" in caplog.text
    assert found == bucket.digests(tmp_path / "again") == {DAILY: EXPECTED[DAILY]}


def test_worker_killed_in_mid_run(collect, bucket, another_fake, told, tmp_path, caplog):
    """SIGKILL in mid-run: nothing half-written; once its lock has ended the next goes on from the pages it has kept."""
    fake = another_fake(limits=NO_LIMITS)
    fake.faults = [Fault(path=POPULAR, page=4, hang=True, times=1)]
    kept = ["checkpoint.json", "page_001.json", "page_002.json", "page_003.json", "page_005.json"]
    with fake.serve() as server:
        with worker(server, bucket.root, tmp_path, "killed") as killed:
            killed.wait_for(lambda: bucket.pages() == kept, "the other four pages")
            killed.kill()
        refused = collect(server)
        bucket.lock_ends()
        again = collect(server)

    assert (refused, again) == ("failed", "success")
    assert re.search(r"If it was killed, its lock ends in [0-9]+ s\.", caplog.text)
    assert sorted(fake.journal.pages(POPULAR)) == [1, 2, 3, 4, 4, 5]
    assert bucket.digests(tmp_path) == {DAILY: EXPECTED[DAILY]}


def test_store_goes_away_in_mid_run(collect, bucket, store, another_fake, told, tmp_path, caplog):
    """A store that is down fails the run by one message; once it is back only what it does not hold is asked for."""
    fake = another_fake(limits=NO_LIMITS)
    fake.faults = [Fault(path=POPULAR, page=4, delay=1, times=1)]
    with fake.serve() as server:
        stopped = []
        fake.journal.watch(lambda call: stopped.append(store.stop()) if call.page == 4 and not stopped else None)
        failed = collect(server)
        store.start()
        kept = {int(name[5:8]) for name in bucket.pages() if name.startswith("page")}
        fake.journal.clear()
        bucket.lock_ends()
        again = collect(server)

    assert (failed, again) == ("failed", "success")
    assert f"the store at 127.0.0.1:{store.port} does not answer." in caplog.text
    assert 1 in kept
    assert 4 not in kept
    assert sorted(fake.journal.pages(POPULAR)) == sorted({1, 2, 3, 4, 5} - kept)
    assert bucket.digests(tmp_path) == {DAILY: EXPECTED[DAILY]}
