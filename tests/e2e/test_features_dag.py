"""The DAG of the features behind a daily run: its rows are what the fake holds, made once more by hand."""

import json
from datetime import date, datetime
from urllib.request import Request, urlopen

import duckdb
from e2e.digest import DAILY

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import FEATURES
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.quarantine_file import read_quarantine
from tmdb_pipeline.run import Run


def asked(tmdb, path, page):
    """The movies of a page, as the fake sends them to anybody, in Korean and for Korea as the pipeline asks."""
    request = Request(
        f"{tmdb.url}{path}?page={page}&language=ko-KR&region=KR",
        headers={"Authorization": f"Bearer {tmdb.fake.read_token}"},
    )
    with urlopen(request) as response:
        return json.load(response)["results"]


def test_features_are_those_of_what_the_fake_holds(run_dag, lake, tmdb, tmp_path):
    """Each movie of the lists that was not rejected has one row, with its places, popularity, age and genres."""
    at = datetime.now(SEOUL)
    today = at.date()
    popular = [movie for page in range(1, 6) for movie in asked(tmdb, "/movie/popular", page)]
    trending = asked(tmdb, "/trending/movie/day", 1)
    assert str(run_dag(DAILY, logical_date=at).state) == "success"

    run = run_dag(FEATURES.id, logical_date=at)

    assert str(run.state) == "success"
    run_of_day = Run(DAILY, "", today)
    bad = {(line.file, line.record["id"]) for line in read_quarantine(lake, paths.quarantine_file(run_of_day))}
    places = [
        {
            movie["id"]: (place, movie)
            for place, movie in enumerate(movies, 1)
            if (paths.movies_file(run_of_day, folder, stem), movie["id"]) not in bad
        }
        for movies, folder, stem in (
            (popular, "daily", "popular_movies"),
            (trending, "trending", "trending_movies"),
        )
    ]
    expected = []
    for number in sorted({*places[0], *places[1]}):
        (rank, movie), (trend, other) = (held.get(number, (None, None)) for held in places)
        movie = movie or other
        released = movie["release_date"]
        age = (today - date.fromisoformat(released)).days if released else None
        genres, weekday = sorted(movie["genre_ids"]), today.isoweekday()
        unseen = [None] * 4
        expected.append((number, today, rank, trend, movie["popularity"], *unseen, 1, age, genres, weekday))
    (part,) = (tmp_path / "lake" / "features" / "movie_day").glob(f"*/as_of={today:%Y%m%d}/part.parquet")
    with duckdb.connect() as database:
        assert database.read_parquet(str(part)).fetchall() == expected
    assert len(expected) > 100
