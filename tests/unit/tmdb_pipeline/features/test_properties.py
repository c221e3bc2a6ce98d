"""The five properties that keep features honest."""

import json
from datetime import timedelta

import duckdb
import msgspec
import pytest
from features_lakes import LAST, PERMISSION, built, lake_of, reject
from file_infos import collection_info
from hypothesis import given, settings
from hypothesis import strategies as st
from tmdb_features import ADDRESS, DAYS, Arrival, day, delayed, histories, movie, movies
from upath import UPath

from tmdb_pipeline.features import rows
from tmdb_pipeline.features.build import build, folder
from tmdb_pipeline.features.definition import FEATURES, LABELS, TOP
from tmdb_pipeline.features.errors import NotObserved
from tmdb_pipeline.features.observations import cutoff
from tmdb_pipeline.features.observer import observe
from tmdb_pipeline.features.permission import NotPermitted, Permission
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.file_info import MissingPage
from tmdb_pipeline.lake.quarantine_file import QuarantineLine
from tmdb_pipeline.lake.store import Lake, to_json


@settings(max_examples=25)
@given(histories(), histories())
def test_future_is_not_seen(history, other):
    """Whatever is known only after the cutoff may be changed or deleted: the bytes stay."""
    past = [arrival for arrival in history if arrival.known_at < cutoff(day(14))]
    future = [arrival for arrival in other if arrival.known_at >= cutoff(day(14))]
    taken = {arrival.file for arrival in past}

    assert (
        built(history, 14)
        == built(past, 14)
        == built([*past, *(arrival for arrival in future if arrival.file not in taken)], 14)
    )


@settings(max_examples=25)
@given(histories(), movies(), st.integers(1, 6), st.integers(5, 13))
def test_late_arrival_changes_only_cutoffs_after_it(history, late_movies, late, number):
    """What a day was built of before it came is built the same afterwards; what comes later sees it."""
    late_one = delayed(Arrival("trending", number, 0, (*late_movies, movie(50, 1.0))), late)
    others = [arrival for arrival in history if arrival.file != late_one.file]

    for other in {number, number + late - 1, number + late, 14}:
        try:
            before = built(others, other)
        except NotObserved:
            with lake_of([*others, late_one]) as lake, pytest.raises(NotObserved):
                build(lake, day(other), today=LAST, permission=PERMISSION)
            continue
        assert (built([*others, late_one], other) == before) == (other < number + late)


@settings(max_examples=20)
@given(histories(), st.randoms(use_true_random=False))
def test_order_of_replay_does_not_matter(history, random):
    """Collections arrive and days are built in any order, some twice: each file has the same bytes, pointers too."""

    def everything(arrivals, numbers):
        with lake_of(arrivals) as lake:
            for number in numbers:
                try:
                    build(lake, day(number), today=LAST, permission=PERMISSION)
                except NotObserved:
                    continue
            store = UPath("memory://x").fs.store
            return {name.split("/lake/")[1]: value.getvalue() for name, value in store.items() if "/features/" in name}

    numbers = [12, 14, 15, 21]
    mixed = random.sample([*numbers, 14, 21], 6)
    random.shuffle(shuffled := list(history))

    assert everything(shuffled, mixed) == everything(history, numbers)


@settings(max_examples=20)
@given(histories())
def test_training_rows_are_serving_rows(history):
    """What a model is trained on is what it would have been given on that day, when nothing later was there yet."""
    with lake_of(history) as lake:
        trained = rows.training(observe(lake, day(21), top=TOP), [day(13), day(14)], today=LAST)
    for number in {row["day"] for row in trained}:
        arrived = [arrival for arrival in history if arrival.known_at < cutoff(number)]
        with lake_of(arrived) as lake:
            served = rows.features(observe(lake, number, top=TOP), number)[0]

        assert [{**row, "label": None} for row in trained if row["day"] == number] == [
            {**row, "label": None} for row in served
        ]
    assert any(row["day"] == day(14) for row in trained)


@settings(max_examples=25)
@given(histories(), st.integers(0, DAYS))
def test_label_is_not_known_before_its_day(history, today):
    """Even where a file of the day lies there already; on its day it is, and says who is in the first places."""
    with lake_of(history) as lake:
        observed = observe(lake, day(21), top=TOP)
        if today < 21:
            with pytest.raises(NotObserved, match=f"are not known before {day(21)}"):
                rows.labels(observed, day(14), today=day(today))
            assert rows.training(observed, [day(14)], today=day(today)) == []
            return
        found = {row["movie_id"]: row["label"] for row in rows.labels(observed, day(14), today=day(today))[0]}
    later = next(arrival for arrival in history if arrival.day == 21 and arrival.name == "popular")
    assert found == {number: number in {each["id"] for each in later.movies} for number in found}
    assert found


