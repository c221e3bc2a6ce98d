from pathlib import Path

import pytest

from tmdb_pipeline.ops.compose.folder import StackFolder, parse
from tmdb_pipeline.ops.errors import NoStack


def test_folder_is_found_from_below(stack):
    """As Compose does, it is looked for upward from the working folder."""
    below = stack / "src" / "deep"
    below.mkdir(parents=True)

    assert StackFolder.find(None, {"TMDB_STACK_FOLDER": ""}).path == stack
    assert StackFolder.find(below.parent.parent, {}).path == stack


def test_folder_that_is_named_is_the_one(stack, tmp_path):
    """Who names a folder means that one, and not one above it."""
    (stack / "below").mkdir()

    for find in (
        lambda: StackFolder.find(stack / "below", {}),
        lambda: StackFolder.find(None, {"TMDB_STACK_FOLDER": str(stack / "below")}),
        lambda: StackFolder.find(tmp_path / "nowhere", {}),
    ):
        with pytest.raises(
            NoStack, match=r"^There is no compose\.yaml in /.*: change to the folder of the project, or"
        ):
            find()


def test_environment_wins_over_the_file(stack):
    """As with Compose."""
    found = StackFolder.find(stack, {"ADMIN_USER": "lee"})

    assert (found.settings["ADMIN_USER"], found.settings["ADMIN_PASSWORD"]) == ("lee", "s3cr3t-of-admin")
    assert "s3cr3t" not in repr(found)


def test_compose_files_elsewhere_are_taken(tmp_path):
    """What Compose is told by its own variables holds here as well."""
    (tmp_path / "one.env").write_text("A=1\nB=1\n")
    (tmp_path / "two.env").write_text("B=2\n")
    environ = {"COMPOSE_FILE": "x/compose.yaml", "COMPOSE_ENV_FILES": "one.env,two.env"}

    found = StackFolder.find(tmp_path, environ)

    assert {name: found.settings[name] for name in "AB"} == {"A": "1", "B": "2"}


def test_missing_settings_are_said(stack):
    """Without .env nothing can start: it is said how to make one."""
    (stack / ".env").unlink()

    with pytest.raises(NoStack, match=r"\.env: make one with python3 deploy/make_env\.py, or change to the folder"):
        StackFolder.find(stack, {})


@pytest.mark.parametrize("make", [lambda file: file.write_bytes(b"A=\xff\n"), lambda file: file.mkdir()])
def test_settings_that_cannot_be_read_are_said(stack, make):
    """What it is, and what to do."""
    (stack / ".env").unlink()
    make(stack / ".env")

    with pytest.raises(NoStack, match=r"\.env cannot be read: (it is not text in UTF-8|Is a directory)\. Mend that"):
        StackFolder.find(stack, {})


def test_lines_are_read_as_compose_reads_them():
    """Quotes go, comments go, spaces around go; an equals sign in a value stays."""
    text = "# A=0\nA=1\n export B = 'two # words' \nC=\"x\"\nD=a=b # why\nE=\nnothing\n"

    assert parse(text) == {"A": "1", "B": "two # words", "C": "x", "D": "a=b", "E": ""}


def test_home_is_understood(monkeypatch, stack):
    """As in a shell."""
    monkeypatch.setenv("HOME", str(stack.parent))

    assert StackFolder.find(Path("~/stack"), {}).path == stack
