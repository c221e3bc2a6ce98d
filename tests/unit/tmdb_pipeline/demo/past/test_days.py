from datetime import date, timedelta

import pytest

from fake_tmdb import NO_LIMITS, FakeTmdb, Living
from fake_tmdb.catalogue.queries.discovery import POPULAR
from tmdb_pipeline.demo.past.days import JumpingClock, collect_days
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.settings import Credential, Settings

FIRST = date(2023, 12, 31)
EPOCH = date(1970, 1, 1)


def test_each_day_holds_what_the_world_showed_on_it(tmp_path):
    """At 02:00 in Seoul, which is the day before by UTC: the popular list's first hundred, in order, with numbers."""
    lake = Lake(str(tmp_path / "lake"))
    days = [FIRST + timedelta(days=number) for number in range(3)]
    with FakeTmdb(movies=2_000, seed=5, living=Living(), limits=NO_LIMITS).serve() as server:
        settings = Settings(Credential("read_token", server.fake.read_token), base_url=server.url, connections=1)
        collect_days(lake, settings, days)

        for day in days:
            found = lake.read_document(f"raw/movies/daily/popular_movies_{day:%Y%m%d}.json", dict)
            world = server.fake.repository.on((day - EPOCH).days - 1)
            rows = world.discovery.rows(POPULAR)[:100]
            assert [movie["id"] for movie in found["movies"]] == world.catalogue.ids[rows].tolist()
            popularity = (world.catalogue.popularity[rows] / 10_000).tolist()
            assert [movie["popularity"] for movie in found["movies"]] == popularity
            assert found["collection_info"]["end_time"].startswith(f"{day}T02:00:0")
            assert lake.exists(f"raw/movies/trending/trending_movies_{day:%Y%m%d}.json")


def test_clock_jumps_instead_of_waiting():
    """It moves by what somebody waits, and to where it is told; what was waited never goes back."""
    clock = JumpingClock()

    clock.jump(clock.now() + timedelta(days=1))
    before = clock.now()
    clock.sleep(2.5)
    assert clock.now() - before == timedelta(seconds=2.5)
    clock.jump(before)
    assert (clock.now(), clock.monotonic()) == (before, 2.5)
    clock.stop()


def test_fake_that_does_not_take_the_time_is_no_past(tmp_path):
    """Nothing is collected where the clock cannot be set."""
    settings = Settings(Credential("read_token", "a.b.c"), base_url="http://127.0.0.1:9/3", connections=1)

    with pytest.raises(OSError, match="refused"):
        collect_days(Lake(str(tmp_path / "lake")), settings, [FIRST])
    assert not (tmp_path / "lake" / "raw").exists()
