import gzip
from datetime import UTC, datetime

import orjson
import pytest

from fake_tmdb.api.exports import respond
from fake_tmdb.api.responses import Response


@pytest.fixture
def export(fake, send, clock):
    """Return a function that asks for an export, without a key."""
    return lambda name: send(fake.app, f"/p/exports/{name}.json.gz")


def lines(reply):
    """Return the objects of an export, one a line."""
    return [orjson.loads(line) for line in gzip.decompress(reply.body).splitlines()]


def test_movie_ids(export, catalogue):
    """An export is gzip of one object a line, holds every movie that is not adult, and needs no key."""
    reply = export("movie_ids_01_01_2024")
    movies = lines(reply)

    assert reply.header("content-type") == "application/gzip"
    assert reply.header("content-encoding") is None
    assert reply.header("last-modified") == "Mon, 01 Jan 2024 07:19:28 GMT"
    assert export("movie_ids_12_31_2023").body == reply.body
    assert list(movies[0]) == ["adult", "id", "original_title", "popularity", "video"]
    assert len(movies) == catalogue.size - catalogue.adult.sum()
    assert len(lines(export("adult_movie_ids_01_01_2024"))) == catalogue.adult.sum()


@pytest.mark.parametrize("kind", ["collection_ids", "keyword_ids", "production_company_ids"])
def test_other_exports(export, kind):
    """Collections, keywords and companies are exported with their names."""
    assert all(list(line) == ["id", "name"] for line in lines(export(f"{kind}_12_31_2023")))


@pytest.mark.parametrize(
    "name",
    [
        "movie_ids_01_02_2024",
        "movie_ids_09_01_2023",
        "movie_ids_13_45_2023",
        "person_ids_01_01_2024",
        "movies",
        "movie_ids_1_1_2024",
    ],
)
def test_missing_files(export, name):
    """A file of the future, of long ago, of no date or of another kind is missing: 403 and XML."""
    reply = export(name)

    assert (reply.status, reply.header("content-type")) == (403, "application/xml")


def test_not_before_eight(fake, clock, export):
    """The file of a day appears at 08:00 UTC."""
    clock.freeze(1_704_096_000 - 1)
    before = export("movie_ids_01_01_2024").status
    clock.move(1)

    assert (before, export("movie_ids_01_01_2024").status) == (403, 200)


def test_old_lines_lack_adult(fake):
    """Lines of long ago have no `adult`."""
    reply = respond(fake.repository, "/p/exports/movie_ids_05_01_2017.json.gz", 1_493_640_000)

    assert isinstance(reply, Response)
    assert list(orjson.loads(gzip.decompress(reply.body).splitlines()[0])) == [
        "id",
        "original_title",
        "popularity",
        "video",
    ]


DAY = 86_400
NEW_YEAR = 1_704_067_200  # 2024-01-01, midnight


@pytest.mark.parametrize(("age", "status"), [(-1, 403), (0, 200), (92 * DAY - 1, 200), (92 * DAY, 403)])
def test_files_are_kept_for_three_months(fake, age, status):
    """From 08:00 UTC of its day to the second, for 92 days."""
    reply = respond(fake.repository, "/p/exports/movie_ids_01_01_2024.json.gz", NEW_YEAR + 8 * 3_600 + age)

    assert reply.status == status


@pytest.mark.parametrize(("name", "first"), [("01_01_2018", "adult"), ("12_31_2017", "id")])
def test_adult_is_told_since_2018(fake, name, first):
    """The first lines with `adult` are those of New Year's Day 2018."""
    month, day, year = map(int, name.split("_"))
    ready = datetime(year, month, day, 8, tzinfo=UTC).timestamp()
    reply = respond(fake.repository, f"/p/exports/movie_ids_{name}.json.gz", ready)

    assert next(iter(orjson.loads(gzip.decompress(reply.body).splitlines()[0]))) == first


def test_lines_agree_with_the_movies(export, ask):
    """What the export says of a movie is what the API says of it."""
    for line in lines(export("movie_ids_01_01_2024"))[:50:7]:
        movie = ask(f"/movie/{line['id']}?language=en-US").json()
        assert line == {name: movie[name] for name in ("adult", "id", "original_title", "popularity", "video")}
    for line in lines(export("adult_movie_ids_01_01_2024"))[:3]:
        assert line["adult"] is True


@pytest.mark.parametrize(
    ("kind", "path", "number"),
    [("collection_ids", "collection", 3), ("keyword_ids", "keyword", 3), ("production_company_ids", "company", 3)],
)
def test_names_agree_with_the_lookups(export, ask, kind, path, number):
    """Collections, keywords and companies have the names and numbers under which they can be looked up."""
    told = lines(export(f"{kind}_12_31_2023"))
    assert len({line["id"] for line in told}) == len(told) > 100
    for line in (told[0], told[number], told[-1]):
        assert ask(f"/{path}/{line['id']}?language=en-US").json()["name"] == line["name"]


def test_missing_file_is_told_as_the_storage_does(export):
    """403, and XML that says so."""
    assert export("movies").body == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    )


def test_export_is_kept_for_an_hour(fake):
    """The CDN may keep a file for an hour."""
    assert respond(fake.repository, "/p/exports/movie_ids_01_01_2024.json.gz", NEW_YEAR + 9 * 3_600).ttl == 3_600
