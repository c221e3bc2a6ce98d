import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_tmdb.catalogue import columns, movies
from fake_tmdb.catalogue.catalogue import NO_DATE

ROWS = st.integers(0, 19_999)


@pytest.fixture(scope="module")
def made(catalogue):
    """Return each column once."""
    return {
        "revenue": columns.revenue(catalogue),
        "runtime": columns.runtime(catalogue),
        "KR": columns.regional_day(catalogue, "KR"),
        "company": columns.holding(columns.companies(catalogue), [17], alternatives=True),
    }


@given(row=ROWS)
def test_columns_agree_with_records(catalogue, made, row):
    """What discover filters and sorts by is what the record shows."""
    day = movies.regional_day(catalogue, row, "KR")

    assert made["revenue"][row] == movies.revenue(catalogue, row)
    assert made["runtime"][row] == movies.runtime(catalogue, row)
    assert made["KR"][row] == (NO_DATE if day is None else day)
    assert made["company"][row] == (17 in movies.company_ids(catalogue, row))


def test_a_region_has_half_of_the_movies_and_never_earlier(catalogue, made):
    """Half of the movies come out in a region, on the primary date or within three months."""
    there = made["KR"] != NO_DATE
    delay = (made["KR"] - catalogue.day)[there]

    assert 0.45 < there.mean() < 0.55
    assert (delay.min(), delay.max()) == (0, movies.REGIONAL_DELAY - 1)


def test_picking(catalogue):
    """Each number below the bound is drawn."""
    assert set(columns.picks(catalogue, "x", 3).tolist()) == {0, 1, 2}


@given(
    held=st.lists(st.lists(st.integers(0, 4), min_size=5, max_size=5), min_size=1, max_size=3),
    wanted=st.lists(st.integers(-1, 5), min_size=1, max_size=6),
    alternatives=st.booleans(),
)
def test_holding_all_or_any(held, wanted, alternatives):
    """A movie holds what is wanted if all of it, or with alternatives any of it, is among its numbers; 0 is none."""
    found = columns.holding([np.array(column) for column in held], wanted, alternatives=alternatives)

    rows = [set(row) - {0} for row in zip(*held, strict=True)]
    expected = [bool(row & set(wanted)) if alternatives else set(wanted) <= row for row in rows]
    assert found.tolist() == expected


def test_prepared_columns_are_kept(catalogue):
    """What was made in advance is not made again."""
    columns.prepare(catalogue, ["KR"])

    assert (
        columns.numbers(catalogue, ["cast 0"], movies.PEOPLE)[0]
        is columns.numbers(catalogue, ["cast 0"], movies.PEOPLE)[0]
    )
    for column in (columns.runtime, columns.companies, lambda kept: columns.regional_day(kept, "KR")):
        assert column(catalogue) is column(catalogue)
