from collections import Counter

import numpy as np
import pytest

from fake_tmdb.catalogue.queries import drift

ROWS = np.arange(1_000)


def test_version_zero_is_the_list_itself():
    """Without drift a page is a plain slice."""
    shown, total = drift.page(ROWS, 2, 20, 0)

    assert shown.tolist() == list(range(20, 40))
    assert total == 1_000


@pytest.mark.parametrize("moment", [1, 2, 999])
def test_within_one_version_nothing_is_lost(moment):
    """All pages of one version together hold each movie once, but for the few at the end that it lacks."""
    pages = [drift.page(ROWS, number, 20, moment) for number in range(1, 51)]
    seen = [row for shown, _ in pages for row in shown.tolist()]
    total = pages[0][1]

    assert len(seen) == len(set(seen)) == total
    assert 1_000 - 40 < total <= 1_000
    assert {total for _, total in pages} == {total}


def test_movies_move_by_a_few_places():
    """No movie is further from its place than the reach."""
    seen = [row for number in range(1, 41) for row in drift.page(ROWS, number, 20, 5)[0].tolist()]

    assert seen != sorted(seen)
    assert max(abs(row - place) for place, row in enumerate(seen)) <= drift.REACH


def test_a_walk_across_versions_meets_duplicates_and_gaps():
    """Fifteen pages, each of its own version, repeat at least one movie and lack at least one, each time the same."""
    readings = [
        [row for number in range(1, 16) for row in drift.page(ROWS, number, 20, number % 4 + 1)[0].tolist()]
        for _ in range(2)
    ]
    counts = Counter(readings[0])

    assert readings[0] == readings[1]
    assert max(counts.values()) == 2
    assert set(range(290)) - set(counts)


def test_short_and_empty_lists():
    """A list shorter than its reach, and an empty one, have pages too."""
    assert drift.page(np.arange(0), 1, 20, 3)[0].tolist() == []
    assert set(drift.page(np.arange(3), 1, 20, 3)[0].tolist()) <= {0, 1, 2}


def test_versions_change_with_time():
    """A version lasts for five minutes and is never 0."""
    assert [drift.version(at) for at in (0, 299, 300)] == [1, 1, 2]


def test_version_of_a_list_with_a_fixed_total_has_all_its_pages():
    """A list whose total never changes has full pages in every version, up to its end."""
    for moment in range(1, 20):
        shown, total = drift.page(np.arange(21), 2, 20, moment, shrinking=False)
        assert (len(shown), total) == (1, 21)
