import msgspec
import pytest
from airflow_server import dag

from tmdb_pipeline.ops.airflow_api.access import Access
from tmdb_pipeline.ops.airflow_api.client import AirflowApi
from tmdb_pipeline.ops.airflow_api.documents import Dag
from tmdb_pipeline.ops.dag_names import complete_dags, dag_id, find_dag, find_task, in_order, short_name
from tmdb_pipeline.ops.errors import Misused

DAILY = "tmdb_daily_collection"


@pytest.fixture
def api(airflow):
    with AirflowApi(Access(airflow.url, token="eyJ.t")) as api:
        yield api


@pytest.mark.parametrize("name", ["daily", DAILY, "TMDB 일일 수집"])
def test_dag_is_known_by_each_of_its_names(api, airflow, name):
    """The short one, Airflow's, and the one that people read."""
    airflow.answers[f"GET dags/{DAILY}"] = dag(DAILY)

    assert find_dag(api, name).dag_id == DAILY
    assert dag_id(name) == DAILY


def test_custom_collection_is_known_by_its_name(api, airflow):
    """As custom_collections.yaml calls it, or by its id."""
    airflow.answers["GET dags/tmdb_custom_classics"] = dag("tmdb_custom_classics")

    assert find_dag(api, "classics").dag_id == find_dag(api, "tmdb_custom_classics").dag_id == "tmdb_custom_classics"
    assert short_name("tmdb_custom_classics") == "classics"


def test_dag_that_is_there_only_by_permission_is_known_by_its_names():
    """To commands, to a shell, and in the order in which people read them."""
    assert dag_id("features") == dag_id("TMDB 피처 생성") == "tmdb_features"
    assert complete_dags("feat") == [("features", "TMDB 피처 생성")]
    there = [dag("of_others"), dag("tmdb_features"), dag("tmdb_platform_monitoring")]
    assert [each.dag_id for each in sorted((msgspec.convert(one, Dag) for one in there), key=in_order)] == [
        "tmdb_platform_monitoring",
        "tmdb_features",
        "of_others",
    ]


def test_names_of_others_stay_as_they_are():
    """Airflow may have DAGs that are not ours."""
    assert (dag_id("theirs"), short_name("theirs"), short_name(DAILY)) == ("theirs", "theirs", "daily")


@pytest.mark.parametrize(
    ("name", "there", "said"),
    [
        ("dayly", [DAILY, "theirs"], "There is no DAG dayly: do you mean daily? There are daily, theirs."),
        ("x", [DAILY], "There is no DAG x: There are daily."),
        ("daily", [], "There is no DAG daily: Airflow has read none yet, which it does within a minute"),
    ],
)
def test_dag_that_is_not_there_is_said_with_those_that_are(api, airflow, name, there, said):
    """And which of them was meant, as far as that can be guessed."""
    airflow.answers["GET dags"] = {"dags": [dag(each) for each in there]}

    with pytest.raises(Misused) as raised:
        find_dag(api, name)

    assert str(raised.value).startswith(said)


def test_task_is_known_by_each_of_its_names():
    """Airflow's and the one that people read; of DAGs of others as it is."""
    assert find_task(DAILY, "인기 영화 수집") == find_task(DAILY, "collect_popular_movies") == "collect_popular_movies"
    assert find_task(DAILY, "x") == find_task("theirs", "x") == "x"


def test_shell_completes_names():
    """With what people read beside them."""
    assert complete_dags("dai") == [("daily", "TMDB 일일 수집")]
    assert [name for name, _ in complete_dags("tmdb_w")] == [
        "tmdb_weekly_comprehensive",
        "tmdb_warehouse_load",
        "tmdb_warehouse_quality",
    ]
