"""What the tasks of the predictions make of a model; a whole run stands in e2e/warehouse/test_predictions_dag.py."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowSkipException
from tmdb_features import DAYS, Arrival, day, movie

from tmdb_pipeline.alerts.ledger import Ledger
from tmdb_pipeline.dags import PREDICTIONS
from tmdb_pipeline.features.permission import NotPermitted
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.model import answers, scoring, stages
from tmdb_pipeline.model.answers import Answered
from tmdb_pipeline.model.errors import MayKnow, NoModel, NotTrainable
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.ml import prediction_tasks
from tmdb_pipeline.orchestration.params import Params
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import Settings, SettingsError

TMDB = "https://api.themoviedb.org/3"
AT = datetime(2024, 2, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path / "lake"))


@pytest.fixture
def champion(lake):
    """A version that is in use."""
    shelf = stages.shelf_of(lake)
    shelf.enter("v")
    shelf.promote("v", at=AT, why="a test")


@pytest.fixture
def context(lake, tmp_path, tmdb, monkeypatch):
    """The context of a task on the last of some days with popular lists, started by these events."""
    for number in range(DAYS):
        Arrival("popular", number, 0, (movie(1, 2.0), movie(2, 1.0)), address=tmdb.url).write(lake)
    monkeypatch.setattr(prediction_tasks, "now", lambda: AT)
    monkeypatch.delenv("AIRFLOW_CONN_TMDB_WAREHOUSE", raising=False)

    def made(*extras, base_url=tmdb.url):
        events = {"asset": [SimpleNamespace(extra=extra) for extra in extras]} if extras else None
        monkeypatch.setattr(prediction_tasks, "get_current_context", lambda: {"triggering_asset_events": events})
        this = TaskContext(Run(PREDICTIONS.id, "manual", day(DAYS - 1)), Params(), None)
        this.__dict__["settings"] = Settings(base_url=base_url, data_root=str(tmp_path / "lake"))
        return this

    return made


@pytest.fixture
def asked(champion, monkeypatch):
    """Who was asked of which days; what is put beside a day is raised."""
    found = {}

    def answer(_lake, _shelf, day, *, permission):
        assert permission.source
        if isinstance(result := found.setdefault(day, Answered(day, "v")), Exception):
            raise result
        return result

    monkeypatch.setattr(answers, "answer", answer)
    return found


def event(*parts):
    return {"parts": [{"view": view, "version": "x", "as_of": as_of, "rows": 3} for view, as_of in parts]}


def test_days_whose_features_were_built_are_answered(context, asked):
    """Those of all events, each once; labels are no day to be asked of."""
    first = event(("movie_day", "2024-01-15"), ("popular_again", "2024-01-08"))

    told = prediction_tasks.predict(context(first, event(("movie_day", "2024-01-14"), ("movie_day", "2024-01-15"))))

    assert [*asked] == [date(2024, 1, 14), date(2024, 1, 15)]
    assert told["answered"][0] == {"day": "2024-01-14", "champion": "v", "challenger": None, "left_out": ""}


@pytest.mark.parametrize("extras", [(), (event(("popular_again", "2024-01-08")),)])
def test_otherwise_the_own_day_is_answered(context, asked, extras):
    """By hand, and after labels alone."""
    prediction_tasks.predict(context(*extras))

    assert [*asked] == [day(DAYS - 1)]


@pytest.mark.parametrize("extra", [{}, {"parts": "all"}, {"parts": [{"view": "movie_day"}]}])
def test_event_without_parts_is_named(context, extra):
    """Who sends the asset by hand is told what has to go with it."""
    with pytest.raises(SettingsError, match="send parts with it"):
        prediction_tasks.predict(context(extra))


def test_nothing_is_predicted_without_a_champion(context, caplog):
    """That is no failure: nobody is told."""
    caplog.set_level("INFO", prediction_tasks.__name__)

    with pytest.raises(AirflowSkipException):
        prediction_tasks.predict(context())

    assert caplog.messages == ["There is no champion of popular_again yet: nothing is predicted."]


def test_day_that_cannot_be_answered_costs_no_other(context, asked, caplog):
    """It is told in the log; only where no day can be is it a failure, or a day that came late is passed over."""
    early, late = date(2024, 1, 14), date(2024, 1, 15)
    both = event(("movie_day", str(early)), ("movie_day", str(late)))
    asked[early] = NotTrainable("There are no features.")
    asked[late] = Answered(late, "v", left_out="It is damaged.")

    told = prediction_tasks.predict(context(both))

    assert [each["day"] for each in told["answered"]] == [str(late)]
    assert caplog.messages == [
        f"Nothing is predicted of {early}. There are no features.",
        f"The challenger does not answer of {late}. It is damaged.",
    ]
    asked[late] = NoModel("It is damaged.")
    with pytest.raises(NoModel, match=r"It is damaged\."):
        prediction_tasks.predict(context(both))
    asked[early] = asked[late] = MayKnow("v may know that day.")
    with pytest.raises(AirflowSkipException, match="v may know that day"):
        prediction_tasks.predict(context(both))


@pytest.mark.parametrize("step", [prediction_tasks.predict, prediction_tasks.load, prediction_tasks.watch])
def test_each_task_asks_for_the_permission(context, champion, lake, step):
    """Nothing of one that has it is a permission of the next; nothing is written."""
    with pytest.raises(NotPermitted, match=r"1\.C"):
        step(context(base_url=TMDB))

    assert lake.files("models/popular_again/answers") == []


def test_without_a_warehouse_predictions_wait(context, champion, caplog):
    """They are on the lake, which the log says."""
    with pytest.raises(AirflowSkipException):
        prediction_tasks.load(context())

    (told,) = caplog.messages
    assert told.startswith("The predictions are kept, and nothing is loaded. There is no Connection tmdb_warehouse")


def test_drift_is_told_once_and_when_it_is_over(context, champion, lake, monkeypatch):
    """As other alerts are: the next day does not tell it again, and that it is over is told."""
    this = context()
    found = scoring.Drift("v", 14, 0.2, 0.15, has_drifted=True)
    monkeypatch.setattr(scoring, "score_drift", lambda *_, **__: found)

    told = [prediction_tasks.watch(this) for _ in range(2)]
    (alert,) = [kept.alert for kept in Ledger(lake).open()]
    found = scoring.Drift("v", 14, 0.1, 0.15, has_drifted=False)
    prediction_tasks.watch(this)

    assert told[0] == told[1] == {"version": "v", "days": 14, "brier": 0.2, "limit": 0.15, "has_drifted": True}
    assert (alert.key, alert.dag_id) == ("model_drifted.popular_again", PREDICTIONS.id)
    assert alert.cause.en == "v answers worse than when it was judged: Brier score 0.2000 on 14 days, allowed 0.1500."
    assert alert.cause.ko == "v의 예측이 평가 때보다 나빠졌습니다: 브라이어 점수 0.2000(14일), 한도 0.1500."
    assert Ledger(lake).open() == []
