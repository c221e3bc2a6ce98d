"""Airflow's event log, by its API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import msgspec
import requests

from tmdb_pipeline.monitoring.audit.trail import UNDONE, Event
from tmdb_pipeline.settings import SettingsError

#: The variables that say where Airflow is, and who asks it: by user and password, or by a token.
URL, USER, PASSWORD, TOKEN = "TMDB_AIRFLOW_URL", "TMDB_AIRFLOW_USER", "TMDB_AIRFLOW_PASSWORD", "TMDB_AIRFLOW_TOKEN"
#: Seconds for it to connect, and to send something.
_TIMEOUT = (5, 30)
#: Events of a page: what Airflow sends at most unless it was set otherwise.
_PAGE = 100
_T = TypeVar("_T")


class NoEventLog(Exception):
    """Airflow's event log cannot be had; the message says why and what to do."""


class _Page(msgspec.Struct):
    event_logs: list[Event]
    total_entries: int


class _Token(msgspec.Struct):
    access_token: str


@dataclass(frozen=True, slots=True)
class AirflowApi:
    """Where Airflow is, and who asks it."""

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self | None:
        """What the environment says; None where it does not say where Airflow is.

        Raises:
            SettingsError: the address is none, or nobody is named who asks.
        """
        url, user, password, token = (environ.get(name, "").strip() for name in (URL, USER, PASSWORD, TOKEN))
        if not url:
            return None
        try:
            parts = urlsplit(url)
            port_is_one = parts.port is None or parts.port > 0
        except ValueError:
            port_is_one = False
        if not port_is_one or parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise SettingsError(f"{URL} is no address of Airflow: give one such as http://127.0.0.1:8080.")
        if not (token or (user and password)):
            raise SettingsError(f"{URL} is set, and not who asks: set {USER} and {PASSWORD}, or {TOKEN}.")
        return cls(url.rstrip("/"), user, password, token)

    def events(self, since: datetime) -> list[Event]:
        """What Airflow's event log holds since a moment, without what became of tasks, the newest first.

        Raises:
            NoEventLog: Airflow does not answer, or refuses.
        """
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {self.token or self._sign_in(session)}"
            found: list[Event] = []
            while True:
                query = {"after": since.isoformat(), "order_by": "-event_log_id", "limit": _PAGE, "offset": len(found)}
                page = self._asked(
                    session, "GET", "/api/v2/eventLogs", _Page, params={**query, "excluded_events": UNDONE}
                )
                found += page.event_logs
                if not page.event_logs or len(found) >= page.total_entries:
                    return found

    def _sign_in(self, session: requests.Session) -> str:
        who = {"username": self.user, "password": self.password}
        return self._asked(session, "POST", "/auth/token", _Token, json=who).access_token

    def _asked(self, session: requests.Session, method: str, path: str, shape: type[_T], **options: Any) -> _T:
        try:
            response = session.request(method, self.url + path, timeout=_TIMEOUT, allow_redirects=False, **options)
        except requests.RequestException as error:
            raise NoEventLog(
                f"Airflow does not answer at {self.url} ({type(error).__name__}): see whether its API server runs, or "
                f"mend {URL}."
            ) from None
        if response.status_code in {401, 403}:
            what = "does not know this user or password" if method == "POST" else "does not let this user see its log"
            names = f"{USER} and {PASSWORD}" if not self.token else TOKEN
            raise NoEventLog(
                f"Airflow at {self.url} {what} ({response.status_code}): mend {names}; a user needs the right to read "
                "audit logs, which Admin has."
            )
        try:
            response.raise_for_status()
            return msgspec.json.decode(response.content, type=shape)
        except (requests.HTTPError, msgspec.MsgspecError):
            raise NoEventLog(
                f"What answers at {self.url}{path} is no Airflow 3 (status {response.status_code}): mend {URL}."
            ) from None
