from urllib.parse import parse_qsl

import pytest

from fake_tmdb.api.movies.changes import movie_changes
from fake_tmdb.api.request import Request
from fake_tmdb.catalogue.well_known import WELL_KNOWN_IDS


def test_the_last_day(ask):
    """Without dates the changes of the last day are told, about half a percent of the catalogue, results first."""
    document = ask("/movie/changes").json()

    assert list(document) == ["results", "page", "total_pages", "total_results"]
    assert 60 < document["total_results"] < 140
    assert all(item["adult"] is not None for item in document["results"])


def test_an_old_window_has_deleted_movies(ask):
    """In a window of the past about one in nine has null for adult and softcore, and pages hold a hundred."""
    document = ask("/movie/changes?start_date=2023-11-01&end_date=2023-11-15").json()
    deleted = [item for item in document["results"] if item["adult"] is None]

    assert len(document["results"]) == 100
    assert document["total_pages"] > 10
    assert all(item["softcore"] is None for item in deleted)
    assert 2 <= len(deleted) <= 25


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("start_date=2023-11-01&end_date=2023-11-16", 422, 20),
        ("start_date=first", 400, 23),
        ("end_date=last", 400, 23),
    ],
)
@pytest.mark.parametrize("path", ["/movie/changes", "/movie/550/changes"])
def test_impossible_windows(ask, path, query, status, code):
    """More than 14 days is code 20, a date that is none is code 23."""
    reply = ask(f"{path}?{query}")

    assert (reply.status, reply.json()["status_code"]) == (status, code)


def test_a_trailing_time_is_ignored(ask):
    """A date with a time counts as its day."""
    plain = ask("/movie/changes?start_date=2023-12-20&end_date=2023-12-24").body

    assert ask("/movie/changes?start_date=2023-12-20T10:00&end_date=2023-12-24%2011:00").body == plain


def test_the_changes_of_a_movie_are_those_of_the_list(ask):
    """A movie in the list of changes tells when it changed; one that is not, tells nothing."""
    window = "start_date=2023-12-20&end_date=2023-12-24"
    listed = next(
        item["id"] for item in ask(f"/movie/changes?{window}").json()["results"] if item["id"] not in WELL_KNOWN_IDS
    )
    (change,) = ask(f"/movie/{listed}/changes?{window}").json()["changes"]

    assert change["items"][0]["time"].endswith(" UTC")
    assert "2023-12-20" <= change["items"][0]["time"][:10] < "2023-12-24"
    assert ask(f"/movie/{listed}/changes?start_date=2020-01-01&end_date=2020-01-01").body == b'{"changes":[]}'


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("", ["2023-12-31"]),
        ("end_date=2016-09-10", ["2016-09-09"]),
        ("start_date=2016-08-29&end_date=2016-08-31", ["2016-08-29", "2016-08-30"]),
        (
            "start_date=2016-08-29",
            [f"2016-08-{day}" for day in (29, 30, 31)] + [f"2016-09-{day:02}" for day in range(1, 12)],
        ),
        ("start_date=2030-01-01", []),
    ],
)
def test_missing_ends_of_a_window(ask, query, days):
    """Without dates it is the last day, with an end the day before it, with a start the fourteen days from it."""
    changes = ask(f"/movie/550/changes?{query}").json()["changes"]

    assert [item["time"][:10] for change in changes for item in change["items"]] == days


@pytest.mark.parametrize(
    ("query", "age"),
    [
        ("", 600),
        ("start_date=2023-12-20&end_date=2023-12-31", 86_400),
        ("start_date=2023-12-20&end_date=2024-01-01", 600),
    ],
)
def test_windows_of_the_past_are_kept_longer(fake, query, age):
    """What is over changes no more and is kept for a day; a window that reaches to today for ten minutes."""
    request = Request("/movie/changes", dict(parse_qsl(query)), 1_704_067_200.0 + 36_000)

    assert movie_changes(fake.repository, request).ttl == age


def test_pages_of_changes_hold_each_movie_once(ask):
    """The pages of a window together hold as many movies as their total says, none twice, in the order of their ids."""
    window = "start_date=2023-12-25&end_date=2023-12-31"
    first = ask(f"/movie/changes?{window}").json()
    pages = [ask(f"/movie/changes?{window}&page={page}").json() for page in range(1, first["total_pages"] + 1)]
    ids = [item["id"] for page in pages for item in page["results"]]

    assert len(ids) == len(set(ids)) == first["total_results"]
    assert {len(page["results"]) for page in pages[:-1]} == {100}
    assert [page["page"] for page in pages] == list(range(1, len(pages) + 1))
    assert set(WELL_KNOWN_IDS) <= set(ids)


def test_window_of_today_has_no_deleted_movie(ask):
    """What was deleted is told only when the window is over."""
    document = ask("/movie/changes?start_date=2023-12-25&end_date=2024-01-01").json()

    assert None not in {item["adult"] for item in document["results"]}
    assert None not in {item["softcore"] for item in document["results"]}