def test_row_is_what_was_seen(tmp_path):
    """A movie seen on five days: each column, as DuckDB reads it back."""
    lake = Lake(str(tmp_path / "lake"))
    for number, popularity in ((0, 1.0), (7, 2.0), (11, 4.0), (13, 8.0), (14, 16.0)):
        Arrival("popular", number, 0, (movie(5, 9.5), movie(1, popularity))).write(lake)
    Arrival("popular", 21, 0, (movie(1, 3.0),)).write(lake)
    Arrival("trending", 14, 0, (movie(1, 99.0), movie(2, 7.0))).write(lake)

    build(lake, day(14), today=LAST, permission=PERMISSION)
    build(lake, day(21), today=LAST, permission=PERMISSION)

    with duckdb.connect() as database:
        parts = [str(tmp_path / "lake" / folder(view, day(14)) / "part.parquet") for view in (FEATURES, LABELS)]
        found, labelled = (database.read_parquet(part).fetchall() for part in parts)
    age = (day(14) - day(0)).days + 2
    assert found == [
        (1, day(14), 2, 1, 16.0, 8.0, 12.0, 14.0, 15.0, 4, age, [18, 29], 1),
        (2, day(14), None, 2, 7.0, None, None, None, None, 1, age, [18, 30], 1),
        (5, day(14), 1, None, 9.5, 0.0, 0.0, 0.0, 0.0, 4, age, [18, 30], 1),
    ]
    assert labelled == [(1, day(14), True), (2, day(14), False), (5, day(14), False)]
    assert day(14) - timedelta(days=14) == day(0)


def test_other_definition_lies_beside_the_old_one():
    """Its version is another, and what an earlier one has built stays."""
    changed = msgspec.structs.replace(FEATURES, revision=2)

    assert changed.version != FEATURES.version
    assert folder(changed, day(14)) != folder(FEATURES, day(14))


@pytest.mark.parametrize("missing", [MissingPage("popular", 5, "x"), None])
def test_label_needs_the_whole_head_of_the_list(missing):
    """Where a page of the first 100 is missing, or was not asked for, nobody knows who was there."""
    with lake_of([Arrival("popular", 14, 0, (movie(1, 1.0),))]) as lake:
        file = Arrival("popular", 21, 0, ()).file
        told = {"pages_asked": 5 if missing else 4, "total_pages": 9, "pages_missing": [missing] if missing else []}
        moment = Arrival("popular", 21, 0, ()).known_at
        info = collection_info(collection_date=day(21), end_time=moment, base_url=ADDRESS, **told)
        lake.write(file, to_json({"movies": [movie(1, 1.0)], "collection_info": info}))

        made, left = build(lake, day(21), today=LAST, permission=PERMISSION)

    assert [each.view for each in made] == ["movie_day"]
    assert left == [f"The labels of {day(14)} are not known: the first 100 of {day(21)} were not observed that day."]


def test_collection_of_another_address_is_not_built_of():
    """The permission of a fake is for its own collections, also where the library is called."""
    with lake_of([Arrival("popular", 14, 0, (movie(1, 1.0),))]) as lake, pytest.raises(NotPermitted):
        build(lake, day(14), today=LAST, permission=Permission("http://127.0.0.1:1/3", ""))


NO_ORIGINS = {"sources": [], "days": [], "movies": [], "copies": []}


@pytest.mark.parametrize("origins", [None, NO_ORIGINS, {**NO_ORIGINS, "movies": [[0, 1, 0, 0]]}])
def test_damaged_collection_is_named(origins):
    """Nothing is made of it, and what to do is said."""
    with lake_of([arrival := Arrival("popular", 14, 0, (movie(1, 1.0),))]) as lake:
        document = json.loads(lake.read(arrival.file))
        lake.write(arrival.file, to_json({**document, "origins": origins} if origins else {"movies": []}))

        with pytest.raises(LakeError, match=r"popular_movies_20240115\.json is no collection .*: run its date again"):
            build(lake, day(14), today=LAST, permission=PERMISSION)


@pytest.mark.parametrize("exact", [True, False])
def test_quarantined_record_is_left_out(exact):
    """The gate has rejected it; a record with odd fields that it let through has no value there."""
    odd = {"id": 2, "popularity": True, "release_date": "soon", "genre_ids": None}
    huge = {"id": 4, "popularity": 1e400, "genre_ids": [2**31 - 1, 2**31, 0, "x"]}
    with lake_of([arrival := Arrival("popular", 14, 0, (movie(1, 1.0), odd, {"id": "3"}, huge))]) as lake:
        record = movie(1, 1.0) if exact else "a description"
        reject(lake, [QuarantineLine([], None, arrival.file, 0, exact=exact, record=record)])
        ((told,), _) = build(lake, day(14), today=LAST, permission=PERMISSION)
        found = rows.features(observe(lake, day(14), top=TOP), day(14))[0]

    row, other = found
    assert (row["movie_id"], row["rank"], row["popularity"], row["age_days"], row["genres"]) == (2, 2, None, None, [])
    assert (other["movie_id"], other["rank"], other["popularity"], other["genres"]) == (4, 4, None, [2**31 - 1])
    assert [len(source.quarantine_sha256) for source in told.sources] == [64]


def test_quarantine_of_an_earlier_collection_rejects_nothing():
    """The date was collected anew, and the gate has not seen it yet: another movie stands at the place."""
    with lake_of([arrival := Arrival("popular", 14, 0, (movie(1, 1.0), movie(2, 1.0)))]) as lake:
        reject(lake, [QuarantineLine([], None, arrival.file, 0, exact=True, record=movie(7, 1.0))])
        found = rows.features(observe(lake, day(14), top=TOP), day(14))[0]

    assert [row["movie_id"] for row in found] == [1, 2]


def test_list_of_which_all_is_rejected_has_no_rows():
    """A part without rows is one, too."""
    with lake_of([arrival := Arrival("popular", 14, 0, (movie(1, 1.0),))]) as lake:
        reject(lake, [QuarantineLine([], None, arrival.file, 0, exact=True, record=movie(1, 1.0))])
        ((told,), _) = build(lake, day(14), today=LAST, permission=PERMISSION)

    assert told.rows == 0
    assert told.statistics["popularity"] == {"nulls": 0, "least": None, "mean": None, "greatest": None}
