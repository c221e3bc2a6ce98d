import pytest

from fake_tmdb import NO_LIMITS, FakeTmdb
from fake_tmdb.api.routes import details


@pytest.mark.parametrize("identifier", ["550", "550-any-slug", "tt0137523"])
def test_a_movie_by_any_id(ask, identifier):
    """A movie is found by number, by number with a slug, and by IMDb id."""
    assert ask(f"/movie/{identifier}").json()["id"] == 550


@pytest.mark.parametrize("identifier", ["0", "999999999", "tt1", "abc", "99999999999999999999", "5%2050", "-1", "550x"])
def test_unknown_movies(ask, identifier):
    """A movie that does not exist is code 34 with status 404."""
    reply = ask(f"/movie/{identifier}")

    assert (reply.status, reply.json()["status_code"]) == (404, 34)


@pytest.mark.parametrize("known", [11, 111, 550, 603, 680, 103332, 343611])
def test_ids_that_other_suites_ask_for(ask, known):
    """Ids that the tests of TMDB clients use lead to a movie."""
    assert ask(f"/movie/{known}").json()["id"] == known


def test_append_to_response(ask):
    """What is appended stands at the end, in the order asked, without an id of its own; unknown names are ignored."""
    document = ask("/movie/550?append_to_response=videos,bogus,credits,watch/providers").json()

    assert list(document)[-3:] == ["videos", "credits", "watch/providers"]
    assert list(document["credits"]) == ["cast", "crew"]


def test_twenty_appended_at_most(ask):
    """Twenty names are taken, twenty-one are code 27 with status 400."""
    names = ",".join(["videos"] * 20)
    refused = ask(f"/movie/550?append_to_response={names},credits")

    assert ask(f"/movie/550?append_to_response={names}").status == 200
    assert (refused.status, refused.json()["status_code"]) == (400, 27)


@pytest.mark.parametrize("name", sorted(details.PARTS))
def test_a_part_alone_is_the_part_appended(ask, name):
    """Each part on its own says what it says when appended."""
    alone = ask(f"/movie/550/{name}").json()
    appended = ask(f"/movie/550?append_to_response={name}").json()[name]

    assert {key: alone[key] for key in appended} == appended
    assert set(alone) - set(appended) <= {"id"}


@pytest.mark.parametrize("path", ["/movie/550/bogus", "/movie/999999999/credits", "/movie/550/credits/more"])
def test_unknown_parts(ask, path):
    """A part that does not exist, or of a movie that does not, is 404."""
    assert ask(path).status == 404


def test_invalid_page_of_a_part(ask):
    """Related movies are paged like lists."""
    assert ask("/movie/550/similar?page=0").json()["status_code"] == 22
    assert ask("/movie/550/changes?page=0").status == 200


def test_the_latest_movie_has_the_highest_id(ask, catalogue):
    """The latest movie is the one with the highest id, and no cache keeps it."""
    reply = ask("/movie/latest")

    assert reply.json()["id"] == catalogue.ids.max()
    assert reply.header("cache-control") == "public, max-age=0"


def test_account_states_need_a_session(ask):
    """There are no sessions, so account states are denied with the recorded 84 bytes."""
    reply = ask("/movie/550/account_states")

    assert reply.status == 401
    assert len(reply.body) == 84


@pytest.mark.parametrize("movies", [300, 20_000])
def test_the_latest_movie_is_fresh(send, clock, movies):
    """The movie added last has no IMDb id, no image and no vote yet, in /movie/latest as in its own details."""
    fake = FakeTmdb(movies=movies, clock=clock, limits=NO_LIMITS)
    latest, own = (
        send(fake.app, f"/3/movie/{name}", authorization=f"Bearer {fake.read_token}").json()
        for name in ("latest", fake.catalogue.ids.max())
    )

    assert (latest["imdb_id"], latest["poster_path"], latest["backdrop_path"]) == (None, None, None)
    assert (latest["popularity"], latest["vote_average"], latest["vote_count"]) == (0.0, 0.0, 0)
    assert latest == own
