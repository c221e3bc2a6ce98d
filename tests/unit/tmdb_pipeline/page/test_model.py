"""The section on the model: there only with a model, with figures of days that can be compared."""

import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from unit.tmdb_pipeline.page.pages import DAY, EVERY_DAG, NOW, Read, asked, of_lake

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import PREDICTIONS
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language
from tmdb_pipeline.model.registry.state import NAME, Shelf
from tmdb_pipeline.page import views
from tmdb_pipeline.page.facts.airflow import AirflowFacts
from tmdb_pipeline.page.model.facts import Figures, ModelFacts, ScoreDay, read_model
from tmdb_pipeline.page.model.section import section

READABLE = EVERY_DAG | {PREDICTIONS.id}
AT = datetime(2024, 1, 5, 5, 30, tzinfo=SEOUL)
IMPORTED = "import sys, tmdb_pipeline.page.views; print([name for name in ('numpy', 'duckdb') if name in sys.modules])"


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path / "lake"))


@pytest.fixture
def shelf(lake):
    """Two versions, of which the first is the champion."""
    shelf = Shelf(lake, NAME)
    for version in ("a", "b"):
        shelf.enter(version)
    shelf.promote("a", at=AT, why="a test")
    return shelf


def scored(age=7, brier=0.09, base=0.12, best=0.08):
    return ScoreDay(
        day=DAY - timedelta(days=age), version="a", movies=100, brier=brier, base_brier=base, best_brier=best
    )


def facts(*scores):
    return ModelFacts(version="a", since=AT, challenger=None, scores=[*scores])


def overview(lake, monkeypatch, *scores, **given):
    monkeypatch.setattr("tmdb_pipeline.page.model.facts._scores", lambda *_: [*scores])
    answer = views.overview(of_lake(lake), asked(language=Language.EN, dag_ids=READABLE, **given), AirflowFacts())
    return Read(answer.html)


def test_there_is_no_section_without_a_champion(lake, monkeypatch):
    """Where nothing may be learned nobody is told of a model; nor is whoever may not read its DAG."""
    assert "model" not in overview(lake, monkeypatch).ids

    Shelf(lake, NAME).enter("a")
    assert "model" not in overview(lake, monkeypatch).ids


def test_who_may_not_know_is_not_told(shelf):
    """The model is of its DAG."""
    assert read_model(of_lake(shelf.lake), asked(dag_ids=EVERY_DAG)) is None
    assert read_model(of_lake(None), asked(dag_ids=READABLE)) is None


def test_champion_since_when_and_challenger(shelf):
    """Since it was promoted, or rolled back to, the last time."""
    sources, who = of_lake(shelf.lake), asked(dag_ids=READABLE)
    assert read_model(sources, who) == facts()

    shelf.challenge("b", DAY, at=NOW, why="a test")
    assert read_model(sources, who) == ModelFacts(version="a", since=AT, challenger="b", scores=[])
    shelf.promote("b", at=NOW, why="a test")
    assert (read_model(sources, who).version, read_model(sources, who).since) == ("b", NOW)
    later = NOW + timedelta(hours=1)
    shelf.rollback(at=later, why="a test", trouble=lambda _: "")
    assert read_model(sources, who) == ModelFacts(version="a", since=later, challenger=None, scores=[])


def test_pointer_without_history_says_no_day(shelf):
    """Somebody may have written it by hand."""
    shelf.lake.write(shelf.pointer, b'{"champion": "a"}')

    assert read_model(of_lake(shelf.lake), asked(dag_ids=READABLE)).since is None


def test_damaged_pointer_is_a_trouble(shelf):
    """It is named, and the rest of the page is there."""
    shelf.lake.write(shelf.pointer, b"{")
    sources = of_lake(shelf.lake)

    assert read_model(sources, asked(dag_ids=READABLE)) is None
    assert len(sources.troubles) == 1


def test_figures_are_of_days_that_can_be_compared():
    """Means of the last four weeks, of days with a base rate if there are any; the best possible only if of all."""
    old, first = scored(age=36, brier=0.5), scored(age=8, base=None, brier=0.3)
    both = [scored(), scored(age=9, brier=0.1, base=0.13, best=0.09)]

    assert facts().figures is None
    assert facts(first).figures == Figures(days=1, brier=0.3, base=None, best=0.08)
    found = facts(old, both[1], first, both[0]).figures
    assert (found.days, found.brier) == (2, pytest.approx(0.095))
    assert (found.base, found.best) == (pytest.approx(0.125), pytest.approx(0.085))
    assert found.skill == pytest.approx(75)
    unknown = facts(*both, scored(best=None)).figures
    assert (unknown.best, unknown.skill) == (None, None)
    assert Figures(days=1, brier=0.1, base=None, best=0.1).skill is None
    assert Figures(days=1, brier=0.1, base=0.1, best=0.1).skill is None


def test_section_shows_figures_chart_and_table(shelf, monkeypatch):
    """Whoever cannot see the chart reads the same numbers in a table; each line is named."""
    page = overview(shelf.lake, monkeypatch, scored(age=9, base=None), scored(age=8), scored(brier=0.1234))

    assert "model" in page.ids
    assert "champion since" in page.text
    assert "0.107 Brier score, 2 days 0.120 base rate 0.080 best possible 33% of the possible improvement" in page.text
    assert "DateThis modelBest possibleBase rate" in page.text
    day = DAY - timedelta(days=7)
    rows = (
        f"{day}0.1230.0800.120",
        f"{day - timedelta(days=1)}0.0900.0800.120",
        f"{day - timedelta(days=2)}0.0900.080-",
    )
    assert "".join(rows) in page.text


def test_champion_whose_answers_nobody_knows_yet(shelf, monkeypatch):
    """In the first week the section says when it will be known."""
    page = overview(shelf.lake, monkeypatch)

    assert "It is known a week after a prediction how good it was." in page.text
    assert "polyline" not in page.tags


def test_of_tmdb_there_is_no_line_of_the_best_possible():
    """Nobody knows it, so no column and no line pretend to."""
    shown = section(asked(), facts(scored(best=None), scored(age=6, best=None)))

    assert [kind for kind, _ in shown.legend] == ["model", "base"]
    assert {len(values) for _, values in shown.rows} == {2}
    assert "best" not in str(shown.chart)


def test_day_without_a_score_is_a_gap():
    """A line is drawn through days that follow each other; a single day is a dot."""
    chart = str(section(asked(), facts(*(scored(age=age, base=None, best=None) for age in (20, 19, 17, 15, 14)))).chart)

    assert chart.count('class="path model"') == 2
    assert chart.count('class="spot model') == 5
    assert chart.count("hidden") == 4


def test_page_imports_nothing_that_learns():
    """A page of collections of TMDB's starts without it."""
    ended = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True)

    assert ended.stdout == "[]\n"
