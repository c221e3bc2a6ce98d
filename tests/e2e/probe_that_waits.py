"""Not a test: what test_ending.py runs in a process of its own and ends from outside, once it waits."""

import os
import threading
import time
from io import BytesIO
from pathlib import Path

import pytest
from e2e.digest import DAILY
from e2e.leftovers import labels
from e2e.patience import wait_for
from e2e.postgres import docker_engine

from fake_tmdb.faults.fault import Fault

READY = Path(os.environ["PROBE_READY"])


def test_waits_beside_postgres(postgres):
    """While Postgres runs, beside a network, a volume and an image as a stack would have them."""
    if engine := docker_engine():
        engine.networks.create(f"probe-{os.getpid()}", labels=labels())
        engine.volumes.create(f"probe-{os.getpid()}", labels=labels())
        dockerfile = BytesIO(b'FROM scratch\nCMD ["none"]\n')
        engine.images.build(fileobj=dockerfile, labels=labels(), rm=True)  # else a container of the build stays
    READY.write_text(str(postgres.port), encoding="utf-8")
    time.sleep(120)


@pytest.fixture(scope="session")
def slow_end(postgres):
    """Takes its time at the end of the session, before Postgres is stopped: until the signal has been sent."""
    yield
    READY.touch()
    wait_for(READY.with_name("sent").exists, "the signal")


def test_ends_slowly(slow_end):
    """Nothing to do, but at the end."""


def test_waits_in_a_task(run_dag, lake, tmdb):
    """While a task of a run awaits a page."""
    tmdb.fake.faults = [Fault(delay=3)]

    def tell():
        wait_for(lambda: tmdb.fake.plan.rules[0].applied, "a request")
        READY.touch()

    threading.Thread(target=tell).start()
    run_dag(DAILY)
