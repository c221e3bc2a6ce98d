import json
import os
import subprocess
import sys
from datetime import date

import pytest
from tmdb_features import ADDRESS, Arrival, day, movie

from tmdb_pipeline.cli import program
from tmdb_pipeline.lake.store import Lake

ALLOWED = "Kim of TMDB, 2026-11-02"
REFUSED = """
import sys
from tmdb_pipeline.cli import program
status = program.main(["features", "build", "--as-of", "2024-01-15"])
made = [f"tmdb_pipeline.features.{name}" for name in ("build", "rows", "part", "observations")]
print(status, [name for name in ("duckdb", *made) if name in sys.modules])
"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A data root with the popular lists of two days a week apart."""
    for name in ("TMDB_BASE_URL", "TMDB_ML_PERMISSION"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "lake"
    monkeypatch.setenv("TMDB_DATA_ROOT", str(root))
    for number in (7, 14):
        Arrival("popular", number, 0, (movie(1, 2.0), movie(2, 1.0))).write(Lake(str(root)))
    return root


@pytest.mark.parametrize("base_url", ["", ADDRESS])
def test_nothing_begins_where_it_is_not_permitted(root, base_url):
    """Of TMDB, or of an address that does not say that it is a fake: nothing that makes features is even imported."""
    environ = {**os.environ, "TMDB_BASE_URL": base_url}

    ended = subprocess.run([sys.executable, "-c", REFUSED], env=environ, capture_output=True, text=True, check=True)

    assert ended.stdout == "2 []\n"
    assert "TMDB's API terms, 1.C, forbid" in ended.stderr
    assert not (root / "features").exists()


def test_collections_of_another_address_are_refused(root, tmdb, monkeypatch, capsys):
    """A fake does not make data of TMDB's its own."""
    monkeypatch.setenv("TMDB_BASE_URL", tmdb.url)

    assert program.main(["features", "build", "--as-of", "2024-01-15"]) == 2

    assert f"was collected from '{ADDRESS}', not from the fake at '{tmdb.url}'" in capsys.readouterr().err
    assert not (root / "features").exists()


def test_collections_of_a_fake_are_built_of(root, tmdb, monkeypatch, capsys):
    """Its address says what it is, and the manifests name it."""
    for number in (7, 14):
        Arrival("popular", number, 0, (movie(1, 2.0),), address=tmdb.url).write(Lake(str(root)))
    monkeypatch.setenv("TMDB_BASE_URL", tmdb.url)

    assert program.main(["features", "build", "--as-of", str(day(14))]) == 0
    assert program.main(["features", "show", "--as-of", str(day(14))]) == 0
    assert f'"source": "{tmdb.url}"' in capsys.readouterr().out


def test_features_are_built_listed_and_shown(root, monkeypatch, capsys):
    """By a permission that is named, which each manifest tells; labels of the week before are built as well."""
    monkeypatch.setenv("TMDB_ML_PERMISSION", ALLOWED)

    assert program.main(["features", "list"]) == 0
    assert program.main(["features", "build", "--as-of", str(day(7))]) == 0
    assert program.main(["features", "build", "--as-of", str(day(14))]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[:2] == ["movie_day: none", "popular_again: none"]
    assert told[2].startswith("movie_day 2024-01-08: 2 rows, version ")
    assert told[3].startswith("No list of 2024-01-01 was known")
    assert told[5].startswith("popular_again 2024-01-08: 2 rows, version ")

    assert program.main(["features", "list"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("  ")] == [
        "  2024-01-08",
        "  2024-01-15",
        "  2024-01-08",
    ]

    assert program.main(["features", "show", "--as-of", str(day(14))]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["view"], shown["rows"], shown["permission"]) == (
        "movie_day",
        2,
        {"source": "", "allowed_by": ALLOWED},
    )
    assert shown["statistics"]["popularity"] == {"nulls": 0, "least": 1.0, "mean": 1.5, "greatest": 2.0}


def test_what_cannot_be_built_or_shown_is_said(root, monkeypatch, capsys):
    """A day without lists, one without features, and one that has not come."""
    monkeypatch.setenv("TMDB_ML_PERMISSION", ALLOWED)

    assert program.main(["features", "build", "--as-of", str(day(3))]) == 1
    assert program.main(["features", "show", "--as-of", str(day(3))]) == 1
    assert program.main(["features", "build", "--as-of", str(date(2900, 1, 1))]) == 2

    told = capsys.readouterr().err
    for said in ("No list of 2024-01-04 was known", "There are no features of 2024-01-04", "has not come yet"):
        assert said in told
