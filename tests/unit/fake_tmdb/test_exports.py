import gzip

import orjson
import pytest

from fake_tmdb.answers import Answer
from fake_tmdb.exports import answer


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
    clock.hold(1_704_096_000 - 1)
    before = export("movie_ids_01_01_2024").status
    clock.move(1)

    assert (before, export("movie_ids_01_01_2024").status) == (403, 200)


def test_old_lines_lack_adult(fake):
    """Lines of long ago have no `adult`."""
    reply = answer(fake.world, "/p/exports/movie_ids_05_01_2017.json.gz", 1_493_640_000)

    assert isinstance(reply, Answer)
    assert list(orjson.loads(gzip.decompress(reply.body).splitlines()[0])) == [
        "id",
        "original_title",
        "popularity",
        "video",
    ]
