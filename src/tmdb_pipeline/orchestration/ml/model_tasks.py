"""What the tasks of ``tmdb_model_pipeline`` do. Nothing that learns is imported before it is permitted."""

import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from airflow.sdk.exceptions import AirflowSkipException

from tmdb_pipeline.dags import MODEL, Stage
from tmdb_pipeline.features.permission import Permission, require_permission
from tmdb_pipeline.features.sources import addresses
from tmdb_pipeline.model.errors import TooFewDays
from tmdb_pipeline.orchestration.context import Handed, TaskContext
from tmdb_pipeline.orchestration.params import Params
from tmdb_pipeline.orchestration.tasks import now

log = logging.getLogger(__name__)


def prepare(this: TaskContext[Params]) -> Handed:
    """Build the features that are missing, and prove that they know nothing of later.

    Returns:
        The day as of which, and how many days and rows have labels.

    Raises:
        NotPermitted: nothing may be learned from these collections.
        AirflowSkipException: too few days have labels, and there has never been a version.
        TooFewDays: the same where there has.
        DaysMissing: too many days between them have none.
        LeakFound: a column of the design knows what was known only after its day.
        LakeError: the lake cannot be read or written.
    """
    permission = _permission(this)
    from tmdb_pipeline.model import stages  # noqa: PLC0415 - as the module says

    try:
        prepared = stages.prepare(this.lake, this.run.day, permission=permission)
    except TooFewDays as error:
        if stages.shelf_of(this.lake).versions():
            raise
        log.info("There is no model yet. %s", error)
        raise AirflowSkipException(str(error)) from None
    log.info("%d days with labels, %d rows", prepared.days, prepared.rows)
    return _plain(prepared)


def train(this: TaskContext[Params], prepared: Mapping[str, Any]) -> Handed:
    """Train a model as of the day that is prepared.

    Returns:
        The day, the version, and the file of the model.

    Raises:
        NotPermitted: nothing may be learned from these collections.
        NotTrainable: what was prepared is not there any more.
        LakeError: the lake cannot be read or written.
    """
    permission = _permission(this)
    from tmdb_pipeline.model import stages  # noqa: PLC0415 - as the module says

    as_of = msgspec.convert(prepared, stages.Prepared).as_of
    return _plain(stages.train(this.lake, as_of, permission=permission))


def evaluate(this: TaskContext[Params], candidate: Mapping[str, Any]) -> Handed:
    """Judge a model, and keep it as a version.

    Returns:
        The version, whether it passed, and the reasons if it did not.

    Raises:
        NotPermitted: nothing may be learned from these collections.
        NotTrainable: what it was trained on is not there any more, or the fake does not tell the best possible.
        LakeError: the lake cannot be read or written.
    """
    permission = _permission(this)
    from tmdb_pipeline.model import stages  # noqa: PLC0415 - as the module says

    given = msgspec.convert(candidate, stages.Candidate)
    return _plain(stages.evaluate_candidate(this.lake, given, permission=permission))


def choose(verdict: Mapping[str, Any]) -> str:
    """The id of the task that goes on with a verdict."""
    return MODEL.task(Stage.DEPLOY if verdict["passed"] else Stage.KEEP).id


def deploy(this: TaskContext[Params], verdict: Mapping[str, Any]) -> Handed:
    """Let a version answer that passed.

    Returns:
        The version, and what was done.

    Raises:
        NotPermitted: nothing may be learned from these collections.
        NoModel: it is damaged, or was refused.
        LakeError: the lake cannot be read or written.
    """
    _permission(this)
    from tmdb_pipeline.model import stages  # noqa: PLC0415 - as the module says

    told = stages.deploy(this.lake, verdict["version"], this.run.day, at=now())
    log.info("%s", told)
    return {"version": verdict["version"], "told": told}


def keep(verdict: Mapping[str, Any]) -> None:
    """Say in the log, a line each, why the gate refused a version."""
    for reason in verdict["refusals"]:
        log.warning("%s is not deployed. %s", verdict["version"], reason)


def _permission(this: TaskContext[Params]) -> Permission:
    """The permission to learn from what was collected until the run's day.

    Raises:
        NotPermitted: there is none.
        LakeError: a collection cannot be read.
    """
    return require_permission(this.settings, addresses(this.lake, this.run.day))


def _plain(value: object) -> Handed:
    plain: Handed = msgspec.to_builtins(value)
    return plain
