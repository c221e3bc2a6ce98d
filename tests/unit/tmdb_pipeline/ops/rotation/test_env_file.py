import errno
import os
from pathlib import Path

import pytest

from tmdb_pipeline.ops.compose.folder import parse
from tmdb_pipeline.ops.errors import Misused, NoRoom, OpsError
from tmdb_pipeline.ops.rotation.env_file import replace

TEXT = "# A=none\nA=1\n\nexport B = 2\nAB=3\nA=4"


@pytest.fixture
def file(tmp_path):
    made = tmp_path / ".env"
    made.write_text(TEXT)
    made.chmod(0o640)
    return made


def test_values_are_replaced_and_nothing_else(file):
    r"""Wherever a setting stands; a value with a backslash in it as well."""
    replace(file, {"A": r"x\1=", "B": "y"})

    assert file.read_text() == "# A=none\nA=x\\1=\n\nexport B =y\nAB=3\nA=x\\1="
    assert parse(file.read_text()) == {"A": r"x\1=", "B": "y", "AB": "3"}
    assert file.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in file.parent.iterdir()] == [".env"]


def test_link_stays_one(file, tmp_path):
    """What it leads to is written."""
    link = tmp_path / "link"
    link.symlink_to(file)

    replace(link, {"A": "x"})

    assert link.is_symlink()
    assert "A=x\n" in file.read_text()


def test_setting_without_a_line_is_said(file):
    """And nothing is written."""
    with pytest.raises(Misused, match=r"has no line NIX=: add it with python3 deploy/make_env\.py --add"):
        replace(file, {"A": "x", "NIX": "y"})
    assert file.read_text() == TEXT


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, NoRoom), (errno.EDQUOT, NoRoom), (errno.EACCES, OpsError)])
def test_file_that_cannot_be_written_is_as_it_was(file, monkeypatch, number, kind):
    """And nothing is left beside it."""

    def fails(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fails)

    with pytest.raises(kind, match=r"cannot be written: .*\. It is as it was; mend that") as caught:
        replace(file, {"A": "x"})
    assert type(caught.value) is kind
    assert file.read_text() == TEXT
    assert [each.name for each in file.parent.iterdir()] == [".env"]


def test_what_a_killed_one_left_is_in_nobodys_way(file):
    """It is written anew, with its rights."""
    left = Path(f"{file}.new")
    left.write_text("old")
    left.chmod(0o666)

    replace(file, {"A": "x"})

    assert not left.exists()
    assert file.stat().st_mode & 0o777 == 0o640


def test_who_may_not_give_it_away_keeps_it(file, monkeypatch):
    """A user who is not root writes a file of their own."""

    def refused(*_):
        raise PermissionError(errno.EPERM, "not permitted")

    monkeypatch.setattr(os, "fchown", refused)

    replace(file, {"A": "x"})

    assert "A=x\n" in file.read_text()
