import os
import signal
import socket
import stat
import subprocess
import sys
from contextlib import nullcontext

import psycopg
import pytest
from e2e.leftovers import processes_with
from e2e.patience import PATIENCE, wait_for

from tmdb_pipeline.demo import postgres_server
from tmdb_pipeline.demo.keeper import Keeper
from tmdb_pipeline.demo.postgres_server import PostgresFailed, PostgresServer
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.schema.roles import LOADER, OWNER, READER

#: A command that starts a server, says that it is there, and waits.
COMMAND = """\
import sys, time
from pathlib import Path
from tmdb_pipeline.demo.keeper import Keeper
from tmdb_pipeline.demo.postgres_server import PostgresServer
folder = Path(sys.argv[1])
with Keeper() as keeper, PostgresServer(keeper, folder=folder / "tables", log=folder / "log"):
    print("up", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def keeper():
    with Keeper() as keeper:
        yield keeper


@pytest.fixture
def server(keeper, tmp_path):
    """Makes a server on the same folder as before."""
    return lambda: PostgresServer(keeper, folder=tmp_path / "out" / "tables", log=tmp_path / "out" / "log")


def marked(tables):
    """Leave a mark in the tables."""
    with connected(tables.address(LOADER)) as connection:
        connection.execute("INSERT INTO genres VALUES (1, 'mark', 'mark')")


def marks(tables):
    """The marks in the tables."""
    with connected(tables.address(READER)) as connection:
        return connection.execute("SELECT name FROM genres WHERE genre_id = 1").fetchall()


def test_tables_stay_when_the_server_ends(server, tmp_path):
    """A server on the folder of an earlier one has its tables, with passwords of its own; nothing else is left."""
    with server() as first:
        marked(first)
    with server() as second:
        found = marks(second)

    assert found == [("mark",)]
    assert first.address(OWNER).password != second.address(OWNER).password
    assert processes_with(tmp_path) == []
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"tables", "log"}


def test_earlier_server_that_is_on_its_way_out_is_waited_for(server, monkeypatch):
    """One that was killed holds its tables for a moment, and after that they are there."""
    with server() as first:
        marked(first)
    run, held = PostgresServer._run, ['lock file "postmaster.pid" already exists']

    def busy(tables, program, *arguments, **options):
        if held:
            raise PostgresFailed(held.pop())
        return run(tables, program, *arguments, **options)

    monkeypatch.setattr(PostgresServer, "_run", busy)
    with server() as second:
        found = marks(second)

    assert (found, held) == ([("mark",)], [])


def test_only_who_has_a_password_signs_in(server, tmp_path):
    """Nobody else on this machine reads the tables, neither as their administrator nor by a socket or the folder."""
    with server() as tables:
        address = tables.address(READER)
        where = {"host": address.host, "port": address.port, "dbname": address.database}
        for user in (READER, OWNER, "postgres"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(**where, user=user, password="guessed")
        with tables._signed_in() as connection:
            sockets = connection.execute("SHOW unix_socket_directories").fetchall()

    assert sockets == [("",)]
    assert stat.S_IMODE((tmp_path / "out" / "tables").stat().st_mode) == 0o700


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_server_does_not_outlive_a_command_that_is_ended(server, tmp_path, number):
    """However the command ends, also without a chance to do anything, its server does; what was committed is kept."""
    command = [sys.executable, "-c", COMMAND, str(tmp_path / "out")]
    with server() as tables:
        marked(tables)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as running:
        assert running.stdout.readline() == b"up\n"
        running.send_signal(number)
        running.wait(PATIENCE)

    wait_for(lambda: processes_with(tmp_path / "out") == [], "the end of Postgres")
    with server() as tables:
        assert marks(tables) == [("mark",)]


def test_tables_of_another_version_are_refused(server, tmp_path):
    """Postgres cannot read the folder of another major version: what to remove is said, and nothing is touched."""
    folder = tmp_path / "out" / "tables"
    folder.mkdir(parents=True)
    (folder / "PG_VERSION").write_text("9\n")

    with pytest.raises(PostgresFailed) as refused, server():
        pass  # pragma: no cover - it does not start

    assert str(refused.value).startswith(f"The tables in {folder} were made by Postgres 9, and this is 18: remove that")
    assert [path.name for path in folder.iterdir()] == ["PG_VERSION"]


def test_server_that_does_not_start_says_why(server, tmp_path):
    """What Postgres said last is the message."""
    with server():
        pass
    conf = tmp_path / "out" / "tables" / "postgresql.conf"
    conf.write_text("nonsense = on\n")

    with pytest.raises(PostgresFailed) as failed, server():
        pass  # pragma: no cover - it does not start

    assert str(failed.value) == (
        f'Postgres cannot use its folder {conf.parent}: configuration file "{conf}" contains errors.'
    )


def test_port_that_another_took_is_one_message(server, monkeypatch, tmp_path):
    """What Postgres said last is the message, and where the rest of it is."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr(postgres_server.socket, "create_server", lambda where: nullcontext(taken))
        with pytest.raises(PostgresFailed) as failed, server():
            pass  # pragma: no cover - it does not start

    log = tmp_path / "out" / "log"
    assert str(failed.value) == f"Postgres did not start: could not create any TCP/IP sockets. Its messages: {log}."


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda out: out.touch(), "File exists"),
        (lambda out: (out / "tables" / "mine").mkdir(parents=True), "Directory not empty"),
    ],
)
def test_folder_that_cannot_be_had_is_one_message(server, tmp_path, spoil, why):
    """What stands in the way is said and left alone."""
    out = tmp_path / "out"
    spoil(out)

    with pytest.raises(PostgresFailed) as failed, server():
        pass  # pragma: no cover - it does not start

    assert str(failed.value) == (
        f"Postgres cannot be started on {out / 'tables'}: {why}. Choose another folder with --out."
    )


