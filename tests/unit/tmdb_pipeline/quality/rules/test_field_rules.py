from datetime import date

import pytest
from hypothesis import given
from strategies.movies import PLAIN, RUN_DATE, changed, spotless_movies
from support import examples

from tmdb_pipeline.quality.records.record_check import check_record
from tmdb_pipeline.quality.rules import field_rules
from tmdb_pipeline.quality.rules.catalogue import KNOWN_FIELDS, UNSTORABLE
from tmdb_pipeline.quality.rules.field_rules import FIELDS, PAIRS


def broken(record, on=RUN_DATE):
    return [violation.rule.id for violation in check_record(record, on)]


def test_rules_are_named_after_the_fields_they_ask():
    """The rules of a field carry its name, and pairs ask for fields that there are."""
    assert all(rule is UNSTORABLE or rule.id.startswith(f"{field.name}.") for field in FIELDS for rule in field.rules)
    assert {name for pair in PAIRS for name in pair.fields} <= KNOWN_FIELDS


@pytest.mark.parametrize(
    ("on", "rule_ids"),
    [
        (date(2030, 6, 1), []),
        (date(2030, 5, 31), ["votes.before_release"]),
        (date(2020, 5, 31), ["votes.before_release"]),
        (date(2020, 5, 30), ["release_date.far_future"]),
        (date(1, 1, 1), ["release_date.far_future"]),
    ],
)
@given(movie=spotless_movies())
@examples(20)
def test_timeliness_is_as_of_the_day_of_receipt(movie, on, rule_ids):
    """The same record is early or late by the day given, whatever day it is today and whatever date the run is for."""
    record = changed(movie, {"release_date": "2030-06-01"})

    assert broken(record, on) == rule_ids


@pytest.mark.parametrize(("day", "expected"), [("1869-12-31", ["release_date.too_early"]), ("1870-01-01", [])])
@given(movie=spotless_movies())
@examples(20)
def test_the_first_possible_release(movie, day, expected):
    """The limit is the first of January 1870."""
    assert broken(changed(movie, {"release_date": day})) == expected


@pytest.mark.parametrize(
    ("field", "inside", "outside"),
    [
        ("id", [1, 2**31 - 1], [0, 2**31]),
        ("vote_average", [0.001, 1, 10, 10.0], [-0.001, 10.001, float("nan"), float("inf")]),
        ("vote_count", [1, 2**31 - 1], [-1, 2**31]),
        ("popularity", [0, 0.0, -0.0, 10**9], [-0.0001, 10**9 + 1, float("nan"), float("-inf")]),
    ],
)
@given(movie=spotless_movies())
@examples(20)
def test_ranges_include_their_ends(movie, field, inside, outside):
    """Both limits of a range are good, the next values are not."""
    assert [broken(changed(movie, {field: value})) for value in inside] == [[]] * len(inside)
    assert [broken(changed(movie, {field: value})) for value in outside] == [[f"{field}.range"]] * len(outside)


@pytest.mark.parametrize(
    ("value", "field", "expected"),
    [
        ({}, "genre_ids", ["genre_ids.empty"]),  # reported to TMDbLib: issue 307
        ({"0": 18}, "genre_ids", ["genre_ids.type"]),
        (None, "genre_ids", ["genre_ids.missing"]),
        (None, "popularity", ["popularity.missing"]),  # reported to TMDbLib: issue 418
        ("12.5", "popularity", ["popularity.type"]),
        (None, "vote_average", ["vote_average.missing"]),
        ("7.1", "vote_average", ["vote_average.type"]),
        (None, "vote_count", ["vote_count.missing"]),
        (None, "adult", ["adult.missing"]),
        (0, "adult", ["adult.type"]),
        (None, "video", []),
        (None, "softcore", []),
        (None, "original_title", ["original_title.missing"]),
        ("\u200b", "original_title", ["original_title.blank"]),
        (None, "original_language", ["original_language.missing"]),
        ("   ", "overview", ["overview.empty"]),  # reported to movieclaw: pull request 241
        ("\0", "overview", ["record.unstorable"]),
        (" ", "poster_path", ["poster_path.empty"]),
        (" ", "release_date", ["release_date.impossible"]),
        (None, "title", ["title.missing"]),
        ("\u200b", "title", ["title.blank"]),
        ("\u3164\ufe0f \u2060", "title", ["title.blank"]),
        ("\u200b별", "title", []),
    ],
)
def test_what_a_reader_can_do_without(field, value, expected):
    """Only what identifies and shows a movie must be there; nulls and the empty shapes that TMDB sends warn."""
    assert broken(PLAIN | {field: value}) == expected


@pytest.mark.parametrize("field", ["adult", "softcore"])
@pytest.mark.parametrize(("adult", "severity"), [("warn", "warning"), ("quarantine", "error")])
def test_the_policy_decides_on_movies_that_nobody_asked_for(field, adult, severity):
    """A mark of adult or softcore is a rule of its own, whose severity is the caller's to say."""
    (violation,) = check_record(PLAIN | {field: True}, RUN_DATE, adult)

    assert (violation.rule.id, violation.field, violation.value) == (f"{field}.unasked", field, True)
    assert violation.rule.severity == severity


def test_no_video_is_unasked():
    """A movie marked as video is what TMDB lists, and no rule counts it."""
    assert broken(PLAIN | {"video": True}) == []


def test_days_are_judged_alike_when_no_more_are_remembered(monkeypatch):
    """What is remembered of days saves time and nothing else: there is an end to it."""
    monkeypatch.setattr(field_rules, "_MOST_DAYS", 0)
    before = len(field_rules._DAYS)

    assert broken(PLAIN | {"release_date": "0001-01-01"}) == ["release_date.too_early"]
    assert broken(PLAIN | {"release_date": "0001-02-29"}) == ["release_date.impossible"]
    assert len(field_rules._DAYS) == before
