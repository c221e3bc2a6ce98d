import subprocess
import sys

import numpy as np
import pytest

from fake_tmdb.catalogue.catalogue import RELEASED_UNTIL, Catalogue
from fake_tmdb.catalogue.dates import NO_DATE
from fake_tmdb.catalogue.facts.genres import genre_bits
from fake_tmdb.catalogue.reference.genres import GENRE_IDS
from fake_tmdb.catalogue.well_known import WELL_KNOWN_IDS

DIGEST = """
import hashlib
from fake_tmdb import Catalogue, FakeTmdb
from fake_tmdb.api.movies.details import document
import orjson
catalogue = Catalogue(seed=5, movies=300)
print(hashlib.sha256(b"".join(orjson.dumps(document(catalogue, row, "ko-KR")) for row in range(300))).hexdigest())
"""


def test_ids_are_unique_and_found(catalogue):
    """Every id belongs to one row, and is found there."""
    assert len(np.unique(catalogue.ids)) == catalogue.size
    assert all(catalogue.row_of(int(catalogue.ids[row])) == row for row in range(0, catalogue.size, 97))


@pytest.mark.parametrize("movies", [1, 2, 7, 100, 20_000, 1_000_000])
def test_well_known_ids_exist(movies):
    """The ids that clients' tests ask for exist as far as there are rows for them."""
    catalogue = Catalogue(movies=movies)

    assert len(np.unique(catalogue.ids)) == movies
    assert all(catalogue.row_of(known) is not None for known in list(WELL_KNOWN_IDS)[:movies])


def test_unknown_ids(catalogue):
    """An id that no movie has is not found, at either end and between."""
    missing = min(set(range(1, 1_000)) - set(catalogue.ids.tolist()))

    assert [catalogue.row_of(number) for number in (0, missing, 10**9)] == [None, None, None]


@pytest.mark.parametrize("movies", [0, -1, 5_000_001])
def test_impossible_sizes(movies):
    """A catalogue without movies, or with more than there are ids for, is refused in one message."""
    with pytest.raises(ValueError, match="holds 1 to 5,000,000 movies"):
        Catalogue(movies=movies)


@pytest.mark.parametrize(
    ("what", "low", "high"),
    [
        ("adult", 0.02, 0.04),
        ("video", 0.03, 0.04),
        ("softcore", 0.005, 0.015),
        ("no genre", 0.012, 0.022),
        ("no date", 0.003, 0.008),
        ("no vote", 0.02, 0.2),
        ("unpopular", 0.004, 0.006),
        ("English", 0.45, 0.51),
    ],
)
def test_oddities_are_as_frequent_as_measured(catalogue, what, low, high):
    """What breaks naive readers occurs about as often as in recordings."""
    share = {
        "adult": catalogue.adult,
        "video": catalogue.video,
        "softcore": catalogue.softcore,
        "no genre": genre_bits.column(catalogue) == 0,
        "no date": catalogue.day == NO_DATE,
        "no vote": catalogue.votes == 0,
        "unpopular": catalogue.popularity == 0,
        "English": catalogue.language == 0,
    }[what].mean()

    assert low <= share <= high


def test_votes_and_averages_belong_together(catalogue):
    """A movie without votes has the average 0, no average leaves 0 to 10, and some reach 10 with few votes."""
    average, votes = catalogue.vote_average, catalogue.votes

    assert (average[votes == 0] == 0).all()
    assert 0 <= average.min() <= average.max() == 10_000
    assert votes[average == 10_000].max() < 60


def test_movies_that_are_not_out_have_few_votes_or_none(catalogue):
    """Of the movies dated after the catalogue's last day of releases about one in eight has votes, and only a few."""
    votes = catalogue.votes[catalogue.day > RELEASED_UNTIL]

    assert len(votes) > 500
    assert votes.max() < 40
    assert 0.08 < (votes > 0).mean() < 0.16


@pytest.mark.parametrize("genre", [28, 35, 18, 27, 10749, 878, 53, 16])
def test_collected_genres_fill_fifteen_pages(catalogue, genre):
    """Each genre that is collected has more than 300 movies."""
    bit = np.uint32(1 << GENRE_IDS.index(genre))

    assert np.count_nonzero((genre_bits.column(catalogue) & bit != 0) & ~catalogue.adult & ~catalogue.video) > 300


def test_popularity_falls_but_not_strictly(catalogue):
    """The popularity shown falls over a page's length, with a few inversions between neighbours."""
    shown = catalogue.popularity[:2_000]
    inversions = np.count_nonzero(np.diff(shown) > 0) / 100

    assert shown[0] > shown[100] > shown[1_999]
    assert 1 <= inversions <= 10


def test_a_million_movies_have_the_columns_they_need():
    """A large catalogue is made at once and holds the same kinds of movies."""
    catalogue = Catalogue(movies=1_000_000)
    catalogue.prepare()

    assert catalogue.votes.shape == (1_000_000,)
    assert catalogue.ids[catalogue.latest_row] == catalogue.ids.max()


def test_same_seed_same_bytes_in_any_process():
    """A catalogue is the same bytes in another process and under another hash seed; another seed gives another."""
    told = {
        subprocess.run(
            [sys.executable, "-c", DIGEST], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for seed in ("0", "77")
    }

    assert len(told) == 1
    assert not np.array_equal(Catalogue(seed=5, movies=300).ids, Catalogue(seed=6, movies=300).ids)
