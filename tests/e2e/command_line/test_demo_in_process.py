"""The demo in this process, with its fake and its Postgres, and the library in the place of Airflow."""

import io
import json
from datetime import UTC, date, datetime
from functools import partial
from types import SimpleNamespace

import pytest
from e2e import library
from rich.console import Console

from tmdb_pipeline.dags import DAILY, WAREHOUSE_LOAD, WAREHOUSE_QUALITY
from tmdb_pipeline.demo import runs
from tmdb_pipeline.demo.airflow_home import AirflowHome
from tmdb_pipeline.demo.past.beside import Training
from tmdb_pipeline.demo.postgres_server import PostgresServer
from tmdb_pipeline.demo.tables import table_stats
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language
from tmdb_pipeline.run import Run
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.checks.run import keep, run_checks
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.load.days import Which, load_run
from tmdb_pipeline.warehouse.report.document import build
from tmdb_pipeline.warehouse.report.facts import read_facts
from tmdb_pipeline.warehouse.report.files import write_report

DAY = date(2024, 1, 1)


@pytest.fixture
def by_the_library(monkeypatch):
    """The DAGs that were run, and for when; the library does what they do, where Airflow would have been sent."""
    asked = []

    def test(home, dag_id, logical_date, watch):
        asked.append((dag_id, logical_date))
        lake = Lake(home.settings["TMDB_DATA_ROOT"])
        if dag_id == DAILY.id:
            fake = SimpleNamespace(read_token=home.settings["TMDB_READ_TOKEN"])
            server = SimpleNamespace(url=home.settings["TMDB_BASE_URL"], fake=fake)
            library.run_daily(server, home.settings["TMDB_DATA_ROOT"], DAY)
            return
        told = json.loads(home.settings["AIRFLOW_CONN_TMDB_WAREHOUSE"])
        where = [told[name] for name in ("host", "port", "schema", "login", "password")]
        address = Address("the demo", *where)
        if dag_id == WAREHOUSE_LOAD.id:
            load_run(lake, address, Which(DAY, DAILY.id))
            return
        run, now = Run(dag_id, "library", DAY), datetime.now(UTC)
        with connected(address) as connection:
            keep(connection, run.run_id, now, run_checks(connection, now))
            write_report(lake, run, build(run, now, read_facts(connection, run.run_id, now)), Language.KO)

    monkeypatch.setattr(runs, "DEMO", (DAILY, WAREHOUSE_LOAD, WAREHOUSE_QUALITY))
    monkeypatch.setattr(AirflowHome, "migrate", lambda home: None)
    monkeypatch.setattr(AirflowHome, "test", test)
    return asked


@pytest.mark.parametrize(("plan", "days"), [(None, 60), ("[]", 2)])
def test_demo_shows_what_was_collected_and_loaded(by_the_library, tmp_path, monkeypatch, plan, days):
    """It starts a fake and a Postgres, runs each DAG when it is due, and tells numbers, files, verdicts and tables.

    The tables can be looked at later. What a model learns beside it is told, too, or why it learns nothing.
    """
    monkeypatch.setattr(runs, "Training", partial(Training, days=days))
    console = Console(file=io.StringIO(), width=300)
    faults = tmp_path / "plan.json" if plan else None
    if faults:
        faults.write_text(plan)
    out = tmp_path / "out"

    runs.demo(console, day=DAY, seed=7, movies=500, faults=faults, out=out, dags=tmp_path / "dags")

    shown = console.file.getvalue()
    rows = {cells[0]: cells[1:] for line in shown.splitlines() if (cells := line.split())}
    assert [dag_id for dag_id, _ in by_the_library] == [DAILY.id, WAREHOUSE_LOAD.id, WAREHOUSE_QUALITY.id]
    assert by_the_library[0][1] == "2024-01-01T02:00:00+09:00"
    assert "Fake TMDB with 500 invented movies (seed 7) at http://127.0.0.1:" in shown
    assert ("It misbehaves on purpose, as planned in plan.json." in shown) == bool(plan)
    assert rows["collect_popular_movies"][:2] == ["5", "100"]
    assert rows["collections"][0] == "2"
    assert rows["Files"] == [str(out)]
    assert rows["Daily"] == ["passed"]
    assert str(out / "raw/metadata/quality_reports/validation_report_20240101.html") in shown
    assert rows["Tables"] == [str(out / "postgres")]
    assert rows["Model"][0] in ({"passed", "refused"} if days == 60 else {"not"})
    assert ("Popular in a week? A model of 60 invented days to 2024-01-01" in shown) == (days == 60)
    assert ("on invented movies: TMDB forbids it on its own without permission" in shown) == (days == 60)
    assert ("not trained: 0 days are there" in shown) == (days != 60)
    assert "The fake was asked 6 times, at most " in shown

    monkeypatch.setattr(PostgresServer, "psql", lambda tables: len(table_stats(tables.reader)))  # nobody types here
    assert runs.look(out) > 5
