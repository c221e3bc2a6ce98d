import re

import pytest

MOVIES = [550, 11, 111, 103332, 343611, 603, 680]


@pytest.fixture
def block(ask):
    """Return a function to read one block of the well-known movies."""
    return lambda name: [ask(f"/movie/{known}/{name}").json() for known in MOVIES]


def test_credits(block):
    """Cast and crew are persons with a role, in order; photos may be missing."""
    for document in block("credits"):
        assert [actor["order"] for actor in document["cast"]] == [0, 1, 2, 3, 4]
        assert {"Director"} <= {member["job"] for member in document["crew"]}
        assert all(re.fullmatch("[0-9a-f]{24}", person["credit_id"]) for person in document["cast"] + document["crew"])


def test_videos(ask, block):
    """Videos are told in the language asked for; some movies have none."""
    counts = [len(document["results"]) for document in block("videos")]
    korean = ask("/movie/550?append_to_response=videos&language=ko-KR").json()["videos"]["results"]

    others = [len(ask(f"/movie/{number}/videos").json()["results"]) for number in _some_ids(ask)]

    assert min(counts) > 0 == min(others)
    assert {video["iso_639_1"] for video in korean} <= {"ko"}


def test_images(block):
    """Images have a size and a ratio that agree, the id stands in their midst, backdrops have no language."""
    for document in block("images"):
        assert list(document) == ["backdrops", "id", "logos", "posters"]
        assert all(image["iso_639_1"] is None for image in document["backdrops"])
        for image in document["backdrops"] + document["posters"]:
            assert image["aspect_ratio"] == round(image["width"] / image["height"], 3)


def test_release_dates(block):
    """Releases are full timestamps with a type from 1 to 6."""
    releases = [
        told
        for document in block("release_dates")
        for country in document["results"]
        for told in country["release_dates"]
    ]

    assert releases
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00\.000Z", release["release_date"]) for release in releases)
    assert {release["type"] for release in releases} <= {1, 2, 3, 4, 5, 6}


def test_titles_and_translations(block):
    """A translation tells its texts; the original language has an empty title, as at TMDB."""
    for document in block("translations"):
        assert len({told["iso_639_1"] for told in document["translations"]}) == len(document["translations"])
        assert "" in {told["data"]["title"] for told in document["translations"]}
    assert all(
        {"iso_3166_1", "title", "type"} == set(title)
        for told in block("alternative_titles")
        for title in told["titles"]
    )


def test_related_movies_are_others(ask):
    """Recommendations and similar movies are other movies, twenty to a page, without repeats."""
    for name in ("recommendations", "similar"):
        pages = [ask(f"/movie/550/{name}?page={page}").json() for page in (1, 2)]
        ids = [item["id"] for page in pages for item in page["results"]]

        assert 550 not in ids
        assert len(ids) == len(set(ids)) == pages[0]["total_results"]


def _some_ids(ask):
    return [item["id"] for item in ask("/movie/popular").json()["results"]]


def test_releases_are_those_of_release_dates(ask):
    """The old shape tells the same dates and certifications."""
    new = ask("/movie/550/release_dates").json()["results"]
    old = ask("/movie/550/releases").json()["countries"]

    assert [(told["iso_3166_1"], told["release_date"]) for told in old] == [
        (country["iso_3166_1"], country["release_dates"][0]["release_date"][:10]) for country in new
    ]


def test_well_known_movies_are_complete(block):
    """Movies that other suites ask for have images of every kind, a video, a title elsewhere and an IMDb id."""
    for images, videos, titles, ids in zip(
        block("images"), block("videos"), block("alternative_titles"), block("external_ids"), strict=True
    ):
        assert images["backdrops"]
        assert images["posters"]
        assert images["logos"]
        assert videos["results"]
        assert titles["titles"]
        assert ids["imdb_id"]


def test_keywords_and_providers(block):
    """Keywords have names; offers have a link and providers."""
    assert all(word["name"] for document in block("keywords") for word in document["keywords"])
    offers = [offer for document in block("watch/providers") for offer in document["results"].values()]
    assert offers
    assert all(offer["link"].startswith("https://movies.example/") for offer in offers)


def test_similar_movies_are_objects_of_a_list_and_recommended_ones_of_trending(ask):
    """Similar movies have no media_type and the keys of popular; recommendations have one, and the keys of trending."""
    popular, trending = ask("/movie/popular").json(), ask("/trending/movie/day").json()
    similar, recommended = (ask(f"/movie/550/{name}").json() for name in ("similar", "recommendations"))

    assert list(similar["results"][0]) == list(popular["results"][0])
    assert list(recommended["results"][0]) == list(trending["results"][0])
