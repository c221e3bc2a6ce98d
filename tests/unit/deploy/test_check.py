import os

import pytest

from deploy import check
from deploy.make_env import fresh_secrets

SETTINGS = {"EXECUTOR": "LocalExecutor", "PARALLELISM": "16", "MAX_ACTIVE_RUNS_PER_DAG": "16", "AIRFLOW_UID": "1000"}
KEY = {"TMDB_READ_TOKEN": "an-invented-token"}
ROOMY = check.Room(memory=8 * 1024**3, disk=100 * 1024**3, cpus=4)


def test_fresh_secrets_are_accepted():
    """What make_env writes passes, again and again."""
    for _ in range(50):
        assert check.refused_secrets(fresh_secrets()) == []


@pytest.mark.parametrize("name", fresh_secrets())
@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ("", "is not set"),
        ("change-me", "is still the example"),
        ("change-me-" * 9, "is still the example"),
        ("short", "has to be"),
        ("YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=" * 2, "has to be|repeats"),
        ("A" * 43 + "=", "has to be|repeats"),
        ("abab" * 22, "has to be|repeats"),
    ],
)
def test_bad_secrets_are_refused(name, secret, reason):
    """Each secret is refused if it is missing, known to everybody, too short or easy to guess, in one sentence."""
    (sentence,) = check.refused_secrets(fresh_secrets() | {name: secret})

    assert sentence.startswith(name)
    assert any(part in sentence for part in reason.split("|"))


def test_refusals_do_not_tell_the_secret():
    """A sentence that lands in a log names the secret and does not say it."""
    (sentence,) = check.refused_secrets(fresh_secrets() | {"POSTGRES_PASSWORD": "to:ld@nobody/"})

    assert "ld@nobody" not in sentence


@pytest.mark.parametrize("character", ":/@%#? ")
def test_passwords_in_addresses_hold_no_delimiter(character):
    """Passwords that become part of an address hold no character that means something there."""
    (sentence,) = check.refused_secrets(
        fresh_secrets() | {"REDIS_PASSWORD": f"long{character}enough{character}otherwise"}
    )

    assert sentence.startswith("REDIS_PASSWORD has to be")


def test_a_secret_used_twice_is_refused():
    """Who learns one secret must not have two."""
    secrets = fresh_secrets()
    sentences = check.refused_secrets(secrets | {"REDIS_PASSWORD": secrets["POSTGRES_PASSWORD"]})

    assert [sentence.split(":")[0] for sentence in sentences] == [
        "POSTGRES_PASSWORD is the same as REDIS_PASSWORD",
        "REDIS_PASSWORD is the same as POSTGRES_PASSWORD",
    ]


def test_default_settings_are_accepted():
    """The settings of .env.example can be used, and an unset AIRFLOW_UID as well."""
    assert check.refused_settings(SETTINGS) == []
    assert check.refused_settings(SETTINGS | {"AIRFLOW_UID": ""}) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EXECUTOR", "SequentialExecutor"),
        ("EXECUTOR", ""),
        ("PARALLELISM", "0"),
        ("PARALLELISM", "many"),
        ("MAX_ACTIVE_RUNS_PER_DAG", "-1"),
        ("MAX_ACTIVE_RUNS_PER_DAG", ""),
        ("AIRFLOW_UID", "0"),
        ("AIRFLOW_UID", "000"),
        ("AIRFLOW_UID", "airflow"),
    ],
)
def test_settings_that_cannot_work_are_refused(name, value):
    """A setting that would stop Airflow, or run it as root, is refused by its name."""
    (sentence,) = check.refused_settings(SETTINGS | {name: value})

    assert sentence.startswith(f"{name}={value} ")


def test_celery_needs_its_executor():
    """The profile celery without the executor that feeds its workers is refused."""
    assert check.refused_celery({"EXECUTOR": "CeleryExecutor"}) == []
    assert "EXECUTOR=CeleryExecutor" in check.refused_celery(SETTINGS)[0]


