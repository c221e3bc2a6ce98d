"""What the tasks of ``tmdb_predictions`` do. Nothing that learns is imported before it is permitted."""

import logging
from datetime import date
from typing import TYPE_CHECKING

import msgspec
from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowSkipException

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import FEATURES, PREDICTIONS
from tmdb_pipeline.features.definition import FEATURES as MOVIE_DAY
from tmdb_pipeline.features.permission import Permission, require_permission
from tmdb_pipeline.features.sources import addresses
from tmdb_pipeline.language import Said
from tmdb_pipeline.model.errors import MayKnow, NoModel, NotTrainable
from tmdb_pipeline.observability.meter import count
from tmdb_pipeline.observability.metrics import ROWS
from tmdb_pipeline.observability.spans import phase
from tmdb_pipeline.orchestration.alerts.links import run_link
from tmdb_pipeline.orchestration.alerts.telling import tell, tell_mended
from tmdb_pipeline.orchestration.context import Handed, TaskContext
from tmdb_pipeline.orchestration.params import Params
from tmdb_pipeline.orchestration.tasks import now
from tmdb_pipeline.orchestration.warehouse_address import warehouse_address
from tmdb_pipeline.settings import SettingsError
from tmdb_pipeline.warehouse.errors import NoWarehouse

if TYPE_CHECKING:
    from tmdb_pipeline.model.scoring import Drift

log = logging.getLogger(__name__)

_ADVICE = Said(
    "See in `tmdb-pipeline model score` since when; promote the challenger, or look whether the collections changed.",
    "`tmdb-pipeline model score`로 언제부터인지 확인하고, 도전자를 승격하거나 수집 데이터가 달라졌는지 확인해 "
    "주십시오.",
)


class _Part(msgspec.Struct):
    view: str
    as_of: date


def predict(this: TaskContext[Params]) -> Handed:
    """Ask champion and challenger of the days whose features were built, or of the run's own.

    Returns:
        Who answered of each day.

    Raises:
        NotPermitted: nothing may be predicted of these collections.
        SettingsError: an event does not say which features were built.
        AirflowSkipException: there is no champion yet, or it may know what came of each of the days.
        NoModel: it is damaged.
        NotTrainable: none of the days has features.
        LakeError: the lake cannot be read or written.
    """
    days = _days(this)
    permission = _permission(this, max(days))
    from tmdb_pipeline.model import answers, stages  # noqa: PLC0415 - as the module says

    shelf = stages.shelf_of(this.lake)
    if shelf.state().champion is None:
        told = f"There is no champion of {shelf.name} yet: nothing is predicted."
        log.info("%s", told)
        raise AirflowSkipException(told)
    answered, failed, told = [], list[NoModel | NotTrainable](), ""
    for day in days:
        try:
            answered.append(answers.answer(this.lake, shelf, day, permission=permission))
        except MayKnow as error:  # a day that was loaded late
            told = str(error)
            log.info("%s", told)
        except (NoModel, NotTrainable) as error:
            log.warning("Nothing is predicted of %s. %s", day, error)
            failed.append(error)
    for each in answered:
        if each.left_out:
            log.warning("The challenger does not answer of %s. %s", each.day, each.left_out)
    if failed and not answered:
        raise failed[-1]
    if not answered:
        raise AirflowSkipException(told)
    plain: list[Handed] = msgspec.to_builtins(answered)
    return {"answered": plain}


