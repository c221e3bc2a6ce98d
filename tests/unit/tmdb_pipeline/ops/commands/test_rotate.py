"""The order of what is done; what the engine, Postgres and Airflow make of it: ``tests/e2e/stack/test_rotate.py``."""

import io
import json

import msgspec
import pytest
from fake_docker import SERVICES, WELL, container

from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.lake.operations import Action, Operation, Outcome
from tmdb_pipeline.ops.backup.site import who
from tmdb_pipeline.ops.commands import rotate
from tmdb_pipeline.ops.compose.folder import parse
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.rotation import fresh

#: What is in ``.env`` before: nothing of it may be printed.
OLD = {name: f"old-{name}" for name in (*fresh.SIGNING, *fresh.PASSWORDS, "FERNET_KEY")}
OLD |= {"TMDB_API_KEY": "", "TMDB_READ_TOKEN": "old-token"}
TOKEN = "eyJ.new-token.x"
FOUND = {"name": "TMDB key", "verdict": "ok", "said": "It accepts it."}
UP = "up --detach --wait --force-recreate"
STOPPED = [
    "compose --profile=* stop --timeout=900 scheduler",
    "compose --profile=* stop --timeout=900 api-server check",
]
RENEWED = [*STOPPED, "compose --profile=* config --format=json", f"compose {UP}"]


@pytest.fixture(autouse=True)
def _world(stack, docker, monkeypatch):
    """A stack that is well, with secrets; no wait lasts."""
    for name in OLD:
        monkeypatch.delenv(name, raising=False)
    with (stack / ".env").open("a") as file:
        file.writelines(f"{name}={value}\n" for name, value in OLD.items())
    docker.says("compose .*(stop|up|exec)")
    docker.says("inside key", json.dumps(FOUND))
    docker.says("inside note", "null")
    whole = json.dumps({"name": "tmdb-pipeline", "services": {**SERVICES, "worker": {"profiles": ["celery"]}}})
    docker.says("--profile=. config", whole)


@pytest.fixture
def settings(stack):
    """What is in ``.env`` now."""
    return lambda: parse((stack / ".env").read_text())


@pytest.fixture
def asked(docker):
    """What Docker was asked to do, without what it was only asked to tell."""
    told = (" ps ", "inside note")
    return lambda: [
        line
        for line in docker.asked
        if not any(word in line for word in told) and line != "compose config --format=json"
    ]


