import re
import sys
from types import SimpleNamespace

import pytest

from deploy import init
from tmdb_pipeline.ops.backup.errors import RestoreFailed
from tmdb_pipeline.warehouse.errors import WarehouseError


class Commands:
    """Airflow's commands: what was asked for, and what ``users create`` says."""

    def __init__(self, created):
        self.created = created
        self.asked = []

    def __call__(self, *arguments):
        self.asked.append(arguments)
        return self.created if arguments[:2] == ("users", "create") else ""


def test_tables_come_first_then_administrator_rights_and_pool():
    """The first start makes tables, the administrator, the right to see the page in the menu, and the pool."""
    commands = Commands('User "admin" created with role "Admin"')
    init.set_up(commands, "admin", "admin@localhost", "-a-secret-")

    assert commands.asked == [
        ("db", "migrate"),
        (
            *("users", "create", "--username=admin", "--password=-a-secret-"),
            *("--firstname=Airflow", "--lastname=Administrator", "--email=admin@localhost", "--role=Admin"),
        ),
        ("roles", "add-perms", "Viewer", "--resource", "Plugins", "--action", "can_read"),
        ("roles", "add-perms", "User", "--resource", "Plugins", "--action", "can_read"),
        ("pools", "set", "tmdb_api", "10", "Tasks that ask TMDB, and share what it allows an address"),
    ]


def test_the_password_of_the_env_file_is_the_truth():
    """A later start gives an administrator who is there the password that .env holds now."""
    commands = Commands("admin already exists in the db")
    init.set_up(commands, "admin", "admin@localhost", "another")

    assert commands.asked[2] == ("users", "reset-password", "--username=admin", "--password=another")
    assert [asked[:2] for asked in commands.asked][-1] == ("pools", "set")


UNASKED = "The fake is there, but nobody asks it: set TMDB_BASE_URL=http://fake-tmdb:8080/3 in .env."


def test_an_administrator_who_cannot_be_made_is_explained():
    """Airflow only says that it failed; the one way to get there is another name with the same address."""

    def run(*arguments):
        if arguments[:2] == ("users", "create"):
            raise SystemExit("Failed to create user")

    with pytest.raises(SystemExit) as ended:
        init.set_up(run, "chief", "admin@localhost", "a-secret")

    assert str(ended.value) == (
        "Refused: the administrator chief cannot be made: Failed to create user. No two users have the same address: "
        "if you have changed ADMIN_USER in .env, change ADMIN_EMAIL as well."
    )


@pytest.mark.parametrize(
    ("base_url", "fake_is_there", "sentence"),
    [
        ("", False, None),
        ("", True, UNASKED),
        ("https://api.example/3", True, UNASKED),
        ("http://fake-tmdb:8080/3", True, None),
        (
            "http://fake-tmdb:8080/3",
            False,
            "TMDB_BASE_URL names the fake, which is not there: start it with --profile fake, or empty it.",
        ),
    ],
)
def test_a_fake_alone_is_noticed(base_url, fake_is_there, sentence):
    """The fake started and not asked, or asked and not started, is worth a message."""
    found = init.doubts(base_url, known=lambda host: fake_is_there and host == "fake-tmdb")

    assert found == ([] if sentence is None else [sentence])


def fails(message):
    def database():
        raise OSError(message)

    return database


@pytest.mark.parametrize(
    ("executor", "redis", "database", "sentence"),
    [
        ("LocalExecutor", False, lambda: None, None),
        ("CeleryExecutor", True, lambda: None, None),
        (
            "CeleryExecutor",
            False,
            lambda: None,
            "EXECUTOR is CeleryExecutor, but there is no Redis: start with --profile celery, or set LocalExecutor.",
        ),
        (
            "LocalExecutor",
            False,
            fails("password authentication failed for user"),
            (
                "Postgres refuses POSTGRES_PASSWORD: it keeps the one that it was first started with, or was last "
                "given. Give it another with `tmdb-ops rotate database`, which needs neither."
            ),
        ),
        ("LocalExecutor", False, fails("the server starts"), "Postgres cannot be used: the server starts"),
    ],
)
def test_what_cannot_be_reached_is_said(executor, redis, database, sentence):
    """A missing queue, a changed password and a broken database each have their sentence."""
    assert init.unreachable(executor, database, known=lambda host: redis and host == "redis") == sentence


