import builtins
import importlib.util
import subprocess
import sys

from tmdb_pipeline.ops import __main__


def test_what_is_not_installed_is_said(monkeypatch, capsys):
    """Without the extra, one sentence says how to install it."""
    monkeypatch.setattr(__main__, "find_spec", lambda name: None)

    assert __main__.main() == 2
    said = capsys.readouterr().err
    assert said.startswith("tmdb-ops needs what is not installed here: in the folder of the project, run pip install")
    assert (said.count("\n"), "[ops]" in said) == (1, True)


def test_command_runs(monkeypatch, capsys):
    """It is the program."""
    monkeypatch.setattr("sys.argv", ["tmdb-ops", "--version"])

    assert importlib.util.find_spec("typer")
    assert __main__.main() == 0
    assert capsys.readouterr().out.startswith("tmdb-ops ")


def test_who_stops_it_while_it_loads_is_answered(monkeypatch, capsys):
    """Loading takes a moment, in which Ctrl-C may be pressed."""

    def stops(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(builtins, "__import__", stops)

    assert __main__.main() == 130
    assert capsys.readouterr().err == "Stopped before anything was done.\n"


def test_module_is_the_command():
    """``python -m tmdb_pipeline.ops`` ends with its status."""
    told = subprocess.run(
        [sys.executable, "-m", "tmdb_pipeline.ops", "nix"], capture_output=True, text=True, check=False
    )

    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("No such command 'nix'")
