"""Laws of the living world, asked over its endpoints: what a client can see is one world on every day."""

import datetime as dt
import hashlib
import itertools

import numpy as np
import pytest

from fake_tmdb import Catalogue
from fake_tmdb.catalogue.dates import day_number

DAY = dt.date(2026, 1, 1)
NUMBERS = ("popularity", "vote_average", "vote_count")
PATHS = (
    "/movie/popular", "/movie/top_rated?page=2", "/movie/now_playing", "/movie/upcoming", "/trending/movie/day",
    "/trending/movie/week?page=3", "/trending/all/day", "/discover/movie?sort_by=vote_count.desc&page=4",
    "/discover/movie?sort_by=popularity.asc", "/search/movie?query=the", "/search/collection?query=the",
    "/movie/changes", "/movie/550?append_to_response=similar,recommendations,changes,reviews", "/movie/latest",
    "/company/1/movies", "/keyword/1721/movies", "/genre/28/movies", "/collection/10",
)  # fmt: skip


def after(days):
    """Return a day so many days after 2026-01-01."""
    return DAY + dt.timedelta(days=days)


def ids(document):
    """Return the ids of a page."""
    return [movie["id"] for movie in document["results"]]


def test_numbers_of_a_day_are_the_same_everywhere(world):
    """Details, lists, search, discover and the export of one day say the same of a movie."""
    asked = world()
    for day in (DAY, after(100)):
        export = asked.export(day)
        for path in ("/movie/popular", "/discover/movie?with_genres=18&page=2", "/search/movie?query=the", PATHS[4]):
            for movie in asked.get(path, day)["results"][::4]:
                details = asked.get(f"/movie/{movie['id']}", day)
                assert {name: details[name] for name in NUMBERS} == {name: movie[name] for name in NUMBERS}
                assert export[movie["id"]]["popularity"] == movie["popularity"]


def test_every_movie_moves(world):
    """From one day to the next every popular movie has another popularity, and the places change with it."""
    asked = world()
    first, second = asked.get("/movie/popular", DAY), asked.get("/movie/popular", after(1))
    was = {movie["id"]: movie["popularity"] for movie in first["results"]}

    assert ids(first) != ids(second)
    assert all(was[movie["id"]] != movie["popularity"] for movie in second["results"] if movie["id"] in was)


@pytest.mark.parametrize("path", ["/movie/popular", "/discover/movie?with_genres=35", "/company/1/movies"])
def test_lists_follow_the_popularity_of_the_day(world, path):
    """On each day popular, discover and the movies of a company are in the order of that day's popularity."""
    asked = world()
    joint = "&" if "?" in path else "?"
    for day in (DAY, after(40)):
        shown = [
            movie["popularity"]
            for page in (1, 2, 3)
            for movie in asked.get(f"{path}{joint}page={page}", day)["results"]
        ]
        assert shown == sorted(shown, reverse=True)
        assert len(shown) > 20


def test_search_puts_the_most_popular_first(world):
    """Search is in the order of the day's popularity, and finds nothing that is not there."""
    asked = world()
    shown = asked.get("/search/movie?query=the", after(7))["results"]

    assert [movie["popularity"] for movie in shown] == sorted((m["popularity"] for m in shown), reverse=True)
    assert {movie["id"] for movie in shown} <= set(asked.export(after(7)))


def test_export_holds_exactly_what_details_answer(world):
    """On a day every id of its exports is found, and every other movie of the catalogue is 404."""
    asked = world(Catalogue(movies=400), added=0.4, gone=0.4)
    for day in (after(-60), after(200)):
        listed = {*asked.export(day), *asked.export(day, "adult_movie_ids")}
        everything = asked.fake.catalogue.ids.tolist()
        found = {movie for movie in everything if asked.reply(f"/movie/{movie}", day).status == 200}
        assert found == listed
        assert 100 < len(found) < 400


def test_export_of_an_earlier_day_is_that_of_the_day(world):
    """A file that is fetched weeks later tells of its own day, as it did then."""
    asked = world(Catalogue(movies=300))
    name = f"/p/exports/movie_ids_{DAY:%m_%d_%Y}.json.gz"

    assert asked.reply(name, after(80)).body == asked.reply(name, DAY).body


def test_what_is_gone_stays_gone_and_its_counterpart_stays(world):
    """A merged or deleted id is found until its day and 404 ever after; what it was merged into is always found."""
    asked = world()
    for event in asked.fake.oracle.events(DAY):
        statuses = [asked.reply(f"/movie/{event.movie_id}", after(days)).status for days in (-1, 0, 1, 90, 700, 9_000)]
        is_new = event.kind == "added"
        assert statuses[:3] == ([404, 200, 200] if is_new else [200, 404, 404])
        assert is_new or set(statuses[2:]) == {404}
        if event.into is not None:
            assert {asked.reply(f"/movie/{event.into}", after(days)).status for days in (-90, 0, 700)} == {200}


