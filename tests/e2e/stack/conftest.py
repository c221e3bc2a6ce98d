"""The full stack, up once for all tests here. They come last and in this order: undisturbed first, then what hurts."""

import os
import re
import secrets
import shlex
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import airflow_env
import pytest
from e2e.digest import DAILY, WEEKLY
from e2e.leftovers import sweep
from e2e.patience import PATIENCE, wait_for
from e2e.postgres import docker_engine
from e2e.stack.operated import names_of, tmdb_ops
from e2e.stack.stack import AT_THREE, AT_TWO, FILES, LOAD, RESULTS, UNDISTURBED, Stack

pytest.register_assert_rewrite("e2e.stack.disturbed")

ORDER = (
    *(
        "test_shared_limits.py",
        "test_stack.py",
        "test_ops.py",
        "test_browser.py",
        "test_task_killed.py",
        "faults/test_faults.py",
    ),
    *("faults/test_load_faults.py", "faults/test_upgrade.py", "faults/test_backup.py", "test_security.py"),
    "faults/test_rotate.py",
    *("test_ending.py", "test_celery.py", "faults/test_worker_killed.py"),
)
STACK = pytest.StashKey[Stack]()
SEOUL = ZoneInfo("Asia/Seoul")
#: When the DAGs are scheduled there, and how long a stack may take until its DAGs are unpaused.
SCHEDULED_HOURS, STARTING = (2, 3), timedelta(minutes=6)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Put the tests of the stack behind all others, so that it does not slow them down, and in their order."""
    here = Path(__file__).parent
    places = {here / name: place for place, name in enumerate(ORDER, start=1)}
    items.sort(key=lambda item: places[item.path] if item.path.is_relative_to(here) else 0)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """When a test fails, save what the services have logged, and show the end of it."""
    report = yield
    if report.failed and (stack := item.session.stash.get(STACK, None)) is not None:
        file = RESULTS / f"{re.sub(r'[^A-Za-z0-9_-]+', '-', item.name)}.log"
        report.sections.append((f"end of the services' logs; all of them in {file}", stack.save_logs(file)))
    return report


@pytest.fixture(scope="session")
def engine():
    engine = docker_engine()
    if engine is None:  # pragma: no cover - the gate's machines have one
        why = "no Docker engine answers this user: start Docker to test the full stack"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    sweep(engine)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def sentinels():
    """A key and a token for this run alone, in the form of TMDB's own; the fake takes them."""
    return {"key": secrets.token_hex(16), "token": secrets.token_urlsafe(60)}


def last_scheduled():
    """The moment after which schedules start no runs: late enough for the stack to be up and its DAGs unpaused.

    Unpausing starts the runs for the last moments before it. None of a schedule's moments lies in between.
    """
    now = datetime.now(SEOUL)
    for hour in SCHEDULED_HOURS:
        moment = now.replace(hour=hour, minute=0, second=0, microsecond=0)
        if timedelta(0) < moment - now < STARTING:  # pragma: no cover - a matter of the hour
            time.sleep((moment - now).total_seconds())
    return datetime.now(SEOUL) + STARTING


@pytest.fixture(scope="session")
def a_stack(engine, sentinels, tmp_path_factory, request):
    """The stack, not started; removed at the end however far it came. pytest-docker alone leaks when a start fails."""
    folder = tmp_path_factory.mktemp("stack")
    command = [sys.executable, "deploy/make_env.py", "--fake", "--out", str(folder / "made")]
    subprocess.run(command, cwd=airflow_env.ROOT, check=True, stdout=subprocess.DEVNULL)
    lines = (folder / "made").read_text().splitlines()
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    settings |= {"FAKE_TMDB_API_KEY": sentinels["key"], "FAKE_TMDB_READ_TOKEN": sentinels["token"]}
    settings |= {"TMDB_API_KEY": sentinels["key"], "TMDB_READ_TOKEN": ""}
    for name in ("AIRFLOW_IMAGE", "FAKE_TMDB_IMAGE"):
        given = os.environ.get(f"E2E_{name}")
        service = name.removesuffix("_IMAGE").lower().replace("_", "-")
        settings[name] = given or f"tmdb-pipeline/{service}:e2e-{os.getpid()}"
    settings["E2E_LAST_SCHEDULED"] = last_scheduled().isoformat()
    stack = Stack(engine, folder, settings)
    request.session.stash[STACK] = stack
    yield stack
    stack.down()


