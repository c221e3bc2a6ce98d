import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from warehouse_reports import DAY, freshness, pass_rate, popular_movie

from tmdb_pipeline.dags import DAILY, WEEKLY
from tmdb_pipeline.language import Language
from tmdb_pipeline.warehouse.report import charts
from tmdb_pipeline.warehouse.report.facts import GenreShare, MoviesOfDay

EN = Language.EN


def shapes(svg, tag, kind=None):
    """The shapes of a chart, by their tag and class."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    return [each for each in root if each.tag == tag and kind in {None, each.get("class")}]


def texts(svg):
    return [each.text for each in shapes(svg, "text")]


def test_column_is_as_high_as_its_day_has_movies():
    """Each DAG has a panel of its own scale; half the movies are half as high."""
    rows = [MoviesOfDay(DAY - timedelta(days=1), DAILY.id, 50), MoviesOfDay(DAY, DAILY.id, 100)]

    svg = charts.movies_a_day([*rows, MoviesOfDay(DAY, WEEKLY.id, 2000), MoviesOfDay(DAY, "other", 1)], EN)

    low, high = shapes(svg, "rect", "one")
    (weekly,) = shapes(svg, "rect", "two")
    assert 2 * float(low.get("height")) == float(high.get("height")) == float(weekly.get("height"))
    assert float(high.get("x")) > float(low.get("x"))
    assert [title.text for title in high] == ["Sun 22 Nov 2026: 100"]
    assert {"Daily", "Weekly", "other", "22 Nov", "15 Nov"} <= {*texts(svg)}


def test_pass_rates_are_a_line_of_daily_runs_and_dots():
    """A rate below 90 lowers the axis, so that no dot lies outside."""
    svg = charts.pass_rates([pass_rate(1, rate=71.5), pass_rate(0), pass_rate(0, WEEKLY.id), pass_rate(0, "other")], EN)

    (path,) = shapes(svg, "polyline", "path one")
    assert path.get("points").count(",") == 2
    assert "70" in texts(svg)
    assert all(24 <= float(each.get("cy")) <= 190 for each in shapes(svg, "circle") if float(each.get("cy")) != 10)


@pytest.mark.parametrize(("language", "name"), [(Language.KO, "드라마"), (Language.EN, "Drama")])
def test_genres_are_named_in_the_language(language, name):
    """An unknown genre has only its number; of many the most frequent are shown."""
    rows = [GenreShare("드라마", "Drama", 500, 40.0), GenreShare("4711", "4711", 10, 0.86)]

    svg = charts.genre_shares(rows, language)

    assert texts(svg) == [name, "40%", "4711", "0.8%"]
    assert len(texts(charts.genre_shares([rows[0]] * 30, language))) == 24


def test_movie_is_further_right_the_more_popular_it_is():
    """Popularity is logarithmic, and its numbers are round; a movie without any is left out."""
    rows = [popular_movie(1, popularity=1000.0), popular_movie(2, popularity=100.0, average=None, votes=None)]

    svg = charts.popular(
        [*rows, popular_movie(3, popularity=None), popular_movie(4, title="<script>", popularity=10.0)], EN
    )

    dots = {float(each.get("cx")): each[0].text for each in shapes(svg, "circle")}
    assert [re.match(r"\d+", dots[x])[0] for x in sorted(dots)] == ["4", "2", "1"]
    assert {"10", "20", "50", "100", "200", "500", "1,000"} <= {*texts(svg)}
    assert "<script>" not in svg


def test_list_without_any_popularity_is_an_empty_chart():
    """What has no number cannot be drawn, and breaks nothing."""
    assert shapes(charts.popular([popular_movie(popularity=None)], EN), "circle") == []


def test_bar_of_freshness_warns_by_its_colour():
    """As long as a list is fresh its bar is good; past the first mark it is so-so, past the end bad and no longer."""
    rows = [freshness(hours=2.0), freshness("trending", 30.0), freshness("late", 99.0), freshness("x", 1.0, "other")]

    svg = charts.freshness(rows, EN)

    kinds = [each.get("class") for each in shapes(svg, "rect") if each.get("class") != "track"]
    widths = [float(each.get("width")) for each in shapes(svg, "rect") if each.get("class") in {"bad", "track"}]
    assert kinds == ["good", "soso", "bad"]
    assert max(widths) == widths[0]
    assert texts(svg) == ["popular", "2 of 26 h", "trending", "30 of 26 h", "late", "99 of 26 h"]
