import re

import pytest

from fake_tmdb.api.movies.reviews import WELL_KNOWN_REVIEWS, review_id


def test_a_review_by_its_own_id(ask):
    """Each review that a movie lists is found by its id, says the same, and names the movie."""
    reviews = 0
    for movie in ask("/movie/popular").json()["results"]:
        for listed in ask(f"/movie/{movie['id']}/reviews").json()["results"]:
            alone = ask(f"/review/{listed['id']}").json()
            reviews += 1

            assert alone.items() >= listed.items()
            assert (alone["media_id"], alone["media_title"]) == (movie["id"], movie["title"])
    assert reviews


def test_key_order_of_a_review(ask):
    """A review has the key order of TMDB's documents."""
    assert list(ask(f"/review/{next(iter(WELL_KNOWN_REVIEWS))}").json()) == [
        "id", "author", "author_details", "content", "created_at", "iso_639_1", "media_id", "media_title",
        "media_type", "updated_at", "url",
    ]  # fmt: skip


@pytest.mark.parametrize(("review", "movie"), WELL_KNOWN_REVIEWS.items())
def test_well_known_reviews(ask, review, movie):
    """The reviews that clients' tests ask for are the first ones of well-known movies."""
    assert ask(f"/review/{review}").json()["media_id"] == movie
    assert ask(f"/movie/{movie}/reviews").json()["results"][0]["id"] == review


def test_review_ids_look_like_real_ones(catalogue):
    """An id is 24 hexadecimal digits, and each review has another."""
    ids = {review_id(catalogue, row, number) for row in range(200) for number in range(2)}

    assert len(ids) == 400
    assert all(re.fullmatch("[0-9a-f]{24}", identifier) for identifier in ids)


@pytest.mark.parametrize("review", ["x", "0" * 24, "f" * 24, "00000000ff" + "0" * 14, "5013bc76760ee372cb00253f"])
def test_unknown_reviews(ask, review):
    """An id that no review has is 404."""
    assert ask(f"/review/{review}").status == 404


def test_a_known_review_without_its_movie(catalogue, ask, monkeypatch):
    """A catalogue too small for a well-known movie has no review of it."""
    monkeypatch.setitem(WELL_KNOWN_REVIEWS, "a" * 24, 999_999_999)

    assert ask(f"/review/{'a' * 24}").status == 404


def test_lists_and_reviews_are_few(ask, catalogue):
    """A movie has at most two lists and two reviews, a well-known one at least one of each; both are paged."""
    ids = [550, 111, *catalogue.ids[:20].tolist()]
    for kind in ("lists", "reviews"):
        counts = [len(ask(f"/movie/{movie}/{kind}").json()["results"]) for movie in ids]

        assert set(counts) == {0, 1, 2}
        assert min(counts[:2]) >= 1
        assert ask(f"/movie/550/{kind}?page=2").json()["results"] == []


def test_a_list_says_its_language_and_country(ask):
    """The lists of a movie have the keys of the recordings, the country among them."""
    (first, *_) = ask("/movie/550/lists").json()["results"]

    assert list(first) == [
        "description", "favorite_count", "id", "item_count", "iso_639_1", "iso_3166_1", "list_type", "name",
        "poster_path",
    ]  # fmt: skip
    assert (first["iso_639_1"], first["iso_3166_1"]) == ("en", "US")
