from datetime import date

import pytest

from tmdb_pipeline import dags
from tmdb_pipeline.dags import COLLECTIONS, DAILY, PERMITTED, WEEKLY, DagSpec, Stage

DAGS = (*dags.DAGS, *PERMITTED)
EACH = pytest.mark.parametrize("spec", DAGS, ids=[spec.name for spec in DAGS])


@pytest.mark.parametrize("name", ["id", "name", "report", "display_name", "asset"])
def test_what_tells_dags_apart_is_their_own(name):
    """No two DAGs share an id, a name, an asset, or the name of their reports, which would replace each other."""
    names = [getattr(spec, name) for spec in DAGS if getattr(spec, name) is not None]

    assert len({*names}) == len(names)


def test_what_collects_has_a_report_and_an_asset():
    """Whoever reads the report of a run, or waits for it, finds one."""
    assert [*COLLECTIONS] == [DAILY, WEEKLY]
    assert all(spec.report and spec.asset for spec in COLLECTIONS)


@EACH
def test_dag_is_started_by_the_clock_or_by_assets(spec):
    """A DAG has one of the two, and the assets are those of other DAGs."""
    assert (spec.cron is None) == bool(spec.after)
    assert {*spec.after} <= {other.asset for other in DAGS if other is not spec}


@EACH
def test_tasks_are_told_apart(spec):
    """No two tasks of a DAG share an id, nor a stage and source, by which they are found."""
    assert len({task.id for task in spec.tasks}) == len(spec.tasks)
    assert all(spec.task(task.stage, task.source) is task for task in spec.tasks)


@EACH
def test_ids_are_ascii_and_names_are_not(spec):
    """A Korean id breaks a test run of Airflow 3.3; people read Korean."""
    assert all(each.id.isascii() and not each.display_name.isascii() for each in (spec, *spec.tasks))


@EACH
def test_sources_belong_to_collecting_tasks(spec):
    """A task that collects has a source."""
    assert all(task.source is not None for task in spec.tasks if task.stage is Stage.COLLECT)


def test_dag_is_found_by_its_id():
    """A run knows the id of its DAG; one that nobody has entered is said."""
    assert dags.find(WEEKLY.id) is WEEKLY
    assert dags.find("tmdb_custom_gone") == dags.custom("gone")
    with pytest.raises(LookupError, match=r"^There is no DAG another: the registry in tmdb_pipeline/dags.py has every"):
        dags.find("another")


@pytest.mark.parametrize(
    ("source", "what"), [(None, "that is to consolidate"), ("popular", "that is to consolidate popular")]
)
def test_task_that_a_dag_does_not_have_is_said(source, what):
    """A slip in a DAG file is named when the file is parsed."""
    with pytest.raises(LookupError) as raised:
        DAILY.task(Stage.CONSOLIDATE, source)

    assert str(raised.value) == f"The DAG {DAILY.id} has no task {what}."


@pytest.mark.parametrize(("spec", "due"), [(DAILY, "2024-02-29T02:00:00+09:00"), (WEEKLY, "2024-02-29T03:00:00+09:00")])
def test_run_is_due_at_the_time_of_its_schedule_in_seoul(spec, due):
    """The commands run a DAG of any day as its schedule would."""
    assert spec.due(date(2024, 2, 29)).isoformat() == due


def test_dag_that_assets_start():
    """Commands run such a DAG at noon, when the collections of the day are done; it may publish no asset."""
    follower = DagSpec(
        name="after",
        id="after",
        display_name="뒤",
        english_name="after",
        description="runs after another",
        after=(DAILY.asset,),
        tags=(),
        retries=0,
        retry_delay=DAILY.retry_delay,
        tasks=(),
    )

    assert follower.due(date(2024, 2, 29)).isoformat() == "2024-02-29T12:00:00+09:00"
    assert not follower.collects
    with pytest.raises(LookupError, match=r"^The DAG after publishes no asset\.$"):
        _ = follower.outlet


def test_custom_dag_is_known_by_its_id_and_by_what_its_file_says(monkeypatch):
    """Where the file was read a DAG has its name; elsewhere its id says all that its files need."""
    monkeypatch.setattr(dags, "_made", {})
    spec = dags.custom("korean", "한국 영화", cron="0 4 * * *", zone="America/New_York")

    assert dags.find(spec.id).display_name == spec.id
    dags.enter(spec)
    assert dags.find(spec.id) is spec
    assert (spec.report, spec.outlet.uri) == ("validation_report_custom_korean", "tmdb://movies/custom/korean")
    assert [task.id for task in spec.tasks] == ["collect_movies", "validate_collected_data", "generate_summary"]
    assert not any(spec.id in {other.id, other.name} or spec.report == other.report for other in DAGS)


@pytest.mark.parametrize("dag_id", ["tmdb_custom_", "tmdb_custom_1", "tmdb_custom_A", "tmdb_daily_collection", "x"])
def test_dag_that_is_no_custom_one(dag_id):
    """What no entry may be called is none."""
    assert dags.custom_name(dag_id) is None
