import getpass
import os
import socket
from datetime import UTC, date, datetime

import pytest
from support import no_file_larger_than

from tmdb_pipeline.cli import noted as module
from tmdb_pipeline.cli.noted import noted
from tmdb_pipeline.lake import operations
from tmdb_pipeline.lake.operations import Action, Outcome
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.settings import SettingsError

NOW = datetime(2026, 11, 27, tzinfo=UTC)
TODAY = date(2026, 11, 27)


class Morning(datetime):
    """09:00 of a day in Seoul."""

    @classmethod
    def now(cls, tz=None):
        return NOW.astimezone(tz)


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "datetime", Morning)
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path))
    return tmp_path


def of_today(root):
    """What is noted by now."""
    return operations.noted(Lake(str(root)), TODAY, TODAY)


def test_command_that_ends_well_is_noted(root):
    """Who did what to what, and when it began."""
    with noted(Action.MIGRATE, "tmdb_warehouse 0002"):
        assert of_today(root) == []

    (done,) = of_today(root)
    assert (done.action, done.subject, done.outcome) == (Action.MIGRATE, "tmdb_warehouse 0002", Outcome.DONE)
    assert done.who == f"{getpass.getuser()}@{socket.gethostname()}"
    assert done.at == NOW


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_command_that_fails_or_is_stopped_is_noted(root, error):
    """Half a downgrade is worth knowing, and its error is not lost."""
    with pytest.raises(error), noted(Action.DOWNGRADE, "base"):
        raise error

    assert [each.outcome for each in of_today(root)] == [Outcome.FAILED]


def test_what_was_not_begun_is_not_noted(root):
    """Where something is not set, nothing was done."""
    with pytest.raises(SettingsError), noted(Action.LOAD, "x"):
        raise SettingsError("not set")

    assert of_today(root) == []


def test_no_data_root_is_made_for_a_note(root, monkeypatch):
    """Where nothing was ever collected, no folder appears beside whoever migrates."""
    monkeypatch.setenv("TMDB_DATA_ROOT", str(root / "data"))

    with noted(Action.MIGRATE, "x"):
        pass

    assert [*root.iterdir()] == []


def test_lake_that_a_command_has_opened_has_the_note(root):
    """A record is replayed in the lake where it lies, wherever the environment points."""
    with noted(Action.REPLAY, "x", Lake(str(root / "other"))):
        pass

    assert of_today(root) == []
    assert [each.action for each in of_today(root / "other")] == [Action.REPLAY]


def test_log_that_cannot_be_written_stops_nobody(root, capsys):
    """A full disk, or a data root that is none, is said, and what was done is done."""
    with no_file_larger_than(10), noted(Action.MIGRATE, "x"):
        pass

    said = capsys.readouterr().err
    assert said.startswith("The log of operations does not have this: ")
    assert said.count("\n") == 1


def test_user_without_a_name_has_a_number(root, monkeypatch):
    """In a container the user may be in no list of users."""

    def getuser():
        raise OSError("No username set in the environment")

    monkeypatch.setattr(getpass, "getuser", getuser)
    with noted(Action.GRANT, "x"):
        pass

    assert of_today(root)[0].who == f"{os.getuid()}@{socket.gethostname()}"
