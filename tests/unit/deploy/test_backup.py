import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from deploy import backup
from tmdb_pipeline.alerts.alert import Kind
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.operations import Action, noted
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.ops.errors import Misused, NoRoom
from tmdb_pipeline.settings import Settings

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)  # 12:00 in Seoul


class Done:
    """Stands for the library, whose own tests have databases: what it was asked, and what it gives or raises."""

    def __init__(self, result=None, failure=None):
        self.result, self.failure, self.asked = result, failure, []

    def __call__(self, *given, **named):
        self.asked.append((given, named))
        if self.failure:
            raise self.failure
        return self.result


@pytest.fixture
def told(monkeypatch):
    """What would be told to people: the alerts that are raised, and the subjects of those that are over."""
    import sys

    said = []
    telling = SimpleNamespace(
        tell=lambda lake, settings, alert: said.append(alert),
        tell_mended=lambda lake, settings, kind, subject, now: said.append((kind, subject)),
    )
    # Airflow, by which it is told, is not installed here: tests/dag_integrity/ tells by it.
    for name in ("tmdb_pipeline.orchestration", "tmdb_pipeline.orchestration.alerts"):
        monkeypatch.setitem(sys.modules, name, SimpleNamespace(telling=telling))
    return said


@pytest.fixture
def lake(tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "now", lambda: NOW)
    monkeypatch.setattr(backup, "FAILED", tmp_path / "failed")
    (tmp_path / "data").mkdir()
    return Lake(str(tmp_path / "data"))


@pytest.fixture
def backups(tmp_path, lake, told):
    """The backups of a site that is not there."""
    settings = Settings(data_root=lake.locate(""))
    return backup.Backups(SimpleNamespace(), backup.Shelf(tmp_path / "backups"), settings, {}, "a passphrase")


@pytest.fixture
def made(monkeypatch):
    """A backup is made."""
    manifest = SimpleNamespace(absent=["The secrets are left out."])
    done = Done(SimpleNamespace(path=SimpleNamespace(name="tmdb-backup-1.tar"), size=17, manifest=manifest))
    monkeypatch.setattr(backup, "create", done)
    return done


def operations(lake):
    return [(one.action, one.outcome, one.subject) for one in noted(lake, NOW.date(), NOW.date())]


def test_backup_is_made_noted_and_told(backups, made, lake, told):
    """What was made is printed, the log has it, and an alert that was open is over."""
    assert backup.run(["make"], backups) == {
        "made": "tmdb-backup-1.tar",
        "size": 17,
        "absent": ["The secrets are left out."],
    }
    assert made.asked[0][0][2] == "a passphrase"
    assert operations(lake) == [("backup", "done", "the stack")]
    assert told == [(Kind.BACKUP_FAILED, "tmdb-backup")]


@pytest.mark.parametrize(
    ("arguments", "name", "subject"),
    [(["make"], "create", "backup"), (["restore", "latest"], "restore", "restore")],
)
def test_failure_is_noted_and_told(backups, lake, told, monkeypatch, arguments, name, subject):
    """Whoever runs it reads why, the log has it, and an alert says it to those who do not look."""
    monkeypatch.setattr(backup, name, Done(failure=NoRoom("The disk is full: make room.")))
    monkeypatch.setattr(backup.Shelf, "named", lambda self, name: name)

    with pytest.raises(NoRoom, match="The disk is full"):
        backup.run(arguments, backups)

    assert operations(lake) == [(subject, "failed", "the stack")]
    (alert,) = told
    assert (alert.kind, alert.subject, alert.detail) == (
        Kind.BACKUP_FAILED,
        f"tmdb-{subject}",
        "The disk is full: make room.",
    )
    assert alert.raised_at == NOW


def test_restore_says_what_was_compared(backups, lake, told, monkeypatch, capsys):
    """By part: how many tables or files, and rows or bytes; what is being done is told meanwhile."""
    done = Done([SimpleNamespace(part="metadata", things=3, size=402)])
    monkeypatch.setattr(backup, "restore", done)
    monkeypatch.setattr(backup.Shelf, "named", lambda self, name: f"path of {name}")

    assert backup.run(["restore", "latest", "--other-key"], backups) == {
        "restored": "latest",
        "compared": [["metadata", 3, 402]],
    }

    ((given, named),) = done.asked
    assert given[2] == "path of latest"
    assert named["other_key"] is True
    named["say"]("Reading it.")
    assert capsys.readouterr().err == "Reading it.\n"
    assert operations(lake) == [("restore", "done", "the stack")]
    assert told == [(Kind.BACKUP_FAILED, "tmdb-restore")]


