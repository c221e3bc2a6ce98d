from datetime import date, timedelta

import pytest
from unit.tmdb_pipeline.page.pages import DAILY, DAY, NOW, WEEKLY, asked, run_facts

from tmdb_pipeline.language import Language
from tmdb_pipeline.page.facts.airflow import Duration
from tmdb_pipeline.page.facts.overview import ExportDay
from tmdb_pipeline.page.html.charts import Point, Span, columns, path
from tmdb_pipeline.page.html.trend_cards import trend_cards

FIRST = date(2023, 10, 10)
SPAN = Span(FIRST, DAY)


def point(age=0, value=5.0, **given):
    return Point(day=DAY - timedelta(days=age), value=value, tip="tip <", **given)


def drawn(*points, **given):
    return str(columns("Title <", points, SPAN, Language.KO, **given))


@pytest.mark.parametrize(
    ("value", "top"), [(0, "0.1"), (1, "1"), (5, "5"), (119, "120"), (121, "160"), (2049, "2,400"), (9_100, "10,000")]
)
def test_axis_ends_at_a_round_number(value, top):
    """No column is higher than the axis, which ends at a round number."""
    svg = drawn(point(value=value))

    assert f">{top}</text>" in svg


def test_days_without_a_value_are_marked():
    """Between the first and the last day each one without a value has a mark: of a week one in seven days."""
    assert drawn(point(0), point(3)).count("gap") == 2
    assert drawn(point(0), point(21), every=7).count("gap") == 2
    assert drawn(point(0), point(1)).count("gap") == 0


def test_texts_are_escaped_and_tones_are_classes():
    """What is said on a shape cannot be markup; a tone is a class that the style sheet paints."""
    svg = drawn(point(tone="warning"))

    assert "tip &lt;" in svg
    assert "Title &lt;" in svg
    assert 'class="bar warning"' in svg
    assert "style=" not in svg


def test_months_are_named_in_the_language_of_the_reader():
    """The first days of months, and where the days hold none, the first one."""
    assert "11월" in drawn(point())
    assert "Nov" in columns("t", [point()], SPAN, Language.EN)
    assert "1월" in columns("t", [point()], Span(DAY, DAY), Language.KO)


def line(*points, least=90.0, mark=80.0):
    return str(path("t", points, SPAN, Language.KO, least=least, most=100, mark=mark))


def test_line_shows_what_is_not_ok_and_the_last():
    """Dots are shown where a value is not ok, and at the end; the others speak when they are pointed at."""
    svg = line(point(2, 95.0), point(1, 70.0, tone="warning"), point(0, 99.0))

    assert svg.count('class="spot hidden"') == 1
    assert svg.count('class="spot warning"') == 1
    assert svg.count('class="spot ok"') == 1
    assert 'class="area"' in svg


def test_line_of_one_day_and_mark_out_of_sight():
    """One value is a dot without an area; a mark is drawn where it lies between the ends of the axis."""
    assert 'class="area"' not in line(point(0, 95.0))
    assert 'class="mark"' not in line(point(0, 95.0))
    assert 'class="mark"' in line(point(0, 95.0), least=70.0)


def cards(runs=(), exports=(), loads=()):
    return {card.name: card for card in trend_cards(asked(), runs, exports, loads)}


def test_cards_of_what_there_is():
    """Of nothing there is no card; each card has its latest value and its numbers, the latest first."""
    runs = [run_facts(), run_facts(DAY - timedelta(days=1), accepted=90, verdict="warned", pass_rate=70.25)]
    runs += [run_facts(dag_id=WEEKLY, accepted=1234)]
    told = cards(
        runs,
        [ExportDay(DAY, 30, 40), ExportDay(DAY, 50, 40), ExportDay(DAY, 0, 0)],
        [Duration(NOW, 3.0), Duration(NOW, 70.0), Duration(NOW - timedelta(days=100), 5.0)],
    )

    assert cards() == {}
    assert set(told) == {"movies", "weekly-movies", "rates", "quarantined", "coverage", "loads"}
    assert told["movies"].rows == [(DAY, "99"), (DAY - timedelta(days=1), "90")]
    assert told["weekly-movies"].latest == "1,234"
    assert told["rates"].rows[-1][1] == "70.25%"
    assert ">70</text>" in told["rates"].chart
    assert "주의" in told["movies"].chart
    assert [said for _, said in told["coverage"].rows] == ["100%", "100%", "75%"]
    assert told["loads"].rows == [(DAY, "1분 10초")]


def test_weekly_runs_alone():
    """A reader who may know of the weekly DAG alone has a card for that alone."""
    assert set(cards([run_facts(dag_id=WEEKLY)])) == {"weekly-movies"}
    assert DAILY != WEEKLY
