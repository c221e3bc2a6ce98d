"""What tasks of the DAG say of events, Connections and files not as they should be; called without Airflow."""

from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace

import pytest
from e2e.warehouse.small_runs import DAILY, movie

from tmdb_pipeline.warehouse.errors import WarehouseRefused

FIRST = date(2024, 1, 7)
OTHERS = {"trending": [movie(99)]}


@pytest.fixture
def tasks(address, runs, monkeypatch):
    """The module of the tasks, with the address of an empty warehouse; and what a task is given."""
    from tmdb_pipeline.orchestration import warehouse_tasks
    from tmdb_pipeline.orchestration.context import TaskContext
    from tmdb_pipeline.run import Run

    monkeypatch.setattr(warehouse_tasks, "warehouse_address", lambda: address)
    monkeypatch.setattr(TaskContext, "lake", runs.lake)
    return warehouse_tasks, TaskContext(Run("tmdb_warehouse_load", "run", FIRST), warehouse_tasks.LoadParams(), None)


@contextmanager
def started_by(*extras):
    """A context of a task in a run that events with these extras have started."""
    from airflow.sdk.execution_time.context import OutletEventAccessors, set_current_context

    events = {"an asset": [SimpleNamespace(extra=extra) for extra in extras]}
    with set_current_context({"triggering_asset_events": events, "outlet_events": OutletEventAccessors()}):
        yield


def test_report_that_an_event_promises_has_to_be_there(tasks):
    """By hand a day without a run is passed over; here somebody said that it has ended."""
    module, this = tasks
    with started_by({"dag_id": DAILY, "run_date": "2024-01-07", "run_id": "x", "file": "y"}):
        extracted = module.extract(this)

    assert extracted == {
        "runs": [],
        "refused": [f"The run of {DAILY} for 2024-01-07 has ended, and its report is not there."],
    }


@pytest.mark.parametrize("extra", [{}, {"dag_id": DAILY}, {"dag_id": DAILY, "run_date": "yesterday"}])
def test_event_that_does_not_say_of_which_run_it_is(tasks, extra):
    """Somebody else's event, sent by REST: it is said what to send."""
    from tmdb_pipeline.settings import SettingsError

    module, this = tasks
    with (
        started_by(extra),
        pytest.raises(SettingsError, match=r"^An event of an asset does not say of which run"),
    ):
        module.extract(this)


def test_files_that_change_between_tasks_are_refused(tasks, runs, connection):
    """A file that is damaged before it is staged, or a run replaced before it is loaded: named, and not loaded."""
    from tmdb_pipeline.warehouse.errors import DamagedRun

    module, this = tasks
    popular = "raw/movies/daily/popular_movies_20240107.json"
    runs.write(DAILY, FIRST, {"popular": [movie(1)], **OTHERS})
    with started_by():
        extracted = module.extract(this)
        good = runs.lake.read(popular)
        runs.lake.write(popular, good[:-9])
        refused = module.transform(this, extracted)
        runs.lake.write(popular, good)
        transformed = module.transform(this, extracted)
        runs.write(DAILY, FIRST, {"popular": [movie(2)], **OTHERS})
        with pytest.raises(DamagedRun) as raised:
            module.load(this, transformed)

    assert refused["staged"] == []
    assert "half-written or not a file of this pipeline" in refused["refused"][0]
    assert str(raised.value).startswith(
        "1 of 1 runs are not loaded. The run of tmdb_daily_collection for 2024-01-07 was"
    )
    assert connection.execute("SELECT count(*) FROM load_ledger").fetchone() == (0,)


@pytest.fixture
def address_of(monkeypatch):
    """The address in a Connection with this extra, written as JSON."""
    from airflow.sdk import BaseHook, Connection

    from tmdb_pipeline.orchestration.warehouse_address import warehouse_address

    def read(extra):
        held = {"conn_type": "postgres", "host": "db", "schema": "tmdb_warehouse", "login": "me", "extra": extra}
        monkeypatch.setattr(BaseHook, "get_connection", lambda conn_id: Connection(conn_id=conn_id, **held))
        return warehouse_address()

    return read


def test_extra_of_the_connection_becomes_parameters(address_of):
    """Forms write true and null, and libpq knows 1, and nothing."""
    address = address_of(
        '{"keepalives": true, "keepalives_idle": 30, "sslmode": "require", "service": null, "krb": ""}'
    )

    assert address.options == {"keepalives": "1", "keepalives_idle": "30", "sslmode": "require"}


@pytest.mark.parametrize("extra", ['["sslmode"]', '"require"', f'{{"connect_timeout": {"9" * 5000}}}'])
def test_extra_that_is_no_object(address_of, extra):
    """One sentence says what to write."""
    with pytest.raises(WarehouseRefused, match=r"^The extra of the Connection tmdb_warehouse is no JSON object: give"):
        address_of(extra)
