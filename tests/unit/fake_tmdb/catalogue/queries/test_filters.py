from functools import cache
from urllib.parse import parse_qsl

import numpy as np
import pytest

from fake_tmdb import Catalogue
from fake_tmdb.api.movies.details import document as document_of
from fake_tmdb.api.movies.items import list_item
from fake_tmdb.api.movies.people import credits_of
from fake_tmdb.api.movies.releases import release_dates, watch_providers
from fake_tmdb.api.movies.translations import keywords_of
from fake_tmdb.api.request import Request
from fake_tmdb.catalogue.dates import day_number
from fake_tmdb.catalogue.facts.production import companies, runtime
from fake_tmdb.catalogue.facts.releases import regional_day
from fake_tmdb.catalogue.queries.discovery import Discovery
from fake_tmdb.catalogue.queries.values import ids_of, values_of
from fake_tmdb.catalogue.reference.certifications import CERTIFICATIONS
from fake_tmdb.catalogue.repository import Repository

EVERYTHING = {"include_adult": "true", "include_video": "true"}


@pytest.fixture(scope="module")
def repository(catalogue):
    """Return a repository over the default catalogue."""
    return Repository(catalogue)


@pytest.fixture(scope="module")
def item(repository):
    """Return a function from a row to its list item, made once."""
    return cache(lambda row: list_item(repository.catalogue, row, "en-US"))


@pytest.fixture
def matching(repository, item):
    """Return a function from a query to the list items that match it."""

    def matching(**query):
        rows = repository.discovery.rows({name.replace("__", "."): value for name, value in query.items()})
        return [item(row) for row in rows.tolist()]

    return matching


def test_comma_means_and_pipe_means_or(matching):
    """With a comma a movie has all genres, with a pipe at least one."""
    both = {item["id"] for item in matching(with_genres="28,35")}
    either = {item["id"] for item in matching(with_genres="28|35")}
    action = {item["id"] for item in matching(with_genres="28")}
    comedy = {item["id"] for item in matching(with_genres="35")}

    assert both == action & comedy
    assert either == action | comedy
    assert both


@pytest.mark.parametrize("separator", [",", "|"])
def test_without_genres_excludes_each(matching, separator):
    """None of the genres named is left, however they are separated."""
    left = matching(without_genres=f"99{separator}10402")

    assert left
    assert not any({99, 10402} & set(item["genre_ids"]) for item in left)


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ({"vote_average__gte": "7.5"}, lambda item: item["vote_average"] >= 7.5),
        ({"vote_average__lte": "3.25"}, lambda item: item["vote_average"] <= 3.25),
        ({"vote_count__gte": "200"}, lambda item: item["vote_count"] >= 200),
        ({"vote_count__lte": "0"}, lambda item: item["vote_count"] == 0),
        ({"with_original_language": "ko"}, lambda item: item["original_language"] == "ko"),
        ({"with_original_language": "hi|ta|te"}, lambda item: item["original_language"] in {"hi", "ta", "te"}),
        ({"with_origin_country": "KR"}, lambda item: item["original_language"] == "ko"),
        ({"primary_release_year": "2020"}, lambda item: item.get("release_date", "")[:4] == "2020"),
        ({"primary_release_date__gte": "2021-05-03"}, lambda item: item.get("release_date", "") >= "2021-05-03"),
        (
            {"primary_release_date__lte": "1990-12-31T10:00:00"},
            lambda item: "" < item.get("release_date", "") <= "1990-12-31",
        ),
    ],
)
def test_a_filter_keeps_exactly_what_it_says(matching, query, holds):
    """A filter returns every movie for which its statement holds, and no other."""
    everything = matching()

    assert [item["id"] for item in matching(**query)] == [item["id"] for item in everything if holds(item)]
    assert 0 < len(matching(**query)) < len(everything)


def test_adult_and_video_are_left_out_unless_asked_for(matching):
    """Recordings, and adult movies but for the few that slip through, appear only when both words say true."""
    usual, everything = matching(), matching(**EVERYTHING)

    assert not any(item["video"] for item in usual)
    assert 20 * sum(item["adult"] for item in usual) < sum(item["adult"] for item in everything)
    assert any(item["adult"] for item in everything)
    assert any(item["video"] for item in everything)


