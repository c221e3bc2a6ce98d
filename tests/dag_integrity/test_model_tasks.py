"""What the tasks of the model make of what there is to learn from; a whole run stands in e2e/test_model_dag.py."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from airflow.sdk.exceptions import AirflowSkipException
from tmdb_features import DAYS, Arrival, day, movie

from tmdb_pipeline.dags import MODEL
from tmdb_pipeline.features.permission import NotPermitted
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.model import stages
from tmdb_pipeline.model.errors import DaysMissing, NoModel, TooFewDays
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.ml import model_tasks
from tmdb_pipeline.orchestration.params import Params
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import Settings

TMDB = "https://api.themoviedb.org/3"
CANDIDATE = {"as_of": "2024-01-24", "version": "v", "file": "models/popular_again/v/model.json"}
PARSED = """
import sys
sys.path[:0] = sys.argv[1:]
import airflow_env
from airflow.dag_processing.dagbag import DagBag
assert len(DagBag(airflow_env.DAGS).dags) == 6
wanted = ("duckdb", "numpy", "tmdb_pipeline.features.build", "tmdb_pipeline.model.")
print([name for name in sys.modules if name.startswith(wanted) and name != "tmdb_pipeline.model.errors"])
"""


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path / "lake"))


@pytest.fixture
def context(lake, tmp_path, tmdb):
    """The context of a task, after the popular lists of these days."""

    def made(numbers=range(DAYS), base_url=tmdb.url):
        for number in numbers:
            Arrival("popular", number, 0, (movie(1, 2.0), movie(2, 1.0)), address=tmdb.url).write(lake)
        this = TaskContext(Run(MODEL.id, "manual", day(max(numbers))), Params(), None)
        this.__dict__["settings"] = Settings(base_url=base_url, data_root=str(tmp_path / "lake"))
        return this

    return made


def test_first_weeks_are_skipped_with_the_number_of_days(context, caplog):
    """Nobody is told that something is broken who has just begun to collect."""
    caplog.set_level("INFO", model_tasks.__name__)

    with pytest.raises(AirflowSkipException):
        model_tasks.prepare(context())

    (told,) = caplog.messages
    assert told.startswith("There is no model yet. 4 days are there, and 28 are needed")


def test_too_few_days_fail_where_there_has_been_a_model(context, lake):
    """Days that were there and are not any more are told of."""
    this = context()
    stages.shelf_of(lake).enter("20230101-a")

    with pytest.raises(TooFewDays, match="4 days are there, and 28 are needed"):
        model_tasks.prepare(this)


def test_days_that_are_missing_fail(context):
    """No day that was missed comes any more: a person decides."""
    with pytest.raises(DaysMissing, match=r"of the days from .* have no labels"):
        model_tasks.prepare(context([*range(35), *(number for number in range(35, 75) if number % 3)]))


@pytest.mark.parametrize(
    ("step", "given"),
    [
        (model_tasks.prepare, ()),
        (model_tasks.train, ({"as_of": "2024-01-24", "days": 30, "rows": 900},)),
        (model_tasks.evaluate, (CANDIDATE,)),
        (model_tasks.deploy, ({"version": "v", "passed": True, "refusals": []},)),
    ],
)
def test_each_task_asks_for_the_permission(context, lake, step, given):
    """Nothing of one that has it is a permission of the next; nothing is written."""
    with pytest.raises(NotPermitted, match=r"1\.C"):
        step(context(base_url=TMDB), *given)

    assert not lake.exists("models/popular_again/versions.json")
    assert not lake.exists("features/movie_day/latest.json")


def test_collections_of_another_address_are_refused(context, lake):
    """What was collected of TMDB before the address became a fake's is not learned from."""
    this = context()
    Arrival("popular", DAYS - 1, 0, (movie(1, 2.0),), address=TMDB).write(lake)

    with pytest.raises(NotPermitted, match="was collected from"):
        model_tasks.prepare(this)


def test_steps_hand_on_plain_values(context, monkeypatch):
    """What goes between tasks is JSON, and each step gets what the one before has found."""
    this, asked = context(), []

    def train(_lake, as_of, *, permission):
        asked.append((as_of, permission.source))
        return stages.Candidate(as_of, "v", CANDIDATE["file"])

    def evaluate(_lake, candidate, *, permission):
        asked.append((candidate, permission.source))
        return stages.Verdict(candidate.version, passed=False, refusals=["fast enough: it is slow"])

    def deploy(_lake, version, as_of, *, at):
        asked.append((version, as_of, at))
        return "done"

    monkeypatch.setattr(stages, "train", train)
    monkeypatch.setattr(stages, "evaluate_candidate", evaluate)
    monkeypatch.setattr(stages, "deploy", deploy)
    monkeypatch.setattr(model_tasks, "now", lambda: datetime(2024, 1, 28, tzinfo=UTC))

    candidate = model_tasks.train(this, {"as_of": "2024-01-24", "days": 30, "rows": 900})
    verdict = model_tasks.evaluate(this, json.loads(json.dumps(candidate)))
    deployed = model_tasks.deploy(this, json.loads(json.dumps(verdict)))

    base = this.settings.base_url
    assert (candidate, verdict, deployed) == (
        CANDIDATE,
        {"version": "v", "passed": False, "refusals": ["fast enough: it is slow"]},
        {"version": "v", "told": "done"},
    )
    assert asked == [
        (day(23), base),
        (stages.Candidate(day(23), "v", CANDIDATE["file"]), base),
        ("v", day(23), datetime(2024, 1, 28, tzinfo=UTC)),
    ]


def test_the_verdict_chooses():
    """What passed is deployed; of what was refused the champion stays."""
    assert model_tasks.choose({"version": "v", "passed": True, "refusals": []}) == "model_deployment"
    assert model_tasks.choose({"version": "v", "passed": False, "refusals": ["a: b"]}) == "keep_champion"


def test_refused_version_is_told_with_its_reasons(caplog):
    """A line each."""
    model_tasks.keep({"version": "v", "passed": False, "refusals": ["a: b", "c: d"]})

    assert caplog.messages == ["v is not deployed. a: b", "v is not deployed. c: d"]


def test_version_that_is_not_there_is_not_deployed(context):
    """Whatever the task before has said."""
    with pytest.raises(NoModel, match="There is no version v"):
        model_tasks.deploy(context(), {"version": "v", "passed": True, "refusals": []})


def test_no_training_code_is_imported_where_it_is_not_permitted(monkeypatch):
    """Whoever parses the DAG files of TMDB's collections imports nothing that learns, nor what it needs."""
    for name in ("TMDB_BASE_URL", "TMDB_ML_PERMISSION"):
        monkeypatch.delenv(name, raising=False)

    ended = subprocess.run([sys.executable, "-c", PARSED, "tests"], capture_output=True, text=True, check=True)

    assert ended.stdout.splitlines()[-1] == "[]"
