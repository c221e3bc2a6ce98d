import re

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_tmdb.catalogue import movies
from fake_tmdb.catalogue.catalogue import NO_DATE, RELEASED_UNTIL, Catalogue

ROWS = st.integers(0, 19_999)
LIST_KEYS = [
    "adult",
    "backdrop_path",
    "genre_ids",
    "id",
    "title",
    "original_language",
    "original_title",
    "overview",
    "popularity",
    "poster_path",
    "release_date",
    "softcore",
    "video",
    "vote_average",
    "vote_count",
]
TRENDING_KEYS = [
    "adult",
    "backdrop_path",
    "id",
    "title",
    "original_title",
    "overview",
    "poster_path",
    "media_type",
    "original_language",
    "genre_ids",
    "popularity",
    "release_date",
    "softcore",
    "video",
    "vote_average",
    "vote_count",
]
DETAILS_KEYS = [
    "adult",
    "backdrop_path",
    "belongs_to_collection",
    "budget",
    "genres",
    "homepage",
    "id",
    "imdb_id",
    "origin_country",
    "original_language",
    "original_title",
    "overview",
    "popularity",
    "poster_path",
    "production_companies",
    "production_countries",
    "release_date",
    "revenue",
    "runtime",
    "softcore",
    "spoken_languages",
    "status",
    "tagline",
    "title",
    "video",
    "vote_average",
    "vote_count",
]


@given(row=ROWS)
def test_key_orders(catalogue, row):
    """Keys come in the order of the recordings, so that bytes and ETags are those of the real service."""
    assert list(movies.list_item(catalogue, row, "ko-KR")) == LIST_KEYS
    assert list(movies.trending_item(catalogue, row, "ko-KR")) == TRENDING_KEYS
    assert list(movies.details(catalogue, row, "ko-KR")) == DETAILS_KEYS


@given(row=ROWS)
def test_floats_always_have_a_point(catalogue, row):
    """Popularity and vote average are written with a point and at most four and three decimals."""
    text = orjson.dumps(movies.list_item(catalogue, row, "en-US")).decode()

    assert re.search(r'"popularity":\d+\.\d{1,4},', text)
    assert re.search(r'"vote_average":\d+\.\d{1,3},', text)


@given(row=ROWS)
def test_details_agree_with_the_list(catalogue, row):
    """What list and details both say is the same."""
    item, document = movies.list_item(catalogue, row, "ko-KR"), movies.details(catalogue, row, "ko-KR")

    assert {key: document[key] for key in item if key in document} == {
        key: item[key] for key in item if key in document
    }
    assert [genre["id"] for genre in document["genres"]] == item["genre_ids"]


def lacking(catalogue, rows):
    """Return the shares of some rows that lack the poster and that lack the backdrop."""
    rows = list(rows)
    return (
        sum(movies.poster(catalogue, row, "en") is None for row in rows) / len(rows),
        sum(movies.backdrop(catalogue, row) is None for row in rows) / len(rows),
    )


def test_images_lack_as_often_as_measured(catalogue):
    """Of all movies 3.5 % have no poster and 15 % no backdrop, in the proportions of 3,829 recorded list objects."""
    posters, backdrops = lacking(catalogue, range(catalogue.size))

    assert posters == pytest.approx(0.035, abs=0.005)
    assert backdrops == pytest.approx(0.15, abs=0.01)


@pytest.mark.parametrize("seed", range(1, 8))
def test_popular_movies_have_images(seed):
    """Of 780 recorded popular movies no poster and one backdrop lacked; here hardly any, and of the first 100 none."""
    catalogue = Catalogue(seed=seed)

    assert lacking(catalogue, range(100)) == (0, 0)
    assert max(lacking(catalogue, range(780))) <= 2 / 780


