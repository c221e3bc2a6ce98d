"""What the tasks of the warehouse's quality DAG say and choose; what they do to a warehouse is tested end to end."""

import logging
from datetime import date

import pytest
from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException
from file_infos import quality_report
from msgspec.structs import asdict

from tmdb_pipeline import dags
from tmdb_pipeline.alerts.alert import Kind
from tmdb_pipeline.alerts.ledger import Ledger
from tmdb_pipeline.lake.file_info import MissingPage
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.orchestration.alerts import quality
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.params import Params
from tmdb_pipeline.orchestration.quality import tasks
from tmdb_pipeline.quality.gate import GateResult
from tmdb_pipeline.run import Run

RUN = Run(dags.WAREHOUSE_QUALITY.id, "manual__1", date(2024, 3, 17))


@pytest.fixture
def this(monkeypatch, tmp_path):
    """The context of a task where there are no Connections."""

    def get_connection(conn_id):
        raise AirflowNotFoundException(conn_id)

    monkeypatch.setattr(BaseHook, "get_connection", staticmethod(get_connection))
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path))
    return TaskContext(RUN, Params(), None)


def result(**given):
    """What the quality gate hands on, of which only ``given`` matters."""
    metrics = asdict(quality_report(**given).metrics())
    return GateResult(**metrics, report="raw/report.json", report_html="raw/report.html", quarantine="raw/bad.jsonl")


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
def test_level_is_told_in_the_log(this, caplog, handed, said):
    """A line for each check that somebody should look at, the worst first; or one that there is none."""
    with caplog.at_level(logging.INFO, "tmdb_pipeline"):
        tasks.tell(this, handed)

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == said


def test_people_are_told_of_warnings_until_there_are_none(this, tmp_path):
    """A warning is an alert that names the checks; an alarm is told by the run that fails; quiet mends it."""
    ledger = Ledger(Lake(str(tmp_path)))

    tasks.tell(this, checked("alarm", warning=["a: odd."], alarm=["b: bad."]))
    assert ledger.open() == []

    tasks.tell(this, checked("warning", warning=["a: odd.", "c: odder."]))
    (kept,) = ledger.open()
    assert (kept.alert.kind, kept.alert.subject, kept.alert.run_date) == (Kind.QUALITY_WARNED, RUN.dag_id, RUN.day)
    assert kept.alert.cause.en == "2 checks of the warehouse warn."
    assert kept.alert.cause.ko == "웨어하우스 검사 2건에 주의가 필요합니다."
    assert kept.alert.detail == "a: odd.\nc: odder."

    tasks.tell(this, checked())
    assert ledger.open() == []


@pytest.mark.parametrize(
    ("found", "cause"),
    [
        (
            {"validation_rate": 62.5, "total_movies_passed": 75, "total_movies_validated": 120},
            ("Only 62.5% of the movies passed (75 of 120).", "검증 통과율이 62.5%입니다(120편 중 75편)."),
        ),
        (
            {"validation_rate": 100.0, "total_movies_passed": 120, "total_movies_validated": 120, "pages_missing": [3]},
            ("Movies of 1 page are missing, or may be.", "1개 페이지의 영화가 누락되었을 수 있습니다."),
        ),
    ],
)
def test_people_are_told_why_a_collection_warns(this, tmp_path, found, cause):
    """Too few movies passed, or pages are missing, or both; a run of which nothing is to be said mends it."""
    ledger = Ledger(Lake(str(tmp_path)))
    missing = [MissingPage("popular", page, "it is empty") for page in found.get("pages_missing", [])]

    quality.tell_quality(this, result(**found | {"verdict": "warned", "pages_missing": missing}))

    (kept,) = ledger.open()
    assert (kept.alert.cause.en, kept.alert.cause.ko) == cause
    assert kept.alert.detail == str(tmp_path / "raw/report.html")
    quality.tell_quality(this, result(verdict="passed"))
    assert ledger.open() == []
