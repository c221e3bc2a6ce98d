"""Custom collections as Airflow's parser sees them: each entry a DAG with all that ours have, a wrong one no DAG."""

import shutil
from datetime import timedelta
from pathlib import Path

import airflow_env
import pytest

from dag_integrity.checks import CHECKS
from dag_integrity.loading import load
from tmdb_pipeline import dags
from tmdb_pipeline.custom.file import NAME

ENTRIES = """\
- id: korean_cinema
  display_name: "한국 영화: 수집"
  schedule: "0 4 * * 1"
  zone: America/New_York
  discover: {with_origin_country: KR}
  pages: 12
  thresholds: {warn_below_percent: 90, fail_below_percent: 60, adult_movies: quarantine}
- id: wrong
  display_name: 잘못된 항목
  schedule: 0 25 * * *
  list: popular
- id: top
  display_name: 평점
  schedule: "30 5 * * *"
  list: top_rated
- id: off
  display_name: 꺼짐
  schedule: "30 5 * * *"
  list: top_rated
  enabled: false
"""
KOREAN, TOP = "tmdb_custom_korean_cinema", "tmdb_custom_top"
OURS = {spec.id for spec in dags.DAGS}


def folder_with(path, text, *, without=()):
    """A copy of our DAG folder in which the file holds this; some files can be left out."""
    folder = path / "dags"
    shutil.copytree(airflow_env.DAGS, folder, ignore=shutil.ignore_patterns("__pycache__", *without))
    (folder / NAME).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return folder_with(tmp_path_factory.mktemp("own"), ENTRIES)


@pytest.fixture(scope="module")
def bag(folder):
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(folder, known_pools={"default_pool", dags.POOL.name})


def test_wrong_entry_costs_only_itself(bag, folder):
    """All others are DAGs, ours too; the import error is that of a file without DAGs, and names the line."""
    assert bag.dags.keys() == OURS | {KOREAN, TOP}
    ((file, told),) = bag.import_errors.items()
    assert Path(file).name == "custom_collections_errors.py"
    assert "FaultyCollections: 1 entry is left out until this is mended; all other collections run.\n" in told
    assert f"{folder / NAME}:10: schedule is '0 25 * * *', which is no time that comes (" in told
    assert {dag.fileloc for dag in bag.dags.values() if dag.dag_id not in OURS} == {
        str(folder / "custom_collections.py")
    }


def test_several_wrong_entries_are_a_line_each(folder, tmp_path):
    """Whoever mends the file sees all of it at once."""
    from airflow.dag_processing.dagbag import DagBag

    other = folder_with(tmp_path, "- id: x\n- id: y\n")

    (told,) = DagBag(other).import_errors.values()
    assert "2 entries are left out until this is mended; all other collections run.\n" in told
    assert f"{other / NAME}:1: this entry has no display_name" in told
    assert f"{other / NAME}:2: this entry has no display_name" in told


@pytest.mark.parametrize(
    "content",
    [
        "korean_cinema:\n\tschedule: 0 4 * * *\n",
        "\x00\x01" + "[" * 5000,
        "- " * 500 + "\n%YAML 9\n",
        "- !!python/object/apply:os.system ['false']\n",
    ],
)
def test_nothing_in_the_file_costs_our_own_dags(tmp_path, content):
    """Whatever somebody writes there, ours are loaded, and what is wrong is said."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(folder_with(tmp_path, content))

    assert bag.dags.keys() == OURS
    assert [Path(file).name for file in bag.import_errors] == ["custom_collections_errors.py"]


@pytest.mark.parametrize("dag_id", [KOREAN, TOP])
def test_dag_has_everything_that_ours_have(bag, dag_id, monkeypatch):
    """Callbacks, retries by policy, the pool, the timeout, one run at a time, an asset, a page, and a deadline."""
    from tmdb_pipeline.orchestration.retry_policy import TmdbRetryPolicy
    from tmdb_pipeline.orchestration.wiring import dag_arguments

    daily, dag = bag.dags[dags.DAILY.id], bag.dags[dag_id]
    spec = dags.find(dag_id)

    for name in ("catchup", "max_active_runs", "start_date", "on_failure_callback", "on_success_callback"):
        assert getattr(dag, name) == getattr(daily, name)
    for task in dag.tasks:
        like = daily.tasks[0]
        for name in (
            "owner",
            "retries",
            "retry_delay",
            "execution_timeout",
            "on_failure_callback",
            "on_retry_callback",
        ):
            assert getattr(task, name) == getattr(like, name)
        assert isinstance(task.retry_policy, TmdbRetryPolicy)
        assert not task.multiple_outputs
        assert len(task.doc_md.strip()) > 20
        assert f"`{task.task_id}`" in dag.doc_md
    assert {task.task_id: task.pool for task in dag.tasks} == {
        "collect_movies": "tmdb_api",
        "validate_collected_data": "default_pool",
        "generate_summary": "default_pool",
    }
    assert {task.task_id: task.downstream_task_ids for task in dag.tasks} == {
        "collect_movies": {"validate_collected_data"},
        "validate_collected_data": {"generate_summary"},
        "generate_summary": set(),
    }
    assert [[asset.name for asset in task.outlets] for task in dag.tasks] == [[], [], [dag_id]]
    monkeypatch.setenv("_AIRFLOW_PROCESS_CONTEXT", "client")
    assert dag_arguments(spec)["deadline"].interval == spec.deadline


def test_dag_is_what_its_entry_says(bag):
    """Name, time, zone, and what a run may choose, with the entry's values unless somebody does."""
    dag = bag.dags[KOREAN]

    assert dag.dag_display_name == "한국 영화: 수집"
    assert (dag.schedule.expression, str(dag.schedule.timezone)) == ("0 4 * * 1", "America/New_York")
    assert dag.params.dump() == {
        "pages": 12,
        "warn_below_percent": 90.0,
        "fail_below_percent": 60.0,
        "adult_movies": "quarantine",
    }
    assert dag.doc_md.startswith("# 한국 영화: 수집\n")
    assert "12 pages of `/discover/movie?with_origin_country=KR`, at `0 4 * * 1` (America/New_York)" in dag.doc_md
    assert dags.find(KOREAN).display_name == "한국 영화: 수집"


