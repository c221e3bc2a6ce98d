from hypothesis import given
from hypothesis import strategies as st
from unit.quality.movie_strategies import RUN_DATE, batches

from tmdb_pipeline.movies import movie_id
from tmdb_pipeline.quality.combination import combine
from tmdb_pipeline.quality.validator import validate


@given(st.lists(batches().filter(bool), min_size=1, max_size=3))
def test_joined_batches_add_up(parts):
    """Counts are sums, scores follow from them, and each rejected record is found at its place in the joined batch."""
    validations = [validate(part, on=RUN_DATE) for part in parts]

    joined = combine(validations)

    assert joined.total == sum(map(len, parts))
    assert joined.passed == sum(validation.passed for validation in validations)
    assert joined.counts == {
        rule: sum(validation.counts[rule] for validation in validations) for rule in validations[0].counts
    }
    assert sum(joined.distribution.values()) == joined.total
    assert all(joined.movies[found.index] is found.record for found in joined.rejected)


@given(batches().filter(bool))
def test_one_batch_joined_is_itself(batch):
    """Joining a single validation changes nothing that counts."""
    validation = validate(batch, on=RUN_DATE)

    joined = combine([validation])

    assert (joined.outcomes, joined.drift, joined.rejected) == (
        validation.outcomes,
        validation.drift,
        validation.rejected,
    )


@given(batches().filter(bool))
def test_movie_in_two_batches_is_no_duplicate(batch):
    """The same batch twice rejects each record as often as it was rejected once, and none for being there again."""
    validation = validate(batch, on=RUN_DATE)

    joined = combine([validation, validation])

    assert joined.counts["id.duplicate"] == 2 * validation.counts["id.duplicate"]
    assert joined.validation_rate == validation.validation_rate
    assert {movie_id(movie) for movie in joined.accepted} == {movie_id(movie) for movie in validation.accepted}
