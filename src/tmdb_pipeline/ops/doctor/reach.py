"""What a container of the stack reaches: TMDB with its key, the warehouse, the mail server, Slack.

Run in the scheduler's container, by ``inside``. Nothing is sent: the mail server is signed in to, Slack only reached.
"""

import smtplib
import socket
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from tmdb_pipeline.ops.doctor.finding import Finding, ok, warning, wrong
from tmdb_pipeline.settings import MissingKey, Settings, SettingsError
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.errors import RefusedKey, TmdbError
from tmdb_pipeline.tmdb.retry import RetryBudget

#: Seconds that a server has for an answer.
_SECONDS = 5
#: How hard TMDB is tried: somebody waits for the answer.
_BUDGET = RetryBudget(tries=2, seconds=20.0)
_TMDB, _WAREHOUSE, _MAIL, _SLACK = "TMDB key", "warehouse", "mail", "Slack"


class _Connection(msgspec.Struct):
    """A Connection of Airflow's in JSON, of which the address is in the password: the whole webhook."""

    password: str = ""
    host: str = ""


def look(environ: Mapping[str, str]) -> list[Finding]:
    """Look at all of them."""
    looks: tuple[Callable[[Mapping[str, str]], Finding], ...] = (
        look_at_tmdb,
        look_at_warehouse,
        look_at_mail,
        look_at_slack,
    )
    return [each(environ) for each in looks]


def look_at_tmdb(environ: Mapping[str, str]) -> Finding:
    """Whether TMDB answers, and takes the key."""
    try:
        settings = Settings.from_environment(environ)
        with TmdbClient(settings, budget=_BUDGET) as client:
            client.authentication()
    except MissingKey as error:
        return warning(_TMDB, str(error))
    except RefusedKey as error:
        return wrong(_TMDB, f"TMDB refuses the key: {error} Mend it in .env, then run tmdb-ops restart.")
    except (TmdbError, SettingsError) as error:
        return wrong(_TMDB, str(error))
    return ok(_TMDB, f"{urlsplit(settings.base_url).hostname} accepts it.")


def look_at_warehouse(environ: Mapping[str, str]) -> Finding:
    """Whether it answers, takes the loader's password, and has the tables of this version."""
    url = environ.get("AIRFLOW_CONN_TMDB_WAREHOUSE", "")
    if not url:
        return warning(_WAREHOUSE, "No warehouse is set up here: docs/running.md says how to make one.")
    from tmdb_pipeline.warehouse.address import Address  # noqa: PLC0415 - its driver is an extra
    from tmdb_pipeline.warehouse.database import connected  # noqa: PLC0415 - as above
    from tmdb_pipeline.warehouse.errors import WarehouseError  # noqa: PLC0415 - as above
    from tmdb_pipeline.warehouse.schema.migrate import require_version  # noqa: PLC0415 - as above

    try:
        address = Address.from_url("AIRFLOW_CONN_TMDB_WAREHOUSE", url)
        with connected(address) as connection:
            require_version(connection, address)
    except WarehouseError as error:
        return wrong(_WAREHOUSE, str(error))
    return ok(_WAREHOUSE, f"{address.user} can sign in at {address.host}, and the tables are of this version.")


def look_at_mail(environ: Mapping[str, str]) -> Finding:
    """Whether the mail server answers, and takes login and password."""
    url = environ.get("AIRFLOW_CONN_SMTP_DEFAULT", "")
    if not url:
        return warning(_MAIL, "Nobody gets mail: set SMTP_URL and TMDB_REPORT_TO in .env, see docs/alerts.md.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host:
        return wrong(_MAIL, "SMTP_URL is no address of a mail server: docs/alerts.md shows one.")
    options = {name: values[-1].lower() == "true" for name, values in parse_qs(parts.query).items()}
    plain = options.get("disable_ssl", False)
    try:
        server = (
            smtplib.SMTP(host, port or 25, timeout=_SECONDS)
            if plain
            else smtplib.SMTP_SSL(host, port or 465, timeout=_SECONDS)
        )
        with server:
            if plain and not options.get("disable_tls", False):
                server.starttls()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
    except smtplib.SMTPAuthenticationError as error:
        return wrong(_MAIL, f"{host} refuses login or password ({error.smtp_code}): mend SMTP_URL in .env.")
    except (OSError, smtplib.SMTPException) as error:
        return wrong(
            _MAIL, f"{host} cannot be used ({type(error).__name__}): mend SMTP_URL in .env, see docs/alerts.md."
        )
    if not environ.get("TMDB_REPORT_TO"):
        return warning(_MAIL, f"{host} takes mail, but nobody gets any: set TMDB_REPORT_TO in .env.")
    return ok(_MAIL, f"{host} takes mail for {environ['TMDB_REPORT_TO']}.")


def look_at_slack(environ: Mapping[str, str]) -> Finding:
    """Whether the host of the webhook answers; whether it takes messages, only one that is sent can show."""
    text = environ.get("AIRFLOW_CONN_SLACK_OPS", "")
    if not text:
        return warning(_SLACK, "Nobody is told by Slack: set SLACK_WEBHOOK_URL in .env, see docs/alerts.md.")
    try:
        connection = msgspec.json.decode(text, type=_Connection)
        parts = urlsplit(connection.host + connection.password)
        host, port = parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)
    except (msgspec.MsgspecError, ValueError):
        host, port = "", 0
    if not host:
        return wrong(_SLACK, "SLACK_WEBHOOK_URL is no address: docs/alerts.md shows one.")
    try:
        socket.create_connection((host, port), timeout=_SECONDS).close()
    except OSError as error:
        return wrong(_SLACK, f"{host} cannot be reached ({type(error).__name__}): see docs/network.md.")
    return ok(_SLACK, f"{host} answers; tmdb-pipeline alert-test sends a message.")