def test_folder_that_cannot_be_made_is_one_message(server, monkeypatch, tmp_path):
    """The words of initdb are the message, and half a folder is not left."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "initdb").write_text("#!/bin/sh\necho 'initdb: error: no room'\nexit 1\n")
    (programs / "initdb").chmod(0o755)
    monkeypatch.setattr(postgres_server, "_PROGRAMS", programs)

    with pytest.raises(PostgresFailed, match=r"cannot use its folder .*/tables: initdb: error: no room\.$"), server():
        pass  # pragma: no cover - it does not start


def test_programs_may_lie_where_only_root_can_pass(server, monkeypatch, tmp_path):
    """As in an environment below /root, or below a folder that mktemp made."""
    (tmp_path / "private").mkdir(mode=0o700)
    (tmp_path / "private" / "programs").symlink_to(postgres_server._PROGRAMS)
    monkeypatch.setattr(postgres_server, "_PROGRAMS", tmp_path / "private" / "programs")

    with server() as tables:
        assert marks(tables) == []


def test_root_needs_setpriv(server, monkeypatch):
    """Postgres refuses to run as root: without the means to be somebody else, what to do is said."""
    monkeypatch.setattr(postgres_server.os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres_server.os, "chown", lambda *_: None)
    monkeypatch.setattr(postgres_server.shutil, "which", lambda name: None)

    with pytest.raises(PostgresFailed, match="run this as another user, or install util-linux"), server():
        pass  # pragma: no cover - it does not start


def test_others_than_root_run_it_themselves(monkeypatch, tmp_path):
    """An ordinary user needs nothing of it."""
    monkeypatch.setattr(postgres_server.os, "geteuid", lambda: 1000)

    assert postgres_server._as_nobody() == ()
    assert postgres_server._given_away(tmp_path) == tmp_path


def test_root_runs_it_as_nobody(monkeypatch, tmp_path):
    """With the one right to pass through folders that may be root's alone, and with the folder given away."""
    given = []
    monkeypatch.setattr(postgres_server.os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres_server.os, "chown", lambda *how: given.append(how))
    monkeypatch.setattr(postgres_server.shutil, "which", lambda name: f"/usr/bin/{name}")

    assert postgres_server._as_nobody()[0] == "/usr/bin/setpriv"
    assert postgres_server._as_nobody()[-1] == "--ambient-caps=-all,+dac_override"
    assert postgres_server._given_away(tmp_path) == tmp_path
    assert given == [(tmp_path, *postgres_server._nobody())]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("", "it said nothing"),
        ("a word\n\n", "a word"),
        ("2024 UTC [1] FATAL:  no room.\n2024 UTC [1] LOG:  down\n", "no room"),
    ],
)
def test_reason_is_picked_out_of_what_a_program_says(said, line):
    """The last line that says why, without the time and the number before it."""
    assert postgres_server._reason(said) == line


def test_psql_shows_the_tables(server, capfd, monkeypatch):
    """It is signed in as who may only read, finds tables without their schema, and gives its own status.

    At a terminal it goes on after an error; a script ends there.
    """
    monkeypatch.setenv("PGUSER", "somebody")
    before = signal.getsignal(signal.SIGINT)
    with server() as tables:
        status = _with_input(tables.psql, "SELECT current_user, count(*) > 10 AS known FROM genres;\n")
        refused = _with_input(tables.psql, "DELETE FROM genres;\n\\echo never reached\n")
        typed = _typed(tables.psql, "SELECT 1 / 0;\n\\echo went on\n\\q\n")

    output, errors = capfd.readouterr()
    assert status == 0
    assert "tmdb_reader  | t" in output
    assert refused == 3
    assert "never reached" not in output
    assert typed == 0
    assert "went on" in output
    assert "permission denied for table genres" in errors
    assert signal.getsignal(signal.SIGINT) is before


def _with_input(function, text):
    """What a function returns while this process's standard input is a text from a pipe."""
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    return _reading_from(reading, function)


def _typed(function, text):
    """The same of a text that somebody types at a terminal."""
    keyboard, terminal = os.openpty()
    os.write(keyboard, text.encode())
    try:
        return _reading_from(terminal, function)
    finally:
        os.close(keyboard)


def _reading_from(file, function):
    kept = os.dup(0)
    os.dup2(file, 0)
    try:
        return function()
    finally:
        os.dup2(kept, 0)
        os.close(file)
        os.close(kept)
