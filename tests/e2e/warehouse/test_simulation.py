"""A month of the pipeline against the fake that lives, and that the laws at its end can be broken."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from simulation.command import main
from simulation.laws import Outcome
from simulation.pipeline import DAILY, HISTORY, Pipeline
from simulation.run import Simulations
from simulation.shrink import shrunk
from simulation.troubles import KINDS, Trouble, drawn
from simulation.year import FIRST_DAY, Failed, Missing, Year

from tmdb_pipeline.run import Run
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.errors import DamagedRun

MOVIES = 1_500


def test_a_month_with_faults_keeps_every_law(postgres):
    """Thirty days in which TMDB and the machine fail: it holds what the world showed, or says what lacks."""
    result = Simulations(postgres, 11, MOVIES).run(30, drawn(11, 30))

    assert result.wrong == []
    assert result.page.count("<svg") == 3
    assert "<script" not in result.page


def test_a_seed_gives_the_same_tables_again(postgres):
    """Two simulations of a seed and its trouble end in the same tables; another seed, or other trouble, does not."""
    troubles = (Trouble(0, "killed", 30), Trouble(1, "late", 0), Trouble(2, "repeated", 0))
    first, again = (Simulations(postgres, 5, MOVIES).run(3, troubles) for _ in range(2))

    assert first.digest == again.digest
    assert len({first.digest, Simulations(postgres, 6, MOVIES).run(3, troubles).digest}) == 2
    assert Simulations(postgres, 5, MOVIES).run(3, ()).digest != first.digest


@pytest.fixture
def year(address, tmp_path):
    """Return three days in which one run was repeated, one was a day late and one was missed."""
    troubles = (Trouble(0, "repeated", 0), Trouble(1, "day late", 0), Trouble(2, "missed", 0))
    made = Year(5, troubles, tmp_path / "lake", address, MOVIES)
    made.run(3)
    return made


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM tmdb.movie_observations WHERE source = 'popular' AND rank = 3", "of popular 1 movies are lost"),
        (
            "UPDATE tmdb.movie_observations SET vote_count = vote_count + 1 WHERE rank = 3",
            "says of 1 movies what no page",
        ),
        ("UPDATE tmdb.movies SET first_seen = first_seen - 1", "have a wrong first or last day"),
        ("UPDATE tmdb.movies SET popularity = popularity + 1", "movies are not as they were on their last day"),
        ("DELETE FROM tmdb.movie_observations WHERE rank < 9", "movies were on no list"),
        ("UPDATE tmdb.movie_popularity SET popularity = popularity * 1.01", "is not what the export said"),
        ("UPDATE tmdb.movie_observations SET run_date = run_date + 50", "popular of tmdb_daily_collection was never"),
        ("DELETE FROM tmdb.collections; DELETE FROM tmdb.collection_runs", "is missing, and nobody was told"),
        ("UPDATE tmdb.load_ledger SET checksum = 'another'", "loading again replaced"),
    ],
)
def test_each_law_can_be_broken(year, statement, said):
    """What is spoiled in the tables by hand is found, and said."""
    assert Outcome(year, 3).wrong == []
    with connected(year.address) as connection:
        connection.execute(statement)

    assert any(said in wrong for wrong in Outcome(year, 3).wrong)


def test_a_run_that_is_named_missing_and_there_is_told(year):
    """Who says that a run failed which is in the tables is found out, and a mixture of far moments as well."""
    year.missing.append(Missing(FIRST_DAY, DAILY, "it is said"))
    sent = year.witness._sent[DAILY, FIRST_DAY] = {"popular": {}}
    for page, moment in ((1, 1_767_600_000.0), (2, 1_767_700_000.0)):
        sent["popular"][page] = (moment, f"/3/movie/popular?page={page}")
    year.witness.done(DAILY, FIRST_DAY)
    wrong = Outcome(year, 3).wrong

    assert any("is there, though it failed" in each for each in wrong)
    assert any("of moments more than eight hours apart" in each for each in wrong)


def test_a_run_that_cannot_be_loaded_is_tried_again_or_named(year):
    """Files that are damaged are refused by the pipeline's own error, which a simulation takes for trouble."""
    year.lake.write(f"raw/movies/daily/popular_movies_{FIRST_DAY:%Y%m%d}.json", b"{}")

    with pytest.raises(DamagedRun):
        year.pipeline._load(Run(DAILY, "again", FIRST_DAY))