def test_a_roomy_machine_needs_no_warning():
    """Nothing is said where nothing is wrong."""
    assert check.warnings(SETTINGS, KEY, ROOMY) == []


@pytest.mark.parametrize(
    ("room", "settings", "secrets", "sentence"),
    [
        (check.Room(3 * 1024**3, ROOMY.disk, 4), {}, KEY, "There are 3.0 GiB of memory"),
        (check.Room(ROOMY.memory, 9 * 1024**3, 4), {}, KEY, "9.0 GiB of disk are free"),
        (check.Room(ROOMY.memory, ROOMY.disk, 1), {}, KEY, "There is 1 CPU"),
        (ROOMY, {"AIRFLOW_UID": ""}, KEY, "AIRFLOW_UID is not set"),
        (ROOMY, {}, {}, "Neither TMDB_READ_TOKEN nor TMDB_API_KEY is set"),
        (ROOMY, {}, {"TMDB_API_KEY": ""}, "Neither TMDB_READ_TOKEN nor TMDB_API_KEY is set"),
    ],
)
def test_what_will_work_badly_is_said(room, settings, secrets, sentence):
    """A small machine, an unset user and a missing key give one sentence each."""
    (warning,) = check.warnings(SETTINGS | settings, secrets, room)

    assert warning.startswith(sentence)


def test_the_v3_key_alone_is_enough():
    """Either kind of key will do."""
    assert check.warnings(SETTINGS, {"TMDB_API_KEY": "an-invented-key"}, ROOMY) == []


def test_the_room_is_measured(tmp_path):
    """Memory comes from the kernel's own table, disk and CPUs from the system."""
    table = tmp_path / "meminfo"
    table.write_text("MemTotal:        2048 kB\nMemFree:  1 kB\n", encoding="ascii")
    room = check.Room.here(tmp_path, table)

    assert room.memory == 2048 * 1024
    assert room.disk > 0
    assert room.cpus == len(os.sched_getaffinity(0))


def test_an_unknown_memory_is_no_reason_to_warn(tmp_path):
    """Where the kernel does not say, nothing is said."""
    table = tmp_path / "meminfo"
    table.write_text("nothing\n", encoding="ascii")

    assert check.Room.here(tmp_path, table).memory > ROOMY.memory


@pytest.fixture
def container(tmp_path, monkeypatch):
    """The folders and settings of a container, with secrets that are accepted."""
    (tmp_path / "secrets" / "folder").mkdir(parents=True)
    for name, secret in fresh_secrets().items():
        (tmp_path / "secrets" / name.lower()).write_text(secret, encoding="utf-8")
    monkeypatch.setattr(check, "SECRETS", tmp_path / "secrets")
    monkeypatch.setattr(check, "DATA", tmp_path)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def test_a_good_stack_may_start(container, capsys):
    """Warnings alone stop nothing."""
    assert check.main(["stack"]) == 0
    assert "Warning: Neither TMDB_READ_TOKEN" in capsys.readouterr().err


def test_an_example_stack_may_not_start(container, capsys):
    """One secret left as the example stops everything."""
    (container / "secrets" / "fernet_key").write_text("change-me", encoding="utf-8")

    assert check.main(["stack"]) == 1
    *_, refused, again = capsys.readouterr().err.splitlines()
    assert refused.startswith("Refused: FERNET_KEY is still the example")
    assert again.endswith("docker compose up -d --wait --force-recreate")


def test_celery_is_checked_by_itself(container, capsys):
    """The profile's own check looks at the executor only."""
    assert check.main(["celery"]) == 1
    assert capsys.readouterr().err.startswith("Refused: The profile celery is on")


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    """Tasks could not write their files: said before the first one fails."""
    assert check.refused_folder(tmp_path) == []

    (sentence,) = check.refused_folder(tmp_path / "missing")
    assert "cannot write to the data folder" in sentence
