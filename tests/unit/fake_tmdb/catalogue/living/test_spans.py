import datetime as dt

import numpy as np
import pytest

from fake_tmdb import Catalogue, Living
from fake_tmdb.catalogue.living.spans import FIRST_DAY, LAST_DAY, Spans

EPOCH = dt.date(1970, 1, 1)


def test_shares_are_as_asked_for(catalogue):
    """So many movies are added, go, and are merged as the parameters say; well-known ones neither come nor go."""
    spans = Spans(catalogue, Living(added=0.3, gone=0.1, merged=0.25))
    first, last = spans.exist(FIRST_DAY - 1), spans.exist(LAST_DAY)
    went = ~last

    assert abs((~first).mean() - 0.3) < 0.001
    assert abs(went.mean() - 0.1) < 0.01
    assert abs((spans.into >= 0).sum() / went.sum() - 0.25) < 0.03
    assert spans.exist(20_700)[list(catalogue.well_known)].all()


def test_what_takes_in_others_is_always_there(catalogue):
    """The counterpart of a merged movie exists on every day, and is another movie."""
    spans = Spans(catalogue, Living())
    merged = np.flatnonzero(spans.into >= 0)

    assert len(merged) > 200
    assert all(spans.exist(day)[spans.into[merged]].all() for day in range(FIRST_DAY - 9, LAST_DAY + 9, 30))


def test_days_and_events_agree(catalogue):
    """Those who exist on a day are those of the day before, with what the day's events say."""
    spans = Spans(catalogue, Living())
    for day in range(20_400, 20_460):
        before, after = (set(catalogue.ids[spans.exist(each)].tolist()) for each in (day - 1, day))
        events = spans.events(day)
        came = {event.movie_id for event in events if event.kind == "added"}
        went = {event.movie_id for event in events if event.kind != "added"}
        assert (after - before, before - after) == (came, went)
        assert all((event.into in after) == (event.kind == "merged") for event in events)


@pytest.mark.parametrize("movies", [1, 2, 7, 9])
def test_smallest_catalogues_live_too(movies):
    """With hardly a movie there is nothing to merge into, and the rest is as everywhere."""
    spans = Spans(Catalogue(movies=movies), Living(added=0.5, gone=0.5, merged=1.0))

    assert spans.exist(LAST_DAY).sum() <= movies
    assert spans.events(20_500) is not None


def test_nobody_to_merge_into():
    """Where no movie is always there, none is merged: all that go are deleted."""
    catalogue = Catalogue(movies=300)
    catalogue.well_known = frozenset()
    spans = Spans(catalogue, Living(added=0.5, gone=0.5, merged=1.0))
    spans.added[:] = 0

    assert (spans._make_into(Living(merged=1.0)) == -1).all()
