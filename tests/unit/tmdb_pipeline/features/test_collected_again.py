"""What is built again is built of what was known then, though a date was collected anew since."""

from functools import partial
from itertools import chain

import pytest
from features_lakes import LAST, PERMISSION, built, files, lake_of, reject
from hypothesis import given, settings
from hypothesis import strategies as st
from tmdb_features import DAYS, Arrival, day, histories, movie, movies

from tmdb_pipeline.features import rows
from tmdb_pipeline.features.build import build, build_days
from tmdb_pipeline.features.definition import FEATURES, LABELS, TOP
from tmdb_pipeline.features.errors import NotObserved
from tmdb_pipeline.features.observations import cutoff
from tmdb_pipeline.features.observer import observe
from tmdb_pipeline.features.permission import NotPermitted, Permission
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.quarantine_file import QuarantineLine
from tmdb_pipeline.lake.store import Lake

#: Days that are built; of the others nothing is.
_BUILT = (14, 15, 17, 20, 21)


def again():
    """Collections of days that were there already, each so many days later, with other movies."""
    name = st.sampled_from(["popular", "trending"])
    return st.lists(st.builds(Arrival, name, st.integers(7, 20), st.integers(1, 6), movies()), max_size=6)


def known_by(arrivals, moment):
    """What a lake would hold if time had stopped: of each file the last that had arrived."""
    arrived = sorted((each for each in arrivals if each.known_at < moment), key=lambda each: each.known_at)
    return list({each.file: each for each in arrived}.values())


@settings(max_examples=8)
@given(histories(), again())
def test_day_that_is_built_again_is_as_it_was(history, more):
    """Days are built at their end; at the end of all, each is built again of what had arrived by its own end."""
    arrivals = sorted(chain(history, more), key=lambda each: each.known_at)
    first = {}
    with lake_of([]) as lake:
        for number in range(DAYS):
            for arrival in arrivals:
                if cutoff(day(number - 1)) <= arrival.known_at < cutoff(day(number)):
                    arrival.write(lake)
            if number in _BUILT:
                try:
                    build(lake, day(number), today=day(number), permission=PERMISSION)
                except NotObserved:
                    continue
                first[number] = files(lake, FEATURES, number)

        for number in reversed(first):
            build(lake, day(number), today=LAST, permission=PERMISSION)

        assert {number: files(lake, FEATURES, number) for number in first} == first
        labelled = files(lake, LABELS, 14)
    assert first[14] == built(known_by(arrivals, cutoff(day(14))), 14)
    outcome = [each for each in known_by(arrivals, cutoff(day(21))) if each.day == 21]
    assert labelled == built([*known_by(arrivals, cutoff(day(14))), *outcome], 21, LABELS, of=14)


def test_many_days_are_built_again_at_once_as_they_were():
    """By who reads each collection once, too."""
    arrivals = [Arrival("popular", number, 0, (movie(1, 2.0 + number), movie(2, 1.0))) for number in range(DAYS)]
    with lake_of(arrivals) as lake:
        list(build_days(lake, map(day, range(DAYS)), today=LAST, permission=PERMISSION))
        first = [files(lake, FEATURES, number) for number in range(DAYS)]
        for arrival in arrivals:
            Arrival("popular", arrival.day, 60, (movie(3, 9.0),)).write(lake)

        made = list(build_days(lake, map(day, range(DAYS)), today=LAST, permission=PERMISSION))

        assert [each.view for written, _ in made for each in written].count("movie_day") == DAYS
        assert [files(lake, FEATURES, number) for number in range(DAYS)] == first


def test_what_is_collected_again_is_seen_by_later_days():
    """A day after it looks back on what was known by then, and says so among its sources."""
    with lake_of([Arrival("popular", number, 0, (movie(1, 1.0),)) for number in (13, 14)]) as lake:
        build(lake, day(14), today=LAST, permission=PERMISSION)
        Arrival("popular", 13, 2, (movie(1, 4.0),)).write(lake)
        Arrival("popular", 16, 0, (movie(1, 6.0),)).write(lake)
        build(lake, day(16), today=LAST, permission=PERMISSION)
        found = partial(rows.features, observe(lake, day(16), top=TOP))
        changes = [found(day(14))[0][0]["popularity_change_1d"], found(day(16))[0][0]["popularity_change_3d"]]

    assert changes == [0.0, 2.0]


def test_kept_observations_are_small_and_of_what_was_used(tmp_path):
    """A file for each collection, with what features are made of; what no part was built of is not kept."""
    lake = Lake(str(tmp_path))
    for number, late in ((13, 0), (14, 0), (12, 5)):
        Arrival(
            "popular", number, late, tuple(movie(each, 1.0) | {"overview": "x" * 999} for each in range(1, 101))
        ).write(lake)
    build(lake, day(14), today=LAST, permission=PERMISSION)

    kept = sorted(path for path in (tmp_path / "features" / "observed").iterdir() if path.suffix == ".json")
    assert [path.name[:16] for path in kept] == ["20240114_popular", "20240115_popular"]
    assert all(path.stat().st_size < 15_000 for path in kept)


def test_quarantine_that_comes_later_is_kept(tmp_path):
    """A day was built before the gate and behind it: it is built again as behind it."""
    lake = Lake(str(tmp_path))
    arrival = Arrival("popular", 14, 0, (movie(1, 1.0), movie(2, 1.0)))
    arrival.write(lake)
    build(lake, day(14), today=LAST, permission=PERMISSION)
    reject(lake, [QuarantineLine([], None, arrival.file, 0, exact=True, record=movie(1, 1.0))])
    build(lake, day(14), today=LAST, permission=PERMISSION)
    behind = files(lake, FEATURES, 14)
    Arrival("popular", 14, 3, (movie(5, 1.0),)).write(lake)

    build(lake, day(14), today=LAST, permission=PERMISSION)

    assert files(lake, FEATURES, 14) == behind
    assert [row["movie_id"] for row in rows.features(observe(lake, day(14), top=TOP), day(14))[0]] == [2]


def test_kept_observations_are_of_the_same_permission(tmp_path):
    """What was collected from elsewhere is refused, though the collection of the day is another by now."""
    lake = Lake(str(tmp_path))
    Arrival("popular", 14, 0, (movie(1, 1.0),)).write(lake)
    build(lake, day(14), today=LAST, permission=PERMISSION)
    Arrival("popular", 14, 3, (movie(1, 1.0),), address="http://127.0.0.1:1/3").write(lake)

    with pytest.raises(NotPermitted, match="was collected from"):
        build(lake, day(14), today=LAST, permission=Permission("http://127.0.0.1:1/3", ""))


def test_damaged_observation_is_named(tmp_path):
    """What cannot be read is not taken for what was known; a name that is none of ours is passed over."""
    lake = Lake(str(tmp_path))
    Arrival("popular", 14, 0, (movie(1, 1.0),)).write(lake)
    build(lake, day(14), today=LAST, permission=PERMISSION)
    (kept,) = (tmp_path / "features" / "observed").glob("*.json")
    kept.write_bytes(b"{")
    (kept.parent / "notes.json").touch()
    (kept.parent / f"20241345_popular_{'0' * 16}.json").touch()

    build(lake, day(14), today=LAST, permission=PERMISSION)
    assert kept.read_bytes() != b"{"
    kept.write_bytes(b"{")
    Arrival("popular", 14, 3, (movie(1, 1.0),)).write(lake)
    with pytest.raises(LakeError, match=rf"{kept.name} is half-written or not a file of this pipeline"):
        build(lake, day(14), today=LAST, permission=PERMISSION)
