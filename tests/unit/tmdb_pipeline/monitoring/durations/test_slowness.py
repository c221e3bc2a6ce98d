import random
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from tmdb_pipeline.dags import DAILY
from tmdb_pipeline.language import Language
from tmdb_pipeline.monitoring.durations import words
from tmdb_pipeline.monitoring.durations.slowness import LEAST, Duration, Usual, latest_run, usual
from tmdb_pipeline.monitoring.durations.task_runs import TaskRun

START = datetime(2026, 1, 1, 17, tzinfo=UTC)
IDS = [task.id for task in DAILY.tasks]


def run(number, seconds):
    """The tries of a run: each task takes so many seconds, one after the other."""
    began, found = START + timedelta(days=number), []
    for task_id, each in zip(IDS, seconds, strict=True):
        ended = began + timedelta(seconds=each)
        found.append(
            TaskRun(
                dag_id=DAILY.id,
                task_id=task_id,
                run_id=f"scheduled__{number}",
                run_date=date(2026, 1, 2) + timedelta(days=number),
                try_number=1,
                state="success",
                began=began,
                ended=ended,
                cpu_seconds=1.0,
                peak_memory_bytes=1,
            )
        )
        began = ended
    return found


def history(seed, runs=31):
    """Runs whose tasks take what they usually take, each with a spread of its own."""
    draw = random.Random(seed)
    usually = [(draw.uniform(0.1, 600), draw.uniform(0.02, 0.3)) for _ in IDS]
    return [
        run(number, [middle * draw.lognormvariate(0, spread) for middle, spread in usually]) for number in range(runs)
    ]


def later(task_run, by):
    """The next try of the same, which began so much later."""
    return replace(task_run, began=task_run.began + by, ended=task_run.ended + by, try_number=2)


def flat(runs):
    return [each for tries in runs for each in tries]


@pytest.mark.parametrize("seed", range(200))
def test_quiet_history_has_nothing_slow(seed):
    """Of two hundred histories in which nothing happens, no run is slow."""
    assert not latest_run(DAILY, flat(history(seed))).is_slow


@pytest.mark.parametrize("seed", range(50))
def test_slow_down_that_was_planted_is_found(seed):
    """A task that takes four times as long as the longest before, and a minute more, is named, and no other."""
    runs = history(seed)
    slow = seed % len(IDS)
    seconds = [each.seconds for each in runs[-1]]
    seconds[slow] = 60 + 4 * max(tries[slow].seconds for tries in runs)

    found = latest_run(DAILY, flat([*runs[:-1], run(30, seconds)]))

    assert found.slow_tasks == (IDS[slow],)
    assert (found.run_id, found.is_slow) == ("scheduled__30", True)


@pytest.mark.parametrize("seed", range(20))
def test_order_and_duplicates_do_not_matter(seed):
    """However the tries come, and however often, the judgement is the same."""
    tries = flat(history(seed))
    mixed = [*tries, *tries[::3]]
    random.Random(seed).shuffle(mixed)

    assert latest_run(DAILY, mixed) == latest_run(DAILY, tries)


def test_difference_of_a_few_seconds_is_nothing():
    """A task that takes twenty seconds instead of a tenth of one keeps nobody waiting."""
    runs = [run(number, [0.1, 0.1, 0.1, 0.1]) for number in range(10)]

    assert not latest_run(DAILY, flat([*runs, run(10, [29.9, 0.1, 0.1, 0.0])])).is_slow
    assert latest_run(DAILY, flat([*runs, run(10, [30.2, 0.1, 0.1, 0.1])])).slow_tasks == (IDS[0],)


def test_many_tasks_that_are_a_little_slower_make_a_slow_run():
    """Where no task is slow by itself, the run may be, which is told of it as a whole."""
    runs = [run(number, [20, 20, 20, 20]) for number in range(10)]

    found = latest_run(DAILY, flat([*runs, run(10, [49, 49, 49, 49])]))

    assert (found.slow_tasks, found.whole.is_slow, found.is_slow) == ((), True, True)
    assert words.cause(found).en == (
        "Much slower than usual: TMDB daily collection took 3 min 16 s, usually 1 min 20 s."
    )


def test_too_few_runs_are_no_history():
    """Nobody can say what is usual before there are a few runs; the limit rests on the last thirty alone."""
    assert usual([10.0] * (LEAST - 1)) is None
    assert usual([10.0] * LEAST) == Usual(10.0, LEAST, 40.0)
    assert usual([1000.0] * 30 + [10.0] * 30) == Usual(10.0, 30, 40.0)
    assert Duration(10_000, None).is_slow is False
    assert usual([100.0, 200.0] * 4).limit == pytest.approx(150 + 6 * 1.4826 * 50)
    assert usual([100.0] * 8).limit == 200


def test_run_that_has_not_ended_is_not_judged():
    """While its last task has no success, the run before it is the latest; where none has ended there is none."""
    runs = [run(number, [20, 20, 20, 20]) for number in range(3)]

    assert latest_run(DAILY, flat([*runs[:2], runs[2][:-1]])).run_id == "scheduled__1"
    assert latest_run(DAILY, runs[0][:-1]) is None
    assert latest_run(DAILY, []) is None


def test_failed_tries_are_no_duration_of_a_task_and_wait_with_the_run():
    """A task is compared by its success alone; the run has waited for the retry, too."""
    failed = replace(run(9, [7, 0, 0, 0])[0], state="up_for_retry")
    second = [later(each, timedelta(minutes=5)) for each in run(9, [20, 20, 20, 20])]

    found = latest_run(DAILY, [failed, *second])

    assert found.tasks[IDS[0]].seconds == 20
    assert found.whole.seconds == 300 + 80


def test_task_cleared_days_later_does_not_make_its_run_long():
    """Of a task that has succeeded twice in a run the first counts."""
    first = run(9, [20, 20, 20, 20])
    again = [later(each, timedelta(days=3)) for each in first]

    assert latest_run(DAILY, [*first, *again]).whole.seconds == 80


def test_run_that_waited_to_be_cleared_is_not_slow():
    """Of a run that failed and was cleared hours later, what came then counts, and not the night between."""
    tries = run(9, [20, 20, 20, 20])
    failed = replace(tries[2], state="failed")
    cleared = [later(each, timedelta(hours=3)) for each in tries[2:]]

    found = latest_run(DAILY, [*tries[:2], failed, *cleared])

    assert (found.whole.seconds, found.began) == (40, cleared[0].began)


def test_one_message_names_the_slow_tasks():
    """However many tasks a slow network slows down, one alert tells of them, in both languages."""
    runs = [run(number, [20, 20, 20, 20]) for number in range(10)]
    found = latest_run(DAILY, flat([*runs, run(10, [200, 200, 200, 200])]))

    alert = words.alert(found, START)

    assert (alert.subject, alert.task_ids, alert.run_date) == (DAILY.id, (*IDS,), date(2026, 1, 12))
    assert alert.cause.told(Language.EN) == (
        "Much slower than usual: collect_popular_movies took 3 min 20 s, usually 20 s, "
        "collect_trending_movies took 3 min 20 s, usually 20 s, "
        "validate_collected_data took 3 min 20 s, usually 20 s, and 1 more."
    )
    assert alert.cause.told(Language.KO).startswith(
        "평소보다 크게 느렸습니다: collect_popular_movies 3분 20초(평소 20초), "
    )
    assert alert.cause.told(Language.KO).endswith(" 외 1건.")