def test_runtime_bounds(repository):
    """Runtimes are those of the details; unknown ones are 0."""
    rows = repository.discovery.rows({"with_runtime.gte": "90", "with_runtime.lte": "100"}).tolist()

    assert rows
    assert all(90 <= runtime.of(repository.catalogue, row) <= 100 for row in rows)


def test_any_release_or_the_regional_one(repository):
    """release_date bounds any release; with a region, that of the region."""
    bounds = {"release_date.gte": "2023-01-01", "release_date.lte": "2023-03-31"}
    anywhere = set(repository.discovery.rows(bounds).tolist())
    primary = set(repository.discovery.rows({f"primary_{name}": value for name, value in bounds.items()}).tolist())
    korea = repository.discovery.rows({**bounds, "region": "KR"}).tolist()
    first, last = day_number("2023-01-01"), day_number("2023-03-31")

    assert primary < anywhere
    assert korea
    assert all(first <= regional_day.of(repository.catalogue, row, "KR") <= last for row in korea)


def test_year_means_any_release(repository):
    """`year` finds more than `primary_release_year`."""
    year = set(repository.discovery.rows({"year": "2020"}).tolist())

    assert year > set(repository.discovery.rows({"primary_release_year": "2020"}).tolist())


def test_people_companies_and_keywords_are_those_of_the_record(repository):
    """Who and what a record shows is what finds it."""
    rows = repository.discovery.rows({})[:20].tolist()
    request = Request("", {}, 0)

    for row in rows:
        people = credits_of(repository, row, request)
        actor, director = people["cast"][0]["id"], people["crew"][0]["id"]
        words = [str(word["id"]) for word in keywords_of(repository, row, request)["keywords"]]
        company = str(companies.of(repository.catalogue, row)[0])
        for query in (
            {"with_cast": str(actor)},
            {"with_crew": str(director)},
            {"with_people": f"{actor},{director}"},
            {"with_keywords": ",".join(words)},
            {"with_companies": company},
        ):
            assert row in repository.discovery.rows(query)
        assert row not in repository.discovery.rows({"without_keywords": words[0]})
        assert row not in repository.discovery.rows({"without_companies": f"{company},399"})


def test_certifications_are_those_of_the_record(repository):
    """A certification filter needs its country, and then finds what release_dates shows."""
    for row in repository.discovery.rows({})[:40].tolist():
        for release in release_dates(repository, row, Request("", {}, 0))["results"]:
            country, told = release["iso_3166_1"], release["release_dates"][0]["certification"]
            for operator in ("", ".gte", ".lte"):
                query = {f"certification{operator}": told, "certification_country": country}
                assert row in repository.discovery.rows(query)


def test_providers_are_those_of_the_record(repository):
    """A provider filter needs its region, and then finds what watch/providers shows."""
    found = 0
    for row in repository.discovery.rows({})[:40].tolist():
        for country, offer in watch_providers(repository, row, Request("", {}, 0))["results"].items():
            found += 1
            kind = next(name for name in offer if name != "link")
            provider = str(offer[kind][0]["provider_id"])
            query = {"watch_region": country, "with_watch_providers": provider, "with_watch_monetization_types": kind}
            assert row in repository.discovery.rows(query)
            assert row not in repository.discovery.rows({"watch_region": country, "without_watch_providers": provider})
    assert found


@pytest.fixture(scope="module")
def documents(small):
    """Return what the fake says about each of the most popular movies, with everything appended, best first."""
    rows = small.discovery.rows(EVERYTHING).tolist()
    request = Request("", {}, 0)
    told = []
    for row in rows:
        document = document_of(small.catalogue, row, "en-US")
        document["row"] = row
        document["cast"] = {person["id"] for person in credits_of(small, row, request)["cast"]}
        document["crew"] = {person["id"] for person in credits_of(small, row, request)["crew"]}
        document["keywords"] = {word["id"] for word in keywords_of(small, row, request)["keywords"]}
        document["companies"] = {company["id"] for company in document["production_companies"]}
        document["genres"] = {genre["id"] for genre in document["genres"]}
        document["releases"] = {
            country["iso_3166_1"]: country["release_dates"][0]
            for country in release_dates(small, row, request)["results"]
        }
        document["watch"] = watch_providers(small, row, request)["results"]
        told.append(document)
    return told


