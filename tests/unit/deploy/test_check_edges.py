"""The checks of the stack at their edges: the last value that is taken, the first that is not, the whole sentence."""

import base64
import os
from dataclasses import replace
from pathlib import Path

import pytest

from deploy import check
from deploy.make_env import fresh_secrets

GIB = 1024**3
ENOUGH = check.Room(memory=4 * GIB, disk=10 * GIB, cpus=2)
SETTINGS = {"EXECUTOR": "CeleryExecutor", "PARALLELISM": "1", "MAX_ACTIVE_RUNS_PER_DAG": "10", "AIRFLOW_UID": "1"}
KEY = {"TMDB_READ_TOKEN": "an-invented-token"}
MADE = "python3 deploy/make_env.py makes a .env with secrets of your own."
LETTERS = "abcdefgh"


@pytest.mark.parametrize(
    ("name", "shortest", "shape"),
    [
        ("ADMIN_PASSWORD", 12, "at least 12 characters"),
        ("POSTGRES_PASSWORD", 16, "at least 16 letters from a to z, digits, - and _"),
        ("REDIS_PASSWORD", 16, "at least 16 letters from a to z, digits, - and _"),
        ("JWT_SECRET", 64, "at least 64 characters"),
        ("API_SECRET_KEY", 32, "at least 32 characters"),
    ],
)
def test_secrets_are_as_long_as_they_have_to_be(name, shortest, shape):
    """The shortest secret that will do is taken; one character less is refused, with the number and what helps."""
    secret = (LETTERS * 9)[:shortest]

    assert check.refused_secrets(fresh_secrets() | {name: secret}) == []
    assert check.refused_secrets(fresh_secrets() | {name: secret[:-1]}) == [f"{name} has to be {shape}. {MADE}"]


@pytest.mark.parametrize("size", [31, 33])
def test_fernet_key_has_just_its_size(size):
    """A key of another size, though it is base64, would stop Airflow when it first needs it."""
    secret = base64.urlsafe_b64encode(bytes(range(size))).decode()

    assert check.refused_secrets(fresh_secrets() | {"FERNET_KEY": secret}) == [
        f"FERNET_KEY has to be 32 bytes in URL-safe base64. {MADE}"
    ]


def test_fernet_key_holds_nothing_but_its_letters():
    """What a decoder would pass over makes it another key to Airflow."""
    key = fresh_secrets()["FERNET_KEY"]
    two = f"{key},{fresh_secrets()['FERNET_KEY']}"  # while one takes the place of the other
    assert check.refused_secrets(fresh_secrets() | {"FERNET_KEY": two}) == []
    for wrong in (f"{two},{key}", f"{key},", f",{key}"):
        assert len(check.refused_secrets(fresh_secrets() | {"FERNET_KEY": wrong})) == 1

    assert len(check.refused_secrets(fresh_secrets() | {"FERNET_KEY": f"{key[:9]} {key[9:]}"})) == 1


@pytest.mark.parametrize(("letters", "sentences"), [("abcdefgh", 0), ("abcdefg", 1)])
def test_eight_different_characters_are_enough(letters, sentences):
    """A secret of seven characters that repeat can be guessed; one of eight is taken."""
    found = check.refused_secrets(fresh_secrets() | {"ADMIN_PASSWORD": letters * 2})

    assert found == [f"ADMIN_PASSWORD repeats a few characters: anybody can guess it. {MADE}"] * sentences


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        ("", "is not set"),
        ("change-me", "is still the example of .env.example, which everybody knows"),
    ],
)
def test_missing_and_known_secrets_say_what_helps(secret, said):
    """Each refusal names the command that makes a good .env."""
    assert check.refused_secrets(fresh_secrets() | {"JWT_SECRET": secret}) == [f"JWT_SECRET {said}. {MADE}"]


def test_secrets_that_are_not_there_are_refused_as_well():
    """Of an empty folder of secrets every one is missing, in the order of .env.example."""
    assert [sentence.split()[0] for sentence in check.refused_secrets({})] == list(fresh_secrets())


def test_secret_used_twice_is_refused_with_what_helps():
    """The sentence says what is bad about it and what to do."""
    secrets = fresh_secrets() | {"ADMIN_PASSWORD": "the-same-secret-x", "REDIS_PASSWORD": "the-same-secret-x"}

    assert check.refused_secrets(secrets)[0] == (
        f"ADMIN_PASSWORD is the same as REDIS_PASSWORD: who learns one has both. {MADE}"
    )


def test_both_executors_are_known():
    """Settings at their edges are taken: the other executor, one task at once, a user of number 1."""
    assert check.refused_settings(SETTINGS) == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"EXECUTOR": "celery"},
            "EXECUTOR=celery is unknown here: set LocalExecutor or CeleryExecutor in .env.",
        ),
        ({"PARALLELISM": "01"}, "PARALLELISM=01 is no such number: set one like 16 in .env."),
        (
            {"AIRFLOW_UID": "0"},
            "AIRFLOW_UID=0 cannot be: it is the number of a user who is not root. Set what `id -u` prints.",
        ),
    ],
)
def test_refused_settings_say_what_to_set(settings, sentence):
    """The whole sentence: the setting as it is, and what it may be."""
    assert check.refused_settings(SETTINGS | settings) == [sentence]


def test_settings_that_are_not_there_are_refused():
    """Without any settings all but the user are missed."""
    assert [sentence.split()[0] for sentence in check.refused_settings({})] == [
        "EXECUTOR=",
        "PARALLELISM=",
        "MAX_ACTIVE_RUNS_PER_DAG=",
    ]


