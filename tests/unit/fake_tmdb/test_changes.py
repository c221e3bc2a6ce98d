import pytest

from fake_tmdb.catalogue import WELL_KNOWN_IDS


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
