from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.movies import GENRES, movie_id, unique

records = st.one_of(
    st.fixed_dictionaries({"id": st.integers(0, 9) | st.booleans() | st.text(max_size=1) | st.none()}),
    st.just({}),
    st.none(),
)


def test_genres_are_the_eight_of_the_contract():
    """Ids, slugs and Korean names stand as other systems rely on them, in the order of the tasks."""
    assert [tuple(genre) for genre in GENRES] == [
        (28, "action", "액션"),
        (35, "comedy", "코미디"),
        (18, "drama", "드라마"),
        (27, "horror", "공포"),
        (10749, "romance", "로맨스"),
        (878, "science_fiction", "SF"),
        (53, "thriller", "스릴러"),
        (16, "animation", "애니메이션"),
    ]


def test_true_is_not_movie_one():
    """A boolean id identifies nothing, though Python counts it among the integers."""
    assert movie_id({"id": True}) is None
    assert movie_id({"id": 1}) == 1


@given(st.lists(records))
def test_unique_keeps_the_first_of_each_id_and_all_without(movies):
    """Nothing is lost but later copies of an id that was seen, order is kept, and the count adds up."""
    kept, dropped = unique(movies)

    identified = [identity for movie in kept if (identity := movie_id(movie)) is not None]
    assert len(kept) + dropped == len(movies)
    assert len(identified) == len(set(identified))
    assert {movie_id(movie) for movie in movies} == {movie_id(movie) for movie in kept}
    assert [m for m in kept if movie_id(m) is None] == [m for m in movies if movie_id(m) is None]
    remaining = iter(movies)
    assert all(any(movie is other for other in remaining) for movie in kept)
