import json

import pytest

from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.ops import place, program
from tmdb_pipeline.ops.errors import Misused, OpsError, Status


@pytest.fixture
def fails(monkeypatch):
    """Let every command fail with an error, once it asks where it is."""

    def with_error(error):
        def raises(*_):
            raise error

        monkeypatch.setattr(program, "Place", raises)

    return with_error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Misused("It is wrong."), Status.MISUSED),
        (OpsError("It failed."), Status.FAILED),
        (program.SettingsError("It is not set."), Status.MISUSED),
        (LakeError("It cannot be read."), Status.FAILED),
    ],
)
def test_each_error_is_a_sentence_and_a_status(ops, fails, error, status):
    """On standard error; as JSON for programs."""
    fails(error)

    assert ops("status") == (status, "", f"{error}\n")
    code, out, err = ops("status", "--json")
    assert (code, out) == (status, "")
    assert json.loads(err) == {"error": str(error), "status": status}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nix"], "No such command 'nix': tmdb-ops --help shows what there is.\n"),
        (["status", "--nix"], "No such option: --nix: tmdb-ops --help shows what there is.\n"),
    ],
)
def test_slip_is_a_sentence(ops, arguments, said):
    """And nothing is begun."""
    assert ops(*arguments) == (2, "", said)


@pytest.mark.parametrize("error", [program.typer.Abort(), KeyboardInterrupt()])
def test_who_stops_it_is_answered(ops, fails, error):
    """By Ctrl-C, or at a question."""
    fails(error)

    assert ops("status")[0] == 130


def test_help_says_what_there_is(ops):
    """Every command, and every exit status."""
    status, out, _ = ops("--help")

    assert status == 0
    assert all(f"{int(each)} " in out for each in Status)


def test_folder_is_handed_on(ops, tmp_path, monkeypatch):
    """Who names one means that."""
    monkeypatch.delenv("TMDB_AIRFLOW_URL", raising=False)

    status, _, err = ops("--folder", str(tmp_path), "status")

    assert status == Status.NO_STACK
    assert str(tmp_path) in err
    assert place.Place(tmp_path, {}).data_root == ""
