import os
import subprocess
import sys

import pytest

import fake_tmdb
from fake_tmdb import cli, command

WITHOUT = "import sys; sys.modules[{missing!r}] = None; "


def run(code):
    """Run some Python in a process of its own, where warnings are errors."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )


@pytest.mark.parametrize("missing", ["numpy", "yaml", "orjson", "uvicorn", "httptools"])
def test_without_a_package_the_command_says_how_to_install_it(missing):
    """A package that is not there is one message with the command that installs it, and status 2, no traceback."""
    ended = run(WITHOUT.format(missing=missing) + "from fake_tmdb.command import main; raise SystemExit(main())")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"fake-tmdb: The package {missing} is not installed here. Install the fake with all that it needs: "
        "pip install fake-tmdb.\n"
    )


def test_without_a_package_importing_says_so_too():
    """Whoever imports the fake in a test of theirs is told the same by the exception."""
    ended = run(WITHOUT.format(missing="numpy") + "from fake_tmdb import FakeTmdb")

    assert ended.stderr.endswith(
        "ModuleNotFoundError: The package numpy is not installed here. Install the fake with all that it needs: "
        "pip install fake-tmdb.\n"
    )


def test_a_name_that_is_not_there_is_told_as_usual():
    """The package has the names that it lists and no others."""
    assert all(getattr(fake_tmdb, name) for name in fake_tmdb.__all__)
    assert set(fake_tmdb.__all__) <= set(dir(fake_tmdb))
    with pytest.raises(AttributeError, match="module 'fake_tmdb' has no attribute 'Nothing'"):
        fake_tmdb.Nothing  # noqa: B018 - looking is the point


def test_an_error_of_our_own_is_not_called_a_missing_package(monkeypatch):
    """A module of the fake that is not there is a mistake in it, and nothing that installing would mend."""
    monkeypatch.setitem(sys.modules, "fake_tmdb.cli", None)
    monkeypatch.delattr(fake_tmdb, "cli")

    with pytest.raises(ModuleNotFoundError, match=r"import of fake_tmdb\.cli halted"):
        command.main()


def test_the_command_is_that_of_the_package(monkeypatch):
    """With all its packages the command runs, with the arguments that it was given."""
    monkeypatch.setattr(cli, "main", len)

    assert command.main(["serve", "--port", "0"]) == 3
