from datetime import UTC, date, datetime

import msgspec

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.language import Said

ALERT = Alert(
    kind=Kind.RUN_FAILED,
    raised_at=datetime(2026, 11, 27, tzinfo=UTC),
    subject="tmdb_daily_collection",
    run_date=date(2026, 11, 27),
    cause=Said("It failed.", "실패했습니다."),
    advice=Said("Look.", "확인해 주십시오."),
)


def test_the_key_names_kind_subject_and_run_date():
    """Alerts of one kind about one run have one key, whichever task raises them; it may be the name of a file."""
    assert ALERT.key == "run_failed.tmdb_daily_collection.20261127"


def test_a_key_is_a_plain_file_name():
    """Whatever the subject is, a key has no separators of folders in it."""
    odd = msgspec.structs.replace(ALERT, subject="../디스크 /data", run_date=None)
    assert "/" not in odd.key
    assert odd.key.isascii()


def test_subjects_that_differ_have_keys_that_differ():
    """What cannot stand in a file's name makes no two subjects one: neither Hangul nor the slashes of a path."""
    subjects = ["디스크", "메모리", "/data/a", "/data_a", "_data_a"]

    assert len({msgspec.structs.replace(ALERT, subject=subject).key for subject in subjects}) == len(subjects)
