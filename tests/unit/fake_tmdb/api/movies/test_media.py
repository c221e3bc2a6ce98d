def test_videos(ask, part):
    """Videos are told in the language asked for; some movies have none."""
    counts = [len(document["results"]) for document in part("videos")]
    korean = ask("/movie/550?append_to_response=videos&language=ko-KR").json()["videos"]["results"]

    others = [len(ask(f"/movie/{number}/videos").json()["results"]) for number in _some_ids(ask)]

    assert min(counts) > 0 == min(others)
    assert {video["iso_639_1"] for video in korean} <= {"ko"}


def _some_ids(ask):
    return [item["id"] for item in ask("/movie/popular").json()["results"]]


def test_images(part):
    """Images have a size and a ratio that agree, the id stands in their midst, backdrops have no language."""
    for document in part("images"):
        assert list(document) == ["backdrops", "id", "logos", "posters"]
        assert all(image["iso_639_1"] is None for image in document["backdrops"])
        for image in document["backdrops"] + document["posters"]:
            assert image["aspect_ratio"] == round(image["width"] / image["height"], 3)


def test_well_known_movies_are_complete(part):
    """Movies that other suites ask for have images of every kind, a video, a title elsewhere and an IMDb id."""
    for images, videos, titles, ids in zip(
        part("images"), part("videos"), part("alternative_titles"), part("external_ids"), strict=True
    ):
        assert images["backdrops"]
        assert images["posters"]
        assert images["logos"]
        assert videos["results"]
        assert titles["titles"]
        assert ids["imdb_id"]
