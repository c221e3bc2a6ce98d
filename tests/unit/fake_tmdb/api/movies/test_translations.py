def test_titles_and_translations(part):
    """A translation tells its texts; the original language has an empty title, as at TMDB."""
    for document in part("translations"):
        assert len({told["iso_639_1"] for told in document["translations"]}) == len(document["translations"])
        assert "" in {told["data"]["title"] for told in document["translations"]}
    assert all(
        {"iso_3166_1", "title", "type"} == set(title) for told in part("alternative_titles") for title in told["titles"]
    )


def test_keywords_have_names(part):
    """Each keyword has a name."""
    assert all(word["name"] for document in part("keywords") for word in document["keywords"])