@pytest.mark.parametrize("undo", [False, True])
def test_interrupted_restore_is_settled(backups, monkeypatch, undo):
    """Completed, or taken back."""
    done = Done("It is completed.")
    monkeypatch.setattr(backup.journal, "settle", done)

    assert backup.run(["settle", *["--undo"] * undo], backups) == {"settled": "It is completed."}
    assert done.asked[0][1] == {"undo": undo}


def test_log_that_cannot_be_written_stops_nobody(backups, made, told, monkeypatch, capsys):
    """The backup is made; what is not noted is said."""
    monkeypatch.setattr(backup, "note", Done(failure=LakeError("The disk is full.")))

    assert backup.run(["make"], backups)["made"] == "tmdb-backup-1.tar"
    assert capsys.readouterr().err == "The log of operations does not have this: The disk is full.\n"


class Enough(Exception):
    """The night is over."""


def test_every_night_one_is_made(backups, made, capsys):
    """At its time in Seoul; a night that fails is said, makes the service unwell, and is followed by the next."""
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 2:
            made.failure = NoRoom("The disk is full.")
            assert not backup.FAILED.exists()
        if len(slept) == 3:
            assert backup.FAILED.exists()
            made.failure = None
        if len(slept) == 4:
            assert not backup.FAILED.exists()
            raise Enough

    with pytest.raises(Enough):
        backups.nightly(sleep)

    assert slept == [17.5 * 3600] * 4
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("removed") for line in lines] == [[], None, []]
    assert [line.get("made") or line["error"] for line in lines] == [
        "tmdb-backup-1.tar",
        "The disk is full.",
        "tmdb-backup-1.tar",
    ]


def test_nightly_is_begun_by_its_name(backups, monkeypatch):
    """As compose.yaml does it."""
    monkeypatch.setattr(backup.Backups, "nightly", lambda self: {"never": "ends"})

    assert backup.run(["nightly"], backups) == {"never": "ends"}


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "12345", "٣"])
def test_number_that_is_none_is_refused(backups, text):
    """By its name, as it stands in .env."""
    backups._environ = {"BACKUP_DAYS": text}

    with pytest.raises(Misused, match=f"^BACKUP_DAYS={text} is no number: set one such as 7 in .env"):
        backups.prune()


@pytest.mark.parametrize("arguments", [[], ["nosuch"], ["make", "more"], ["restore"], ["restore", "x", "--nosuch"]])
def test_what_there_is_not_is_refused(backups, arguments):
    """And what there is, is said."""
    with pytest.raises(Misused, match="give make, nightly, restore NAME or settle"):
        backup.run(arguments, backups)


@pytest.fixture
def container(tmp_path, monkeypatch):
    """The secrets and the settings of a container."""
    secrets = {"postgres_password": "p" * 16, "fernet_key": "F" * 43 + "=", "backup_passphrase": "", "smtp_url": ""}
    (tmp_path / "secrets" / "folder").mkdir(parents=True)
    for name, secret in secrets.items():
        (tmp_path / "secrets" / name).write_text(secret)
    monkeypatch.setattr(backup, "SECRETS", tmp_path / "secrets")
    monkeypatch.setattr(backup, "BACKUPS", tmp_path / "backups")
    monkeypatch.setattr(backup, "FAILED", tmp_path / "failed")
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path / "data"))
    return tmp_path


def test_answer_is_a_document(container, capsys, monkeypatch):
    """For whoever has run it in the container; the status is that of the command."""
    monkeypatch.setattr(backup.journal, "settle", lambda site, undo: f"{site.data_root.name} is settled.")
    assert backup.main(["settle"]) == 0
    assert json.loads(capsys.readouterr().out) == {"settled": "data is settled."}

    assert backup.main(["nosuch"]) == 2
    assert json.loads(capsys.readouterr().out) == {
        "error": "There is no such thing to do: give make, nightly, restore NAME or settle.",
        "status": 2,
    }


def test_setting_that_cannot_be_used_is_a_document_as_well(container, capsys, monkeypatch):
    """The data root, or secrets that are not there."""
    monkeypatch.setenv("TMDB_BASE_URL", "nosuch://place")
    assert backup.main(["settle"]) == 2
    assert json.loads(capsys.readouterr().out)["status"] == 2
    monkeypatch.setattr(backup, "SECRETS", container / "none")
    assert backup.main(["settle"]) == 2
    assert "No such file" in json.loads(capsys.readouterr().out)["error"]


def test_now_is_in_seoul():
    """Names and the log are read there."""
    assert backup.now().utcoffset().total_seconds() == 9 * 3600


def test_actions_have_words():
    """What is noted can be told."""
    assert backup._SUBJECTS.keys() == backup._HAPPENED.keys() == {Action.BACKUP, Action.RESTORE}
