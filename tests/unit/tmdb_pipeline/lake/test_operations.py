from datetime import UTC, date, datetime, timedelta

import pytest

from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.operations import FOLDER, Action, Operation, Outcome, note, noted
from tmdb_pipeline.lake.store import Lake

#: 00:30 on the first of December in Seoul
NOW = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)
TODAY = date(2026, 12, 1)


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


def operation(at=NOW, action=Action.LOAD):
    return Operation(at=at, who="lee@laptop", action=action, subject="2026-11-30", outcome=Outcome.DONE)


def test_operations_are_read_back_newest_first(lake):
    """What was noted in any order stands there as it was, the latest first, by day in Seoul and month by month."""
    notes = [operation(NOW + timedelta(hours=number), action) for number, action in enumerate(Action)]
    for each in [notes[2], notes[0], *notes[3:], notes[1], operation(NOW - timedelta(hours=1))]:
        note(lake, each)

    assert noted(lake, TODAY, TODAY) == notes[::-1]
    assert noted(lake, date(2025, 12, 31), TODAY) == [*notes[::-1], operation(NOW - timedelta(hours=1))]
    assert lake.files(FOLDER) == ["202611.jsonl", "202612.jsonl"]
    assert noted(lake, TODAY + timedelta(days=1), TODAY + timedelta(days=40)) == []


def test_line_that_is_damaged_hides_no_other(lake, caplog):
    """Somebody who has edited the file loses what he has broken, which the log names, and nothing else."""
    note(lake, operation())
    lake.write(f"{FOLDER}/202612.jsonl", lake.read(f"{FOLDER}/202612.jsonl") + b"{ broken")
    note(lake, operation(NOW + timedelta(hours=1)))

    assert [each.at for each in noted(lake, TODAY, TODAY)] == [NOW + timedelta(hours=1), NOW]
    assert "202612.jsonl:2 is no operation, and is left out" in caplog.text


def test_log_that_cannot_be_read_is_said(lake, tmp_path):
    """A trail that is not there is no trail in which nothing happened."""
    (tmp_path / FOLDER / "202612.jsonl").mkdir(parents=True)

    with pytest.raises(LakeError, match=r"202612\.jsonl"):
        noted(lake, TODAY, TODAY)