@pytest.fixture(scope="module")
def small():
    """Return a repository of a thousand movies."""
    return Repository(Catalogue(seed=3, movies=1_000))


def released_in(document, first, last):
    """Return whether a movie came out in a window, first or in a country that counts without a region."""
    main = [document["releases"][country] for country in ("DE", "GB", "KR", "US") if country in document["releases"]]
    days = [document["release_date"], *(told["release_date"][:10] for told in main)]
    return any(first <= day <= last for day in days)


BRUTE = {
    "with_genres=18,53": lambda movie: movie["genres"] >= {18, 53},
    "with_genres=18|53": lambda movie: movie["genres"] & {18, 53},
    "without_genres=18,53": lambda movie: not movie["genres"] & {18, 53},
    "with_companies=1|2|3|4|5": lambda movie: movie["companies"] & {1, 2, 3, 4, 5},
    "without_companies=1,2": lambda movie: not movie["companies"] & {1, 2},
    "with_keywords=1003|1004|999": lambda movie: movie["keywords"] & {1003, 1004},
    "without_keywords=1003|1004": lambda movie: not movie["keywords"] & {1003, 1004},
    "with_origin_country=KR|JP": lambda movie: movie["origin_country"][0] in {"KR", "JP"},
    "with_original_language=ko|ja": lambda movie: movie["original_language"] in {"ko", "ja"},
    "with_runtime.gte=100&with_runtime.lte=110": lambda movie: 100 <= movie["runtime"] <= 110,
    "vote_average.gte=6.5&vote_average.lte=7": lambda movie: 6.5 <= movie["vote_average"] <= 7,
    "vote_count.gte=10&vote_count.lte=900.5": lambda movie: 10 <= movie["vote_count"] <= 900.5,
    "year=2015": lambda movie: released_in(movie, "2015-01-01", "2015-12-31"),
    "release_date.gte=2015-02-03&release_date.lte=2016-02-03": lambda movie: released_in(
        movie, "2015-02-03", "2016-02-03"
    ),
    "primary_release_year=2015": lambda movie: movie["release_date"].startswith("2015"),
    "primary_release_date.gte=2015-02-03&primary_release_date.lte=2016-02-03": lambda movie: (
        "2015-02-03" <= movie["release_date"] <= "2016-02-03"
    ),
    "release_date.gte=2015-02-03&region=KR": lambda movie: (
        "KR" in movie["releases"] and movie["releases"]["KR"]["release_date"] >= "2015-02-03"
    ),
    "with_release_type=2|3&region=KR": lambda movie: (
        "KR" in movie["releases"] and movie["releases"]["KR"]["type"] in {2, 3}
    ),
    "with_watch_providers=8|9&watch_region=KR": lambda movie: any(
        offer[0]["provider_id"] in {8, 9} for offer in list(movie["watch"].get("KR", {}).values())[1:]
    ),
    "without_watch_providers=8&watch_region=KR": lambda movie: all(
        offer[0]["provider_id"] != 8 for offer in list(movie["watch"].get("KR", {}).values())[1:]
    ),
    "with_watch_monetization_types=rent|buy&watch_region=KR": lambda movie: (
        {"rent", "buy"} & set(movie["watch"].get("KR", {}))
    ),
}


@pytest.mark.parametrize("query", BRUTE)
def test_a_filter_agrees_with_a_search_by_hand(small, documents, query):
    """A filter finds the same movies in the same order as reading every document and looking for oneself."""
    found = small.discovery.rows({**EVERYTHING, **dict(parse_qsl(query))}).tolist()

    assert found == [movie["row"] for movie in documents if BRUTE[query](movie)]
    assert 0 < len(found) < small.catalogue.size


