"""With whom a task shares TMDB's limits, by what Airflow is told of its executor."""

import shlex

import pytest

from tmdb_pipeline.orchestration.hook import limits_in_force
from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.limits.fallback import FallbackSchedule
from tmdb_pipeline.tmdb.limits.machine import MachineSchedule
from tmdb_pipeline.tmdb.limits.redis_server import RedisSchedule
from tmdb_pipeline.tmdb.rate_limiter import OwnSchedule

BROKER = "redis://:of-redis@redis:6379/0"
SETTINGS = Settings()
SHARE = (SETTINGS.requests_per_second / 10, SETTINGS.connections // 10)


@pytest.fixture
def executor(monkeypatch):
    """Set Airflow's executors, and Celery's broker as compose.yaml does it: by a command that prints it."""

    def told(executors, broker=BROKER):
        monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", executors)
        monkeypatch.delenv("AIRFLOW__CELERY__BROKER_URL", raising=False)
        monkeypatch.setenv("AIRFLOW__CELERY__BROKER_URL_CMD", f"echo {shlex.quote(broker)}")

    return told


@pytest.mark.parametrize(
    ("executors", "shared"),
    [
        ("LocalExecutor", MachineSchedule),
        ("CeleryExecutor", RedisSchedule),
        ("LocalExecutor,CeleryExecutor", RedisSchedule),
        ("airflow.providers.celery.executors.celery_executor.CeleryExecutor", RedisSchedule),
    ],
)
def test_limits_are_shared_where_the_tasks_can_meet(executor, executors, shared):
    """On one machine by its files, from several by Redis; until that is lost."""
    executor(executors)

    settings, limits = limits_in_force(SETTINGS)

    assert settings == SETTINGS
    assert isinstance(limits.schedule, FallbackSchedule)
    assert isinstance(limits.schedule._shared, shared)


@pytest.mark.parametrize(
    ("executors", "broker"),
    [("KubernetesExecutor", BROKER), ("LocalExecutor,KubernetesExecutor", BROKER), ("CeleryExecutor", "amqp://queue")],
)
def test_share_is_kept_where_they_cannot(executor, executors, broker):
    """Nobody knows how many tasks run elsewhere: each takes one part in as many as the pool has slots."""
    executor(executors, broker)

    settings, limits = limits_in_force(SETTINGS)

    assert (settings.requests_per_second, settings.connections) == SHARE
    assert isinstance(limits.schedule, OwnSchedule)
    assert limits.connections.lease(8, None).count == SHARE[1]
