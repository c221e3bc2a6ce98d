import pytest

from fake_tmdb.catalogue.catalogue import RELEASED_UNTIL
from fake_tmdb.catalogue.dates import NO_DATE
from fake_tmdb.catalogue.facts.releases import REGIONAL_DELAY, regional_day, status


def test_status_follows_the_date(catalogue):
    """Without a date a movie is planned or the like, with a late date it is in the making, otherwise it is released."""
    undated = next(row for row in range(20_000) if catalogue.day[row] == NO_DATE)
    future = next(row for row in range(20_000) if catalogue.day[row] > RELEASED_UNTIL)
    past = next(row for row in range(20_000) if 0 < catalogue.day[row] < RELEASED_UNTIL)

    assert status(catalogue, undated) in {"Rumored", "Planned", "Canceled"}
    assert status(catalogue, future) in {"In Production", "Post Production"}
    assert status(catalogue, past) == "Released"


@pytest.mark.parametrize("region", ["KR", "US"])
def test_a_region_has_half_of_the_movies_and_never_earlier(catalogue, region):
    """Half of the movies come out in a region, on the primary date or within three months."""
    days = regional_day.column(catalogue, region)
    there = days != NO_DATE
    delay = (days - catalogue.day)[there]

    assert 0.45 < there.mean() < 0.55
    assert (delay.min(), delay.max()) == (0, REGIONAL_DELAY - 1)
