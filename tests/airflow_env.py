"""An Airflow of the tests' own. Conftests import this before anything imports Airflow, which reads it only once."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
DAGS = ROOT / "dags"
HOME = Path(tempfile.mkdtemp(prefix="tmdb-airflow-test-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)


def clean(environ):
    """An environment without the variables of Airflow, nox and this project; what images are built from stays."""
    ours = ("AIRFLOW", "_AIRFLOW", "NOX_", "TMDB_")
    return {name: value for name, value in environ.items() if not name.startswith(ours) or name == "AIRFLOW_BASE_IMAGE"}


def use_database(url):
    """Let the Airflow of this process keep its metadata there."""
    if "airflow" in sys.modules:  # pragma: no cover - a mistake in a test
        raise RuntimeError(
            "Airflow was imported before its database was chosen: import it inside of a test or fixture."
        )
    os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = url


for name in os.environ.keys() - clean(os.environ).keys():
    del os.environ[name]
os.environ |= {
    "AIRFLOW_HOME": str(HOME),
    "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    # True would replace the timetables and pause nothing: the DAGs under test would not be those of production.
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
}
