"""What is said of a run that was slow, in both languages."""

from datetime import datetime

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.dags import name_of
from tmdb_pipeline.language import Language, Said, duration
from tmdb_pipeline.monitoring.durations.slowness import Duration, RunDuration

#: Slow tasks that are named with their durations.
_NAMED = 3
ADVICE = Said(
    en="Compare the logs of the slow tasks with those of an earlier run; see whether TMDB, the network or the machine "
    "was slow.",
    ko="느린 태스크의 로그를 이전 실행과 비교하고 TMDB, 네트워크, 서버 부하를 확인해 주십시오.",
)


def alert(run: RunDuration, now: datetime, link: str | None = None) -> Alert:
    """The alert of a slow run: one, however many of its tasks were slow."""
    return Alert(
        kind=Kind.TASK_SLOW,
        raised_at=now,
        subject=run.dag_id,
        dag_id=run.dag_id,
        run_id=run.run_id,
        run_date=run.run_date,
        task_ids=run.slow_tasks,
        cause=cause(run),
        advice=ADVICE,
        link=link,
    )


def cause(run: RunDuration) -> Said:
    """What was slow, how long it took and what it usually takes: the tasks, or the whole run where none of them was."""
    slow = [(Said(name, name), found) for name, found in run.tasks.items() if found.is_slow]
    slow = slow or [(name_of(run.dag_id), run.whole)]
    named = [_told(name, found) for name, found in slow[:_NAMED]]
    more = len(slow) - len(named)
    en = ", ".join(each.en for each in named) + (f", and {more} more" if more else "")
    ko = ", ".join(each.ko for each in named) + (f" 외 {more}건" if more else "")
    return Said(f"Much slower than usual: {en}.", f"평소보다 크게 느렸습니다: {ko}.")


def _told(name: Said, found: Duration) -> Said:
    usual = found.usual.seconds if found.usual else 0.0
    en, ko = Language.EN, Language.KO
    return Said(
        f"{name.en} took {duration(found.seconds, en)}, usually {duration(usual, en)}",
        f"{name.ko} {duration(found.seconds, ko)}(평소 {duration(usual, ko)})",
    )