def test_names_are_looked_up():
    """This machine knows itself, and no host of an invalid name."""
    assert init.resolves("localhost")
    assert not init.resolves("no such host")


def test_commands_run_in_this_process(monkeypatch):
    """A command is parsed and called as Airflow's own command line does it, and what it prints comes back."""
    asked = []

    def parse(arguments):
        asked.append(arguments)
        return SimpleNamespace(func=lambda parsed: sys.stdout.write(parsed.said), said="printed")

    parser = SimpleNamespace(get_parser=lambda: SimpleNamespace(parse_args=parse))
    monkeypatch.setitem(sys.modules, "airflow.cli.cli_parser", parser)

    assert init.airflow("db", "migrate") == "printed"
    assert asked == [("db", "migrate")]


@pytest.fixture
def container(tmp_path, monkeypatch):
    """The secrets and settings of the init container, and a database driver that notes how it was asked."""
    (tmp_path / "postgres_password").write_text("of-postgres", encoding="utf-8")
    (tmp_path / "admin_password").write_text("of-admin", encoding="utf-8")
    asked = {}

    def connect(**how):
        asked.update(how)
        return SimpleNamespace(close=lambda: asked.update(closed=True))

    commands = Commands("created")
    monkeypatch.setattr(init, "SECRETS", tmp_path)
    monkeypatch.setattr(init, "airflow", commands)
    monkeypatch.setattr(init, "set_up_warehouse", lambda: "the warehouse")
    found = SimpleNamespace(channels=[], absent=("There is no Slack.",), wrong={"mail": "The mail is wrong."})
    monkeypatch.setattr(init, "alert_channels", lambda: found)
    monkeypatch.setitem(sys.modules, "psycopg", SimpleNamespace(connect=connect))
    for name, value in {
        "ADMIN_USER": "chief",
        "ADMIN_EMAIL": "c@localhost",
        "TMDB_BASE_URL": "http://tmdb.example/3",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "LocalExecutor")
    return SimpleNamespace(asked=asked, commands=commands)


def test_everything_is_set_up(container, monkeypatch, capsys):
    """The container signs in with the secret of Postgres and makes the administrator of .env."""
    monkeypatch.setattr(init, "doubts", lambda base_url: [f"odd: {base_url!r}."])

    assert init.main() == 0
    assert container.asked == {
        "host": "postgres",
        "port": 5432,
        "user": "airflow",
        "dbname": "airflow",
        "password": "of-postgres",
        "autocommit": True,
        "closed": True,
    }
    assert {"--username=chief", "--password=of-admin", "--email=c@localhost"} <= set(container.commands.asked[1])
    said = capsys.readouterr()
    assert said.err == "Warning: odd: 'http://tmdb.example/3'.\nWarning: The mail is wrong.\n"
    assert said.out == (
        "Nobody gets alerts: docs/alerts.md says how to set them up.\nThere is no Slack.\n"
        "Airflow's tables, its administrator, the pool tmdb_api and the warehouse are ready.\n"
    )


def test_who_gets_alerts_is_said():
    """Whoever starts the stack sees by which channels people are told."""
    channels = [SimpleNamespace(name="slack"), SimpleNamespace(name="mail")]

    assert init.who_is_told(SimpleNamespace(channels=channels, absent=())) == ["Alerts are sent by slack and mail."]


def test_warehouse_that_cannot_be_used_is_a_message(container, monkeypatch, capsys):
    """Airflow's own tables are made by then, but the stack does not start without its warehouse."""

    def refuse():
        raise WarehouseError("no rights.")

    monkeypatch.setattr(init, "set_up_warehouse", refuse)

    assert init.main() == 1
    assert container.commands.asked != []
    said = capsys.readouterr()
    assert said.err.endswith("Refused: no rights.\n")
    assert said.out == ""


