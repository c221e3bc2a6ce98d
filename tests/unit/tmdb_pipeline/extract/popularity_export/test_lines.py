import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.extract.popularity_export.lines import BLOCK, LONGEST, NAMED, ExportLines


def line(**changes):
    """A line as TMDB writes it."""
    movie = {"adult": False, "id": 7, "original_title": "\ubcc4", "popularity": 1.25, "video": False, **changes}
    return orjson.dumps({key: value for key, value in movie.items() if value is not ...})


def read(*pieces):
    """The rows that an export in these pieces gives, as tuples, and what was counted."""
    lines = ExportLines()
    rows = [row for block in lines.rows(pieces) for row in zip(*block, strict=True)]
    return rows, lines


GOOD = st.builds(
    line,
    id=st.integers(1, 2**63 - 1),
    popularity=st.one_of(st.integers(0, 9), st.floats(0, allow_infinity=False)),
    adult=st.sampled_from([True, False, ...]),
    video=st.booleans(),
    original_title=st.text(),
)
ODD = st.sampled_from(
    [
        b"", b" ", b"{", b"[]", b"null", b"7", b"[7]", b"<html>", b"{}", b"\xff", line()[:-1], line()[1:],
        line() + b"}", line() + line(), line() + b" " + line(), line() + b"," + line(), b"[" + line() + b"]",
        b"{" + line() + b"}",
        line(id=0), line(id=-1), line(id="7"), line(id=7.0), line(id=7.5), line(id=True), line(id=None), line(id=...),
        line(id=[7]), line(id=2**63), line(popularity=-0.1), line(popularity=-1), line(popularity="1"),
        line(popularity=None), line(popularity=...), line(popularity=True), line(video=...), line(video=None),
        line(video=0), line(video="no"), line(adult=None), line(adult=0), line(adult="no"), line(original_title=...),
        line(original_title=None),
        line(original_title="?").replace(b"?", b"\xff"), line(original_title="?").replace(b"?", b"\\q"),
        line(original_title="?").replace(b"?", b"\\ud800"), line(original_title="?").replace(b"?", b"\x01"),
        line().replace(b"1.25", b"NaN"), line().replace(b"1.25", b"Infinity"), line().replace(b"1.25", b"1e999"),
        line().replace(b"7", b"1" * 5000), b"[" * 3000, b'{"id":' * 3000,
    ]
)  # fmt: skip


@given(
    lines=st.lists(st.one_of(GOOD, ODD), min_size=1),
    sizes=st.lists(st.integers(1, 300), min_size=1),
    ends=st.booleans(),
)
def test_each_line_is_a_row_or_odd(lines, sizes, ends):
    """Whatever stands between good lines and however it is cut, each good line is its row and each other is odd."""
    export = b"\n".join(lines) + b"\n" * (ends or not lines[-1])
    pieces, at = [], 0
    while at < len(export):
        pieces.append(export[at : (at := at + sizes[len(pieces) % len(sizes)])])
    expected = []
    for number, text in enumerate(lines, 1):
        if _is_good(text):
            movie = orjson.loads(text)
            expected.append((movie["id"], movie["popularity"], movie.get("adult"), movie["video"], number))

    rows, found = read(*pieces)

    assert rows == expected
    assert found.count == len(lines)
    assert found.odd_count == len(lines) - len(expected)
    assert all(not _is_good(lines[odd.line - 1]) for odd in found.odd)


def _is_good(text):
    """Whether a line is a movie, as a person would check it."""
    try:
        movie = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return (
        isinstance(movie, dict)
        and type(movie.get("id")) is int
        and 1 <= movie["id"] < 2**63
        and type(movie.get("popularity")) in {int, float}
        and 0 <= movie["popularity"] < float("inf")
        and type(movie.get("video")) is bool
        and type(movie.get("original_title")) is str
        and ("adult" not in movie or type(movie["adult"]) is bool)
    )


def test_object_on_two_lines_is_two_odd_lines():
    """Lines that are no object each are odd, even if together they are as many objects as there are lines."""
    torn = line().partition(b",")

    rows, found = read(b"\n".join([line(id=1) + line(id=2), torn[0] + b",", torn[2], line(id=3)]))

    assert [row[0] for row in rows] == [3]
    assert [odd.line for odd in found.odd] == [1, 2, 3]


def test_braces_at_the_ends_do_not_make_a_line_an_object():
    """Two objects on a line are odd, though it begins and ends as an object does."""
    rows, found = read(b"\n".join([line(id=1), line(id=2) + line(id=3), line(id=4)]))

    assert ([row[0] for row in rows], [odd.line for odd in found.odd]) == ([1, 4], [2])


def test_reason_says_what_is_wrong():
    """An odd line is named with its number and what is wrong with it."""
    _, found = read(b"\n".join([line(), line(popularity=-1), b"{", line(id="7"), b"[1]", b""]) + b"\n")

    assert [(odd.line, odd.reason) for odd in found.odd] == [
        (2, "Expected `float` >= 0.0 - at `$.popularity`"),
        (3, "Input data was truncated"),
        (4, "Expected `int`, got `str` - at `$.id`"),
        (5, "Expected `object`, got `array`"),
        (6, "Input data was truncated"),
    ]


def test_first_odd_lines_are_named_and_all_are_counted():
    """However many lines are odd, what is kept of them is short."""
    _, found = read(b"odd\n" * 1000)

    assert (found.count, found.odd_count, [odd.line for odd in found.odd]) == (1000, 1000, list(range(1, NAMED + 1)))


@pytest.mark.parametrize("pieces", [1, 7])
def test_line_without_end_is_one_odd_line(pieces):
    """A line of many megabytes is odd, and is not kept."""
    endless = [b"x" * (BLOCK // 2)] * 6 * pieces

    rows, found = read(line(id=1) + b"\n", *endless, b"\n" + line(id=2) + b"\n")

    assert [(row[0], row[4]) for row in rows] == [(1, 1), (2, 3)]
    assert [(odd.line, odd.reason) for odd in found.odd] == [(2, f"it has more than {LONGEST} bytes")]


def test_long_title_is_no_odd_line():
    """The limit is far from what a title may have, to the byte."""
    whole = line(original_title="x" * (LONGEST - len(line(original_title=""))))
    longer = whole.replace(b"x", b"xx", 1)

    rows, found = read(whole + b"\r\n" + whole + b"\n" + longer)

    assert len(whole) == LONGEST
    assert [row[4] for row in rows] == [2]
    assert [odd.line for odd in found.odd] == [1, 3]


def test_blocks_do_not_tear_lines():
    """An export of several blocks has each line once, with its number."""
    count = 4 * BLOCK // len(line())
    export = b"".join(line(id=number) + b"\n" for number in range(1, count + 1))

    lines = ExportLines()
    blocks = list(lines.rows(export[at : at + 100_003] for at in range(0, len(export), 100_003)))

    assert len(blocks) > 3
    assert [number for block in blocks for number in block.ids] == list(range(1, count + 1))
    assert [number for block in blocks for number in block.lines] == list(range(1, count + 1))
    assert (lines.count, lines.odd_count) == (count, 0)


def test_empty_export_has_no_lines():
    """Nothing is nothing, not an odd line."""
    assert read()[0] == []
    assert read()[1].count == read(b"")[1].count == 0
