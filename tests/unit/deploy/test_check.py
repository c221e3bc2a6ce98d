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
    """Each secret is refused if it is missing, known to everybody, too short or easy to guess, in one message."""
    (sentence,) = check.refused_secrets(fresh_secrets() | {name: secret})

    assert sentence.startswith(name)
    assert any(part in sentence for part in reason.split("|"))


def test_refusals_do_not_tell_the_secret():
    """A message that lands in a log names the secret and does not say it."""
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
        ("AIRFLOW_UID", "-1"),
        ("AIRFLOW_UID", "0x10"),
        ("AIRFLOW_UID", "\u0661\u0660\u0660\u0660"),
        ("AIRFLOW_UID", "2147483648"),
        ("PARALLELISM", "\u0661\u0666"),
        ("PARALLELISM", "100000"),
    ],
)
def test_settings_that_cannot_work_are_refused(name, value):
    """A setting that would stop Airflow, or run it as root, is refused by its name."""
    (sentence,) = check.refused_settings(SETTINGS | {name: value})

    assert sentence.startswith(f"{name}={value} ")


@pytest.mark.parametrize("name", SETTINGS)
def test_endless_setting_is_refused_in_a_short_sentence(name):
    """Thousands of digits are no number, and are not all said again."""
    (sentence,) = check.refused_settings(SETTINGS | {name: "9" * 5_000})

    assert sentence.startswith(f"{name}=999")
    assert len(sentence) < 200


def test_largest_user_is_accepted():
    """Docker takes users up to this number."""
    assert check.refused_settings(SETTINGS | {"AIRFLOW_UID": "2147483647"}) == []


@pytest.mark.parametrize(
    "secret",
    [
        "비밀번호비밀번호비밀번호abcdefgh",
        "pässwörter-pässwörter",
        "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669" * 2,
    ],
)
@pytest.mark.parametrize("name", ["POSTGRES_PASSWORD", "REDIS_PASSWORD"])
def test_passwords_in_addresses_are_ascii(name, secret):
    """Letters and digits of other scripts do not go into an address as they are."""
    (sentence,) = check.refused_secrets(fresh_secrets() | {name: secret})

    assert sentence.startswith(f"{name} has to be at least 16 letters from a to z, digits, - and _")


def test_administrator_may_have_a_password_in_korean():
    """What no address holds may be any text."""
    assert check.refused_secrets(fresh_secrets() | {"ADMIN_PASSWORD": "한국어로된아주긴비밀번호입니다"}) == []


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
    """A small machine, an unset user and a missing key give one message each."""
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


@pytest.mark.parametrize("name", ["fernet_key", "admin_password", "tmdb_read_token"])
def test_secret_that_is_no_text_is_refused(container, capsys, name):
    """Bytes that are not UTF-8 are one refusal, of any secret, without the secret itself."""
    (container / "secrets" / name).write_bytes(b"\xff\xfe secret " * 10)

    assert check.main(["stack"]) == 1
    refused = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Refused")]
    assert len(refused) == 1
    assert refused[0].startswith(f"Refused: {name.upper()} is not text in UTF-8")
    assert "secret " not in refused[0]


@pytest.mark.parametrize("missing", [True, False])
def test_secrets_that_cannot_be_read_are_a_message(container, capsys, monkeypatch, missing):
    """Whatever keeps the secrets from being read, that is said."""
    if missing:
        monkeypatch.setattr(check, "SECRETS", container / "nowhere")
    else:  # root, as in a container, may read every file
        monkeypatch.setattr(check.Path, "read_bytes", lambda path: (_ for _ in ()).throw(PermissionError(13, "denied")))

    assert check.main(["stack"]) == 2
    message = capsys.readouterr().err
    assert message.startswith("Refused: The secrets in ")
    assert ("No such file or directory" if missing else "denied") in message
    assert message.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["stak"], ["stack", "celery"]])
def test_check_that_does_not_exist_is_refused(container, capsys, arguments):
    """A mistyped name is no other check."""
    assert check.main(arguments) == 2
    assert capsys.readouterr().err == "Refused: There is no such check: give stack, celery, monitoring or tls.\n"


def test_celery_is_checked_by_itself(container, capsys):
    """The profile's own check looks at the executor only."""
    assert check.main(["celery"]) == 1
    assert capsys.readouterr().err.startswith("Refused: The profile celery is on")


@pytest.mark.parametrize(("setting", "status"), [("True", 0), ("False", 1), ("", 1)])
def test_monitoring_is_checked_by_itself(container, monkeypatch, capsys, setting, status):
    """The profile without the switch that lets Airflow send metrics would show nothing, for ever."""
    monkeypatch.setenv("STATSD_ON", setting)

    assert check.main(["monitoring"]) == status
    assert ("set STATSD_ON=True in .env" in capsys.readouterr().err) == bool(status)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    """Tasks could not write their files: said before the first one fails."""
    assert check.refused_folder(tmp_path) == []

    (sentence,) = check.refused_folder(tmp_path / "missing")
    assert "cannot write to the data folder" in sentence
