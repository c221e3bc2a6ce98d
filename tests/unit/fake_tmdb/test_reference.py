import pytest


def test_configuration_is_in_the_live_order(ask):
    """change_keys come first and are 54, with softcore in its place; sizes are those of TMDB."""
    document = ask("/configuration").json()
    keys = document["change_keys"]

    assert list(document) == ["change_keys", "images"]
    assert len(keys) == 54
    assert keys[keys.index("softcore") - 1 : keys.index("softcore") + 2] == [
        "season_regular",
        "softcore",
        "spoken_languages",
    ]
    assert document["images"]["poster_sizes"] == ["w92", "w154", "w185", "w342", "w500", "w780", "original"]


def test_the_genre_list_has_its_547_bytes(ask):
    """The English genre list is the recorded 547 bytes long; the Korean one has Korean names."""
    assert len(ask("/genre/movie/list").body) == 547
    assert ask("/genre/movie/list?language=ko").json()["genres"][0] == {"id": 28, "name": "액션"}


def test_authentication(ask):
    """A valid key is confirmed in sixteen bytes that no cache keeps."""
    reply = ask("/authentication")

    assert reply.body == b'{"success":true}'
    assert reply.header("cache-control") == "max-age=0, private"


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("/configuration/countries", ["iso_3166_1", "english_name", "native_name"]),
        ("/configuration/languages", ["iso_639_1", "english_name", "name"]),
        ("/configuration/timezones", ["iso_3166_1", "zones"]),
        ("/configuration/jobs", ["department", "jobs"]),
    ],
)
def test_lists_of_configuration(ask, path, keys):
    """These are plain arrays of objects."""
    document = ask(path).json()

    assert len(document) > 5
    assert all(list(item) == keys for item in document)


def test_primary_translations(ask):
    """Translations are plain texts."""
    assert "ko-KR" in ask("/configuration/primary_translations").json()


def test_certifications_and_providers(ask):
    """What discover filters by is listed."""
    certifications = ask("/certification/movie/list").json()["certifications"]
    providers = ask("/watch/providers/movie").json()["results"]
    regions = ask("/watch/providers/regions").json()["results"]

    assert [step["certification"] for step in certifications["KR"]] == ["All", "12", "15", "19"]
    assert 8 in {provider["provider_id"] for provider in providers}
    assert {region["iso_3166_1"] for region in regions} == set(certifications)
