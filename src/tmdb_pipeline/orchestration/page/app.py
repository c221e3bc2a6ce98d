"""The routes of the page. All of them only read, and ask for GET; each says who may see it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Final

import msgspec
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.middleware import Middleware

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.language import Language
from tmdb_pipeline.orchestration.page.access import AUDITOR, READER, GetUserDep, may_audit, readable
from tmdb_pipeline.orchestration.page.headers import SecureHeaders
from tmdb_pipeline.orchestration.page.metadata import airflow_events, airflow_facts
from tmdb_pipeline.orchestration.page.sources import open_sources, usual_language
from tmdb_pipeline.page import views
from tmdb_pipeline.page.asked import Asked
from tmdb_pipeline.page.facts.airflow import AirflowFacts
from tmdb_pipeline.page.facts.audit import first_audited
from tmdb_pipeline.page.facts.quarantine import Filter
from tmdb_pipeline.page.html.render import ICON, style

#: Statuses that have a page of their own.
_UNKNOWN, _FORBIDDEN, _ABSENT = 401, 403, 404


def asked_by(request: Request, user: GetUserDep) -> Asked:
    """What a request asks for: its language is its own, what it may be told is its user's."""
    return msgspec.structs.replace(_asked(request, readable(user)), may_audit=may_audit(user))


AskedBy = Annotated[Asked, Depends(asked_by)]


def build() -> FastAPI:
    """The app. Nothing describes its routes to others."""
    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(READER)],
        middleware=[Middleware(SecureHeaders)],
        exception_handlers=dict.fromkeys((_UNKNOWN, _FORBIDDEN, _ABSENT), _refuse),
    )
    for place, answer in _PAGES.items():
        app.add_api_route(place, answer, methods=["GET"])
    app.add_api_route("/audit", audit, methods=["GET"], dependencies=[Depends(AUDITOR)])
    return app


def overview(asked: AskedBy, dag_id: str | None = None, run_id: str | None = None) -> Response:
    """The state of the pipeline, or what there is to say of a DAG or a run of it."""
    facts = _airflow(asked)
    if dag_id is None:
        return _page(views.overview(open_sources(), asked, facts))
    return _page(views.tab(open_sources(), asked, facts, dag_id, run_id))


def runs(asked: AskedBy, dag: str | None = None) -> Response:
    """The runs of the collections."""
    return _page(views.runs(open_sources(), asked, dag or None))


def run(asked: AskedBy, dag_id: str, day: str) -> Response:
    """One run of a DAG that the user may read."""
    return _page(views.run(open_sources(), asked, _permitted(asked, dag_id), _day(day) or date.min))


def quarantine(asked: AskedBy) -> Response:
    """The records in quarantine."""
    query = dict(asked.query)
    wanted = Filter(
        dag_id=query.get("dag") or None,
        rule=query.get("rule") or None,
        first=_day(query.get("first", "")),
        last=_day(query.get("last", "")),
        page=_number(query.get("page", "")) or 1,
    )
    return _page(views.quarantine(open_sources(), asked, wanted))


def record(asked: AskedBy, dag_id: str, day: str, line: str) -> Response:
    """One record in quarantine, of a DAG that the user may read."""
    _permitted(asked, dag_id)
    found, number = _day(day), _number(line)
    if found is None or not number:
        raise HTTPException(_ABSENT)
    return _page(views.record(open_sources(), asked, dag_id, found, number))


def alerts(asked: AskedBy) -> Response:
    """What people were told."""
    return _page(views.alerts(open_sources(), asked))


def audit(asked: AskedBy, who: str = "", dag: str | None = None) -> Response:
    """What people did, for who may read the audit log."""
    since = datetime.combine(first_audited(asked), time(), SEOUL)
    return _page(views.audit(open_sources(), asked, airflow_events(since), who, dag or None))


def style_sheet() -> Response:
    """The style sheet."""
    return Response(style(), media_type="text/css")


def icon() -> Response:
    """The icon in Airflow's menu."""
    return Response(ICON, media_type="image/svg+xml")


_PAGES: Final[dict[str, Callable[..., Response]]] = {
    "/page": overview,
    "/runs": runs,
    "/runs/{dag_id}/{day}": run,
    "/quarantine": quarantine,
    "/quarantine/{dag_id}/{day}/{line}": record,
    "/alerts": alerts,
    "/style.css": style_sheet,
    "/icon.svg": icon,
}


async def _refuse(request: Request, error: Any) -> Response:
    """A page for people instead of JSON, where there is none to see."""
    asked, status = _asked(request, frozenset()), error.status_code
    return _page(views.missing(asked) if status == _ABSENT else views.refused(asked, status))


def _asked(request: Request, dag_ids: frozenset[str]) -> Asked:
    usual = usual_language()
    query = {name: value for name, value in request.query_params.items() if name != "lang"}
    lang = request.query_params.get("lang", "")
    root = request.scope.get("root_path", "")
    return Asked(
        language=Language(lang) if lang in [*Language] else usual,
        usual=usual,
        now=datetime.now(UTC),
        dag_ids=dag_ids,
        here=request.scope["path"].removeprefix(root).strip("/") or "page",
        query=tuple(query.items()),
    )


def _airflow(asked: Asked) -> AirflowFacts:
    return airflow_facts(asked.dag_ids, datetime.combine(asked.first_day, time(), SEOUL))


def _permitted(asked: Asked, dag_id: str) -> str:
    """The id of a DAG, if the user may read it.

    Raises:
        HTTPException: there is none of ours that the user may read.
    """
    if dag_id not in asked.dag_ids:
        raise HTTPException(_ABSENT)
    return dag_id


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - no line beyond


def _page(answer: views.Answer) -> Response:
    return Response(answer.html, answer.status, media_type="text/html")
