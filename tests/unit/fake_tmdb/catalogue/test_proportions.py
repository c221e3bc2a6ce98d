import pytest

from fake_tmdb import NO_LIMITS, Catalogue, FakeTmdb
from fake_tmdb.catalogue.proportions import MOVIES, NOW_PLAYING, TOP_RATED, UPCOMING, total

LISTS = {"/movie/top_rated": TOP_RATED, "/movie/now_playing": NOW_PLAYING, "/movie/upcoming": UPCOMING}
AUTUMN = 1_795_694_400.0  # 2026-11-26 00:00 UTC


@pytest.fixture
def totals(send, clock):
    """Return a function that gives the totals of the three lists of a catalogue in the autumn of 2026."""

    def totals(movies):
        clock.freeze(AUTUMN)
        fake = FakeTmdb(catalogue=Catalogue(movies=movies), clock=clock, limits=NO_LIMITS)
        return {path: send(fake.app, f"/3{path}", authorization=f"Bearer {fake.read_token}").json() for path in LISTS}

    return totals


def test_a_catalogue_of_the_real_size_has_the_real_totals(totals):
    """Top rated, now playing and upcoming are as long as recorded, so that top rated goes beyond page 500."""
    told = totals(MOVIES)

    assert {path: document["total_results"] for path, document in told.items()} == pytest.approx(LISTS, rel=0.02)
    assert 500 < told["/movie/top_rated"]["total_pages"] < 560


def test_smaller_catalogues_keep_the_proportions_of_the_lists(totals):
    """The default catalogue has the lists in the real proportion to each other, each long enough for some pages."""
    counts = {path: document["total_results"] for path, document in totals(20_000).items()}
    shares = {path: counts[path] / sum(counts.values()) for path in LISTS}

    assert shares == pytest.approx({path: real / sum(LISTS.values()) for path, real in LISTS.items()}, abs=0.02)
    assert min(counts.values()) > 4 * 20


def test_a_list_never_holds_more_than_the_catalogue(totals):
    """In a tiny catalogue every list is a part of it, and top rated is not empty."""
    counts = {path: document["total_results"] for path, document in totals(30).items()}

    assert 0 < counts["/movie/top_rated"] <= 30
    assert all(count <= 30 for count in counts.values())
    assert [total(TOP_RATED, size) for size in (1, 20_000, MOVIES)] == [1, 734, TOP_RATED]