@pytest.mark.parametrize("field", ["cast", "crew"])
def test_people_agree_with_a_search_by_hand(small, documents, field):
    """Cast and crew are found apart and, as people, together; with a comma both have to be there."""
    first, second = (min(movie[field]) for movie in documents[:2])
    both = sorted(documents[0][field])[:2]

    def found(query):
        return small.discovery.rows({**EVERYTHING, **query}).tolist()

    assert found({f"with_{field}": f"{first}|{second}"}) == [
        movie["row"] for movie in documents if movie[field] & {first, second}
    ]
    assert found({f"with_{field}": f"{both[0]},{both[1]}"}) == [documents[0]["row"]]
    assert found({"with_people": str(first)}) == [
        movie["row"] for movie in documents if first in movie["cast"] | movie["crew"]
    ]


@pytest.mark.parametrize("country", sorted(CERTIFICATIONS))
@pytest.mark.parametrize(("operator", "rungs"), [("", {1}), (".gte", set(range(1, 10))), (".lte", {0, 1})])
def test_certifications_agree_with_a_search_by_hand(small, documents, country, operator, rungs):
    """The movies released in a country with such a certification are found, and no other."""
    ladder = CERTIFICATIONS[country]
    query = {f"certification{operator}": ladder[1], "certification_country": country, **EVERYTHING}

    assert small.discovery.rows(query).tolist() == [
        movie["row"]
        for movie in documents
        if country in movie["releases"] and ladder.index(movie["releases"][country]["certification"]) in rungs
    ]


def test_absurd_lists_cost_little(small):
    """Thousands of values in one parameter are answered like a few."""
    many = ",".join(str(number) for number in range(1, 9_000))

    assert len(small.discovery.rows({"with_keywords": many})) == 0
    assert len(small.discovery.rows({"with_people": many.replace(",", "|")})) > 0


def test_release_type_needs_a_region(repository):
    """With a region a release type is a real filter."""
    everything = len(repository.discovery.rows({}))
    some = len(repository.discovery.rows({"with_release_type": "2|3", "region": "KR"}))

    assert 0 < some < everything / 2


@pytest.mark.parametrize(
    "query",
    [
        {"with_bogus_thing": "x"},
        {"vote_count_gte": "200"},
        {"with_genres": ""},
        {"with_genres": " , "},
        {"with_keywords": ","},
        {"with_original_language": ","},
        {"with_release_type": ",", "region": "KR"},
        {"with_watch_providers": "|", "watch_region": "KR"},
        {"certification": "R"},
        {"certification": ""},
        {"with_watch_providers": "8"},
        {"without_watch_providers": "8"},
        {"with_release_type": "1"},
        {"region": "KR"},
        {"vote_average.gte": "abc"},
        {"vote_average.gte": "nan"},
        {"vote_count.lte": "many"},
        {"primary_release_date.gte": "yesterday"},
        {"primary_release_date.gte": "2024-02-30"},
        {"primary_release_date.gte": "20240101"},
        {"primary_release_date.gte": "2024-W01-1"},
        {"year": "MMXX"},
        {"sort_by": "bogus.desc"},
    ],
)
def test_ignored_parameters(repository, query):
    """Unknown, empty, malformed and partnerless parameters change nothing."""
    assert np.array_equal(repository.discovery.rows(query), repository.discovery.rows({}))


@pytest.mark.parametrize(
    "query",
    [
        {"with_genres": "999999"},
        {"with_genres": "drama"},
        {"with_genres": "99999999999999999999"},
        {"with_cast": "-5"},
        {"with_original_language": "en-US"},
        {"with_original_language": "ko,ja"},
        {"with_genres": "28,999999"},
        {"with_release_type": "2,3", "region": "KR"},
        {"certification": "R", "certification_country": "XX"},
        {"certification": "bogus", "certification_country": "US"},
        {"with_watch_providers": "999999", "watch_region": "KR"},
        {"vote_count.gte": "inf"},
    ],
)
def test_filters_that_match_nothing(repository, query):
    """A well-formed filter for something that does not exist finds nothing."""
    assert len(repository.discovery.rows(query)) == 0


def test_lists_of_values():
    """Blanks around values do not count, and one pipe makes all of them alternatives."""
    assert values_of(" 1, 2") == (["1", "2"], False)
    assert ids_of("1|x,3") == ([1, -1, 3], True)


def test_result_cache_is_bounded(catalogue):
    """Only the newest results are kept."""
    discovery = Discovery(catalogue)
    for year in range(1900, 2000):
        discovery.rows({"year": str(year)})

    assert len(discovery._results) == 64
