"""The DAG that loads the warehouse, run as a whole: started by real events of the collections, or by hand."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from e2e.digest import DAILY, WEEKLY
from e2e.warehouse.tables import everything, state

from tmdb_pipeline import dags
from tmdb_pipeline.lake import paths
from tmdb_pipeline.run import Run

LOAD = dags.WAREHOUSE_LOAD.id
#: Sundays at 02:00 and 03:00 in Seoul.
AT_TWO, AT_THREE = datetime(2024, 1, 6, 17, 0, tzinfo=UTC), datetime(2024, 1, 6, 18, 0, tzinfo=UTC)


@pytest.fixture
def warehouse(postgres, database, monkeypatch):
    """The Connection of the DAG, to an empty warehouse."""
    monkeypatch.setenv("AIRFLOW_CONN_TMDB_WAREHOUSE", postgres.url(database, "postgresql"))


@pytest.fixture
def triggered(run_dag):
    """Run the DAG as the events of these runs start it, in this order."""
    import airflow.models.dagrun
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import delete, select

    with create_session() as session:
        session.execute(delete(AssetEvent))
    create = airflow.models.dagrun.get_or_create_dagrun

    def with_events(**options):
        run = create(**options)
        session = options["session"]
        run.consumed_asset_events.extend(session.scalars(select(AssetEvent).order_by(AssetEvent.id.desc())))
        session.merge(run)
        session.commit()
        return run

    def run(**options):
        with mock.patch.object(airflow.models.dagrun, "get_or_create_dagrun", with_events):
            return run_dag(LOAD, logical_date=None, **options)

    return run


def returned(run, task_id):
    return next(ti for ti in run.get_task_instances() if ti.task_id == task_id).xcom_pull(task_ids=task_id)


def states(run):
    return {ti.task_id: str(ti.state) for ti in run.get_task_instances()}


def test_every_event_is_loaded_though_they_come_together(run_dag, triggered, lake, tmdb, warehouse, connection, caplog):
    """Two days and a week, whose events start one run: all of them are in the tables, and the event says which."""
    for dag_id, moment in ((DAILY, AT_TWO + timedelta(days=1)), (WEEKLY, AT_THREE), (DAILY, AT_TWO)):
        assert str(run_dag(dag_id, logical_date=moment).state) == "success"

    run = triggered()

    metrics = returned(run, "load_data")
    ledger = connection.execute("SELECT run_date::text, dag_id, load_id FROM load_ledger ORDER BY load_id").fetchall()
    assert states(run) == dict.fromkeys(["extract_data", "transform_data", "load_data"], "success")
    assert ledger == [("2024-01-07", DAILY, 1), ("2024-01-07", WEEKLY, 2), ("2024-01-08", DAILY, 3)]
    assert metrics["run_dates"] == ["2024-01-07", "2024-01-08"]
    assert metrics["load_ids"] == [1, 2, 3]
    assert metrics["movies_inserted"] == connection.execute("SELECT count(*) FROM movies").fetchone()[0]
    assert published("tmdb_warehouse")[-1] == metrics
    assert lake.files(f"processed/warehouse/{DAILY}") == []

    before = everything(connection)
    again = run_dag(LOAD, logical_date=None, run_conf={"run_dates": ["2024-01-07", "2024-01-08"]})

    assert str(again.state) == "success"
    assert returned(again, "load_data")["load_ids"] == []
    assert everything(connection) == before


def test_run_by_hand_loads_its_own_date(run_dag, lake, tmdb, warehouse, connection):
    """Without events and without dates it is what is there of the day; what is not there is no failure."""
    run_dag(DAILY, logical_date=AT_TWO)

    run = run_dag(LOAD, logical_date=AT_TWO)

    assert str(run.state) == "success"
    assert connection.execute("SELECT dag_id FROM load_ledger").fetchall() == [(DAILY,)]


def test_run_that_cannot_be_loaded_does_not_keep_others_out(run_dag, lake, tmdb, warehouse, connection, caplog):
    """The good run is loaded, and the task fails at once, and says why for the other one."""
    run_dag(DAILY, logical_date=AT_TWO)
    run_dag(DAILY, logical_date=AT_TWO + timedelta(days=1))
    lake.delete(paths.quarantine_file(Run(DAILY, "", AT_TWO.date() + timedelta(days=1))))

    run = run_dag(LOAD, logical_date=None, retries=2, run_conf={"run_dates": ["2024-01-07", "2024-01-08"]})

    (last,) = [ti for ti in run.get_task_instances() if ti.task_id == "load_data"]
    assert (str(last.state), last.try_number) == ("failed", 1)
    assert "1 of 2 runs are not loaded. " in caplog.text
    assert "tmdb_daily_collection.jsonl is not there" in caplog.text
    assert connection.execute("SELECT run_date::text FROM load_ledger").fetchall() == [("2024-01-08",)]
    assert state(connection)["collection_runs"] != []


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (None, "There is no Connection tmdb_warehouse, so nobody knows where the warehouse is"),
        ("postgresql://postgres:postgres@127.0.0.1/", "The Connection tmdb_warehouse has no schema (the database)"),
        ("postgresql://nobody:wrong@127.0.0.1:{port}/{database}", "refuses to sign in: "),
    ],
)
def test_warehouse_that_refuses_is_said_at_once(
    run_dag, lake, tmdb, postgres, database, monkeypatch, caplog, url, sentence
):
    """No try is wasted where only a person can help, and one sentence says how."""
    run_dag(DAILY, logical_date=AT_TWO)
    if url:
        monkeypatch.setenv("AIRFLOW_CONN_TMDB_WAREHOUSE", url.format(port=postgres.port, database=database))

    run = run_dag(LOAD, logical_date=AT_TWO, retries=2)

    (first,) = [ti for ti in run.get_task_instances() if ti.task_id == "extract_data"]
    assert (str(first.state), first.try_number) == ("failed", 1)
    assert sentence in caplog.text


def published(name):
    """The extras of the events of an asset, oldest first."""
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        wanted = select(AssetEvent).join(AssetModel, AssetModel.id == AssetEvent.asset_id)
        return [event.extra for event in session.scalars(wanted.where(AssetModel.name == name).order_by(AssetEvent.id))]
