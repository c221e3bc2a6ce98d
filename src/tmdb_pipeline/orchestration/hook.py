"""Settings for a task: the environment, and over it the Airflow Connection ``tmdb_default`` where there is one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from tmdb_pipeline.lake import Lake
from tmdb_pipeline.settings import Credential, Settings

if TYPE_CHECKING:
    from tmdb_pipeline.tmdb.client import TmdbClient

#: The pool that every collecting task runs in, and how many of them may run at once.
POOL = "tmdb_api"
POOL_SLOTS = 2


class TmdbHook(BaseHook):
    """Access to TMDB with the limits of one of ``POOL_SLOTS`` tasks that run at the same time.

    The Connection's password is the read token, or ``api_key`` in its extra is the v3 key; its host, if any, is the
    base URL; ``language``, ``region`` and ``data_root`` in its extra replace the environment's.
    """

    conn_name_attr = "tmdb_conn_id"
    default_conn_name = "tmdb_default"
    hook_name = "TMDB"

    def __init__(self, tmdb_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.tmdb_conn_id = tmdb_conn_id

    @cached_property
    def settings(self) -> Settings:
        """The settings in force, looked up once.

        Raises:
            SettingsError: a value cannot be used.
        """
        settings = Settings.from_environment(os.environ)
        _keep_secrets_out_of_debug_log()
        try:
            connection = self.get_connection(self.tmdb_conn_id)
        except AirflowNotFoundException:
            return settings
        return replace(settings, **_overrides(connection))

    def get_conn(self) -> TmdbClient:
        """A client; use it in ``with``.

        Raises:
            SettingsError: a value cannot be used, or no key is set.
        """
        from tmdb_pipeline.tmdb.client import TmdbClient  # noqa: PLC0415 - brings requests, which no parse needs

        return TmdbClient(self.settings.share(POOL_SLOTS))

    def lake(self) -> Lake:
        """The lake at the data root.

        Raises:
            SettingsError: a value cannot be used.
            LakeError: the data root cannot be opened.
        """
        return Lake(self.settings.data_root)


def _keep_secrets_out_of_debug_log() -> None:
    """Leave the secret out of the message that asks Airflow to mask it.

    Airflow's in-process supervisor, which ``airflow dags test`` uses, writes that message whole into its debug log; the
    one of real runs leaves its body out (3.3.2).
    """
    from airflow.sdk.execution_time.comms import MaskSecret  # noqa: PLC0415 - needed in tasks only

    MaskSecret.model_fields["value"].repr = False


def _overrides(connection: Any) -> dict[str, Any]:
    extra: Mapping[str, Any] = connection.extra_dejson
    found: dict[str, Any] = {key: extra[key] for key in ("language", "region", "data_root") if extra.get(key)}
    if connection.password:
        found["credential"] = Credential("read_token", connection.password)
    elif extra.get("api_key"):
        found["credential"] = Credential("api_key", extra["api_key"])
    if connection.host:
        host: str = connection.host
        if "://" not in host:
            port = f":{connection.port}" if connection.port else ""
            host = f"{connection.schema or 'https'}://{host}{port}/3"
        found["base_url"] = host.rstrip("/")
    return found
