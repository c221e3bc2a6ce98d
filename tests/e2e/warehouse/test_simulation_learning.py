"""What is learned in a simulated year is learned as production would, and judged by what the world showed."""

from datetime import timedelta
from shutil import copyfile
from types import SimpleNamespace

import duckdb
import pytest
from model_lakes import DAYS, FIRST, LAST, collected
from simulation import learning as simulated
from simulation.held_clock import HeldClock
from simulation.laws.learned import learned, parts
from simulation.laws.outcome import Outcome
from simulation.learning import FEATURES, MODEL, Learning, Untrained, Week
from simulation.page import page
from simulation.transport import BASE_URL
from simulation.troubles import Trouble
from simulation.year import FIRST_DAY, Year

from fake_tmdb import FakeTmdb, Living
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.model import stages
from tmdb_pipeline.model.errors import LeakFound, NotTrainable
from tmdb_pipeline.run import Run


@pytest.fixture
def year(address, tmp_path):
    """Three days, of which the first is collected twice, and the second a day late."""
    made = Year(5, (Trouble(0, "repeated", 0), Trouble(1, "day late", 0)), tmp_path, address, 400)
    made.run(3)
    return made


def test_features_are_of_what_was_known_by_the_end_of_the_day(year):
    """Those of the day that was late are not there; each other one is what its lists showed, and nothing is wrong."""
    assert sorted(parts(year, "movie_day")) == [FIRST_DAY, FIRST_DAY + timedelta(days=2)]
    assert Outcome(year, 3).wrong == []


def test_each_law_of_what_is_learned_can_be_broken(year):
    """What is spoiled by hand is found, and said: of features, labels, models and their registry."""
    held = parts(year, "movie_day")
    first, last = held[FIRST_DAY], held[FIRST_DAY + timedelta(days=2)]

    def said():
        return [wrong.partition(": ")[2].split(",")[0] for wrong in learned(year)]

    whole = first.read_bytes()
    copyfile(last, first)
    assert said()[0].startswith("features are of ")
    first.write_bytes(whole)
    with duckdb.connect() as database:
        made = "CREATE TABLE t AS SELECT * REPLACE (popularity + 1 AS popularity) FROM read_parquet(?)"
        database.execute(made, [f"{first}"])
        database.execute(f"COPY t TO '{first}' (FORMAT parquet)")
    assert "say what no page said" in said()[0]
    first.unlink()
    assert said() == ["it was collected in time"]
    year.unlearned.add((FEATURES, FIRST_DAY))
    assert said() == []
    first.write_bytes(whole)
    label = first.parents[3] / "popular_again" / "x" / first.parent.name / "part.parquet"
    label.parent.mkdir(parents=True)
    with duckdb.connect() as database:
        database.execute(f"COPY (SELECT 1 AS movie_id, true AS label) TO '{label}' (FORMAT parquet)")
    assert said() == []
    year.known[FIRST_DAY + timedelta(days=7)] = year.known[FIRST_DAY + timedelta(days=2)]
    year.unlearned.add((FEATURES, FIRST_DAY + timedelta(days=7)))
    assert said() == ["1 labels are not what the list of a week later says"]
    with duckdb.connect() as database:
        database.execute(f"COPY (SELECT 1 AS movie_id, false AS label) TO '{label}' (FORMAT parquet)")
    assert said() == []
    label.unlink()
    del year.known[FIRST_DAY]
    assert said() == ["there are features of a day that was not collected in time"]
    year.learning.weeks += [Week(FIRST_DAY, "v", 1.2, -3.1, passed=False), Week(FIRST_DAY, "w", 0.8, None, passed=True)]
    year.learning.untrained += [Untrained(FIRST_DAY + timedelta(days=days), "x") for days in (54, 55)]
    assert said()[1:] == ["v is better than possible"]  # where little was collected, little can be trained
    some = year.known
    whole, days = next(iter(some.values())), [FIRST_DAY + timedelta(days=days) for days in range(60)]
    year.known = dict.fromkeys(days, whole)
    assert said()[-1] == "nothing was trained"
    year.known = dict.fromkeys(days, whole._replace(broken={"popular": {1}}))
    assert "nothing was trained" not in said()  # nor where the lists do not say who was on them
    year.known = some
    shown = page("Three days", year, Outcome(year, 3))
    assert "-3.1 standard errors from the best possible" in shown
    assert "skill 0.80" in shown
    year.lake.write("models/popular_again/champion.json", b"{")
    year.learning.look()
    assert "the registry cannot be read" in said()[0]


