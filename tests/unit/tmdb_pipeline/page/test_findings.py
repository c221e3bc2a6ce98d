from datetime import timedelta

import pytest
from unit.tmdb_pipeline.page.pages import DAILY, DAY, NOW, WEEKLY, asked, run_facts

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.ledger import Kept
from tmdb_pipeline.language import Said
from tmdb_pipeline.page.facts.airflow import AirflowFacts, DagFacts, DagRun
from tmdb_pipeline.page.facts.checks import CheckFacts
from tmdb_pipeline.page.facts.findings import findings


def alert(kind=Kind.RUN_FAILED, subject=DAILY):
    told = Alert(kind=kind, raised_at=NOW, subject=subject, cause=Said(kind, kind), advice=Said("Act.", "조치."))
    return Kept(alert=told, raising="1")


def check(level="alarm", name="integrity.ledger"):
    limits = {"lower_limit": None, "upper_limit": 0.0}
    return CheckFacts(name=name, level=level, observed=2.0, message="Two.", checked_at=NOW, **limits)


def airflow(state, dag_id=DAILY):
    run = DagRun(run_id="x", state=state, run_after=NOW)
    return AirflowFacts((DagFacts(dag_id=dag_id, paused=False, last=run), DagFacts(dag_id=WEEKLY, paused=True)))


def found(runs=(), alerts=(), told=None, checks=()):
    return [
        (finding.tone, finding.topic) for finding in findings(asked(), runs, alerts, told or AirflowFacts(), checks)
    ]


def test_nothing_is_wrong():
    """Good and fresh runs, passed checks, runs that succeeded or still run: nothing to say."""
    runs = [run_facts(loaded_at=NOW), run_facts(dag_id=WEEKLY, loaded_at=NOW)]

    assert found(runs, told=airflow("success"), checks=[check("ok"), check("not_judged")]) == []
    assert found(runs, told=airflow("running")) == []
    assert found() == []


@pytest.mark.parametrize(
    ("run", "tone"),
    [
        ({"verdict": "failed", "pass_rate": 30.0}, "alarm"),
        ({"verdict": "warned", "pages_missing": 2}, "warning"),
        ({"verdict": "warned", "pass_rate": 70.0}, "warning"),
        ({"verdict": "warned"}, "warning"),
        ({"pass_rate": 79.9}, "warning"),
    ],
)
def test_quality_of_the_latest_run(run, tone):
    """What the latest run of a DAG lacks is told; of earlier ones it does not matter any more."""
    assert found([run_facts(**run)]) == [(tone, ("quality", DAILY))]
    assert found([run_facts(), run_facts(DAY - timedelta(days=1), **run)]) == []


@pytest.mark.parametrize(
    ("dag_id", "hours", "tone"),
    [(DAILY, 26, None), (DAILY, 27, "warning"), (DAILY, 51, "alarm"), (WEEKLY, 170, None), (WEEKLY, 173, "warning")],
)
def test_age_of_a_collection(dag_id, hours, tone):
    """Data is old from where the checks of the warehouse say so, and then tells of itself by its files."""
    run = run_facts(dag_id=dag_id, validated_at=NOW - timedelta(hours=hours))

    assert found([run]) == ([(tone, ("age", dag_id))] if tone else [])


def test_what_cannot_be_dated_is_not_old():
    """A report without a moment, and a DAG without limits, are never called old."""
    assert found([run_facts(validated_at=None)]) == []
    assert found([run_facts(dag_id="custom", validated_at=NOW - timedelta(days=80))]) == []


def test_a_run_that_failed():
    """The latest run of any DAG in Airflow, whatever it is for."""
    assert found(told=airflow("failed", "tmdb_warehouse_load")) == [("alarm", ("run", "tmdb_warehouse_load"))]


@pytest.mark.parametrize("kind", Kind)
def test_alerts_that_are_open(kind):
    """Each open alert is told in its own words; what is lost or stands still is an alarm, all else a warning."""
    (finding,) = findings(asked(), [], [alert(kind)], AirflowFacts(), [])
    alarms = {Kind.RUN_FAILED, Kind.QUALITY_FAILED, Kind.NOTHING_SUCCEEDED, Kind.DISK_FILLING}

    assert finding.said.en == kind
    assert finding.link == "alerts"
    assert (finding.tone == "alarm") == (kind in alarms)


def test_each_thing_is_told_once():
    """An open alert tells of what the page would find as well, and says more; so do the files of what is old."""
    old = run_facts(verdict="failed", validated_at=NOW - timedelta(hours=30))
    alerts = [alert(), alert(Kind.QUALITY_FAILED), alert(Kind.NOTHING_SUCCEEDED)]
    checks = [check("warning", "freshness.daily")]

    told = findings(asked(), [old], alerts, airflow("failed"), checks)

    assert [finding.link for finding in told] == ["alerts"] * 3
    assert found([old], checks=checks) == [("alarm", ("quality", DAILY)), ("warning", ("age", DAILY))]


def test_checks_of_the_warehouse():
    """Alarms and warnings of its checks, alarms first, in their own words."""
    told = findings(asked(), [], [], AirflowFacts(), [check("warning", "a"), check("alarm")])

    assert [(finding.tone, finding.topic[1]) for finding in told] == [("alarm", "integrity.ledger"), ("warning", "a")]
    assert told[0].said.ko.endswith("하나도 없어야 합니다.")
    assert told[1].said == Said("Two.", "Two.")


def test_runs_that_wait_for_the_warehouse():
    """Where others are loaded, a good run that is not for two hours is told of; a stopped one never is loaded."""
    early = NOW - timedelta(hours=3)
    waiting = run_facts(validated_at=early)
    loaded = run_facts(DAY - timedelta(days=1), loaded_at=NOW)

    assert found([waiting, loaded]) == [("warning", ("load", ""))]
    assert found([waiting]) == []
    assert found([run_facts(validated_at=NOW - timedelta(hours=1)), loaded]) == []
    assert found([run_facts(validated_at=None), loaded]) == []
    assert found([run_facts(validated_at=early, verdict="failed"), loaded]) == [("alarm", ("quality", DAILY))]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_sentence_ends(language):
    """What is wrong and what to do are sentences in both languages, and no field of theirs is left open."""
    runs = [
        run_facts(verdict="failed", validated_at=NOW - timedelta(hours=99)),
        run_facts(dag_id=WEEKLY, pages_missing=3, validated_at=NOW - timedelta(hours=4)),
        run_facts(DAY - timedelta(days=1), loaded_at=NOW),
    ]
    told = findings(asked(), runs, [], airflow("failed"), [check()])
    told += findings(asked(), [run_facts(pass_rate=70.0)], [], AirflowFacts(), [])

    for finding in told:
        for said in (finding.said, finding.advice):
            text = getattr(said, language)
            assert text.endswith((".", "입니다.", "주십시오."))
            assert "{" not in text
