from tmdb_pipeline.movies import GENRES, movie_id


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