def test_changes_tell_what_came_and_what_went(world):
    """The changes of a day name each movie that came, went, or took one in; what is gone by now is null."""
    asked = world()
    events = asked.fake.oracle.events(DAY)
    assert {event.kind for event in events} == {"added", "deleted", "merged"}
    path = f"/movie/changes?start_date={DAY}&end_date={after(1)}"
    pages = [asked.get(f"{path}&page={page}", DAY) for page in (1, 2)]
    told = {movie["id"]: movie for page in pages for movie in page["results"]}

    for event in events:
        assert (told[event.movie_id]["adult"] is None) == (event.kind != "added")
        if event.into is not None:
            assert told[event.into]["adult"] is not None
    there = set(told) - {event.movie_id for event in events if event.kind != "added"}
    assert there <= {*asked.export(DAY), *asked.export(DAY, "adult_movie_ids")}
    assert asked.get(f"/movie/changes?start_date={after(1)}&end_date={after(2)}", DAY)["results"] == []


def test_a_movie_says_itself_that_it_changed(world):
    """The changes of a movie and the list of changes agree on the day."""
    asked = world()
    listed = ids(asked.get(f"/movie/changes?start_date={DAY}&end_date={after(1)}", after(3)))
    changed = next(movie for movie in listed if asked.reply(f"/movie/{movie}", after(3)).status == 200)
    window = f"start_date={DAY}&end_date={after(1)}"

    assert asked.get(f"/movie/{changed}/changes?{window}", after(3))["changes"]


def test_votes_only_grow(world):
    """No movie ever loses a vote, over two years and beyond, and most popular ones win some each month."""
    asked = world()
    repository = asked.fake.repository
    days = [*range(20_200, 21_010, 9), 20_999, 21_000, 21_001]
    counts = [repository.on(day).catalogue.votes.astype(np.int64) for day in sorted(days)]

    assert all((later >= earlier).all() for earlier, later in itertools.pairwise(counts))
    assert (counts[-1] == asked.fake.catalogue.final_votes).all()
    assert (counts[40][:1000] > counts[36][:1000]).mean() > 0.5


def test_averages_move_slowly(world):
    """An average changes as votes come: over a month by less than a fifth of a point where there are many."""
    repository = world().fake.repository
    first, second = repository.on(20_454).catalogue, repository.on(20_484).catalogue
    many = first.votes > 100
    moved = np.abs(first.vote_average - second.vote_average)

    assert moved[many].max() < 200
    assert (moved > 0).any()
    assert (first.vote_average[first.votes == 0] == 0).all()


def test_release_dates_are_honoured(world):
    """Before its release a movie is upcoming, is not Released and has hardly a vote; then it plays, and votes come."""
    asked = world()
    day = dt.date(2026, 6, 3)
    shown = asked.get("/movie/upcoming", day)
    assert shown["dates"] == {"maximum": "2026-07-01", "minimum": "2026-06-10"}
    for movie in shown["results"]:
        details = asked.get(f"/movie/{movie['id']}", day)
        if day_number(movie["release_date"]) <= day_number(str(day)):  # it comes again in some country
            continue
        assert details["status"] in {"In Production", "Post Production"}
        assert details["vote_count"] < 60
        release = dt.date.fromisoformat(movie["release_date"])
        later = asked.reply(f"/movie/{movie['id']}", release).json()
        assert later.get("status", "Released") == "Released"


def test_a_release_makes_a_movie_popular(world):
    """Around its release a movie is more popular than two months before, by about what the parameters say."""
    asked = world(sigma=0.0, weekend=0.0, bump=1.0, added=0.0)
    catalogue = asked.fake.catalogue
    row = int(np.flatnonzero(catalogue.day == 20_500)[0])
    before, then, later = (asked.fake.repository.on(day).catalogue.popularity[row] for day in (20_440, 20_500, 20_700))

    assert abs(then / before - np.e) < 0.01
    assert abs(later / before - 1) < 0.01


def test_weekends_lift_what_people_watch_together(world):
    """On a Saturday a comedy is more popular than on the Monday after, by what the parameters say; a drama is not."""
    asked = world(sigma=0.0, bump=0.0, added=0.0, weekend=0.2)
    monday, friday, saturday = (
        asked.fake.repository.on(day).catalogue.popularity[:2000] for day in (20_458, 20_455, 20_456)
    )
    lift = saturday / monday

    assert set(np.round(lift, 2)) == {1.0, round(float(np.exp(0.2)), 2)}
    assert abs((friday / monday).max() - np.exp(0.1)) < 0.001


def test_trending_is_what_rises(world):
    """Trending of a day begins with the movies whose popularity rose most since yesterday; of a week, since then."""
    asked = world(weekend=0.0, bump=0.0, added=0.0, gone=0.0)
    for window, days in (("day", 1), ("week", 7)):
        shown = asked.get(f"/trending/movie/{window}", DAY)
        now, then = asked.export(DAY), asked.export(after(-days))
        rises = [now[movie]["popularity"] / then[movie]["popularity"] for movie in ids(shown) if movie in now]
        assert np.all(np.diff(np.log(rises)) < 0.01)
        assert min(rises) > 1.2
        assert shown["total_results"] == 10_000