def test_what_was_settled_is_said(container, monkeypatch, capsys):
    """Whoever starts the stack after a restore that was interrupted reads what became of it."""
    monkeypatch.setattr(init, "settle", lambda: "The restore is completed.")

    assert init.main() == 0
    assert capsys.readouterr().out.startswith("The restore is completed.\n")


def test_restore_that_cannot_be_settled_keeps_the_stack_from_starting(container, monkeypatch, capsys):
    """Half of the old and half of the new is nothing to work on."""

    def fail():
        raise RestoreFailed("The disk is broken.")

    monkeypatch.setattr(init, "settle", fail)

    assert init.main() == 1
    assert container.commands.asked == []
    assert capsys.readouterr().err.endswith("Refused: The disk is broken.\n")


def test_nothing_is_said_to_be_ready_that_is_not(container, monkeypatch, capsys):
    """When a command of Airflow fails, the last word is not that all is well."""

    def fail(*arguments):
        raise SystemExit("no room")

    monkeypatch.setattr(init, "airflow", fail)

    with pytest.raises(SystemExit, match="no room"):
        init.main()
    assert capsys.readouterr().out == ""


def test_base_url_that_is_not_set_is_an_empty_one(container, monkeypatch):
    """Compose hands on what .env says, which may be nothing."""
    monkeypatch.delenv("TMDB_BASE_URL")

    assert init.main() == 0


def test_nothing_is_set_up_where_something_is_missing(container, monkeypatch, capsys):
    """Without its queue the stack is refused before a table is touched."""
    monkeypatch.setattr(init, "unreachable", lambda *_: "no.")

    assert init.main() == 1
    assert container.commands.asked == []
    assert capsys.readouterr().err == "Refused: no.\n"


@pytest.mark.parametrize("address", ["http://[::1", "http://[x]/3", "fake-tmdb", "http://"])
def test_address_that_is_none_is_no_traceback(address):
    """What is no address names no fake; that it cannot be used is for the tasks to say."""
    assert init.doubts(address, known=lambda _: False) == []


@pytest.mark.parametrize("name", ["postgres_password", "admin_password"])
@pytest.mark.parametrize("spoil", [lambda file: file.write_bytes(b"\xff"), lambda file: file.unlink()])
def test_secret_that_cannot_be_read_is_a_message(container, tmp_path, capsys, name, spoil):
    """Nothing is set up with a secret that is not there or no text, and the line says which one it is."""
    spoil(tmp_path / name)

    assert init.main() == 1
    assert container.commands.asked == []
    message = capsys.readouterr().err
    assert re.match(f"Refused: (Postgres cannot be used: )?{name.upper()} cannot be read: ", message)
    assert message.count("\n") == 1


@pytest.mark.parametrize("name", ["ADMIN_USER", "ADMIN_EMAIL", "AIRFLOW__CORE__EXECUTOR"])
def test_setting_that_is_missing_is_a_message(container, monkeypatch, capsys, name):
    """Compose sets them all; whoever runs the script by hand is told which one is not set."""
    monkeypatch.delenv(name)

    assert init.main() == 1
    assert container.commands.asked == []
    assert capsys.readouterr().err == f"Refused: {name} is not set: run this by docker compose, which sets it.\n"


def test_restore_that_was_interrupted_is_settled_first(tmp_path, monkeypatch):
    """Before anything uses what it was about; where there was none, nothing is looked at."""
    from tmdb_pipeline.ops.backup import journal

    monkeypatch.setattr(init, "JOURNAL", tmp_path / ".tmdb-restore.json")
    monkeypatch.setattr(init, "SECRETS", tmp_path / "secrets")
    asked = []
    monkeypatch.setattr(journal, "settle", lambda site: asked.append(site) or "It is completed.")
    assert init.settle() is None

    init.JOURNAL.write_text("{}")
    init.SECRETS.mkdir()
    (init.SECRETS / "postgres_password").write_text("geheim")
    (init.SECRETS / "folder").mkdir()

    assert init.settle() == "It is completed."
    (site,) = asked
    assert site.data_root == tmp_path
    assert {address.password for address in site.databases.values()} == {"geheim"}
