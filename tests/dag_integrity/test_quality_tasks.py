"""What the tasks of the warehouse's quality DAG say and choose; what they do to a warehouse is tested end to end."""

import logging

import pytest

from tmdb_pipeline.orchestration.quality import tasks


def checked(level="ok", **messages):
    """What the checking task hands on."""
    return {"level": level, "checks": {"not_judged": 2, "ok": 36}, "messages": {"warning": [], "alarm": []} | messages}


@pytest.mark.parametrize(
    ("level", "task_id"),
    [("ok", "tell_quiet"), ("not_judged", "tell_quiet"), ("warning", "tell_warning"), ("alarm", "tell_alarm")],
)
def test_level_chooses_the_task_that_tells_of_it(dagbag, level, task_id):
    """The branch takes one of the tasks that follow it."""
    chosen = tasks.choose(checked(level))

    assert chosen == task_id
    assert chosen in dagbag.dags["tmdb_warehouse_quality"].get_task("choose_level").downstream_task_ids


def test_report_waits_for_the_level_that_was_chosen(dagbag):
    """Those that were not chosen are skipped, which must not skip the report."""
    report = dagbag.dags["tmdb_warehouse_quality"].get_task("send_quality_report")

    assert report.trigger_rule.value == "none_failed_min_one_success"


@pytest.mark.parametrize(
    ("handed", "said"),
    [
        (checked(), [("INFO", "No check of the warehouse warns: 2 not judged, 36 ok.")]),
        (checked("warning", warning=["a: odd."]), [("WARNING", "a: odd.")]),
        (checked("alarm", warning=["a: odd."], alarm=["b: bad."]), [("ERROR", "b: bad."), ("WARNING", "a: odd.")]),
    ],
)
def test_level_is_told_in_the_log(caplog, handed, said):
    """A line for each check that somebody should look at, the worst first; or one that there is none."""
    with caplog.at_level(logging.INFO, "tmdb_pipeline"):
        tasks.tell(handed)

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == said
