def test_related_movies_are_others(ask):
    """Recommendations and similar movies are other movies, twenty to a page, without repeats."""
    for name in ("recommendations", "similar"):
        pages = [ask(f"/movie/550/{name}?page={page}").json() for page in (1, 2)]
        ids = [item["id"] for page in pages for item in page["results"]]

        assert 550 not in ids
        assert len(ids) == len(set(ids)) == pages[0]["total_results"]


def test_similar_movies_are_objects_of_a_list_and_recommended_ones_of_trending(ask):
    """Similar movies have no media_type and the keys of popular; recommendations have one, and the keys of trending."""
    popular, trending = ask("/movie/popular").json(), ask("/trending/movie/day").json()
    similar, recommended = (ask(f"/movie/550/{name}").json() for name in ("similar", "recommendations"))

    assert list(similar["results"][0]) == list(popular["results"][0])
    assert list(recommended["results"][0]) == list(trending["results"][0])