def load(this: TaskContext[Params]) -> Handed:
    """Load every day that was answered and is not in the warehouse, and what came of those of which it is known.

    Returns:
        How many predictions are new, and of how many it is known now what came.

    Raises:
        NotPermitted: nothing may be predicted of these collections.
        AirflowSkipException: there is no warehouse.
        WarehouseError: see ``database.connected``; what was loaded before stays.
        NotTrainable: the fake does not tell the best possible prediction.
        LakeError: the lake cannot be read.
    """
    permission = _permission(this, this.run.day)
    from tmdb_pipeline.model import answers, predictions, stages  # noqa: PLC0415 - as the module says
    from tmdb_pipeline.warehouse import predictions as table  # noqa: PLC0415 - brings psycopg
    from tmdb_pipeline.warehouse.database import connected  # noqa: PLC0415 - as above

    try:
        address = warehouse_address()
    except NoWarehouse as error:
        log.warning("The predictions are kept, and nothing is loaded. %s", error)
        raise AirflowSkipException from None
    shelf, today = stages.shelf_of(this.lake), _today()
    new = known = 0
    with phase("load_predictions"), connected(address, "tmdb-pipeline predictions") as connection:
        held = table.days_held(connection)
        for each in (each for each in answers.answered(shelf) if each.day not in held):
            said = [
                table.Predicted(each.day, role, chance.movie_id, version, chance.chance)
                for role, version in each.versions.items()
                for chance in predictions.said(this.lake, shelf, version, each.day)
            ]
            new += table.keep_predictions(connection, address, said)
        for day in table.days_unknown(connection, today):
            came = predictions.outcomes(this.lake, day, today=today, permission=permission).values()
            rows = [table.Known(each.movie_id, each.came, each.best) for each in came]
            known += table.keep_outcomes(connection, address, day, rows)
    count(ROWS, new, table="predictions", change="inserted")
    count(ROWS, known, table="predictions", change="updated")
    return {"predictions": new, "outcomes": known}


def watch(this: TaskContext[Params]) -> Handed:
    """Compare what is known of the champion's answers with the days that it was judged by; tell while it has drifted.

    Returns:
        The champion, its score, the days that this is of, the limit, and whether it has drifted.

    Raises:
        NotPermitted: nothing may be predicted of these collections.
        NoModel: the champion is damaged.
        LakeError: the lake cannot be read.
    """
    permission = _permission(this, this.run.day)
    from tmdb_pipeline.model import scoring, stages  # noqa: PLC0415 - as the module says

    shelf, moment = stages.shelf_of(this.lake), now()
    found = scoring.score_drift(this.lake, shelf, today=_today(), permission=permission)
    if found.has_drifted:
        log.warning("%s", _cause(found).en)
        alert = Alert(
            kind=Kind.MODEL_DRIFTED,
            raised_at=moment,
            subject=shelf.name,
            dag_id=PREDICTIONS.id,
            cause=_cause(found),
            advice=_ADVICE,
            link=run_link(this.run.dag_id, this.run.run_id),
        )
        tell(this.lake, this.settings, alert)
    else:
        tell_mended(this.lake, this.settings, Kind.MODEL_DRIFTED, shelf.name, moment)
    plain: Handed = msgspec.to_builtins(found)
    return plain


def _cause(found: "Drift") -> Said:
    numbers = f"{found.brier:.4f}", f"{found.days}", f"{found.limit:.4f}"
    return Said(
        "{} answers worse than when it was judged: Brier score {} on {} days, allowed {}.".format(
            found.version, *numbers
        ),
        "{}의 예측이 평가 때보다 나빠졌습니다: 브라이어 점수 {}({}일), 한도 {}.".format(found.version, *numbers),
    )


def _days(this: TaskContext[Params]) -> list[date]:
    """The days whose features have started this run, in order; else its own."""
    given = get_current_context().get("triggering_asset_events") or {}
    extras = [event.extra for events in given.values() for event in events]
    if not extras:
        return [this.run.day]
    try:
        parts = [part for extra in extras for part in msgspec.convert(extra["parts"], list[_Part])]
    except (KeyError, msgspec.ValidationError) as error:
        raise SettingsError(
            f"An event of {FEATURES.outlet.name} does not say which features were built ({error}): send parts with "
            "it, or trigger this DAG by hand."
        ) from None
    days = sorted({part.as_of for part in parts if part.view == MOVIE_DAY.name})
    return days or [this.run.day]


def _permission(this: TaskContext[Params], day: date) -> Permission:
    """The permission to learn from what was collected until a day.

    Raises:
        NotPermitted: there is none.
        LakeError: a collection cannot be read.
    """
    return require_permission(this.settings, addresses(this.lake, day))


def _today() -> date:
    return now().astimezone(SEOUL).date()
