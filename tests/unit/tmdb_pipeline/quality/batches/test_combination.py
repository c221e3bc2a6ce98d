from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from strategies.movies import RUN_DATE, batches
from support import examples

from tmdb_pipeline.movies import movie_id
from tmdb_pipeline.quality.batches.combination import combine
from tmdb_pipeline.quality.batches.validator import validate
from tmdb_pipeline.quality.records.receipt import day_at


def checked(batch):
    return validate(batch, on=RUN_DATE)


@given(batches(), st.lists(st.integers(1, 5), max_size=3))
def test_parts_joined_are_the_whole(batch, cuts):
    """However a batch without duplicates is split, its parts joined are just what it is as a whole, one part too."""
    twice = {found.index for found in checked(batch).duplicates}
    batch = [record for index, record in enumerate(batch) if index not in twice]
    ends = sorted({0, *(cut for cut in cuts if cut < len(batch)), len(batch)})

    joined = combine([checked(batch[start:end]) for start, end in pairwise(ends)])

    assert joined == checked(batch)


@given(st.lists(batches(), min_size=1, max_size=3))
@examples(40)
def test_joined_batches_add_up(parts):
    """Counts are sums, scores follow from them, and each rejected record is found at its place in the joined batch."""
    validations = [checked(part) for part in parts]

    joined = combine(validations)

    assert joined.received == sum(map(len, parts))
    assert joined.total == sum(validation.total for validation in validations)
    assert joined.passed == sum(validation.passed for validation in validations)
    assert joined.counts == {
        rule: sum(validation.counts[rule] for validation in validations) for rule in validations[0].counts
    }
    assert sum(joined.distribution.values()) == joined.total
    for found, apart in (
        (joined.rejected, [validation.rejected for validation in validations]),
        (joined.duplicates, [validation.duplicates for validation in validations]),
    ):
        assert all(joined.movies[each.index] is each.record for each in found)
        assert [each.index for each in found] == sorted({each.index for each in found})
        assert [each.violations for each in found] == [each.violations for part in apart for each in part]


@given(batches())
@examples(40)
def test_movie_in_two_batches_is_no_duplicate(batch):
    """The same batch twice rejects each record as often as it was rejected once, and none for being there again."""
    validation = checked(batch)

    joined = combine([validation, validation])

    assert joined.counts["id.duplicate"] == 2 * validation.counts["id.duplicate"]
    assert joined.validation_rate == validation.validation_rate
    assert {movie_id(movie) for movie in joined.accepted} == {movie_id(movie) for movie in validation.accepted}


@given(st.lists(st.tuples(batches(), st.dates()), min_size=1, max_size=3))
@examples(20)
def test_days_of_receipt_stay_with_their_records(parts):
    """Of batches received on several days each record keeps its own day; of one day all have that."""
    joined = combine([validate(batch, on=day) for batch, day in parts])

    days = [day for batch, day in parts for _ in batch]
    assert [day_at(joined.on, index) for index in range(joined.received)] == days


@given(batches())
@examples(20)
def test_joining_leaves_the_parts_alone(batch):
    """What is joined can still be used by itself."""
    validation, same = checked(batch), checked(batch)

    combine([validation, validation])

    assert validation == same
