import numpy as np
import pytest

from fake_tmdb.api.movies.items import list_item
from fake_tmdb.catalogue.dates import NO_DATE
from fake_tmdb.catalogue.facts.production import revenue
from fake_tmdb.catalogue.queries.discovery import SORTS, TOP_RATED, Discovery


@pytest.fixture(scope="module")
def discovery(catalogue):
    """Return the queries over the default catalogue."""
    return Discovery(catalogue)


def _keys(catalogue, rows, field):
    if field == "popularity":
        return (-rows).tolist()  # rows lie in the order of popularity
    if field == "revenue":
        return [revenue.of(catalogue, row) for row in rows.tolist()]
    if field == "vote_average":
        return (catalogue.vote_average[rows] // 10).tolist()
    if field == "vote_count":
        return catalogue.votes[rows].tolist()
    if field == "primary_release_date":
        return catalogue.day[rows].tolist()
    return [list_item(catalogue, row, "en-US")["original_title"] for row in rows.tolist()]


@pytest.mark.parametrize("field", SORTS)
def test_sorts(catalogue, discovery, field):
    """Each order is that of its field, and descending is not ascending."""
    query = {"with_genres": "37"}
    dated = catalogue.day != NO_DATE

    for direction in ("asc", "desc"):
        rows = discovery.rows({**query, "sort_by": f"{field}.{direction}"})
        keys = _keys(catalogue, rows[dated[rows]], field)
        assert keys == sorted(keys, reverse=direction == "desc")
    assert len(rows) == len(discovery.rows(query)) > 100


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_movies_without_date_come_last(catalogue, discovery, direction):
    """In either direction the movies without a date stand at the end."""
    rows = discovery.rows({"sort_by": f"primary_release_date.{direction}"})
    undated = catalogue.day[rows] == NO_DATE

    assert undated.sum() > 0
    assert undated[-undated.sum() :].all()


def test_titles_sort_by_code_points_of_the_original(discovery):
    """Both title orders are that of the original title, whatever is shown."""
    query = {"with_original_language": "ko|en", "with_genres": "37"}

    assert np.array_equal(
        discovery.rows({**query, "sort_by": "title.asc"}), discovery.rows({**query, "sort_by": "original_title.asc"})
    )


def test_five_pages_of_top_rated_are_good_enough(catalogue, discovery):
    """The first 100 top rated movies have at least 7.5, and the list goes on below that."""
    average = catalogue.vote_average[discovery.rows(TOP_RATED)]

    assert average[:100].min() >= 7_500
    assert average[600:].min() < 7_500


def test_top_rated_is_sorted_by_hundredths_only(catalogue, discovery):
    """There are inversions in the third decimal, as recorded, and none in the second."""
    average = catalogue.vote_average[discovery.rows(TOP_RATED)].astype(int)

    assert (np.diff(average) > 0).any()
    assert (np.diff(average // 10) <= 0).all()


def test_without_a_vote_floor_single_votes_lead(catalogue, discovery):
    """By vote average alone, movies with a handful of votes and ten points come first."""
    first = discovery.rows({"sort_by": "vote_average.desc"})[0]

    assert catalogue.vote_average[first] == 10_000
    assert catalogue.votes[first] < 60