def test_load_waits_for_its_asset(bag):
    """What is collected is loaded: any asset starts the load, and those that are switched off are not waited for."""
    assert {asset.name for asset in bag.dags[dags.WAREHOUSE_LOAD.id].schedule.objects} == {
        "tmdb_daily_movies",
        "tmdb_weekly_movies",
        KOREAN,
        TOP,
    }


def test_how_long_each_may_go_without_success(folder):
    """From one run to the next and two hours for retries: a weekly one a week, whenever it is asked."""
    from tmdb_pipeline.orchestration.custom.dags import pauses_beside

    pauses = {spec.id: pause for spec, pause in pauses_beside(str(folder / "any.py")).items()}

    assert pauses.keys() == {KOREAN, TOP}
    assert timedelta(days=7, hours=2) <= pauses[KOREAN] <= timedelta(days=7, hours=3)
    assert pauses[TOP] == timedelta(days=1, hours=2)


def test_removed_entry_is_no_dag_any_more(folder, tmp_path):
    """The next parse has it no longer, by which Airflow drops it."""
    from airflow.dag_processing.dagbag import DagBag

    other = folder_with(tmp_path, ENTRIES[ENTRIES.index("- id: top") :])

    assert DagBag(other).dags.keys() == OURS | {TOP}


def test_task_parses_its_own_dag_alone(folder, monkeypatch):
    """In the process of a task the others are not made, which takes time where there are hundreds."""
    from tmdb_pipeline.orchestration.custom.dags import dags_beside

    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", TOP)

    assert [dag.dag_id for dag in dags_beside(str(folder / "custom_collections.py"))] == [TOP]


@pytest.fixture(scope="module")
def linted(tmp_path_factory):
    """Our folder with good entries, as the checks see it."""
    good = ENTRIES[: ENTRIES.index("- id: wrong")] + ENTRIES[ENTRIES.index("- id: top") :]
    good = good.replace("  zone: America/New_York\n", "")  # ours keep to Seoul, others need not
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MEASURED_CONFIG", raising=False)  # at full speed
        (folder,) = load(folder_with(tmp_path_factory.mktemp("linted"), good, without=["tmdb_*"]))
    return folder


@pytest.mark.parametrize("check", [check for check in CHECKS if check != "slow_parse"])  # no test asserts a time
def test_dags_pass_every_check(linted, config, check):
    """The DAGs that are made keep to all that ours keep to, all advice included."""
    assert [dag.dag_id for _, dag in linted.dags()] == [KOREAN, TOP]
    assert [finding.message for finding in CHECKS[check](linted, config)] == []


def test_hundreds_of_entries_are_made(tmp_path):
    """Three hundred entries are three hundred DAGs, from one file."""
    from airflow.dag_processing.dagbag import DagBag

    text = "".join(
        f"- id: n{number}\n  display_name: 수집 {number}\n  schedule: {number % 60} 4 * * *\n  list: popular\n"
        for number in range(300)
    )
    bag = DagBag(folder_with(tmp_path, text))

    assert len(bag.dags) == len(OURS) + 300
    assert bag.import_errors == {}
