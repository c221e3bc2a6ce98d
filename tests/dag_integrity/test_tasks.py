"""The tasks' own functions, as the DAGs call them, without a run of Airflow."""

import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Annotated

import pytest
from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException
from msgspec import Meta
from support import no_file_larger_than

from tmdb_pipeline import dags
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.orchestration import tasks
from tmdb_pipeline.orchestration.context import TaskContext, began
from tmdb_pipeline.orchestration.params import Pages, Params, QualityParams, airflow_params
from tmdb_pipeline.quality.gate import QualityFailed
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import MissingKey, SettingsError

DAILY, WEEKLY = dags.DAILY.id, dags.WEEKLY.id
RUN = Run(WEEKLY, "manual__1", date(2024, 3, 17))
THIS = TaskContext(RUN, QualityParams(), None)


@pytest.fixture
def execute(dagbag, monkeypatch):
    """Call what a task calls, in a run with these params over the DAG's own."""

    def execute(task, **params):
        at = datetime(2024, 1, 6, 18, 0, tzinfo=UTC)
        dag_run = SimpleNamespace(
            dag_id=task.dag_id, run_id="manual__1", logical_date=at, run_after=None, start_date=None
        )
        context = {"dag_run": dag_run, "params": dagbag.dags[task.dag_id].params.dump() | params}
        monkeypatch.setattr("tmdb_pipeline.orchestration.context.get_current_context", lambda: context)
        return task.python_callable(*task.op_args, **task.op_kwargs)

    return execute


@pytest.fixture
def lake(monkeypatch, tmp_path):
    """An empty lake, at the data root that the environment names."""

    def get_connection(conn_id):
        raise AirflowNotFoundException(conn_id)

    monkeypatch.setattr(BaseHook, "get_connection", staticmethod(get_connection))
    monkeypatch.setenv("TMDB_READ_TOKEN", "eyJ.env")
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path / "lake"))
    return Lake(str(tmp_path / "lake"))


def fresh():
    """A context that has looked nothing up yet."""
    return replace(THIS)


def files(root):
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("dag_id", [DAILY, WEEKLY])
def test_thresholds_that_make_no_sense_fail_the_first_tasks(dagbag, execute, dag_id):
    """That no pass rate can suit is said before anything is asked of TMDB, not when everything is collected."""
    for task in dagbag.dags[dag_id].roots:
        with pytest.raises(
            SettingsError, match=r"^The pass-rate thresholds warn=40.0 and fail=50.0 do not fit together"
        ):
            execute(task, warn_below_percent=40, fail_below_percent=50)


@pytest.mark.parametrize("dag_id", [DAILY, WEEKLY])
def test_misspelt_param_fails_the_first_tasks(dagbag, execute, dag_id):
    """Whoever chooses something that there is not reads so, and what there is, before anything is asked of TMDB."""
    for task in dagbag.dags[dag_id].roots:
        with pytest.raises(SettingsError) as raised:
            execute(task, popular_page=3)
        assert str(raised.value).startswith(
            "The run was given popular_page, which is no param of this DAG; it has: warn_"
        )


@pytest.mark.parametrize("dag_id", [DAILY, WEEKLY])
def test_whole_numbers_of_pages_are_integers(dagbag, execute, dag_id, monkeypatch):
    """To JSON schema 5.0 is an integer, and so Airflow lets it through; a walk needs the 5."""
    sources = []
    monkeypatch.setattr("tmdb_pipeline.orchestration.tasks.collect", lambda this, source: sources.append(source))
    params = {
        DAILY: {"popular_pages": 3.0},
        WEEKLY: {"genre_pages": 3.0, "top_rated_pages": 3.0},
    }[dag_id]

    for task in dagbag.dags[dag_id].tasks:
        if task.task_id.startswith("collect_") and "trending" not in task.task_id:
            execute(task, **params)

    assert len(sources) == {DAILY: 1, WEEKLY: 9}[dag_id]
    assert {repr(source.pages) for source in sources} == {"3"}


@pytest.mark.parametrize("spec", dags.COLLECTIONS, ids=[spec.name for spec in dags.COLLECTIONS])
def test_report_has_the_name_of_its_dag(lake, spec):
    """On Sundays two DAGs write a report, and none replaces the other's."""
    file = "raw/movies/daily/popular_movies_20240317.json"
    lake.write(file, b'{"movies": [{"id": 1}], "collection_info": {"dag_run_id": "manual__1"}}')

    with pytest.raises(QualityFailed):
        tasks.validate(replace(THIS, run=replace(RUN, dag_id=spec.id)), [{"file": file}])
    assert lake.files("raw/metadata/quality_reports") == [
        f"{spec.report}_20240317.html",
        f"{spec.report}_20240317.json",
    ]


