"""What is observed of a task: who takes what it measures, traces and logs, and what it has used when it ends."""

from collections.abc import Mapping
from time import time
from typing import Any

from airflow.sdk.configuration import conf

from tmdb_pipeline.observability import log_keys, meter, spans
from tmdb_pipeline.observability.metrics import SUCCEEDED_AT, TASK_CPU, TASK_MEMORY, TASK_WRITTEN
from tmdb_pipeline.observability.resources import Use
from tmdb_pipeline.orchestration.observing.airflow_meter import AirflowMeter, airflow_sends


class _Begun:
    """What this process had used when its task began."""

    use: Use | None = None
    here: bool = False


def observe(dag_id: str) -> None:
    """Let all that this process does from now on, for a task of this DAG, be observed as Airflow's settings say."""
    import structlog  # noqa: PLC0415 - in tasks only, which have it already

    log_keys.install(structlog.contextvars.bound_contextvars)
    meter.install(AirflowMeter(dag_id) if airflow_sends() else None)
    spans.install(_opener() if conf.getboolean("traces", "otel_on", fallback=False) else None)
    _Begun.use, _Begun.here = Use.now(), True


def has_begun_here() -> bool:
    """Whether a task began in this process: of one that was killed, the DAG processor calls the callbacks."""
    return _Begun.here


def _opener() -> spans.Opener:
    """OpenTelemetry's spans, under that of the task, which Airflow has begun."""
    from opentelemetry import trace  # noqa: PLC0415 - costs a start, where nobody traces for nothing

    tracer = trace.get_tracer("tmdb_pipeline")
    return lambda name, attributes: tracer.start_as_current_span(name, attributes=attributes)


def measure_success(context: Mapping[str, Any]) -> None:
    """Tell what a task has used, and where it is the last one, when its run came to its end. A callback."""
    measure_use(context)
    if not context["task"].downstream_task_ids:
        meter.gauge(SUCCEEDED_AT, time())


def measure_use(context: Mapping[str, Any]) -> None:
    """Tell what a task has used, however it ended. A callback, which is called in the task's process.

    Of a task that was killed the DAG processor tells, who has not begun it: nothing is told then.
    """
    if _Begun.use is None:
        return
    used, task_id = Use.now().since(_Begun.use), context["ti"].task_id
    _Begun.use = None
    meter.timing(TASK_CPU, used.cpu, task_id=task_id)
    meter.gauge(TASK_MEMORY, used.memory, task_id=task_id)
    meter.count(TASK_WRITTEN, used.written, task_id=task_id)