def test_trouble_happens_and_is_named(address, tmp_path):
    """Of each kind of trouble there is a sign: what is killed is tried again, what stays away is missing."""
    kinds = ("killed", "disk full", "connection lost", "outage", "no export", "missed", "connection reset")
    troubles = [Trouble(0, kind, 20 + at) for at, kind in enumerate(kinds[:3])]
    troubles += [Trouble(1, "outage", 0), Trouble(2, "no export", 0), Trouble(3, "missed", 0)]
    year = Year(5, troubles, tmp_path / "lake", address, MOVIES)
    year.run(4)

    assert {trouble.kind for trouble in year.machine.struck} == {*kinds[:3]}
    assert {(each.day.day - FIRST_DAY.day, each.dag_id) for each in year.missing} == {
        (1, DAILY), (2, HISTORY), (3, DAILY)
    }  # fmt: skip
    assert year.tries > 8 + 6
    assert Outcome(year, 4).wrong == []


def test_every_kind_is_drawn_and_repeats():
    """In ten years every kind of trouble comes, as often as is said; fewer days have the same on theirs."""
    found = drawn(1, 3_650)
    often = Counter(trouble.kind for trouble in found)

    assert often.keys() == KINDS.keys()
    assert all(abs(often[kind] / 3.65 - share) < share * 0.5 for kind, share in KINDS.items())
    assert drawn(1, 100) == tuple(trouble for trouble in found if trouble.day < 100)


def test_what_fails_is_made_small():
    """Of two hundred days with much trouble the first day is left on which it fails, with the trouble that it takes."""
    troubles = drawn(3, 200)
    first, second = troubles[40], troubles[60]
    asked = []

    def fails(days, some):
        asked.append(days)
        return days > second.day and {first, second} <= {*some}

    assert shrunk(200, troubles, fails) == (second.day + 1, (first, second))
    assert len(asked) <= 60
    assert shrunk(8, (), lambda *_: True) == (1, ())
    assert shrunk(200, troubles, fails, tries=0) == (200, tuple(t for t in troubles if t.day < 200))


def test_command_tells_how_it_went(postgres, tmp_path, capsys):
    """It shows progress, leaves the page, and ends with 0."""
    page = tmp_path / "year.html"
    options = ["--days", "1", "--movies", "400", "--page", str(page)]

    assert main([*options, "--faults", "--seed", "3"], postgres) == 0
    assert main([*options, "--days", "2"], postgres) == 0
    told = capsys.readouterr().out
    assert re.search(r"1 of 1 days after \d+ s", told)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_command_prints_how_to_repeat_what_fails(postgres, tmp_path, capsys, monkeypatch):
    """What is no word of the pipeline's, or breaks a law, is made small; the command that repeats it is printed."""

    def broken(*_):
        raise KeyError("popular")

    monkeypatch.setattr(Pipeline, "_load", broken)
    options = ["--days", "3", "--seed", "3", "--movies", "400", "--page", str(tmp_path / "page.html")]

    assert main([*options, "--only", "0:late:1,1:killed:5"], postgres) == 1
    told = capsys.readouterr().out
    assert "2026-01-05: tmdb_daily_collection ends with KeyError: 'popular'" in told
    assert "Repeat it by: nox -s simulate -- --days 1 --seed 3 --movies 400 --only ''" in told


def test_command_refuses_what_it_cannot_do(monkeypatch, capsys):
    """Trouble that is none is told, and a machine on which the container is demanded and cannot be had ends with 2."""
    with pytest.raises(SystemExit, match="2"):
        main(["--only", "3:sunshine:1"])
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")

    assert main(["--days", "1"]) == 2
    told = capsys.readouterr().err
    assert "is no trouble: give DAY:KIND:NUMBER, KIND of errors, " in told
    assert "demand Postgres in a container" in told


def test_nothing_else_is_excused(year, monkeypatch):
    """An error that is none of the pipeline's own ends the simulation, with the day and the DAG."""
    monkeypatch.setattr(Pipeline, "_extract", lambda *_: {}["nothing"])

    with pytest.raises(Failed, match="ends with KeyError: 'nothing'"):
        year.run(1)


def test_module_is_the_command():
    """As nox calls it; bad use is told before anything is begun."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "simulation", "--days", "none"]

    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert "--days" in ended.stderr
