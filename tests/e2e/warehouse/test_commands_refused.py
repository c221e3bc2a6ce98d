"""What the commands say of a server that lets nobody in: ours by the protocol of Postgres, asked by libpq."""

import socket
import struct
from contextlib import suppress
from threading import Thread

import pytest

from tmdb_pipeline import interrupts
from tmdb_pipeline.cli import program

#: Codes with which libpq asks for encryption before it says who it is.
_ENCRYPTION = (80877103, 80877104)


@pytest.fixture
def refusing():
    """Starts a server that ends each attempt to sign in with an error; returns its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def start(code, message):
            fields = {"S": "FATAL", "V": "FATAL", "C": code, "M": message}
            body = b"".join(f"{name}{value}\0".encode() for name, value in fields.items()) + b"\0"

            def serve():
                with suppress(OSError):  # the test is over
                    while True:
                        connection, _ = listening.accept()
                        with connection:
                            while struct.unpack("!ii", connection.recv(4096)[:8])[1] in _ENCRYPTION:
                                connection.sendall(b"N")
                            connection.sendall(b"E" + struct.pack("!i", len(body) + 4) + body)

            Thread(target=serve, daemon=True).start()
            return listening.getsockname()[1]

        yield start
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("code", "message", "advice"),
    [
        (
            "28P01",
            'password authentication failed for user "tmdb_owner"',
            (
                "Put the right password into TMDB_WAREHOUSE_URL; where that of tmdb_owner is lost, set "
                "TMDB_OWNER_PASSWORD to another and run tmdb-pipeline warehouse create."
            ),
        ),
        (
            "28000",
            'role "tmdb_owner" does not exist',
            (
                "Put the right user and password into TMDB_WAREHOUSE_URL, or make the warehouse's roles with "
                "tmdb-pipeline warehouse create."
            ),
        ),
        (
            "3D000",
            'database "tmdb_warehouse" does not exist',
            "Mend TMDB_WAREHOUSE_URL, or make the database with tmdb-pipeline warehouse create.",
        ),
        (
            "28000",
            'no pg_hba.conf entry for host "127.0.0.1"',
            "Have the server's administrator let this role in from here, or mend TMDB_WAREHOUSE_URL.",
        ),
        (
            "42501",
            'permission denied for database "tmdb_warehouse"',
            "Have the server's administrator let this role in from here, or mend TMDB_WAREHOUSE_URL.",
        ),
    ],
)
@pytest.mark.parametrize("action", ["migrate", "status"])
def test_who_may_not_sign_in_is_told_what_to_mend(monkeypatch, capsys, refusing, action, code, message, advice):
    """A password, a database and a right that are missing are told apart, and the words of libpq are said once."""
    port = refusing(code, message)
    monkeypatch.setattr(interrupts, "listen", lambda: None)
    monkeypatch.setenv("TMDB_WAREHOUSE_URL", f"postgresql://tmdb_owner:geheim@127.0.0.1:{port}/tmdb_warehouse")

    status = program.main(["warehouse", action])

    assert status == 1
    assert capsys.readouterr().err == (
        f"The warehouse TMDB_WAREHOUSE_URL (tmdb_owner at 127.0.0.1:{port}/tmdb_warehouse) refuses to sign in: "
        f"{message}. {advice}\n"
    )


@pytest.mark.parametrize(
    ("code", "message"),
    [("28P01", 'password authentication failed for user "postgres"'), ("28000", 'role "postgres" does not exist')],
)
def test_administrator_is_not_sent_to_what_needs_one(monkeypatch, capsys, refusing, code, message):
    """Who makes the roles is told to mend the address of the server's administrator, not to make the roles first."""
    port = refusing(code, message)
    monkeypatch.setattr(interrupts, "listen", lambda: None)
    monkeypatch.setenv("TMDB_WAREHOUSE_ADMIN_URL", f"postgresql://postgres:geheim@127.0.0.1:{port}/postgres")

    status = program.main(["warehouse", "create"])

    assert status == 1
    assert capsys.readouterr().err == (
        f"The warehouse TMDB_WAREHOUSE_ADMIN_URL (postgres at 127.0.0.1:{port}/postgres) refuses to sign in: "
        f"{message}. Put the user and password of an administrator of the server into TMDB_WAREHOUSE_ADMIN_URL.\n"
    )
