import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_tmdb.catalogue.facts.external_ids import IMDB_OFFSET, imdb_id, row_of_imdb


@given(row=st.integers(0, 19_999))
def test_imdb_ids_lead_back(catalogue, row):
    """An IMDb id leads to its movie; some movies have none."""
    identifier = imdb_id(catalogue, row)

    assert identifier is None or row_of_imdb(catalogue, identifier) == row


@pytest.mark.parametrize("identifier", ["", "tt", "550", "tt٣", "tt1", "tt99999999999999999999"])
def test_other_imdb_ids_lead_nowhere(catalogue, identifier):
    """What is no IMDb id of ours is not found."""
    assert row_of_imdb(catalogue, identifier) is None


def test_an_imdb_id_that_is_not_given_is_not_found(catalogue):
    """The id that a movie would have had is not found where TMDB shows null."""
    row = next(row for row in range(200) if imdb_id(catalogue, row) is None)

    assert row_of_imdb(catalogue, f"tt{IMDB_OFFSET + int(catalogue.ids[row])}") is None
