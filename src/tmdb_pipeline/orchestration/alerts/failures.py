"""Why tasks failed, handed from the process of each to the one that tells of the run.

The callback of a DAG knows neither exceptions nor tasks, and runs in another process, the DAG processor. So each task
that fails leaves why as an XCom, which Airflow forgets when the task is tried anew. Where all runs in one process
(``dag.test()``) the callback cannot ask for XComs, and it is kept here as well.
"""

import errno
import logging
from collections.abc import Mapping
from typing import Any

import msgspec

from tmdb_pipeline.alerts.causes import FULL_DISK, KILLED, Failure
from tmdb_pipeline.extract.errors import PageFailed
from tmdb_pipeline.observability.messages import one_line

log = logging.getLogger(__name__)

#: The key of the XCom.
KEY = "failure"
#: Characters of what an error says that are kept.
_LONGEST = 600
#: What a system says of a full disk; the last one where a limit of size stands in for it.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

_here: dict[tuple[str, str], dict[str, Failure]] = {}


def note(context: Mapping[str, Any]) -> None:
    """Keep why the task of this context failed for good. Never fails."""
    ti, error = context["ti"], context.get("exception")
    try:
        from airflow.sdk._shared.secrets_masker import redact  # noqa: PLC0415 - where a task runs, Airflow is there

        kinds = kinds_of(error)
        said = "" if kinds == (KILLED,) else str(redact(one_line(error)))
        detail = said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
        failure = Failure(ti.task_id, ti.try_number, kinds, detail, getattr(error, "told_by", ()))
        _here.setdefault((ti.dag_id, ti.run_id), {})[ti.task_id] = failure
        ti.xcom_push(key=KEY, value=msgspec.to_builtins(failure))
    except Exception as mistake:  # noqa: BLE001 - in the DAG processor, which pushes none, or while Airflow is in trouble
        log.debug("Why %s failed is not kept: %s", ti.task_id, mistake)


def failures_of(context: Mapping[str, Any]) -> list[Failure]:
    """Why the tasks of a run failed, in the order in which they are declared; those that could not say it, too."""
    ti = context.get("ti")
    if ti is None:
        return []
    here = _here.pop((ti.dag_id, ti.run_id), {})
    order = [*context["dag"].task_ids]
    try:
        states: Mapping[str, str] = ti.get_task_states(dag_id=ti.dag_id, run_ids=[ti.run_id])[ti.run_id]
        failed = [task_id for task_id in order if states.get(task_id) == "failed"]
        pushed = ti.xcom_pull(task_ids=failed, key=KEY) if failed else []
        told = {task_id: msgspec.convert(said, Failure) for task_id, said in zip(failed, pushed, strict=True) if said}
    except Exception as mistake:  # noqa: BLE001 - in one process nobody answers, else Airflow is in trouble
        log.debug("Airflow does not say which tasks failed: %s", mistake)
        failed, told = [task_id for task_id in order if task_id in here], here
    return [told.get(task_id, Failure(task_id, None, (KILLED,))) for task_id in failed]


def kinds_of(error: object) -> tuple[str, ...]:
    """The names of an error's type and of those that it derives from; of a page's error those of its cause."""
    if not isinstance(error, BaseException):
        return (KILLED,)
    cause: BaseException | None = error.cause if isinstance(error, PageFailed) else error
    names = tuple(kind.__name__ for kind in type(cause).__mro__ if kind not in {Exception, BaseException, object})
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _FULL:
            return (FULL_DISK, *names)
        cause = cause.__cause__
    return names
