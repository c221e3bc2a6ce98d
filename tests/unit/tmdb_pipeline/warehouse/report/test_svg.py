from xml.etree import ElementTree as ET

import pytest

from tmdb_pipeline.warehouse.report.svg import WIDTH, chart, dot, line, rect, ticks, words


def test_chart_is_one_picture_with_a_title():
    """A screen reader reads the title, also one with signs of markup in it."""
    svg = ET.fromstring(chart("a <b> & c", 50, [rect(1, 2, 3, 4, "one")]))  # noqa: S314 - our own

    assert svg.get("role") == "img"
    assert svg.get("aria-label") == svg.findtext("title") == "a <b> & c"
    assert svg.get("viewBox") == f"0 0 {WIDTH} 50"


def test_shapes_are_markup_with_escaped_texts():
    """A title of a movie never becomes markup."""
    shapes = [
        rect(1, 2, -3, 4, "one", tip="<i>"),
        dot(1, 2, 3, "two"),
        dot(1, 2, 3, "two", tip="<i>"),
        line([(0, 0), (1.25, 2)], "grid"),
        words(1, 2, "<script>", anchor="end", kind="strong"),
    ]

    svg = ET.fromstring(chart("x", 10, shapes))  # noqa: S314 - our own

    assert [(each.tag, each.attrib, "".join(each.itertext())) for each in svg][1:] == [
        ("rect", {"class": "one", "x": "1.0", "y": "2.0", "width": "0.0", "height": "4.0", "rx": "2"}, "<i>"),
        ("circle", {"class": "two", "cx": "1.0", "cy": "2.0", "r": "3.0"}, ""),
        ("circle", {"class": "two", "cx": "1.0", "cy": "2.0", "r": "3.0"}, "<i>"),
        ("polyline", {"class": "grid", "points": "0.0,0.0 1.2,2.0"}, ""),
        ("text", {"class": "strong", "x": "1.0", "y": "2.0", "text-anchor": "end"}, "<script>"),
    ]


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        (0, [0]),
        (1, [0, 0.25, 0.5, 0.75, 1]),
        (118, [0, 50, 100]),
        (96, [0, 25, 50, 75]),
        (2345, [0, 1000, 2000]),
        (9000, [0, 2500, 5000, 7500]),
    ],
)
def test_ticks_are_round_and_few(top, expected):
    """People read round numbers."""
    assert ticks(top) == expected