def test_any_order_of_days_gives_the_same_bytes(world):
    """Forwards, backwards or in jumps, on one fake or on one for each day: a day's bodies are the same."""
    days = [DAY, after(1), after(2), after(65), after(400)]

    def digests(asked, order):
        return {
            day: hashlib.sha256(b"".join(asked.reply(path, day).body for path in PATHS)).hexdigest() for day in order
        }

    forwards = digests(world(), days)
    assert digests(world(), [days[2], days[4], days[0], days[3], days[1]]) == forwards
    assert len(set(forwards.values())) == len(days)


def test_from_each_day_every_other_can_be_reached(world):
    """The repository of a day gives that of another one, and not itself."""
    repository = world().fake.repository

    assert repository.on(20_454).on(20_460) is repository.on(20_460)


def test_a_cached_page_does_not_outlive_its_day(world):
    """At midnight (UTC) a list is made anew, and its lifetime says so; a clock that goes back finds the day before."""
    asked = world()
    late = asked.reply("/movie/popular", DAY, hour=23)
    early = asked.reply("/movie/popular", after(1), hour=0)
    again = asked.reply("/movie/popular", DAY, hour=23)

    assert late.body == again.body != early.body
    assert int(late.header("cache-control").rpartition("=")[2]) <= 3_600
    assert asked.reply("/movie/popular", DAY, hour=23).header("x-cache") == "Hit from cloudfront"


def test_drift_stays_on_top(world):
    """With drift pages come from different moments of the living world, and overlap or leave gaps."""
    asked = world(drift=True)
    pages = [movie for page in range(1, 30) for movie in ids(asked.get(f"/movie/popular?page={page}", DAY))]

    assert len(set(pages)) < len(pages)


def test_the_latest_movie_is_the_newest_that_exists(world):
    """It has the highest id of the day's exports, no vote and no image, and is another one a month later."""
    asked = world()
    latest = asked.get("/movie/latest", DAY)

    assert latest["id"] == max(*asked.export(DAY), *asked.export(DAY, "adult_movie_ids"))
    assert (latest["vote_count"], latest["poster_path"], latest["imdb_id"]) == (0, None, None)
    assert asked.get("/movie/latest", after(30))["id"] > latest["id"]


def test_collections_lose_what_is_gone(world):
    """A collection shows the parts that exist, is 404 without any, and its name stays where the first one is gone."""
    asked = world(gone=0.5, merged=0.0)
    catalogue = asked.fake.catalogue
    day = after(400)
    listed = asked.export(day, "collection_ids")
    everything = range(10, 10 + -(-catalogue.size // 60))
    assert 0 < len(listed) < len(everything)
    for number in list(everything)[::40]:
        reply = asked.reply(f"/collection/{number}", day)
        assert (reply.status == 200) == (number in listed)
        if number in listed:
            assert {part["id"] for part in reply.json()["parts"]} <= {
                *asked.export(day), *asked.export(day, "adult_movie_ids")
            }  # fmt: skip


def test_a_review_goes_with_its_movie(world):
    """The review of a movie is found while the movie is."""
    asked = world()
    gone = [
        event.movie_id for day in range(30) for event in asked.fake.oracle.events(after(day)) if event.kind != "added"
    ]
    reviews = [
        review["id"] for movie in gone for review in asked.get(f"/movie/{movie}/reviews", DAY).get("results", [])
    ]

    assert len(reviews) > 10
    assert {asked.reply(f"/review/{review}", DAY).status for review in reviews} == {200}
    assert {asked.reply(f"/review/{review}", after(30)).status for review in reviews} == {404}


def test_the_process_can_be_found_in_what_is_shown(world):
    """From the exports alone rho and sigma are found back: by the variances of changes over one day and over two."""
    asked = world(rho=0.9, sigma=0.16, weekend=0.0)
    days = [after(number) for number in range(45)]
    settled = [row for row in range(4_000) if 0 < asked.fake.catalogue.day[row] < 20_000]
    known = asked.fake.catalogue.ids[settled].tolist()
    exports = [asked.export(day) for day in days]
    kept = [movie for movie in known if all(movie in export for export in exports)]
    logs = np.log([[export[movie]["popularity"] for movie in kept] for export in exports])
    one, two = np.var(logs[1:] - logs[:-1]), np.var(logs[2:] - logs[:-2])
    rho = two / one - 1

    assert abs(rho - 0.9) < 0.01
    assert abs(np.sqrt(one * (1 + rho) / 2) - 0.16) < 0.002


def test_only_so_many_movies_move(world):
    """Beyond `moving` the popularity is that of the standing catalogue, and the order of lists mixes both."""
    asked = world(moving=50)
    shown = asked.fake.repository.on(20_454).catalogue.popularity

    assert (shown[50:] == asked.fake.catalogue.popularity[50:]).all()
    assert (shown[:50] != asked.fake.catalogue.popularity[:50]).all()
