"""An Airflow of the tests' own. Conftests import this before anything imports Airflow, which reads it only once."""

import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
DAGS = ROOT / "dags"
HOME = Path(tempfile.mkdtemp(prefix="tmdb-airflow-test-"))

for name in [name for name in os.environ if name.startswith(("AIRFLOW", "TMDB_"))]:
    del os.environ[name]
os.environ |= {
    "AIRFLOW_HOME": str(HOME),
    "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    # True would replace the timetables and pause nothing: the DAGs under test would not be those of production.
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
}
