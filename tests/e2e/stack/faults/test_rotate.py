"""``tmdb-ops rotate`` on the full stack: what is in use goes on, what is out of use opens nothing any more."""

import json

import pytest
import requests
from e2e.digest import WEEKLY
from e2e.patience import PATIENCE, wait_for
from e2e.stack.operated import names_of, tmdb_ops
from e2e.stack.stack import AT_THREE

from tmdb_pipeline.ops.backup.site import who
from tmdb_pipeline.ops.compose.folder import parse
from tmdb_pipeline.ops.rotation import fresh

SECRET = "of-a-connection-that-was-there-before"
ROLES = {
    "airflow": ("POSTGRES_PASSWORD", "airflow"),
    "tmdb_owner": ("WAREHOUSE_OWNER_PASSWORD", "tmdb_warehouse"),
    "tmdb_loader": ("WAREHOUSE_LOADER_PASSWORD", "tmdb_warehouse"),
    "tmdb_reader": ("WAREHOUSE_READER_PASSWORD", "tmdb_warehouse"),
}

#: Reads what the metadata database has of the Connection, by the key that the container has.
DECRYPT = """
from airflow.models import Connection
from airflow.utils.session import create_session
with create_session() as session:
    print(session.query(Connection).filter_by(conn_id="kept").one().password)
"""


@pytest.fixture(scope="module")
def rotate(stack):
    """Run the command on the stack: the settings before it and after; nothing that it prints is a secret."""

    def run(*arguments, given="", status=0):
        before = dict(stack.settings)
        code, out, err = tmdb_ops("rotate", *arguments, given=given, **names_of(stack))
        after = parse(stack._file.read_text())
        stack.configure(**after)
        changed = {name for name in after if after[name] != before.get(name)}
        assert code == status, err
        assert not any(values[name] and values[name] in out + err for name in changed for values in (before, after))
        assert given == "" or given not in out + err
        assert "The log of operations does not have this" not in err
        stack.sign_in()
        return before, after, changed

    return run


def may_sign_in(stack, role, password, database):
    """Whether Postgres takes a password, over the network of the stack."""
    asked = [
        *("env", f"PGPASSWORD={password}", "python", "-c"),
        f"import psycopg; psycopg.connect('host=postgres user={role} dbname={database}').close()",
    ]
    return stack.container("scheduler").exec_run(asked).exit_code == 0


def test_passwords_change_and_no_task_fails(fresh, rotate):
    """A run under way goes on where it was, each task with one try; old passwords open nothing, new ones all."""
    stack = fresh
    stack.rest.trigger(WEEKLY, AT_THREE, "rotated")
    wait_for(lambda: "running" in stack.rest.states(WEEKLY, "rotated").values(), "a task that runs")

    before, after, changed = rotate("database")

    assert stack.rest.wait_for_end(WEEKLY, "rotated") == "success"
    assert set(stack.rest.tries(WEEKLY, "rotated").values()) == {1}
    assert changed == {*(setting for setting, _ in ROLES.values()), "REDIS_PASSWORD"}
    for role, (setting, database) in ROLES.items():
        assert not may_sign_in(stack, role, before[setting], database)
        assert may_sign_in(stack, role, after[setting], database)
    assert after["POSTGRES_PASSWORD"] not in stack.container("postgres").logs().decode()


def test_rotation_that_was_killed_is_completed(stack, rotate):
    """Killed where ``.env`` has the new passwords and Postgres has the old, it is run again."""
    stack.configure(POSTGRES_PASSWORD="x" + stack.settings["POSTGRES_PASSWORD"])

    _, after, _ = rotate("database")

    assert may_sign_in(stack, "airflow", after["POSTGRES_PASSWORD"], "airflow")


def test_what_the_old_key_encrypted_stays_readable(stack, rotate):
    """It is encrypted by the new key, which alone is known in the end."""
    body = {"connection_id": "kept", "conn_type": "http", "host": "x", "password": SECRET}
    assert stack.rest.ask("POST", "connections", json=body).ok
    asked = ["psql", "--username=airflow", "-At", "--command=SELECT password FROM connection WHERE conn_id = 'kept'"]
    kept = stack.run("postgres", asked)

    _, after, changed = rotate("fernet")

    assert changed == {"FERNET_KEY"}
    assert "," not in after["FERNET_KEY"]
    assert stack.run("scheduler", ["cat", "/run/secrets/fernet_key"]) == after["FERNET_KEY"]
    assert stack.run("postgres", asked) not in {kept, SECRET}
    told = stack.run("api-server", ["/opt/tmdb/deploy/entrypoint", "python", "-c", DECRYPT])
    assert told.strip().splitlines()[-1] == SECRET
    assert stack.rest.ask("DELETE", "connections/kept").ok


def test_old_tokens_open_nothing(stack, rotate):
    """Whoever had signed in before has to sign in anew."""
    headers = {"Authorization": stack.rest._session.headers["Authorization"]}
    url = f"{stack.rest.address}/api/v2/dags"
    assert requests.get(url, headers=headers, timeout=PATIENCE).ok

    _, _, changed = rotate("jwt")

    assert changed == {"JWT_SECRET", "API_SECRET_KEY"}
    assert requests.get(url, headers=headers, timeout=PATIENCE).status_code in {401, 403}


def test_key_of_tmdb_is_proved_before_it_is_taken(stack, rotate, sentinels, tmp_path):
    """One that TMDB refuses changes nothing; the other kind of key takes the place of the one in use."""
    assert rotate("tmdb", given="0" * 32 + "\n", status=2)[2] == set()

    _, after, _ = rotate("tmdb", given=f"{sentinels['token']}\n")
    assert (after["TMDB_API_KEY"], after["TMDB_READ_TOKEN"]) == ("", sentinels["token"])
    assert stack.run("scheduler", ["cat", "/run/secrets/tmdb_read_token"]) == sentinels["token"]

    (tmp_path / "key").write_text(sentinels["key"])
    _, after, _ = rotate("tmdb", "--file", str(tmp_path / "key"))
    assert (after["TMDB_API_KEY"], after["TMDB_READ_TOKEN"]) == (sentinels["key"], "")


def test_who_rotated_what_is_in_the_trail(stack):
    """Each of the above, the refused one as failed, by whoever ran the command."""
    code, out, err = tmdb_ops("audit", "--json", **names_of(stack))
    assert code == 0, err
    rotated = [deed for deed in json.loads(out) if "replaced secrets" in deed["what"]["en"]]

    assert {deed["who"] for deed in rotated} == {who()}
    assert [(deed["subject"], deed["what"]["en"]) for deed in reversed(rotated)] == [
        (", ".join(fresh.PASSWORDS), "replaced secrets"),
        (", ".join(fresh.PASSWORDS), "replaced secrets"),
        ("FERNET_KEY", "replaced secrets"),
        (", ".join(fresh.SIGNING), "replaced secrets"),
        ("TMDB_READ_TOKEN, TMDB_API_KEY", "replaced secrets: failed"),
        ("TMDB_READ_TOKEN, TMDB_API_KEY", "replaced secrets"),
        ("TMDB_READ_TOKEN, TMDB_API_KEY", "replaced secrets"),
    ]