def test_images_lack_the_more_the_less_popular_a_movie_is(catalogue):
    """From quarter to quarter of the ranks more images lack; well-known movies have theirs at any rank."""
    quarters = [lacking(catalogue, range(at, at + 5_000)) for at in range(0, 20_000, 5_000)]

    assert quarters == sorted(quarters)
    assert [share[1] for share in quarters] == sorted(share[1] for share in quarters)
    assert lacking(catalogue, catalogue.well_known) == (0, 0)


def test_dates_are_empty_as_often_as_measured(catalogue):
    """Half a percent of the movies have an empty date."""
    items = [movies.list_item(catalogue, row, "ko-KR") for row in range(3_000)]

    assert 0.002 < sum(item.get("release_date", "") == "" for item in items) / 3_000 < 0.009


def test_images_look_like_images(catalogue):
    """Image paths are a slash, 27 characters and an ending; some posters differ by language."""
    posters = [(movies.poster(catalogue, row, "en"), movies.poster(catalogue, row, "ko")) for row in range(60)]

    assert re.fullmatch(r"/[0-9A-Za-z]{27}\.jpg", movies.image_path(catalogue, "poster", 1))
    assert any(english != korean for english, korean in posters)
    assert any(english == korean for english, korean in posters)


@given(row=ROWS)
def test_imdb_ids_lead_back(catalogue, row):
    """An IMDb id leads to its movie; some movies have none."""
    identifier = movies.imdb_id(catalogue, row)

    assert identifier is None or movies.row_of_imdb(catalogue, identifier) == row


def test_the_key_of_a_date_is_absent_now_and_then(catalogue):
    """One in some thousand list objects has no release_date at all, as recorded; its details have an empty one."""
    rows = np.flatnonzero(catalogue.day == NO_DATE).tolist()
    absent = [row for row in rows if "release_date" not in movies.list_item(catalogue, row, "en-US")]

    assert 1 <= len(absent) <= catalogue.size / 2_000
    assert [key for key in LIST_KEYS if key != "release_date"] == list(movies.list_item(catalogue, absent[0], "en-US"))
    assert "release_date" not in movies.trending_item(catalogue, absent[0], "en-US")
    assert movies.details(catalogue, absent[0], "en-US")["release_date"] == ""


@pytest.mark.parametrize("identifier", ["", "tt", "550", "tt٣", "tt1", "tt99999999999999999999"])
def test_other_imdb_ids_lead_nowhere(catalogue, identifier):
    """What is no IMDb id of ours is not found."""
    assert movies.row_of_imdb(catalogue, identifier) is None


def test_an_imdb_id_that_is_not_given_is_not_found(catalogue):
    """The id that a movie would have had is not found where TMDB shows null."""
    row = next(row for row in range(200) if movies.imdb_id(catalogue, row) is None)

    assert movies.row_of_imdb(catalogue, f"tt{movies.IMDB_OFFSET + int(catalogue.ids[row])}") is None


def test_collections_hold_their_parts(catalogue):
    """Each part of a collection says that it belongs to it, and other movies belong to none."""
    rows = movies.collection_rows(catalogue, 12)

    assert [movies.collection_of(row) for row in rows] == [12, 12, 12]
    assert movies.collection_of(rows[0] + 1) is None
    assert movies.collection_rows(catalogue, 9) == movies.collection_rows(catalogue, 10**6) == []


def test_status_follows_the_date(catalogue):
    """Without a date a movie is planned or the like, with a late date it is in the making, otherwise it is released."""
    undated = next(row for row in range(20_000) if catalogue.day[row] == NO_DATE)
    future = next(row for row in range(20_000) if catalogue.day[row] > RELEASED_UNTIL)
    past = next(row for row in range(20_000) if 0 < catalogue.day[row] < RELEASED_UNTIL)

    assert movies.status(catalogue, undated) in {"Rumored", "Planned", "Canceled"}
    assert movies.status(catalogue, future) in {"In Production", "Post Production"}
    assert movies.status(catalogue, past) == "Released"
