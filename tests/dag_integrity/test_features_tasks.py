"""What the task of the features makes of what started it."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from tmdb_features import Arrival, day, movie

from tmdb_pipeline.features.errors import NotObserved
from tmdb_pipeline.features.permission import NotPermitted
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.ml import features_tasks
from tmdb_pipeline.orchestration.params import Params
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import Settings, SettingsError


@pytest.fixture
def built(tmp_path, tmdb, monkeypatch):
    """Builds for these events, of a lake with the popular lists of three days, and gives what was made."""
    root = str(tmp_path / "lake")
    for number in (7, 13, 14):
        Arrival("popular", number, 0, (movie(1, 2.0),), address=tmdb.url).write(Lake(root))
    monkeypatch.setattr(features_tasks, "now", lambda: datetime(2024, 2, 1, tzinfo=UTC))
    monkeypatch.setattr(features_tasks, "publish", lambda *_: None)

    def build(*extras, own=14, base_url=tmdb.url):
        events = {"asset": [SimpleNamespace(extra=extra) for extra in extras]} if extras else None
        monkeypatch.setattr(features_tasks, "get_current_context", lambda: {"triggering_asset_events": events})
        this = TaskContext(Run("tmdb_features", "manual", day(own)), Params(), None)
        this.__dict__["settings"] = Settings(base_url=base_url, data_root=root)
        return {(part["view"], part["as_of"]) for part in features_tasks.build(this)["parts"]}

    build.lake = Lake(root)
    return build


def test_run_by_hand_builds_its_own_day(built):
    """And the labels of the week before."""
    assert built() == {("movie_day", "2024-01-15"), ("popular_again", "2024-01-08")}


def test_loaded_days_are_built_each_once(built):
    """Those of all events; one that was not observed in time costs no other."""
    first, second = {"run_dates": ["2024-01-14", "2024-01-03"]}, {"run_dates": ["2024-01-14", "2024-01-08"]}

    assert built(first, second) == {("movie_day", "2024-01-14"), ("movie_day", "2024-01-08")}


def test_no_day_observed_fails(built):
    """Nobody takes a run for done that has made nothing."""
    with pytest.raises(NotObserved, match=f"No list of {date(2024, 1, 4)} was known by the end of that day"):
        built(own=3)


@pytest.mark.parametrize("extra", [{}, {"run_dates": "today"}])
def test_event_without_days_is_named(built, extra):
    """Who sends the asset by hand is told what has to go with it."""
    with pytest.raises(SettingsError, match="send run_dates with it"):
        built(extra)


@pytest.mark.parametrize("base_url", ["https://api.themoviedb.org/3", "http://127.0.0.1:9/3"])
def test_what_is_not_permitted_is_refused(built, base_url):
    """Though the DAG exists, the task asks; nothing is written."""
    with pytest.raises(NotPermitted, match=r"1\.C"):
        built(base_url=base_url)

    assert not built.lake.exists("features/movie_day/latest.json")