def test_label_that_is_too_early_is_told(year, monkeypatch):
    """Whoever lets a label be known before its day is found out."""
    made = [SimpleNamespace(view="popular_again", as_of=FIRST_DAY), SimpleNamespace(view="movie_day", as_of=FIRST_DAY)]
    monkeypatch.setattr(simulated, "build", lambda *_, **__: (made, []))

    with year.learning.asking():
        year._learn(Run(FEATURES, "x", FIRST_DAY))

    assert f"{FIRST_DAY + timedelta(days=2)}: the labels of {FIRST_DAY} are known already" in [*learned(year)]


@pytest.mark.parametrize(
    ("error", "wrong", "untrained", "unlearned"),
    [(LeakFound("rank"), 1, 0, 0), (NotTrainable("too few"), 0, 1, 0), (LakeError("disk"), 0, 0, 1)],
)
def test_what_comes_to_nothing_is_noted(year, monkeypatch, error, wrong, untrained, unlearned):
    """A leak where there is none is wrong; of too few days nothing is trained; what fails is tried again, then left."""

    def broken(*_, **__):
        raise error

    monkeypatch.setattr(stages, "prepare", broken)
    with year.learning.asking():
        year._learn(Run(MODEL, "x", FIRST_DAY + timedelta(days=2)))

    assert (len(year.wrong), len(year.learning.untrained), len(year.unlearned)) == (wrong, untrained, unlearned)


def test_what_is_done_is_not_done_again_when_a_step_fails(year, monkeypatch):
    """As Airflow goes on with the task that failed, and not with those before it."""
    done = []

    def fails_once():
        done.append("second")
        if done.count("second") == 1:
            raise LakeError("disk")

    monkeypatch.setattr(year.learning, "steps", lambda _: [("a", lambda: done.append("first")), ("b", fails_once)])
    year._learn(Run(MODEL, "x", FIRST_DAY + timedelta(days=2)))

    assert (done, year.unlearned) == (["first", "second", "second"], set())


def test_model_is_trained_in_the_year_as_its_dag_does(tmp_path):
    """Refused while there is little, the champion when there is more; a step that begins anew goes on where it was."""
    fake = FakeTmdb(movies=2_000, seed=3, living=Living())
    lake = collected(tmp_path / "lake", fake, BASE_URL, DAYS)
    taught = Learning(fake, lake, HeldClock())
    with taught.asking():
        for day in (FIRST + timedelta(days=62), LAST):
            for _, step in taught.steps(Run(MODEL, "x", day)):
                step()
            taught.look()
        for name, step in taught.steps(Run(MODEL, "y", LAST)):
            if name == "deploy":
                step()

    early, late, again = taught.weeks
    assert (early.day, late.day, again) == (FIRST + timedelta(days=62), LAST, late)
    assert (early.passed, late.passed) == (False, True)
    assert 0.6 < late.skill < 1
    assert late.z > -3
    assert taught.torn == []


def test_fake_that_stands_still_has_no_best_possible(tmp_path):
    """What is trained of it has no skill, and a simulation of it is none."""
    fake = FakeTmdb(movies=2_000, seed=3, living=Living())
    lake = collected(tmp_path / "lake", fake, BASE_URL, 63)
    taught = Learning(FakeTmdb(movies=400), lake, HeldClock())
    steps = dict(taught.steps(Run(MODEL, "x", FIRST + timedelta(days=62))))

    with taught.asking():
        steps["prepare"]()
        with pytest.raises(NotTrainable, match="does not tell the best possible"):
            steps["deploy"]()
