from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from tmdb_pipeline.dags import DAILY
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.monitoring.durations.task_runs import FOLDER, KEPT, TaskRun, keep, kept, ordered

NOW = datetime(2026, 11, 27, tzinfo=UTC)
FIRST, LAST = DAILY.tasks[0].id, DAILY.tasks[-1].id


def task_run(number=0, task_id=FIRST, **changes):
    began = NOW + timedelta(days=number)
    given = {
        "dag_id": DAILY.id,
        "task_id": task_id,
        "run_id": f"scheduled__{number}",
        "run_date": date(2026, 11, 27),
        "try_number": 1,
        "state": "success",
        "began": began,
        "ended": began + timedelta(seconds=20),
        "cpu_seconds": 1.5,
        "peak_memory_bytes": 120_000_000,
    }
    return TaskRun(**given | changes)


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


def test_what_was_kept_is_read_back_in_order(lake):
    """All tasks of the DAG are there, by when they ended, whoever wrote first; nothing was there before."""
    assert kept(lake, DAILY) == []
    runs = [task_run(0), task_run(0, LAST), task_run(1), task_run(1, LAST)]
    for each in runs[::-1]:
        keep(lake, each)

    assert kept(lake, DAILY) == sorted(runs, key=lambda each: (each.ended, each.key))
    assert runs[0].seconds == 20


def test_only_the_last_are_kept(lake):
    """A file does not grow for ever; the oldest go, whichever was written last."""
    for number in [*range(1, KEPT + 3), 0]:
        keep(lake, task_run(number))

    assert [each.run_id for each in kept(lake, DAILY)] == [f"scheduled__{number}" for number in range(3, KEPT + 3)]


def test_try_that_is_kept_again_is_there_once(lake):
    """A task that notes its end twice counts once, with what it said last."""
    keep(lake, task_run())
    keep(lake, task_run(state="failed"))

    assert kept(lake, DAILY) == [task_run(state="failed")]


def test_tasks_that_end_at_once_are_all_kept(lake):
    """Of eight processes that write at the same time none is lost."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: keep(lake, task_run(number)), range(8)))

    assert len(kept(lake, DAILY)) == 8


def test_damaged_line_is_a_measurement_less(lake):
    """What somebody else has written there is passed over."""
    line = msgspec.json.encode(task_run()) + b"\n"
    lake.write(f"{FOLDER}/{DAILY.id}/{FIRST}.jsonl", b"{\n" + line + b"[]\n")

    assert kept(lake, DAILY) == [task_run()]


def test_order_and_duplicates_do_not_matter():
    """However the same tries come, they are the same history."""
    runs = [task_run(number) for number in range(5)]

    assert ordered([*runs[::-1], *runs]) == runs
