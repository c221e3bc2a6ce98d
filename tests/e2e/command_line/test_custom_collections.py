"""What Airflow's DAG processor makes of the file, in its own tables: what the UI shows, and the scheduler goes by."""

import sqlite3
from contextlib import closing

from e2e.commands import AirflowHome

from tmdb_pipeline import dags
from tmdb_pipeline.custom.file import NAME

GOOD = """\
- id: korean
  display_name: 한국 영화
  schedule: "0 4 * * *"
  discover: {with_origin_country: KR}
"""
WRONG = """\
- id: wrong
  display_name: 잘못된 항목
  schedule: "0 4 * * *"
  discover: {with_origin_contry: KR}
"""


def test_wrong_entry_is_an_import_error_that_costs_no_dag(dag_folder, tmdb_server, migrated_home, tmp_path):
    """The error names the line; every other DAG is scheduled, that of the good entry with the name that people read."""
    folder = dag_folder(GOOD + WRONG)
    home = AirflowHome(tmp_path / "home", tmdb_server, migrated=migrated_home, AIRFLOW__CORE__DAGS_FOLDER=str(folder))
    with home.start("dag-processor", "--num-runs", "1") as processor:
        status = processor.wait()

    with closing(sqlite3.connect(home.folder / "airflow.db")) as database:
        found = database.execute("SELECT dag_id, is_stale, has_import_errors, relative_fileloc FROM dag").fetchall()
        shown = database.execute("SELECT dag_display_name FROM dag WHERE dag_id = 'tmdb_custom_korean'").fetchall()
        ((file, told),) = database.execute("SELECT filename, stacktrace FROM import_error").fetchall()
    assert status == 0, processor.output
    assert {(dag_id, stale, wrong) for dag_id, stale, wrong, _ in found} == {
        (dag_id, 0, 0) for dag_id in [*(spec.id for spec in (*dags.DAGS, *dags.PERMITTED)), "tmdb_custom_korean"]
    }
    assert shown == [("한국 영화",)]
    assert {where for dag_id, *_, where in found if dag_id == "tmdb_custom_korean"} == {"custom_collections.py"}
    assert file == "custom_collections_errors.py"
    assert told.rstrip().endswith(
        f"{NAME}:8: /discover/movie has no parameter with_origin_contry. Did you mean with_origin_country?"
    )
