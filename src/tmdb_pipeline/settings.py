"""What can be set, from where, with defaults and limits.

The environment is read here and nowhere else in the library. An Airflow Connection, where there is one, is turned into
overrides by ``orchestration.hook`` and wins over the environment.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self, TypeVar
from urllib.parse import urlsplit

from tmdb_pipeline.language import Language

N = TypeVar("N", int, float)

#: Characters of a value that a message shows.
_SHOWN = 200
DEFAULT_BASE_URL = "https://api.themoviedb.org/3"
#: Where TMDB's daily id exports lie (TMDB docs, "Daily ID Exports").
DEFAULT_EXPORTS_URL = "https://files.tmdb.org/p/exports"
#: The variables of the two kinds of credential.
READ_TOKEN = "TMDB_READ_TOKEN"  # noqa: S105 - its name
API_KEY = "TMDB_API_KEY"
#: TMDB's own domains. Its API is at api.themoviedb.org and at api.tmdb.org.
_TMDB = ("themoviedb.org", "tmdb.org")
_QUOTES = tuple("\"'`\u2018\u2019\u201c\u201d")


class SettingsError(ValueError):
    """A setting is missing or cannot be used; the message says which one and what to set."""


class MissingKey(SettingsError):
    """No TMDB credential is set anywhere."""

    def __init__(self) -> None:
        super().__init__(
            "No TMDB key is set: set TMDB_READ_TOKEN (the API Read Access Token, preferred) or TMDB_API_KEY (the v3 "
            "key) in the environment, or make an Airflow Connection named tmdb_default; both keys are shown at "
            "themoviedb.org under Settings, API."
        )


@dataclass(frozen=True, slots=True)
class Credential:
    """A TMDB credential. Both kinds grant the same rights for v3 (TMDB docs, "Application" authentication).

    ``read_token`` is sent as ``Authorization: Bearer``; ``api_key`` can only be sent in the query.
    """

    kind: Literal["read_token", "api_key"]
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what no key looks like, and what looks like the other kind of key.

        Raises:
            SettingsError: it could not be sent, or would be refused; the message begins with the variable that holds
                it, and does not show it.
        """
        token = self.kind == "read_token"
        setting, other = (READ_TOKEN, API_KEY) if token else (API_KEY, READ_TOKEN)
        if re.match(r"bearer\s", self.secret, re.IGNORECASE):
            raise SettingsError(f"{setting} begins with the word Bearer: give what follows it, without that word.")
        if self.secret[:1] in _QUOTES or self.secret[-1:] in _QUOTES:
            raise SettingsError(f"{setting} has quotes around it: give it without them.")
        if not re.fullmatch(r"[!-~]+", self.secret):
            raise SettingsError(
                f"{setting} holds blanks or characters that no key has: "
                "copy it again from themoviedb.org, Settings, API."
            )
        if token and re.fullmatch(r"[0-9a-fA-F]{32}", self.secret):
            raise SettingsError(f"{setting} holds a v3 key (32 characters, 0 to 9 and a to f): put it into {other}.")
        if not token and re.fullmatch(r"eyJ[^.]*\.[^.]*\.[^.]*", self.secret):
            raise SettingsError(
                f"{setting} holds a read token (long, in three parts with dots between them): put it into {other}."
            )


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. Limits are for one address (TMDB: about 40 requests a second, 20 connections).

    ``exports_url`` is what was set, or empty; where exports are asked for says ``exports_address``. ``locale`` is the
    language of reports, mails, alerts and the page in Airflow; ``language`` that of the movies asked for.
    ``ml_permission`` names who allowed machine learning on TMDB's data, and when, or is empty.
    """

    credential: Credential | None = None
    base_url: str = DEFAULT_BASE_URL
    language: str = "ko-KR"
    region: str = "KR"
    data_root: str = "data"
    requests_per_second: float = 40.0
    connections: int = 20
    exports_url: str = ""
    locale: Language = Language.KO
    ml_permission: str = ""

    def __post_init__(self) -> None:
        """Check every value, and put the home folder for a ``~`` in front of the data root, as a shell does.

        Raises:
            SettingsError: a value cannot be used; the message names the setting and an example.
        """
        if not _is_address(self.base_url):
            raise SettingsError(
                f"TMDB_BASE_URL cannot be used: give an address such as {DEFAULT_BASE_URL}, "
                "without user, query or fragment."
            )
        parts = urlsplit(self.base_url)
        if parts.scheme == "http" and is_tmdb(parts.hostname or ""):
            raise SettingsError(
                "TMDB_BASE_URL would send the key to TMDB itself without TLS: give it with https:// in front."
            )
        if self.exports_url and not _is_address(self.exports_url):
            raise SettingsError(
                f"TMDB_EXPORTS_URL cannot be used: give an address such as {DEFAULT_EXPORTS_URL}, "
                "without user, query or fragment."
            )
        if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", self.language):
            raise SettingsError(
                f"TMDB_LANGUAGE={shown(self.language)} is no language tag: give one such as ko-KR or ko."
            )
        if not re.fullmatch(r"[A-Z]{2}", self.region):
            raise SettingsError(f"TMDB_REGION={shown(self.region)} is no country code: give one such as KR.")
        if not self.data_root.strip():
            raise SettingsError("TMDB_DATA_ROOT is empty: give a folder, or s3://bucket/prefix.")
        if self.data_root.startswith("~"):
            object.__setattr__(self, "data_root", _in_home(self.data_root))
        if not 0 < self.requests_per_second <= 50:  # noqa: PLR2004 - what TMDB's CDN allows at the very most
            raise SettingsError("TMDB_REQUESTS_PER_SECOND must be above 0 and at most 50, the limit of TMDB's CDN.")
        _require_who_and_when(self.ml_permission)
        if not 1 <= self.connections <= 20:  # noqa: PLR2004 - the limit that TMDB names
            raise SettingsError("TMDB_CONNECTIONS must be from 1 to 20, the limit that TMDB sets for an address.")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings from ``environ`` (``os.environ``). Unset and empty variables take the default.

        Raises:
            SettingsError: a value cannot be used.
        """

        def text(name: str, default: str) -> str:
            return environ.get(name, "").strip() or default

        def number(name: str, default: N, kind: Callable[[str], N]) -> N:
            try:
                return kind(text(name, str(default)))
            except ValueError:
                raise SettingsError(
                    f"{name}={shown(environ[name])} is no such number: give one like {default}."
                ) from None

        locale = text("TMDB_LOCALE", cls.locale)
        if locale not in [*Language]:
            raise SettingsError(f"TMDB_LOCALE={shown(locale)} is no language that is spoken here: give ko or en.")
        credential = None
        if token := environ.get(READ_TOKEN, "").strip():
            credential = Credential("read_token", token)
        elif key := environ.get(API_KEY, "").strip():
            credential = Credential("api_key", key)
        return cls(
            credential=credential,
            base_url=text("TMDB_BASE_URL", cls.base_url).rstrip("/"),
            language=text("TMDB_LANGUAGE", cls.language),
            region=text("TMDB_REGION", cls.region),
            data_root=text("TMDB_DATA_ROOT", cls.data_root),
            requests_per_second=number("TMDB_REQUESTS_PER_SECOND", cls.requests_per_second, float),
            connections=number("TMDB_CONNECTIONS", cls.connections, int),
            exports_url=text("TMDB_EXPORTS_URL", cls.exports_url).rstrip("/"),
            locale=Language(locale),
            ml_permission=text("TMDB_ML_PERMISSION", ""),
        )

    def share(self, tasks: int) -> Self:
        """These settings with the limits of the address divided among ``tasks`` that run at the same time."""
        return replace(
            self,
            requests_per_second=self.requests_per_second / tasks,
            connections=max(1, self.connections // tasks),
        )

    @property
    def exports_address(self) -> str:
        """Where the daily id exports lie: as set, or else beside the API.

        Of TMDB's own API that is ``DEFAULT_EXPORTS_URL``, of any other host its ``/p/exports``: what runs against a
        fake never asks TMDB.

        Raises:
            SettingsError: the API is that of another host, but its exports are to be TMDB's.
        """
        base = urlsplit(self.base_url)
        own = is_tmdb(base.hostname or "")
        if not self.exports_url:
            return DEFAULT_EXPORTS_URL if own else f"{base.scheme}://{base.netloc}/p/exports"
        if not own and is_tmdb(urlsplit(self.exports_url).hostname or ""):
            raise SettingsError(
                f"TMDB_EXPORTS_URL is TMDB's own, while TMDB_BASE_URL leads to {shown(base.netloc)}: leave it out to "
                "ask that host for exports, too, or give both of TMDB."
            )
        return self.exports_url

    def require_credential(self) -> Credential:
        """The credential.

        Raises:
            MissingKey: none is set.
        """
        if self.credential is None:
            raise MissingKey
        return self.credential


def shown(value: str) -> str:
    """A value as a message shows it: on one line, in quotes, and shortened."""
    return repr(value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…")


def _in_home(folder: str) -> str:
    """The folder with its leading ``~`` or ``~user`` replaced; as it is, it would be made in the working folder."""
    try:
        return str(Path(folder).expanduser())
    except RuntimeError:
        raise SettingsError(
            f"TMDB_DATA_ROOT={shown(folder)} names a home folder that is not known: give the whole path of the folder."
        ) from None


def is_tmdb(host: str) -> bool:
    """Whether this is a host of TMDB itself."""
    name = host.lower().rstrip(".")
    return any(name == domain or name.endswith(f".{domain}") for domain in _TMDB)


def _require_who_and_when(permission: str) -> None:
    """Refuse a permission without a day that there is and a name beside it, on one line that can be printed."""
    if not permission:
        return
    found = re.search(r"\b\d{4}-\d{2}-\d{2}\b", permission, re.ASCII)
    try:
        when = found and str(date.fromisoformat(found[0]))
    except ValueError:
        when = None
    if not when or not permission.isprintable() or not re.search(r"[^\W\d_]{2}", permission.replace(when, "")):
        raise SettingsError(
            f"TMDB_ML_PERMISSION={shown(permission)} does not say who allowed it and when: give a name and a date on "
            "one line, such as 'Kim of TMDB, 2026-11-02'."
        )


def _is_address(url: str) -> bool:
    """Whether this is an http address and nothing more: a user, query or fragment has no place in a base URL."""
    try:
        parts = urlsplit(url)
        port_is_one = parts.port is None or parts.port > 0
        host_is_one = _is_host(parts.hostname or "")
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and host_is_one and port_is_one and _is_plain(url)


def _is_host(host: str) -> bool:
    """Whether this is an IP address of version 6, or labels with dots between them, perhaps of letters beyond ASCII.

    Raises:
        ValueError: a label is empty, too long, or has letters that no name may have (UnicodeError).
    """
    if ":" in host:  # urlsplit takes one only in brackets
        return bool(ip_address(host))
    name = host.removesuffix(".").encode("idna").decode("ascii")
    return len(name) < 254 and re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", name) is not None  # noqa: PLR2004 - RFC 1035


def _is_plain(url: str) -> bool:
    """Whether nothing stands in an address that a request line cannot carry, or that begins another part of it."""
    return not set(url) & set("?#@\\") and not any(letter.isspace() or not letter.isprintable() for letter in url)
