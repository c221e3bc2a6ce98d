"""The operator in DAGs that others write, run by Airflow: the one of the docs, and ones with mistakes."""

import re
from datetime import UTC, datetime

import airflow_env
import pytest

from fake_tmdb.faults.fault import Fault

AT = datetime(2024, 1, 6, 19, 0, tzinfo=UTC)
PAGE = airflow_env.ROOT / "docs" / "collections.md"


@pytest.fixture
def example(tmp_path):
    """A folder with the DAG of the docs, and others that are written into it."""
    folder = tmp_path / "dags"
    folder.mkdir()
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (folder / "example.py").write_text(code, encoding="utf-8")
    return folder


def one_task(folder, **fields):
    """A DAG with one task that collects."""
    (folder / "one.py").write_text(
        "from datetime import datetime\n"
        "from airflow.sdk import DAG\n"
        "from tmdb_pipeline.orchestration.custom.operator import TmdbCollectOperator\n"
        "with DAG('one', schedule=None, start_date=datetime(2024, 1, 1)):\n"
        f"    TmdbCollectOperator(task_id='collect', **{fields!r})\n",
        encoding="utf-8",
    )


def states(run):
    return {(ti.task_id, ti.map_index): (str(ti.state), ti.try_number) for ti in run.get_task_instances()}


def test_example_of_the_docs(run_dag, example, lake, tmdb):
    """Templates are filled, mapped tasks collect each their own, and every file is there."""
    from e2e.test_in_process import published

    run = run_dag("korean_years", folder=example, logical_date=AT)

    assert states(run) == {
        ("collect_latest", -1): ("success", 1),
        ("collect_year", 0): ("success", 1),
        ("collect_year", 1): ("success", 1),
    }
    latest = lake.read_document("raw/movies/custom/korean_latest/korean_latest_20240107.json", dict)
    assert latest["collection_info"]["parameters"] == {
        "with_original_language": "ko",
        "vote_count.gte": "10",
        "primary_release_date.lte": f"{run.run_after:%Y-%m-%d}",
        "sort_by": "primary_release_date.desc",
    }
    assert latest["collection_info"]["total_collected"] == 40
    repository = tmdb.fake.repository
    for year in ("2017", "2018"):
        movies = lake.read_document(f"raw/movies/custom/korean_{year}/korean_{year}_20240107.json", dict)["movies"]
        rows = repository.discovery.rows({"with_original_language": "ko", "primary_release_year": year})[:20]
        assert [movie["id"] for movie in movies] == repository.catalogue.ids[rows].tolist()
        assert lake.exists(f"raw/metadata/quality_reports/validation_report_custom_korean_{year}_20240107.json")
        assert lake.exists(f"raw/metadata/quarantine/20240107/tmdb_custom_korean_{year}.jsonl")
    event = published("korean_latest")[-1]
    assert (event["dag_id"], event["run_date"]) == ("tmdb_custom_korean_latest", "2024-01-07")
    assert event["collection_summary"]["total_collected"] == 40


def test_try_again_asks_only_for_what_is_missing(run_dag, example, lake, tmdb):
    """What was collected before a page failed stays; the next run of the date asks for the rest."""
    one_task(example, name="rated", tmdb_list="top_rated", pages=3)
    tmdb.fake.faults = [Fault(path="/movie/top_rated", page=2, status=503)]
    first = run_dag("one", folder=example, logical_date=AT)
    tmdb.fake.faults = []
    tmdb.fake.journal.clear()

    second = run_dag("one", folder=example, logical_date=AT)

    assert (str(first.state), str(second.state)) == ("failed", "success")
    assert tmdb.fake.journal.pages("/movie/top_rated") == [2]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "한국", "tmdb_list": "popular"}, "The task collect cannot collect: id is '한국': give up to 40 of "),
        (
            {"name": "x", "discover": {"with_genre": 18}},
            "The task collect cannot collect: /discover/movie has no parameter with_genre. Did you mean with_genres?",
        ),
        ({"name": "x", "tmdb_list": "popular", "pages": "{{ 1000 }}"}, "pages is '1000': give a whole number from 1 "),
        ({"name": "x", "discover": {"include_adult": "{{ 1 }}"}}, "include_adult is '1': give true or false."),
    ],
)
def test_mistake_fails_at_once(run_dag, example, lake, tmdb, capsys, fields, sentence):
    """One sentence says what to give; TMDB is not asked, and nothing is tried again."""
    one_task(example, **fields)

    run = run_dag("one", retries=2, folder=example, logical_date=AT)

    assert states(run) == {("collect", -1): ("failed", 1)}
    assert sentence in "".join(capsys.readouterr())
    assert len(tmdb.fake.journal) == 0


def test_it_takes_its_share_of_the_limits(run_dag, example):
    """It runs in the pool of the tasks that ask TMDB; another pool and policy can be given."""
    from airflow.dag_processing.dagbag import DagBag

    from tmdb_pipeline.orchestration.retry_policy import TmdbRetryPolicy

    one_task(example, name="x", tmdb_list="popular", pool="own")
    bag = DagBag(example)
    latest, mine = bag.dags["korean_years"].task_dict["collect_latest"], bag.dags["one"].task_dict["collect"]

    assert (latest.pool, mine.pool) == ("tmdb_api", "own")
    assert isinstance(latest.retry_policy, TmdbRetryPolicy)
    assert latest.retry_policy.delay == latest.retry_delay
    assert [*latest.template_fields] == ["name", "discover", "tmdb_list", "pages", "thresholds"]