@pytest.fixture(scope="session")
def docker_compose_command(a_stack):
    return f"exec {shlex.join(a_stack.compose.command)}"  # the shell is replaced: who ends it ends Compose


@pytest.fixture(scope="session")
def docker_compose_file():
    return [str(file) for file in FILES]


@pytest.fixture(scope="session")
def docker_compose_project_name(a_stack):
    return a_stack.compose.project


@pytest.fixture(scope="session")
def docker_setup():
    build = [] if os.environ.get("E2E_AIRFLOW_IMAGE") else ["build --quiet"]
    return [*build, f"up --detach --wait --wait-timeout {PATIENCE}"]


@pytest.fixture(scope="session")
def docker_cleanup():
    return []  # a_stack does it, also where the start failed


@pytest.fixture(scope="session")
def stack(a_stack, docker_services):
    """The stack, up and well, its DAGs paused as they are when they are new."""
    a_stack.sign_in()
    return a_stack


@pytest.fixture(scope="session")
def awake(stack):
    """The stack with both DAGs unpaused, and the runs that their schedules then demand at once brought to an end."""
    for dag_id in (DAILY, WEEKLY):
        stack.rest.unpause(dag_id)
    for dag_id in (DAILY, WEEKLY):
        (run,) = wait_for(lambda dag_id=dag_id: stack.rest.scheduled_runs(dag_id), f"a scheduled run of {dag_id}")
        assert stack.rest.wait_for_end(dag_id, run["dag_run_id"]) == "success"
    return stack


@pytest.fixture(scope="session")
def undisturbed(awake):
    """The stack after a run of both collections, triggered over REST, the load that their assets start, and no more."""
    awake.forget()
    awake.rest.unpause(LOAD)
    awake.rest.trigger(DAILY, AT_TWO, UNDISTURBED)
    awake.rest.trigger(WEEKLY, AT_THREE, UNDISTURBED)
    assert [awake.rest.wait_for_end(dag_id, UNDISTURBED) for dag_id in (DAILY, WEEKLY)] == ["success"] * 2
    wait_for(lambda: awake.warehouse("SELECT count(*) FROM tmdb.load_ledger") == ["2"], "both runs in the warehouse")
    # The first of them was also told of the runs of the schedules, whose files are gone: it loads the rest, and fails.
    for run in awake.rest.runs(LOAD):
        awake.rest.wait_for_end(LOAD, run["dag_run_id"])
    awake.rest.unpause(LOAD, paused=True)  # so that no load runs beside what other tests do
    return awake


@pytest.fixture
def ops(stack):
    """Run ``tmdb-ops`` on the stack, as Compose's own variables name that."""
    return lambda *arguments: tmdb_ops(*arguments, **names_of(stack))


@pytest.fixture
def fresh(awake):
    """The stack as if nothing had run yet."""
    awake.forget()
    return awake


@pytest.fixture(scope="session")
def scaled_out(awake, sentinels):
    """The same stack after its owner has changed settings and secrets in .env and done what docs/running.md says."""
    awake.forget()
    awake.configure(ADMIN_PASSWORD=f"another-{awake.settings['ADMIN_PASSWORD']}")
    awake.configure(
        COMPOSE_PROFILES="fake,celery",
        EXECUTOR="CeleryExecutor",
        TMDB_API_KEY="",
        TMDB_READ_TOKEN=sentinels["token"],
        WORKER_CONCURRENCY="2",
    )
    awake.up("--force-recreate")
    return awake
