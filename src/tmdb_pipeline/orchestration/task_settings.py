"""The settings of a task: the environment, and over it the Airflow Connection where there is one."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Literal

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from tmdb_pipeline.settings import API_KEY, READ_TOKEN, Credential, Settings, SettingsError, is_tmdb

#: The Connection that is looked for.
CONNECTION = "tmdb_default"
#: What the Connection's extra may hold besides ``api_key``, by the name of the setting that it replaces.
_EXTRAS = ("language", "region", "data_root")


def settings_in_force(conn_id: str = CONNECTION) -> Settings:
    """The settings of the running task.

    The Connection's password is the read token, or ``api_key`` in its extra is the v3 key; its host, if any, gives the
    base URL together with port, schema and type (see ``_address``); ``language``, ``region`` and ``data_root`` in its
    extra replace the environment's. What is empty counts as not set.

    Raises:
        SettingsError: a value cannot be used; the message names the variable, or the Connection and its field.
    """
    settings = Settings.from_environment(os.environ)
    keep_secrets_out_of_debug_log()
    try:
        connection = BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        return settings
    try:
        return _override(settings, connection)
    except SettingsError as error:
        raise SettingsError(f"In the Connection {conn_id}, {error}") from None


def keep_secrets_out_of_debug_log() -> None:
    """Leave the secret out of the message that asks Airflow to mask it.

    Airflow's in-process supervisor, which ``airflow dags test`` uses, writes that message whole into its debug log; the
    one of real runs leaves its body out (3.3.2).
    """
    from airflow.sdk.execution_time.comms import MaskSecret  # noqa: PLC0415 - needed in tasks only

    MaskSecret.model_fields["value"].repr = False


def _override(settings: Settings, connection: Any) -> Settings:
    """The settings with those that the Connection holds in their place."""
    said = _texts(connection)
    kind: Literal["read_token", "api_key"] = "read_token" if "password" in said else "api_key"
    field = "password" if kind == "read_token" else "extra api_key"
    if field in said:
        with _told_as({READ_TOKEN: "its password", API_KEY: "its extra api_key"}):
            settings = replace(settings, credential=Credential(kind, said[field]))
    for name in _EXTRAS:
        field = f"extra {name}"
        if field in said:
            with _told_as({f"TMDB_{name.upper()}": f"its {field}"}):
                override: dict[str, Any] = {name: said[field]}
                settings = replace(settings, **override)
    if "host" in said:
        base_url = _address(said["host"], connection.port, said.get("schema", ""), said.get("conn_type", ""))
        with _told_as({"TMDB_BASE_URL": "its host (with port and schema)"}):
            settings = replace(settings, base_url=base_url)
    return settings


def _texts(connection: Any) -> dict[str, str]:
    """What the Connection holds, by field, without what is empty."""
    try:
        extra = connection.extra_dejson
    except ValueError:  # numbers of thousands of digits are JSON, but none that Python reads
        extra = None
    if not isinstance(extra, dict):
        raise SettingsError('its extra is no JSON object: give one such as {"language": "ko-KR"}.')
    said = {field: getattr(connection, field) for field in ("conn_type", "host", "schema", "password")}
    said |= {f"extra {key}": extra.get(key) for key in (*_EXTRAS, "api_key")}
    for field, value in said.items():
        if not isinstance(value, str | None):
            raise SettingsError(f"its {field} is no text: put it in quotes.")
    return {field: value.strip() for field, value in said.items() if value and value.strip()}


@contextmanager
def _told_as(names: Mapping[str, str]) -> Iterator[None]:
    """Let an error speak of the Connection's fields, which somebody has set, not of the settings behind them."""
    try:
        yield
    except SettingsError as error:
        message = str(error)
        for setting, field in names.items():
            message = message.replace(setting, field)
        raise SettingsError(message) from None


def _address(host: str, port: int | None, schema: str, conn_type: str) -> str:
    """The base URL that these fields of a Connection give.

    From ``https://:token@api.themoviedb.org/3`` Airflow makes the type ``https`` and the schema ``3``: a schema other
    than http and https is a path. Without any path it is TMDB's ``/3``. The scheme is that of the host, else the
    schema, else the type, else https. But Airflow's form calls any web address ``http``, so that the type alone does
    not send a key to TMDB itself in the clear.
    """
    scheme, _, rest = host.rpartition("://")
    name, _, path = rest.partition("/")
    paths = [path.strip("/")]
    if schema.lower() in {"http", "https"}:
        scheme = scheme or schema.lower()
    else:
        paths.append(schema.strip("/"))
    if not scheme:
        plain = conn_type == "http" and not is_tmdb(name.partition(":")[0])
        scheme = "http" if plain else "https"
    if port and not name.endswith(f":{port}"):
        name = f"{name}:{port}"
    # The same path in both places is meant once.
    path = "/".join(dict.fromkeys(part for part in paths if part)) or "3"
    return f"{scheme}://{name}/{path}"
