import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_tmdb import columns, movies
from fake_tmdb.catalogue import NO_DATE

ROWS = st.integers(0, 19_999)


@pytest.fixture(scope="module")
def made(catalogue):
    """Return each column once."""
    return {
        "revenue": columns.revenue(catalogue),
        "runtime": columns.runtime(catalogue),
        "KR": columns.regional_day(catalogue, "KR"),
        "company": columns.holds_company(catalogue, 17),
        "keyword": columns.holds(catalogue, movies.KEYWORD_COLUMNS, movies.KEYWORDS, 3),
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


def test_holding_and_picking(catalogue, made):
    """A number that is drawn is found, one that is not drawn is not."""
    assert made["keyword"].any()
    assert not columns.holds(catalogue, movies.KEYWORD_COLUMNS, movies.KEYWORDS, -1).any()
    assert set(columns.picks(catalogue, "x", 3).tolist()) == {0, 1, 2}
