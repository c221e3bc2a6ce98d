"""The pages: for each a function that reads its facts and gives its HTML."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from tmdb_pipeline import dags
from tmdb_pipeline.monitoring.audit.trail import Event
from tmdb_pipeline.page.asked import Asked
from tmdb_pipeline.page.facts.airflow import AirflowFacts
from tmdb_pipeline.page.facts.alerts import mended_alerts, open_alerts
from tmdb_pipeline.page.facts.audit import read_audit
from tmdb_pipeline.page.facts.overview import read_overview
from tmdb_pipeline.page.facts.quarantine import Filter, choose, read_rejected
from tmdb_pipeline.page.facts.record import read_record
from tmdb_pipeline.page.facts.run_view import read_run_view
from tmdb_pipeline.page.facts.runs import read_runs
from tmdb_pipeline.page.facts.sources import Sources
from tmdb_pipeline.page.html.render import render
from tmdb_pipeline.page.html.trend_cards import trend_cards
from tmdb_pipeline.page.model.facts import read_model
from tmdb_pipeline.page.model.section import score, section

_OK, _NOT_THERE = 200, 404
#: Of a kind of page that is asked for, but not there.
_NO_RUN, _NO_RECORD, _NO_PAGE = "run", "record", "page"


class Answer(msgspec.Struct, frozen=True):
    """A page, and its status in HTTP."""

    html: str
    status: int = _OK


def overview(sources: Sources, asked: Asked, airflow: AirflowFacts) -> Answer:
    """The state of the pipeline at a glance."""
    told, model = read_overview(sources, asked, airflow), read_model(sources, asked)
    cards = trend_cards(asked, told.runs, told.exports, airflow.loads)
    found = {"model": model, "scores": section(asked, model), "score": score}
    return Answer(render("overview", asked, told=told, cards=cards, **found, **_known(sources)))


def runs(sources: Sources, asked: Asked, dag_id: str | None) -> Answer:
    """The runs of the last 90 days, of one DAG or of all."""
    known = read_runs(sources, asked)
    chosen = [run for run in known if dag_id in {None, run.dag_id}]
    names = sorted({run.dag_id for run in known})
    return Answer(render("runs", asked, runs=chosen, dag_id=dag_id, dag_ids=names, **_known(sources)))


def run(sources: Sources, asked: Asked, dag_id: str, day: date) -> Answer:
    """One run of a collection."""
    view = read_run_view(sources, read_runs(sources, asked), dag_id, day)
    if view.run is None:
        return missing(asked, _NO_RUN, sources)
    return Answer(render("run", asked, view=view, run=view.run, **_known(sources)))


def quarantine(sources: Sources, asked: Asked, wanted: Filter) -> Answer:
    """The records in quarantine that a filter takes."""
    known = read_runs(sources, asked)
    chosen = choose(read_rejected(sources, asked, known), wanted)
    names = sorted({run.dag_id for run in known})
    found = {"chosen": chosen, "wanted": wanted, "dag_ids": names}
    return Answer(render("quarantine", asked, **found, **_known(sources)))


def record(sources: Sources, asked: Asked, dag_id: str, day: date, line: int) -> Answer:
    """One record in quarantine."""
    view = read_record(sources, dag_id, day, line)
    if view is None:
        return missing(asked, _NO_RECORD, sources)
    where = {"dag_id": dag_id, "day": day, "line": line}
    return Answer(render("record", asked, view=view, **where, **_known(sources)))


def alerts(sources: Sources, asked: Asked) -> Answer:
    """What is open, and what was lately."""
    opened, recent = open_alerts(sources, asked), mended_alerts(sources, asked)
    return Answer(render("alerts", asked, opened=opened, recent=recent, **_known(sources)))


def audit(sources: Sources, asked: Asked, events: Iterable[Event], who: str, dag_id: str | None) -> Answer:
    """What people did. Whoever calls this sees to it that the reader may know."""
    deeds = read_audit(sources, asked, events, who, dag_id)
    return Answer(render("audit", asked, deeds=deeds, who=who, dag_id=dag_id, **_known(sources)))


def tab(sources: Sources, asked: Asked, airflow: AirflowFacts, dag_id: str, run_id: str | None) -> Answer:
    """The page on a DAG, or on one of its runs. Of a DAG that is none of ours it says so."""
    try:
        spec = dags.find(dag_id)
    except LookupError:
        return Answer(render("foreign", asked, troubles=[]))
    if not spec.collects:
        return overview(sources, asked, airflow)
    if run_id is None:
        return runs(sources, asked, dag_id)
    for known in read_runs(sources, asked):
        if (known.dag_id, known.run_id) == (dag_id, run_id):
            return run(sources, asked, dag_id, known.run_date)
    return Answer(render("no_report", asked, dag_id=dag_id, **_known(sources)))


def _known(sources: Sources) -> dict[str, Any]:
    """What every page says of its sources: what could not be read, and whether the warehouse could."""
    return {"troubles": sources.troubles, "loads_known": sources.address is not None}


def missing(asked: Asked, what: str = _NO_PAGE, sources: Sources | None = None) -> Answer:
    """What is asked for is not there."""
    return Answer(render("missing", asked, what=what, troubles=sources.troubles if sources else []), _NOT_THERE)


def refused(asked: Asked, status: int) -> Answer:
    """Who asks may not see it: nobody has signed in (401), or the role has no right to it (403)."""
    return Answer(render("refused", asked, status=status, troubles=[]), status)
