"""Where Airflow is, and who asks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from tmdb_pipeline.settings import SettingsError

#: The variables that say where Airflow is, and who asks it: by user and password, or by a token.
URL, USER, PASSWORD, TOKEN = "TMDB_AIRFLOW_URL", "TMDB_AIRFLOW_USER", "TMDB_AIRFLOW_PASSWORD", "TMDB_AIRFLOW_TOKEN"


@dataclass(frozen=True, slots=True)
class Access:
    """Where Airflow is, and who asks it.

    Attributes:
        url: without a slash at its end.
        url_from: what to mend where something else answers.
        who_from: what to mend where the user is refused.
        if_away: what to do where nothing answers.
    """

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    url_from: str = URL
    who_from: str = f"{USER} and {PASSWORD}"
    if_away: str = f"see whether its API server runs, or mend {URL}"

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
        return cls(url.rstrip("/"), user, password, token, who_from=TOKEN if token else f"{USER} and {PASSWORD}")

    @classmethod
    def of_stack(cls, settings: Mapping[str, str]) -> Self:
        """The administrator of a stack, at the port that its settings name."""
        return cls(
            f"http://127.0.0.1:{settings.get('AIRFLOW_PORT') or '8080'}",
            settings.get("ADMIN_USER") or "admin",
            settings.get("ADMIN_PASSWORD", ""),
            url_from="AIRFLOW_PORT in .env",
            who_from="ADMIN_PASSWORD in .env, and run tmdb-ops restart",
            if_away="see tmdb-ops status, start it with tmdb-ops start, or mend AIRFLOW_PORT in .env",
        )
