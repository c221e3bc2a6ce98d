"""The Postgres that these tests run on."""

import gc
import os
import platform
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from e2e.leftovers import is_alive, owner
from e2e.postgres import IMAGE, EmbeddedPostgres, NoContainer, choose_postgres, docker_engine


class AnyEngine:
    """Stands for an engine that answers."""


@pytest.mark.parametrize("environ", [{}, {"CI": "true"}])
def test_container_is_taken_where_an_engine_answers(environ):
    """The official image, pinned, unless the environment names another one."""
    own = choose_postgres(environ | {"E2E_POSTGRES_IMAGE": "postgres:17"}, AnyEngine())

    assert choose_postgres(environ, AnyEngine()).origin == f"container of {IMAGE}"
    assert own.origin == "container of postgres:17"


def test_wheel_stands_in_where_no_engine_answers():
    """It does what the container does: databases, copies of them, a restart that keeps data; then it is gone."""
    with choose_postgres({}, None) as server:
        server.create("first")
        server.rows("first", "CREATE TABLE kept (number int)")
        copied = server.create("second", template="first")
        server.restart()
        careless = server.rows("second", "SELECT current_setting('fsync'), (SELECT count(*) FROM kept)")
        folder = server._folder

    assert isinstance(server, EmbeddedPostgres)
    assert server.origin.endswith("since no Docker engine answers")
    assert copied == f"postgresql+psycopg2://postgres:postgres@127.0.0.1:{server.port}/second"
    assert careless == [("off", 0)]
    assert not folder.exists()


def test_container_is_demanded_in_ci():
    """With CI set and no engine the session ends at once with one message; it neither skips nor takes a stand-in."""
    with pytest.raises(NoContainer, match="start Docker, or unset CI"):
        choose_postgres({"CI": "true"}, None)

    session = subprocess.run(
        [sys.executable, "-m", "pytest", __file__],
        env=os.environ | {"CI": "true", "DOCKER_HOST": "unix:///nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert session.returncode == pytest.ExitCode.USAGE_ERROR
    assert session.stderr.strip().startswith("ERROR: No Docker engine answers this user, and with CI set")
    assert session.stderr.strip().count("\n") == 0


def test_looking_for_an_engine_in_vain_leaves_no_socket(monkeypatch):
    """Else it is warned of whenever Python comes to collect it, which may be after all tests, and then fails them."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    process = psutil.Process()
    gc.collect()
    gc.disable()
    try:
        before = process.num_fds()
        found = docker_engine()
        after = process.num_fds()
    finally:
        gc.enable()

    assert found is None
    assert after == before


def test_nobody_but_this_machine_can_connect(postgres):
    """It listens on loopback alone, container or not: passwords here are known to everybody."""
    port = f":{postgres.port:04X}"
    listening = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
            address, _, state = line.split()[1:4]
            if address.endswith(port) and state == "0A":
                listening.append(address)

    assert listening == [f"0100007F{port}"]


def test_owner_is_known_while_it_lives():
    """A process is told from a dead one, from another that got its number, and from those of other machines."""
    machine, number, began = owner().split("/")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    assert is_alive(owner())
    assert not is_alive(f"{machine}/{ended.pid}/{began}")
    assert not is_alive(f"{machine}/{number}/{int(began) - 3600}")
    assert is_alive(f"another-{platform.node()}/{ended.pid}/{began}")
