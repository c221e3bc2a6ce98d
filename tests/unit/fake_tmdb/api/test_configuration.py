from zoneinfo import ZoneInfo

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


COUNTRIES = "/configuration/countries"


def test_the_reference_lists_are_as_long_as_the_real_ones(ask):
    """TMDB knows 251 countries and 187 languages, former ones and its own codes among them, each of them once."""
    countries = [told["iso_3166_1"] for told in ask(COUNTRIES).json()]
    languages = [told["iso_639_1"] for told in ask("/configuration/languages").json()]
    translations = ask("/configuration/primary_translations").json()

    assert (len(countries), len(languages)) == (len(set(countries)), len(set(languages))) == (251, 187)
    assert {"KR", "SU", "YU", "XC", "XK", "AN"} <= set(countries)
    assert {"ko", "cn", "xx", "sh", "mo"} <= set(languages)
    assert len(set(translations)) == len(translations) > 100
    assert {tuple(text.split("-")) for text in translations} <= {(one, two) for one in languages for two in countries}


def test_names_of_countries_and_languages(ask):
    """A country has its name twice, as it is in English and as the site shows it; a language may lack its own name."""
    countries = {told["iso_3166_1"]: told for told in ask(COUNTRIES).json()}
    languages = {told["iso_639_1"]: told for told in ask("/configuration/languages").json()}

    assert countries["US"]["english_name"] == "United States of America"
    assert countries["US"]["native_name"] == "United States"
    assert all(told["english_name"] and told["native_name"] for told in countries.values())
    assert languages["ko"] == {"iso_639_1": "ko", "english_name": "Korean", "name": "한국어/조선말"}
    assert languages["aa"]["name"] == ""
    assert all(told["english_name"] for told in languages.values())


def test_time_zones_are_those_of_the_countries(ask):
    """Every inhabited country has its time zones, all of which exist; the countries are those of TMDB."""
    zones = {told["iso_3166_1"]: told["zones"] for told in ask("/configuration/timezones").json()}
    known = {told["iso_3166_1"] for told in ask(COUNTRIES).json()}

    assert len(zones) > 230
    assert set(zones) <= known
    assert (zones["KR"], zones["DE"][0], len(zones["US"]) > 20) == (["Asia/Seoul"], "Europe/Berlin", True)
    assert {ZoneInfo(name).key for names in zones.values() for name in names}


def test_certifications_of_many_countries(ask):
    """More than thirty countries have certifications, each with an order that counts from 1."""
    certifications = ask("/certification/movie/list").json()["certifications"]
    known = {told["iso_3166_1"] for told in ask(COUNTRIES).json()}

    assert len(certifications) > 30
    assert set(certifications) <= known
    assert [step["certification"] for step in certifications["KR"]] == ["All", "12", "15", "19"]
    for ladder in certifications.values():
        assert [step["order"] for step in ladder] == list(range(1, len(ladder) + 1))
        assert len({step["certification"] for step in ladder}) == len(ladder) > 2


def test_providers_by_region(ask):
    """Movies can be watched in more than a hundred regions; each provider names those in which it is one."""
    providers = ask("/watch/providers/movie").json()["results"]
    regions = {told["iso_3166_1"]: told for told in ask("/watch/providers/regions").json()["results"]}
    countries = {told["iso_3166_1"]: told for told in ask(COUNTRIES).json()}

    assert len(regions) > 100
    assert {code: countries[code] for code in regions} == regions
    assert 8 in {provider["provider_id"] for provider in providers}
    assert all(set(provider["display_priorities"]) == set(regions) for provider in providers)


def test_every_country_of_the_lists_can_be_asked_for(ask):
    """A movie's certifications and providers are of many countries, and discover finds it by each of them."""
    releases = {told["iso_3166_1"]: told for told in ask("/movie/550/release_dates").json()["results"]}
    offers = ask("/movie/550/watch/providers").json()["results"]

    assert set(releases) == set(ask("/certification/movie/list").json()["certifications"])
    assert set(offers) == {told["iso_3166_1"] for told in ask("/watch/providers/regions").json()["results"]}
    for query in ("certification_country=FR&certification=U|10|12|16|18", "watch_region=TH&with_watch_providers=8|9"):
        assert 100 < ask(f"/discover/movie?{query}").json()["total_results"] < 18_000