@pytest.fixture
def typed(monkeypatch):
    """What comes on standard input."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def changed(before, after):
    return {name for name in after if after[name] != before[name]}


@pytest.mark.parametrize(("what", "names"), [("jwt", set(fresh.SIGNING)), ("database", set(fresh.PASSWORDS))])
def test_all_that_belongs_together_is_replaced(ops, settings, what, names):
    """Nothing else is, and no value is printed."""
    before = settings()

    code, out, err = ops("rotate", what)

    assert (code, err, changed(before, settings())) == (0, "", names)
    assert f"{', '.join(fresh.SIGNING if what == 'jwt' else fresh.PASSWORDS)}: replaced in .env" in out
    assert not any(values[name] in out for name in names for values in (before, settings()))


def test_document_names_what_was_replaced(ops):
    """For programs."""
    code, out, err = ops("rotate", "jwt", "--json")

    assert (code, json.loads(out), err) == (0, {"rotated": ["JWT_SECRET", "API_SECRET_KEY"]}, "")


def test_tasks_end_before_services_do(ops, asked):
    """The scheduler first, then the others but the database, then all is made anew."""
    assert ops("rotate", "jwt", "--timeout", "900")[0] == 0

    assert asked() == RENEWED


def test_passwords_change_once_nobody_uses_them(ops, asked):
    """In one transaction, by the socket, with nothing secret in a command line."""
    assert ops("rotate", "database")[0] == 0

    stopped, (psql, *rest) = asked()[:2], asked()[2:]
    assert (stopped, rest) == (STOPPED, RENEWED[2:])
    assert psql.startswith("compose exec -T postgres psql --username=airflow --dbname=airflow --no-psqlrc")
    assert psql.endswith("--single-transaction --file=-")


def test_passwords_that_postgres_refuses_are_said(ops, docker):
    """In its words."""
    docker.says("exec -T postgres", err="psql: error: the database system is starting up", status=2)

    code, _, err = ops("rotate", "database")

    assert (code, "Postgres cannot do it: Docker says psql: error: the database system is" in err) == (5, True)


def test_workers_finish_what_is_queued(ops, docker, asked, monkeypatch):
    """They are stopped when nothing is under way; and are there again afterwards, by their profile."""
    docker.runs(*WELL, container("worker"), container("worker", number=2))
    docker.says("exec -T postgres", "1\n")
    slept = []

    class Clock(SystemClock):
        def monotonic(self):
            return 0

        def sleep(self, seconds):
            slept.append(seconds)
            docker.says("exec -T postgres", "\n" if len(slept) == 2 else "1\n")

    monkeypatch.setattr(rotate, "SystemClock", Clock)
    assert ops("rotate", "jwt")[0] == 0

    assert slept == [2.0, 2.0]
    assert [line for line in asked() if "psql" not in line] == [
        "compose --profile=* stop --timeout=900 scheduler",
        "compose --profile=* stop --timeout=900 worker",
        *STOPPED[1:],
        "compose --profile=* config --format=json",
        f"compose --profile=celery {UP}",
    ]


def test_workers_that_do_not_finish_are_stopped(ops, docker, monkeypatch):
    """When the time is over that they were given."""
    docker.runs(*WELL, container("worker"))
    docker.says("exec -T postgres", "1\n")
    times = iter([0, 4, 5])

    class Clock(SystemClock):
        def monotonic(self):
            return next(times)

        def sleep(self, _):
            pass

    monkeypatch.setattr(rotate, "SystemClock", Clock)

    assert ops("rotate", "jwt", "--timeout", "5")[0] == 0
    assert list(times) == []


def test_fernet_key_goes_once_nothing_needs_it(ops, docker, settings, asked, stack, monkeypatch):
    """Both keys are there while all is encrypted anew, the new one first."""
    seen = []
    monkeypatch.setattr(fresh, "fernet_key", lambda: "new-key")
    replace = rotate.renewal.env_file.replace
    monkeypatch.setattr(rotate.renewal.env_file, "replace", lambda file, to: (seen.append(to), replace(file, to)))

    code, out, _ = ops("rotate", "fernet")

    assert (code, seen) == (0, [{"FERNET_KEY": "new-key,old-FERNET_KEY"}, {"FERNET_KEY": "new-key"}])
    assert settings()["FERNET_KEY"] == "new-key"
    encrypt = "compose exec -T scheduler /opt/tmdb/deploy/entrypoint airflow rotate-fernet-key"
    assert asked() == [*RENEWED, encrypt, *STOPPED, RENEWED[-1]]
    assert "new-key" not in out


def test_fernet_rotation_that_was_killed_is_completed(ops, docker, settings, stack):
    """With the two keys that it had: no third one is made. Where encrypting fails, both stay."""
    env = stack / ".env"
    env.write_text(env.read_text().replace("old-FERNET_KEY", "new,old"))
    docker.says("rotate-fernet-key", err="InvalidToken", status=1)

    code, _, err = ops("rotate", "fernet")
    assert (code, settings()["FERNET_KEY"]) == (5, "new,old")
    assert "airflow failed in the container of scheduler" in err

    docker.says("rotate-fernet-key")
    assert ops("rotate", "fernet")[0] == 0
    assert settings()["FERNET_KEY"] == "new"


@pytest.fixture
def notes(monkeypatch):
    """What is given to who notes it in the container."""
    given = []
    inside = Stack.inside

    def noting(self, *command, **options):
        if command[-1] == "note":
            given.append(msgspec.json.decode(options["given"], type=Operation))
        return inside(self, *command, **options)

    monkeypatch.setattr(Stack, "inside", noting)
    return given


def test_rotation_is_in_the_log_of_operations(ops, docker, typed, notes):
    """What was replaced, by whom and whether it failed, and no secret; what was not begun is not in it."""
    assert ops("rotate", "jwt")[0] == 0
    docker.says("inside key", json.dumps(FOUND | {"verdict": "wrong", "said": "TMDB refuses the key."}))
    typed(TOKEN)
    assert ops("rotate", "tmdb", "--file", "-")[0] == 2

    assert [(each.action, each.subject, each.outcome) for each in notes] == [
        (Action.ROTATE, "JWT_SECRET, API_SECRET_KEY", Outcome.DONE),
        (Action.ROTATE, "TMDB_READ_TOKEN, TMDB_API_KEY", Outcome.FAILED),
    ]
    assert {each.who for each in notes} == {who()}
    docker.runs(container("postgres", "exited"))
    assert ops("rotate", "jwt")[0] == 5
    assert len(notes) == 2


def test_rotation_that_cannot_be_noted_is_done(ops, docker, settings):
    """And what the log lacks is said."""
    docker.says("inside note", err="No space left on device", status=1)
    before = settings()

    code, _, err = ops("rotate", "jwt")

    assert (code, changed(before, settings())) == (0, set(fresh.SIGNING))
    assert err.startswith("The log of operations does not have this: The disk of the Docker engine is full: ")


def test_key_of_tmdb_is_proved_and_then_replaced(ops, typed, settings, asked):
    """From standard input; it is in no command line."""
    typed(f" {TOKEN}\n")

    code, out, err = ops("rotate", "tmdb")

    assert (code, err, settings()["TMDB_READ_TOKEN"]) == (0, "", TOKEN)
    assert asked() == [
        "compose exec -T scheduler /opt/tmdb/deploy/entrypoint python -m tmdb_pipeline.ops.inside key",
        *RENEWED,
    ]
    assert TOKEN not in out


def test_key_comes_from_a_file(ops, settings, tmp_path):
    """A v3 key takes the place of a token."""
    (tmp_path / "key").write_text("0123456789abcdef0123456789abcdef\n")

    assert ops("rotate", "tmdb", "--file", str(tmp_path / "key"))[0] == 0
    assert (settings()["TMDB_API_KEY"], settings()["TMDB_READ_TOKEN"]) == ("0123456789abcdef0123456789abcdef", "")


def test_key_is_asked_for_at_a_terminal(ops, settings, terminal, monkeypatch):
    """And not shown while it is typed."""
    how = {}
    monkeypatch.setattr(rotate.typer, "prompt", lambda _, **options: how.update(options) or TOKEN)

    assert ops("rotate", "tmdb")[0] == 0
    assert (settings()["TMDB_READ_TOKEN"], how) == (TOKEN, {"hide_input": True, "err": True})


def test_key_that_tmdb_refuses_changes_nothing(ops, docker, typed, settings, asked):
    """Nothing is stopped for it."""
    docker.says("inside key", json.dumps(FOUND | {"verdict": "wrong", "said": "TMDB refuses the key."}))
    before = settings()
    typed(TOKEN)

    assert ops("rotate", "tmdb", "--file", "-")[::2] == (2, "The key in use stays. TMDB refuses the key.\n")
    assert (settings(), len(asked())) == (before, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n", "There is no key: give it on"),
        ("TOKEN = x", "That is more than one key: give the key"),
        ("'x$y'", "That is no key of TMDB's"),
    ],
)
def test_what_is_no_key_is_said(ops, typed, text, said):
    """Before anything is asked."""
    typed(text)

    code, _, err = ops("rotate", "tmdb")

    assert (code, err.startswith(said)) == (2, True)


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_file_that_cannot_be_read_is_said(ops, tmp_path, content):
    """One that is not there, one that is no text."""
    if content:
        (tmp_path / "key").write_bytes(content)

    code, _, err = ops("rotate", "tmdb", "--file", str(tmp_path / "key"))

    assert (code, "key cannot be read: " in err) == (2, True)


def test_stack_that_does_not_run_is_said(ops, docker, settings):
    """Nothing is changed."""
    docker.runs(container("postgres", "exited"))
    before = settings()

    assert ops("rotate", "jwt")[::2] == (
        5,
        "The stack is not running: start it with tmdb-ops start, then run this again.\n",
    )
    assert settings() == before


def test_secret_in_the_environment_is_said(ops, monkeypatch, asked):
    """There it would win over what is written."""
    monkeypatch.setenv("JWT_SECRET", "x")

    code, _, err = ops("rotate", "jwt")

    assert (code, asked()) == (2, [])
    assert err.startswith("JWT_SECRET is set in this environment, where it wins over .env: unset it")


def test_several_files_of_settings_are_refused(ops, monkeypatch, stack):
    """Nobody knows which of them is meant."""
    (stack / "more").touch()
    monkeypatch.setenv("COMPOSE_ENV_FILES", ".env,more")

    assert "COMPOSE_ENV_FILES names several files" in ops("rotate", "jwt")[2]


def test_who_stops_it_is_told_how_it_is_completed(ops, monkeypatch):
    """By running it again."""

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(rotate.Renewal, "fernet", stopped)

    assert ops("rotate", "fernet")[::2] == (
        130,
        "This has stopped midway: run it again, which completes it.\n",
    )
