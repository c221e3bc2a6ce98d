"""Access to TMDB for tasks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from airflow.sdk import BaseHook
from airflow.sdk.configuration import conf

from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.dags import POOL
from tmdb_pipeline.orchestration.task_settings import CONNECTION, settings_in_force
from tmdb_pipeline.settings import Settings

if TYPE_CHECKING:
    from tmdb_pipeline.tmdb.client import TmdbClient
    from tmdb_pipeline.tmdb.limits.limits import Limits

#: The executors whose tasks all run on the machine of their scheduler.
_LOCAL = {"LocalExecutor", "SequentialExecutor"}


class TmdbHook(BaseHook):
    """Gives a client of TMDB that keeps TMDB's limits together with those of other tasks (``limits_in_force``).

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
        """A client; use it in ``with``. While other tasks have all the connections that TMDB allows, this waits.

        Raises:
            SettingsError: a value cannot be used, a proxy's or a CA bundle's included, or no key is set.
        """
        from tmdb_pipeline.tmdb.client import TmdbClient  # noqa: PLC0415 - brings requests, which no parse needs

        settings, limits = limits_in_force(self._settings or settings_in_force(self.tmdb_conn_id))
        return TmdbClient(settings, limits=limits)


def limits_in_force(settings: Settings) -> tuple[Settings, Limits]:
    """The limits of the running task, and its settings with them.

    Tasks of the CeleryExecutor share the limits through its Redis, those of the LocalExecutor on their machine. Of any
    other executor it is not known where its tasks run: each keeps to one part in as many as the pool lets run at once,
    and so does every task that is cut off from the others.
    """
    # Only what asks TMDB needs them, and no parse.
    from tmdb_pipeline.tmdb.limits.fallback import with_fallback  # noqa: PLC0415
    from tmdb_pipeline.tmdb.limits.limits import own_limits  # noqa: PLC0415
    from tmdb_pipeline.tmdb.limits.machine import machine_limits  # noqa: PLC0415

    clock = SystemClock()
    executors = set(re.findall(r"\w*Executor\b", conf.get("core", "executor", fallback="") or ""))
    broker = (conf.get("celery", "broker_url", fallback="") or "") if "CeleryExecutor" in executors else ""
    if broker.startswith(("redis://", "rediss://")):
        from tmdb_pipeline.tmdb.limits.redis_server import redis_limits  # noqa: PLC0415 - comes with Celery

        shared = redis_limits(broker, settings)
    elif executors and executors <= _LOCAL:
        shared = machine_limits(settings, clock)
    else:
        share = settings.share(POOL.slots)
        return share, own_limits(share, clock)
    return settings, with_fallback(shared, settings, POOL.slots, clock)
