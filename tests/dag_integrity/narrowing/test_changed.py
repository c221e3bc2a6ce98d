import subprocess

import pytest

from dag_integrity.narrowing import changed as module
from dag_integrity.narrowing.changed import changed
from dag_integrity.targets import NothingToLintError


@pytest.fixture
def repository(tmp_path):
    """A repository with two DAG files, one of them changed, a new one, an ignored one, and one that is gone."""
    run = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    dags = tmp_path / "dags"
    dags.mkdir()
    for name in ("same.py", "changed.py", "gone.py", "text.md"):
        (dags / name).write_text("1")
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*run, *command], check=True)
    for name in ("changed.py", "new.py", "ignored.py", "text.md", "영화.py"):
        (dags / name).write_text("2")
    (dags / "gone.py").unlink()
    return tmp_path


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["dags"], ["changed.py", "new.py", "영화.py"]),
        (["."], ["changed.py", "new.py", "영화.py"]),
        (["dags/same.py", "dags/new.py"], ["new.py"]),
    ],
)
def test_only_what_git_says_has_changed(repository, paths, names):
    """Changed and new Python files below the paths; neither those ignored, nor those that are gone."""
    found = changed([repository / path for path in paths], "HEAD")

    assert found == [repository / "dags" / name for name in names]


@pytest.mark.parametrize("since", ["nosuch"])
def test_revision_that_there_is_not_is_one_sentence(repository, since):
    """The words of git are passed on."""
    with pytest.raises(NothingToLintError, match=r"git cannot tell what has changed in .*nosuch.*: name the files"):
        changed([repository / "dags"], since)


def test_without_git_it_is_one_sentence(repository, monkeypatch):
    """Where git is not installed."""

    def refuse(*_, **__):
        raise FileNotFoundError

    monkeypatch.setattr(module.subprocess, "run", refuse)

    with pytest.raises(NothingToLintError, match="git, which is not installed"):
        changed([repository], "HEAD")
