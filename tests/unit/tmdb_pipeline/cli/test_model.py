import os
import subprocess
import sys

import pytest
from tmdb_features import ADDRESS, Arrival, movie

from tmdb_pipeline.cli import program
from tmdb_pipeline.lake.store import Lake

REFUSED = """
import sys
from tmdb_pipeline.cli import program
statuses = [program.main(["model", action, "--as-of", "2024-01-15"]) for action in ("train", "predict", "score")]
print(statuses, [name for name in sys.modules if name in ("duckdb", "numpy") or name.startswith("tmdb_pipeline.model")])
"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A data root with the popular list of a day."""
    for name in ("TMDB_BASE_URL", "TMDB_ML_PERMISSION"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "lake"
    monkeypatch.setenv("TMDB_DATA_ROOT", str(root))
    Arrival("popular", 14, 0, (movie(1, 2.0), movie(2, 1.0))).write(Lake(str(root)))
    return root


@pytest.mark.parametrize("base_url", ["", ADDRESS])
def test_nothing_begins_where_it_is_not_permitted(root, base_url):
    """Of TMDB, or of an address that does not say that it is a fake: nothing that learns is even imported."""
    environ = {**os.environ, "TMDB_BASE_URL": base_url}

    ended = subprocess.run([sys.executable, "-c", REFUSED], env=environ, capture_output=True, text=True, check=True)

    assert ended.stdout == "[2, 2, 2] []\n"
    assert ended.stderr.count("TMDB's API terms, 1.C, forbid") == 3
    assert not (root / "models").exists()


def test_what_cannot_be_done_is_said(root, monkeypatch, capsys):
    """Too few days, no version yet, none that is named, and a day that has not come."""
    monkeypatch.setenv("TMDB_ML_PERMISSION", "Kim of TMDB, 2026-11-02")

    told = []
    for status, command in (
        (1, ["train", "--as-of", "2024-01-15"]),
        (1, ["predict", "--as-of", "2024-01-15"]),
        (1, ["score", "--as-of", "2024-01-15"]),
        (1, ["show"]),
        (1, ["rollback"]),
        (1, ["promote", "x"]),
        (2, ["promote"]),
        (2, ["train", "--as-of", "2900-01-01"]),
    ):
        assert program.main(["model", *command]) == status
        told.append(capsys.readouterr().err)
    assert program.main(["model", "list"]) == 0

    for said, part in zip(
        told,
        (
            "0 days are there, and 28 are needed",
            "There is no champion of popular_again yet",
            "There is no champion of popular_again yet",
            "There is no champion of popular_again yet",
            "There is no earlier champion",
            "There is no version x of popular_again",
            "Which version is to be promoted?",
            "has not come yet",
        ),
        strict=True,
    ):
        assert part in said
    assert capsys.readouterr().out == "none: `tmdb-pipeline model train` makes one\n"
