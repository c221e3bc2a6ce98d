"""A client for Airflow's REST API: one method for each question, one error for each way in which it fails."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Self, TypeVar
from urllib.parse import quote, urlsplit

import msgspec
import requests

from tmdb_pipeline.lake.stores.store import printable
from tmdb_pipeline.monitoring.audit.trail import UNDONE, Event
from tmdb_pipeline.observability.messages import system_reason
from tmdb_pipeline.ops.airflow_api.access import Access
from tmdb_pipeline.ops.airflow_api.documents import (
    Backfill,
    BackfillDate,
    BackfillDates,
    Dag,
    Dags,
    Log,
    Refusal,
    Run,
    Runs,
    Task,
    Tasks,
    Token,
)
from tmdb_pipeline.ops.errors import OpsError, Status

#: Seconds for it to connect, and to send something.
_TIMEOUT = (5, 30)
#: Entries of a page: what Airflow sends at most unless it was set otherwise.
_PAGE = 100
#: The hosts that no proxy is asked for.
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_UNAUTHORIZED, _FORBIDDEN, _MISSING, _CONFLICT = 401, 403, 404, 409
_SERVER_ERRORS = 500
_WRONG = {400, 422}
_T = TypeVar("_T")


class AirflowError(OpsError):
    """Airflow cannot be asked, or refuses the user; the message says why and what to do."""

    status = Status.NO_AIRFLOW


class AirflowAway(AirflowError):
    """It does not answer just now, or answers with an error of its own: it may do better in a moment."""


class NotThere(AirflowError):
    """Airflow knows no such DAG, run or task."""

    status = Status.MISUSED


class AlreadyThere(AirflowError):
    """It is there already, such as a run of the same date."""

    status = Status.BUSY


class Wrong(AirflowError):
    """Airflow refuses what it was given; the message is its own."""

    status = Status.MISUSED


class _Events(msgspec.Struct):
    event_logs: list[Event]
    total_entries: int


class AirflowApi:
    """One user of one API server. It signs in when it is asked something first, and anew once that has expired."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._session = requests.Session()
        # A proxy of the environment knows no way to this machine's own loopback.
        self._session.trust_env = urlsplit(access.url).hostname not in _LOOPBACK

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def __repr__(self) -> str:
        """Without password and token."""
        return f"AirflowApi({self.access!r})"

    def events(self, since: datetime) -> list[Event]:
        """What Airflow's event log holds since a moment, without what became of tasks, the newest first.

        Raises:
            AirflowError: Airflow does not answer, or refuses.
        """
        found: list[Event] = []
        while True:
            query = {"after": since.isoformat(), "order_by": "-event_log_id", "limit": _PAGE, "offset": len(found)}
            page = self._get("eventLogs", _Events, may="see its log", **query, excluded_events=UNDONE)
            found += page.event_logs
            if not page.event_logs or len(found) >= page.total_entries:
                return found

    def health(self) -> dict[str, Any]:
        """What each of Airflow's own processes says of itself. Nobody has to sign in for that."""
        return self._asked("GET", "monitor/health", dict[str, Any], signed_in=False)

    def dags(self) -> list[Dag]:
        """Every DAG that the user may see."""
        return self._get("dags", Dags, limit=_PAGE, order_by="dag_id").dags

    def dag(self, dag_id: str) -> Dag:
        """A DAG. Raises NotThere where there is none of this id."""
        return self._get(f"dags/{_part(dag_id)}", Dag)

    def set_paused(self, dag_id: str, *, paused: bool) -> Dag:
        """Pause a DAG, or let it be scheduled. Raises NotThere."""
        return self._asked(
            "PATCH", f"dags/{_part(dag_id)}", Dag, may="pause or unpause DAGs", json={"is_paused": paused}
        )

    def runs(self, dag_id: str, *, limit: int = 1, **query: Any) -> list[Run]:
        """The latest runs of a DAG, the newest first; of every DAG for ``~``. Raises NotThere."""
        path = f"dags/{_part(dag_id)}/dagRuns"
        return self._get(path, Runs, **{"limit": limit, "order_by": "-run_after", **query}).dag_runs

    def run(self, dag_id: str, run_id: str) -> Run:
        """A run. Raises NotThere."""
        return self._get(f"dags/{_part(dag_id)}/dagRuns/{_part(run_id)}", Run)

    def trigger(
        self, dag_id: str, *, logical_date: datetime | None = None, conf: Mapping[str, Any] | None = None
    ) -> Run:
        """Start a run.

        Raises:
            NotThere: there is no such DAG.
            AlreadyThere: there is a run of this logical date.
            Wrong: it refuses the values in ``conf``.
            AirflowError: it does not answer, or refuses the user.
        """
        body = {"logical_date": logical_date and logical_date.isoformat(), "conf": dict(conf or {})}
        path = f"dags/{_part(dag_id)}/dagRuns"
        return self._asked("POST", path, Run, may="trigger DAGs", json=body)

    def clear(self, run: Run) -> None:
        """Let a run be done again, all of its tasks. Raises NotThere."""
        path = f"dags/{_part(run.dag_id)}/dagRuns/{_part(run.run_id)}/clear"
        self._asked("POST", path, Any, may="clear runs", json={"dry_run": False})

    def tasks(self, dag_id: str, run_id: str, **query: Any) -> list[Task]:
        """The tasks of a run; of every run of the DAG for ``~``, the latest first where ``query`` says so."""
        path = f"dags/{_part(dag_id)}/dagRuns/{_part(run_id)}/taskInstances"
        return self._get(path, Tasks, **{"limit": _PAGE, **query}).task_instances

    def log(self, task: Task, try_number: int) -> list[dict[str, Any] | str]:
        """The log of a try of a task, whole. Raises NotThere."""
        path = (
            f"dags/{_part(task.dag_id)}/dagRuns/{_part(task.run_id)}/taskInstances/{_part(task.task_id)}"
            f"/logs/{try_number}"
        )
        query = {"full_content": "true", "map_index": task.map_index}
        return self._get(path, Log, may="read logs of tasks", **query).content

    def backfill_dates(self, body: Mapping[str, Any]) -> list[BackfillDate]:
        """The dates that a backfill would run, without starting it. Raises as ``backfill`` does."""
        return self._asked("POST", "backfills/dry_run", BackfillDates, may="backfill DAGs", json=dict(body)).backfills

    def backfill(self, body: Mapping[str, Any]) -> Backfill:
        """Start a backfill.

        Raises:
            NotThere: there is no such DAG.
            AlreadyThere: one of the DAG is under way.
            Wrong: the DAG has no dates to backfill, or none in this span.
        """
        return self._asked("POST", "backfills", Backfill, may="backfill DAGs", json=dict(body))

    def _get(self, path: str, shape: type[_T], *, may: str = "see this", **query: Any) -> _T:
        return self._asked("GET", path, shape, may=may, params=query)

    def _asked(
        self, method: str, path: str, shape: type[_T], *, may: str = "do this", signed_in: bool = True, **options: Any
    ) -> _T:
        was_signed_in = "Authorization" in self._session.headers
        if signed_in and not was_signed_in:
            self._sign_in()
        response = self._sent(method, f"/api/v2/{path}", **options)
        if response.status_code == _UNAUTHORIZED and was_signed_in and not self.access.token:
            self._sign_in()  # what Airflow gave lasts for a day at most, or until its JWT secret changes
            response = self._sent(method, f"/api/v2/{path}", **options)
        if response.status_code in {_UNAUTHORIZED, _FORBIDDEN}:
            raise self._refused(response, f"does not let this user {may}")
        return self._read(response, f"/api/v2/{path}", shape)

    def _sign_in(self) -> None:
        self._session.headers["Authorization"] = f"Bearer {self.access.token or self._token()}"

    def _token(self) -> str:
        who = {"username": self.access.user, "password": self.access.password}
        response = self._sent("POST", "/auth/token", json=who)
        if response.status_code in {_UNAUTHORIZED, _FORBIDDEN}:
            raise self._refused(response, "does not know this user or password")
        return self._read(response, "/auth/token", Token).access_token

    def _sent(self, method: str, path: str, **options: Any) -> requests.Response:
        access = self.access
        try:
            return self._session.request(method, access.url + path, timeout=_TIMEOUT, allow_redirects=False, **options)
        except requests.RequestException as error:
            raise AirflowAway(
                f"Airflow does not answer at {access.url} ({system_reason(error)}): {access.if_away}."
            ) from None

    def _refused(self, response: requests.Response, what: str) -> AirflowError:
        access = self.access
        return AirflowError(
            f"Airflow at {access.url} {what} ({response.status_code}): mend {access.who_from}; a user needs the right "
            "to do that, which Admin has."
        )

    def _read(self, response: requests.Response, path: str, shape: type[_T]) -> _T:
        """What a response holds, or the error that it is."""
        status = response.status_code
        said = _detail(response)
        if status == _MISSING and said:
            raise NotThere(f"Airflow does not have it: {said}.")
        if status == _CONFLICT and said:
            raise AlreadyThere(f"Airflow has it already: {said}.")
        if status in _WRONG and said:
            raise Wrong(f"Airflow refuses it: {said}.")
        if status >= _SERVER_ERRORS:
            raise AirflowAway(
                f"Airflow at {self.access.url} fails with status {status}: run this again, and if it stays so, see "
                "tmdb-ops logs api-server."
            )
        try:
            response.raise_for_status()
            return msgspec.json.decode(response.content, type=shape)
        except (requests.HTTPError, msgspec.MsgspecError):
            raise AirflowError(
                f"What answers at {self.access.url}{path} is no Airflow 3 (status {status}): mend "
                f"{self.access.url_from}."
            ) from None


def _part(name: str) -> str:
    """A part of a path: run ids have colons and plus signs."""
    return quote(name, safe="~")


def _detail(response: requests.Response) -> str:
    """Why Airflow refuses, in its words; empty where it does not say."""
    with suppress(msgspec.MsgspecError):
        detail = msgspec.json.decode(response.content, type=Refusal).detail
        if isinstance(detail, dict):  # of a row that is there already
            detail = detail.get("reason") or detail.get("message")
        if isinstance(detail, list):  # of fields that are wrong
            detail = "; ".join(str(each.get("msg", "")) for each in detail if isinstance(each, dict))
        if isinstance(detail, str):
            return printable(detail).rstrip(".")
    return ""