def test_celery_that_is_not_used_says_what_to_set():
    """The whole sentence."""
    assert check.refused_celery({}) == [
        "The profile celery is on, but its workers would get nothing to do: set EXECUTOR=CeleryExecutor in .env."
    ]


@pytest.mark.parametrize(
    ("less", "sentence"),
    [
        (
            {"memory": 4 * GIB - 1},
            "There are 4.0 GiB of memory; the stack wants 4. Give Docker more, or lower PARALLELISM.",
        ),
        ({"disk": 5 * GIB + GIB // 2}, "5.5 GiB of disk are free; the stack wants 10. Free some."),
        ({"disk": 10 * GIB - 1}, "10.0 GiB of disk are free; the stack wants 10. Free some."),
        ({"cpus": 1}, "There is 1 CPU; the stack wants 2. Everything will take its time."),
    ],
)
def test_room_that_is_just_enough_needs_no_warning(less, sentence):
    """With just what the stack wants nothing is said; with a byte or a CPU less, how much there is, with its unit."""
    assert check.warnings(SETTINGS, KEY, ENOUGH) == []
    assert check.warnings(SETTINGS, KEY, replace(ENOUGH, **less)) == [sentence]


@pytest.mark.parametrize(
    ("settings", "secrets", "sentence"),
    [
        (
            {},
            KEY,
            "AIRFLOW_UID is not set: files will belong to user 50000. Set what `id -u` prints to own them.",
        ),
        (
            SETTINGS,
            {},
            (
                "Neither TMDB_READ_TOKEN nor TMDB_API_KEY is set in .env: unless there is a Connection tmdb_default, "
                "collecting will fail."
            ),
        ),
    ],
)
def test_what_is_not_set_is_said_whole(settings, secrets, sentence):
    """The whole sentence: what is missing, what follows, what to do."""
    assert check.warnings(settings, secrets, ENOUGH) == [sentence]


def test_folder_that_cannot_be_written_says_whose_it_has_to_be(tmp_path):
    """The whole sentence, with this user's number."""
    uid = os.getuid()

    assert check.refused_folder(tmp_path / "missing") == [
        (
            f"User {uid} cannot write to the data folder. If DATA_VOLUME is a folder of yours, set AIRFLOW_UID to what "
            f"`id -u` prints, or give it away: sudo chown -R {uid}:0 FOLDER."
        )
    ]


@pytest.mark.parametrize("missing", [os.W_OK, os.X_OK])
def test_folder_has_to_be_entered_and_written(tmp_path, monkeypatch, missing):
    """One right alone does not do: asked for as root, to whom everything is open, by what the system is asked."""
    monkeypatch.setattr(os, "access", lambda path, mode: path == tmp_path and not mode & missing)

    assert len(check.refused_folder(tmp_path)) == 1


def test_memory_is_read_in_kilobytes_from_its_own_line(tmp_path):
    """Other lines of the kernel's table, and a line that only ends like the right one, count for nothing."""
    table = tmp_path / "meminfo"
    table.write_text("HugeMemTotal:   9 kB\nMemFree:  1 kB\nMemTotal:        3 kB\n", encoding="ascii")

    assert check.Room.here(tmp_path, table).memory == 3072


@pytest.fixture
def container(tmp_path, monkeypatch):
    """A container whose secrets and settings are all accepted, and without a warning."""
    (tmp_path / "secrets").mkdir()
    for name, secret in (fresh_secrets() | KEY).items():
        (tmp_path / "secrets" / name.lower()).write_text(secret, encoding="utf-8")
    monkeypatch.setattr(check, "SECRETS", tmp_path / "secrets")
    monkeypatch.setattr(check, "DATA", tmp_path)
    monkeypatch.setattr(check.Room, "here", lambda data: ENOUGH if data == tmp_path else None)
    for name in ("TMDB_READ_TOKEN", "TMDB_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def test_good_stack_starts_in_silence(container, capsys):
    """The settings come from the environment, the secrets from their files; with all of them right nothing is said."""
    assert check.main(["stack"]) == 0
    assert check.main(["celery"]) == 0
    assert capsys.readouterr().err == ""


def test_every_doubt_and_refusal_is_a_line(container, monkeypatch, capsys):
    """Warnings first, then refusals, each with its word; at the end what to do when that is mended."""
    monkeypatch.setenv("AIRFLOW_UID", "")
    monkeypatch.setenv("EXECUTOR", "none")
    monkeypatch.setattr(check, "refused_folder", lambda folder: ["folder."] if folder == container else [])
    (container / "secrets" / "jwt_secret").write_text("change-me", encoding="utf-8")

    assert check.main(["stack"]) == 1
    assert [line.split()[:2] for line in capsys.readouterr().err.splitlines()] == [
        ["Warning:", "AIRFLOW_UID"],
        ["Refused:", "JWT_SECRET"],
        ["Refused:", "EXECUTOR=none"],
        ["Refused:", "folder."],
        ["When", "that"],
    ]


def test_paths_are_those_of_the_container():
    """Where Compose puts the secrets, and where it mounts the data."""
    compose = (Path(__file__).parents[3] / "compose.yaml").read_text(encoding="utf-8")

    assert str(check.SECRETS) == "/run/secrets"
    assert f":{check.DATA}" in compose or f"target: {check.DATA}" in compose
    assert str(check.DATA) == "/opt/airflow/data"
    assert check.AGAIN == "When that is mended: docker compose up -d --wait --force-recreate"