def test_moments_are_told_in_seoul():
    """Whoever reads the time in a file reads the clock on the wall in Seoul, wherever the task runs."""
    moment = tasks.now()

    assert (str(moment.tzinfo), moment.utcoffset()) == ("Asia/Seoul", timedelta(hours=9))
    assert abs(moment - datetime.now(UTC)) < timedelta(minutes=1)


def test_preflight_leaves_nothing_behind(lake, tmp_path):
    """It says what the run is about to do, and the file that it wrote is gone."""
    found = tasks.preflight(fresh())

    assert found == {"run_date": "2024-03-17", "week_number": 11, "base_url": "https://api.themoviedb.org/3"}
    assert files(tmp_path) == []


def test_preflight_notices_a_full_disk(lake, tmp_path):
    """A disk that takes an empty file but hardly a page fails one task and not nine, and nothing is left on it."""
    with (
        no_file_larger_than(300_000),
        pytest.raises(LakeError, match=r"\.preflight cannot be written: File too large\."),
    ):
        tasks.preflight(fresh())

    assert files(tmp_path) == []


def test_preflight_writes_what_no_file_system_can_compress(lake, monkeypatch):
    """Where files are compressed on the disk, the probe takes its room all the same."""
    written = []
    monkeypatch.setattr(Lake, "write", lambda self, path, data: written.append(zlib.compress(data)))

    tasks.preflight(fresh())

    assert [len(data) > 300_000 for data in written] == [True]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem", r"^REQUESTS_CA_BUNDLE='/nowhere/ca.pem' does not exist\."),
        ("https_proxy", "htp://x:1", "^https_proxy cannot be used"),
    ],
)
def test_preflight_needs_a_way_to_tmdb(lake, monkeypatch, tmp_path, name, value, said):
    """A CA bundle that is not there, or a proxy that is none, is said before anything is written, by one task."""
    for variable in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=said):
        tasks.preflight(fresh())

    assert files(tmp_path) == []


def test_preflight_needs_a_key(lake, monkeypatch):
    """Without a key it fails before it writes anything."""
    monkeypatch.delenv("TMDB_READ_TOKEN")

    with pytest.raises(MissingKey):
        tasks.preflight(fresh())


class Monthly(Params, frozen=True, kw_only=True):
    """The params of a DAG that judges nothing."""

    months: Annotated[Pages, Meta(description="How many")] = 2


@pytest.fixture
def current(monkeypatch):
    """The context of a task of a DAG with these params."""

    def current(kind, **params):
        at = datetime(2024, 1, 6, 18, 0, tzinfo=UTC)
        dag_run = SimpleNamespace(dag_id="a_month", run_id="r", logical_date=at, run_after=None, start_date=None)
        context = {"dag_run": dag_run, "params": params}
        monkeypatch.setattr("tmdb_pipeline.orchestration.context.get_current_context", lambda: context)
        return TaskContext.current(kind)

    return current


def test_dag_without_thresholds_has_a_context(current):
    """What a task needs is there for any DAG, whatever its params are."""
    this = current(Monthly, months=3.0)

    assert (this.run, this.params) == (Run("a_month", "r", date(2024, 1, 7)), Monthly(months=3))
    assert current(Params).params == Params()


def test_params_of_another_shape_are_one_message(current):
    """What Airflow has let through all the same fails the first task, without a retry."""
    with pytest.raises(SettingsError, match=r"^Expected `int` <= 500 - at `\$\.months`$"):
        current(Monthly, months=501)


def test_params_are_declared_once():
    """Limits, choices, descriptions and defaults reach Airflow from the type."""
    params = {name: param.dump() | param.schema for name, param in airflow_params(Monthly).items()}

    assert {name: params["months"][name] for name in ("value", "type", "minimum", "maximum", "description")} == {
        "value": 2,
        "type": "integer",
        "minimum": 1,
        "maximum": 500,
        "description": "How many",
    }
    assert airflow_params(Params) == {}


def test_settings_and_lake_are_looked_up_once(lake, monkeypatch, tmp_path):
    """What has changed in the environment meanwhile does not send one task to two places."""
    this = fresh()
    first = this.lake
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path / "another"))

    assert this.lake is first
    assert this.settings.data_root == str(tmp_path / "lake")


@pytest.mark.parametrize("pretended", ["logical_date", "run_after"])
def test_run_that_began_at_the_moment_that_it_is_for_only_pretends_to(pretended):
    """`airflow dags test` gives the date of the run as its start, which may be years ago."""
    at = datetime(2024, 1, 6, 17, tzinfo=UTC)
    dag_run = SimpleNamespace(start_date=at, logical_date=None, run_after=at + timedelta(hours=1))
    assert began(dag_run) == at

    setattr(dag_run, pretended, at)

    assert began(dag_run) is None
