import re

import numpy as np
import orjson
from hypothesis import given
from hypothesis import strategies as st

from fake_tmdb.api.movies.details import document as document_of
from fake_tmdb.api.movies.items import list_item, trending_item
from fake_tmdb.catalogue.dates import NO_DATE

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
    assert list(list_item(catalogue, row, "ko-KR")) == LIST_KEYS
    assert list(trending_item(catalogue, row, "ko-KR")) == TRENDING_KEYS
    assert list(document_of(catalogue, row, "ko-KR")) == DETAILS_KEYS


@given(row=ROWS)
def test_floats_always_have_a_point(catalogue, row):
    """Popularity and vote average are written with a point and at most four and three decimals."""
    text = orjson.dumps(list_item(catalogue, row, "en-US")).decode()

    assert re.search(r'"popularity":\d+\.\d{1,4},', text)
    assert re.search(r'"vote_average":\d+\.\d{1,3},', text)


@given(row=ROWS)
def test_details_agree_with_the_list(catalogue, row):
    """What list and details both say is the same."""
    item, document = list_item(catalogue, row, "ko-KR"), document_of(catalogue, row, "ko-KR")

    assert {key: document[key] for key in item if key in document} == {
        key: item[key] for key in item if key in document
    }
    assert [genre["id"] for genre in document["genres"]] == item["genre_ids"]


def test_dates_are_empty_as_often_as_measured(catalogue):
    """Half a percent of the movies have an empty date."""
    items = [list_item(catalogue, row, "ko-KR") for row in range(3_000)]

    assert 0.002 < sum(item.get("release_date", "") == "" for item in items) / 3_000 < 0.009


def test_the_key_of_a_date_is_absent_now_and_then(catalogue):
    """One in some thousand list objects has no release_date at all, as recorded; its details have an empty one."""
    rows = np.flatnonzero(catalogue.day == NO_DATE).tolist()
    absent = [row for row in rows if "release_date" not in list_item(catalogue, row, "en-US")]

    assert 1 <= len(absent) <= catalogue.size / 2_000
    assert [key for key in LIST_KEYS if key != "release_date"] == list(list_item(catalogue, absent[0], "en-US"))
    assert "release_date" not in trending_item(catalogue, absent[0], "en-US")
    assert document_of(catalogue, absent[0], "en-US")["release_date"] == ""
