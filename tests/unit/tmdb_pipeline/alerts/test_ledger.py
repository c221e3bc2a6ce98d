import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from s3_server import refusal
from support import no_file_larger_than

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.ledger import OPEN, Ledger
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.lake.stores import bucket
from tmdb_pipeline.language import Said

#: 09:00 in Seoul
NOW = datetime(2026, 11, 27, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TODAY = date(2026, 11, 27)
DAILY, WEEKLY = "tmdb_daily_collection", "tmdb_weekly_comprehensive"


def alert(kind=Kind.RUN_FAILED, subject=DAILY, *, day=TODAY, at=NOW):
    return Alert(
        kind=kind,
        raised_at=at,
        subject=subject,
        run_date=day,
        task_ids=("collect_popular_movies",),
        cause=Said("The disk is full.", "디스크가 가득 찼습니다."),
        advice=Said("Make room.", "공간을 확보해 주십시오."),
    )


@pytest.fixture(params=["folder", "s3"])
def lake(request, tmp_path):
    return Lake(str(tmp_path) if request.param == "folder" else request.getfixturevalue("s3_root"))


@pytest.fixture
def ledger(lake):
    return Ledger(lake)


@pytest.fixture
def folder(tmp_path):
    """A ledger in a folder of this machine."""
    return Ledger(Lake(str(tmp_path)))


def test_first_of_a_key_is_to_be_sent_and_the_rest_is_not(ledger):
    """Of all that is raised under a key while it is open, the first goes out and the others are counted."""
    assert [ledger.raise_(alert(at=NOW + timedelta(seconds=number))) for number in range(3)] == [True, False, False]

    (kept,) = ledger.open()
    assert (kept.alert, kept.repeats, kept.mended_at) == (alert(), 2, None)


def test_second_cause_of_a_run_is_news(ledger):
    """Who has mended what was told, and cleared the run, hears of what stops it then, or another run."""
    first = msgspec.structs.replace(alert(), run_id="scheduled__1")
    other = msgspec.structs.replace(first, raised_at=LATER, cause=Said("The key is refused.", "키가 거부되었습니다."))
    another_run = msgspec.structs.replace(other, run_id="manual__1", raised_at=LATER + timedelta(hours=1))

    assert [ledger.raise_(each) for each in (first, first, other, other, another_run)] == [
        True,
        False,
        True,
        False,
        True,
    ]
    assert [kept.alert for kept in ledger.open()] == [another_run]
    told = ledger.between(TODAY, TODAY)
    assert [(kept.alert, kept.repeats, kept.mended_at) for kept in told] == [
        (another_run, 0, None),
        (other, 1, another_run.raised_at),
        (first, 1, LATER),
    ]


def test_number_that_changes_is_no_news(ledger):
    """A disk that fills is told of once, whatever is left of it each hour."""
    left = [msgspec.structs.replace(alert(Kind.DISK_FILLING), cause=Said(f"{n} left", f"{n} 남음")) for n in (3, 2)]

    assert [ledger.raise_(each) for each in left] == [True, False]


def test_of_processes_that_raise_at_once_one_sends(lake):
    """Eight processes that see one cause at the same time make one message, and none of them is forgotten."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: Ledger(lake).raise_(alert()), range(8)))

    assert sorted(answers) == [False] * 7 + [True]
    assert Ledger(lake).open()[0].repeats == 7


def test_mended_alert_is_open_no_more_and_may_be_raised_again(ledger):
    """What is over is closed once, with the time; the same cause on the same day is news again, and both are kept."""
    ledger.raise_(alert())

    (mended,) = ledger.mend(Kind.RUN_FAILED, DAILY, LATER)

    assert (mended.alert, mended.mended_at) == (alert(), LATER)
    assert ledger.mend(Kind.RUN_FAILED, DAILY, LATER) == []
    assert ledger.open() == []
    assert ledger.raise_(alert(at=LATER))
    assert [kept.mended_at for kept in ledger.between(TODAY, TODAY)] == [None, LATER]


def test_mending_closes_the_subject_of_every_day_and_nothing_else(ledger):
    """A DAG that succeeds mends its failures of all dates, and neither another kind's nor another DAG's."""
    others = [alert(Kind.RUN_SLOW), alert(subject=WEEKLY)]
    mine = [alert(), alert(day=date(2026, 11, 26))]
    for raised in [*others, *mine]:
        ledger.raise_(raised)

    closed = ledger.mend(Kind.RUN_FAILED, DAILY, LATER)

    assert {kept.alert.run_date for kept in closed} == {TODAY, date(2026, 11, 26)}
    assert {kept.alert.key for kept in ledger.open()} == {other.key for other in others}


def test_of_processes_that_mend_at_once_one_tells(lake):
    """What is over is told once, however many processes notice."""
    Ledger(lake).raise_(alert())

    with ThreadPoolExecutor(4) as pool:
        moments = [LATER + timedelta(seconds=number) for number in range(4)]
        closed = list(pool.map(lambda now: Ledger(lake).mend(Kind.RUN_FAILED, DAILY, now), moments))

    assert sum(len(kept) for kept in closed) == 1


def test_days_are_those_of_seoul_and_newest_come_first(ledger):
    """What is raised at half past midnight in Seoul is of that day, though UTC still has the day before."""
    midnight = datetime(2026, 11, 26, 15, 30, tzinfo=UTC)
    raised = [alert(day=None, subject=str(number), at=at) for number, at in enumerate((midnight, NOW, LATER))]
    for one in raised:
        ledger.raise_(one)
    before = alert(at=midnight - timedelta(hours=1))
    ledger.raise_(before)

    assert [kept.alert.subject for kept in ledger.between(TODAY, TODAY)] == ["2", "1", "0"]
    assert [kept.alert.subject for kept in ledger.between(date(2026, 11, 26), TODAY)] == ["2", "1", "0", DAILY]
    assert ledger.between(date(2026, 11, 28), date(2026, 11, 28)) == []


def test_what_is_filed_lies_in_its_day(ledger, lake):
    """An alert that is over and told leaves what is open; people find it in the folder of its day."""
    ledger.raise_(alert())
    (mended,) = ledger.mend(Kind.RUN_FAILED, DAILY, LATER)

    ledger.file(mended)

    assert lake.files(OPEN) == []
    assert lake.files("raw/metadata/alerts/20261127") == ["090000.run_failed.tmdb_daily_collection.20261127.json"]
    assert ledger.between(TODAY, TODAY) == [mended]
    assert ledger.waiting() == []


@pytest.mark.parametrize("step", ["raise", "mend"])
def test_lost_response_to_a_put_loses_no_message(s3, s3_root, step, monkeypatch):
    """A store that takes a file, and whose word of it is lost, makes no alert an old one and no mending another's."""
    monkeypatch.setattr(bucket, "TRIES", 2)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    ledger = Ledger(Lake(s3_root))
    lost = []

    def lose(request):
        if request.method == "PUT" and not lost:
            return lost.append(request) or refusal("InternalError", 500)
        return None

    if step == "mend":
        ledger.raise_(alert())
    s3.lose = lose

    assert ledger.raise_(alert()) if step == "raise" else ledger.mend(Kind.RUN_FAILED, DAILY, LATER)
    assert lost


def test_dead_lake_keeps_no_alert_from_being_sent(tmp_path, caplog):
    """Where nobody can say whether an alert is new it is sent; the log says that it is not kept."""
    (tmp_path / "raw").write_text("in the way")
    ledger = Ledger(Lake(str(tmp_path)))

    assert ledger.raise_(alert())
    assert "The alert run_failed.tmdb_daily_collection.20261127 is not kept: " in caplog.text


def test_marking_what_is_gone_marks_nothing(folder, tmp_path):
    """An alert that was closed meanwhile is not brought back."""
    kept = folder.enter(alert())
    folder.file(kept)

    folder.mark(kept)

    assert folder.open() == []


def test_lake_that_lists_and_does_not_read_is_an_error(s3, s3_root):
    """Nobody is told that nothing is open when that could not be looked up."""
    ledger = Ledger(Lake(s3_root))
    ledger.raise_(alert())
    s3.meddle = lambda request: refusal("SlowDown", 503) if request.path.endswith(".json") else None

    with pytest.raises(LakeError):
        ledger.open()


def test_full_disk_sends_what_is_new_and_not_what_is_open(folder):
    """A disk on which nothing can be written still says what was raised before it was full."""
    folder.raise_(alert())

    with no_file_larger_than(0):
        assert not folder.raise_(alert())
        assert folder.raise_(alert(subject=WEEKLY))

    assert [kept.alert.subject for kept in folder.open()] == [DAILY]


@pytest.mark.parametrize("content", [b"", b"{", b'{"alert": 1}'])
def test_foreign_file_is_passed_over(folder, tmp_path, content):
    """What another program has left among the alerts hides none of ours, and is replaced by an alert of its name."""
    file = tmp_path / OPEN / f"{alert().key}.json"
    folder.raise_(alert(subject=WEEKLY))
    file.write_bytes(content)
    (tmp_path / OPEN / "notes.txt").write_bytes(content)

    assert [kept.alert.subject for kept in folder.open()] == [WEEKLY]
    assert folder.raise_(alert())
    assert len(folder.open()) == 2


def test_file_that_is_moved_while_it_is_read_is_passed_over(folder, tmp_path, monkeypatch):
    """What another process closes between the listing and the reading is open no more, and no error."""
    folder.raise_(alert())
    folder.raise_(alert(subject=WEEKLY))
    lake = Lake(str(tmp_path))
    there = lake.files(OPEN)
    lake.delete(f"{OPEN}/{there[0]}")
    monkeypatch.setattr(Lake, "files", lambda self, folder: there)

    assert len(folder.open()) == 1


def test_mending_what_another_process_has_moved_mends_nothing(folder, tmp_path, monkeypatch):
    """What is gone by the time it is to be closed has been closed and told by another."""
    folder.raise_(alert())
    found = folder.open()
    folder.file(found[0])
    monkeypatch.setattr(folder, "_read", lambda place, wanted: found)

    assert folder.mend(Kind.RUN_FAILED, DAILY, LATER) == []
    assert not (tmp_path / OPEN / f"{alert().key}.json").exists()


def test_what_was_filed_as_it_was_moved_is_shown_once(folder, tmp_path):
    """A file that is in its day and still among what is open is one alert."""
    folder.raise_(alert())
    (mended,) = folder.mend(Kind.RUN_FAILED, DAILY, LATER)
    there = (tmp_path / OPEN / f"{alert().key}.json").read_bytes()
    folder.file(mended)
    (tmp_path / OPEN / f"{alert().key}.json").write_bytes(there)

    assert folder.between(TODAY, TODAY) == [mended]
