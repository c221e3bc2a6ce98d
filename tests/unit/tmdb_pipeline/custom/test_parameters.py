"""The parameters against the fake: what may stand in the file is what TMDB takes, and does something."""

from random import Random
from urllib.parse import urlencode

import pytest
import requests
from support import HeldClock

from fake_tmdb.api.openapi import description
from tmdb_pipeline.custom import codes, kinds
from tmdb_pipeline.custom.parameters import PARAMETERS, check
from tmdb_pipeline.custom.wrong import Wrong
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.movie_list import MovieList

#: A value of each parameter for which the fake answers something else than without it, and what else has to be said.
EXAMPLES = {
    "certification": ("15", {"certification_country": "KR"}),
    "certification.gte": ("15", {"certification_country": "KR"}),
    "certification.lte": ("12", {"certification_country": "KR"}),
    "certification_country": ("KR", {"certification": "15"}),
    "include_adult": ("true", {}),
    "include_video": ("true", {}),
    "primary_release_date.gte": ("2020-01-01", {}),
    "primary_release_date.lte": ("2000-12-31", {}),
    "primary_release_year": ("2019", {}),
    "region": ("US", {"release_date.gte": "2020-01-01"}),
    "release_date.gte": ("2020-01-01", {}),
    "release_date.lte": ("2000-12-31", {}),
    "sort_by": ("vote_average.desc", {}),
    "vote_average.gte": ("7.5", {}),
    "vote_average.lte": ("4", {}),
    "vote_count.gte": ("200", {}),
    "vote_count.lte": ("5", {}),
    "watch_region": ("KR", {"with_watch_providers": "8"}),
    "with_cast": ("{cast}", {}),
    "with_companies": ("{companies}", {}),
    "with_crew": ("{crew}", {}),
    "with_genres": ("18", {}),
    "with_keywords": ("{keywords}", {}),
    "with_origin_country": ("KR", {}),
    "with_original_language": ("ko|ja", {}),
    "with_people": ("{cast}", {}),
    "with_release_type": ("2|3", {}),
    "with_runtime.gte": ("120", {}),
    "with_runtime.lte": ("90", {}),
    "with_watch_monetization_types": ("flatrate", {"watch_region": "KR"}),
    "with_watch_providers": ("8", {"watch_region": "KR"}),
    "without_companies": ("{companies}", {}),
    "without_genres": ("18", {}),
    "without_keywords": ("{keywords}", {}),
    "without_watch_providers": ("8", {"watch_region": "KR"}),
    "year": ("2019", {}),
}


@pytest.fixture
def ask(tmdb):
    """Ask the fake for JSON."""

    def ask(path, **query):
        query["api_key"] = tmdb.fake.api_key
        return requests.get(f"{tmdb.url}{path}?{urlencode(query)}", timeout=30).json()

    return ask


@pytest.fixture
def known(ask):
    """Somebody and something of the most popular movie, by which movies can be asked for."""
    first = ask("/discover/movie", region="KR")["results"][0]["id"]
    movie = ask(f"/movie/{first}", append_to_response="credits,keywords")
    return {
        "cast": movie["credits"]["cast"][0]["id"],
        "crew": movie["credits"]["crew"][0]["id"],
        "companies": movie["production_companies"][0]["id"],
        "keywords": movie["keywords"]["keywords"][0]["id"],
    }


def test_the_fake_knows_the_same_parameters():
    """What may be given is what TMDB documents: no more, which it would ignore, and no less."""
    told = description()["paths"]["/discover/movie"]["get"]["parameters"]

    assert {each["name"] for each in told} == PARAMETERS.keys() | {"page", "language"}
    assert {*next(each["schema"]["enum"] for each in told if each["name"] == "sort_by")} == {*kinds.ORDER.names}


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_changes_what_is_answered(tmdb, settings, ask, known, name):
    """Each parameter that may be given has an effect, sent by our client, beside what it always sends."""
    value, others = EXAMPLES[name]
    value = value.format(**known)
    check({name: value, **others}, dict.fromkeys((name, *others), 1))

    with TmdbClient(settings, clock=HeldClock(), random=Random(7)) as client:
        with_it = client.page(MovieList("/discover/movie", regional=True, parameters={**others, name: value})).page
        without = client.page(MovieList("/discover/movie", regional=True, parameters=others)).page

    told = [(page.total_results, [movie["id"] for movie in page.results]) for page in (with_it, without)]
    assert told[0] != told[1]
    assert with_it.total_results > 0


def test_codes_are_those_of_tmdb(ask):
    """Countries, languages and genres are those of its lists."""
    assert {each["iso_3166_1"] for each in ask("/configuration/countries")} == codes.COUNTRIES
    assert {each["iso_639_1"] for each in ask("/configuration/languages")} == codes.LANGUAGES
    assert {each["name"]: each["id"] for each in ask("/genre/movie/list")["genres"]} == codes.GENRES


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"with_orginal_language": "ko"},
            "/discover/movie has no parameter with_orginal_language. Did you mean with_original_language?",
        ),
        (
            {"vote_count_gte": "10"},
            "/discover/movie has no parameter vote_count_gte. Did you mean vote_count.gte?",
        ),
        (
            {"zzz": "1"},
            "/discover/movie has no parameter zzz. See docs/collections.md for those that it has.",
        ),
        ({"page": "1"}, "page is no parameter here: give the number of pages as pages, beside discover."),
        ({"language": "ko"}, "language is no parameter here: set TMDB_LANGUAGE, which holds for every collection."),
        ({"with_watch_providers": "8"}, "with_watch_providers has no effect without watch_region: give that, too."),
        ({"certification": "15"}, "certification has no effect without certification_country: give that, too."),
        (
            {"vote_count.gte": "100", "vote_count.lte": "20"},
            "vote_count.gte is 100 and vote_count.lte is 20, and nothing lies between: exchange them.",
        ),
        (
            {"release_date.gte": "2024-02-01", "release_date.lte": "2024-01-31"},
            (
                "release_date.gte is 2024-02-01 and release_date.lte is 2024-01-31, and nothing lies between: "
                "exchange them."
            ),
        ),
        (
            {"vote_average.gte": "11"},
            "vote_average.gte is '11': give a number from 0 to 10, with up to three decimals.",
        ),
    ],
)
def test_what_tmdb_would_ignore_is_refused(given, sentence):
    """One sentence says what is wrong, and which name was probably meant, with the line."""
    with pytest.raises(Wrong) as raised:
        check(given, dict.fromkeys(given, 7))

    assert (raised.value.line, str(raised.value)) == (7, sentence)


@pytest.mark.parametrize(
    "given",
    [
        {"vote_count.gte": "9", "vote_count.lte": "10"},
        {"vote_average.gte": "7", "vote_average.lte": "7.0"},
        {"vote_average.gte": "7.0", "vote_average.lte": "7"},
        {"release_date.gte": "2024-01-31", "release_date.lte": "2024-01-31"},
        {"certification.gte": "PG", "certification.lte": "G", "certification_country": "US"},
        {"vote_count.gte": "10"},
    ],
)
def test_range_in_which_something_lies(given):
    """Numbers are compared as numbers; of certifications only TMDB knows the order."""
    check(given, dict.fromkeys(given, 1))
