"""Access to TMDB for tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseHook

from tmdb_pipeline.dags import POOL
from tmdb_pipeline.orchestration.task_settings import CONNECTION, settings_in_force
from tmdb_pipeline.settings import Settings

if TYPE_CHECKING:
    from tmdb_pipeline.tmdb.client import TmdbClient


class TmdbHook(BaseHook):
    """Gives a client of TMDB, with the limits of one of ``POOL.slots`` tasks that run at the same time.

    Key and address are those of the Connection, over the environment's, as ``task_settings.settings_in_force`` says; a
    caller who has looked them up already passes them as ``settings``.
    """

    conn_name_attr = "tmdb_conn_id"
    default_conn_name = CONNECTION
    hook_name = "TMDB"

    def __init__(self, tmdb_conn_id: str = default_conn_name, settings: Settings | None = None) -> None:
        super().__init__()
        self.tmdb_conn_id = tmdb_conn_id
        self._settings = settings

    def get_conn(self) -> TmdbClient:
        """A client; use it in ``with``.

        Raises:
            SettingsError: a value cannot be used, a proxy's or a CA bundle's included, or no key is set.
        """
        from tmdb_pipeline.tmdb.client import TmdbClient  # noqa: PLC0415 - brings requests, which no parse needs

        settings = self._settings or settings_in_force(self.tmdb_conn_id)
        return TmdbClient(settings.share(POOL.slots))
