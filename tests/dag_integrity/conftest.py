"""The DAGs as Airflow's own parser sees them."""

import shutil

import airflow_env
import pytest


@pytest.fixture(scope="session")
def dagbag():
    from airflow.dag_processing.dagbag import DagBag

    yield DagBag(airflow_env.DAGS, known_pools={"default_pool", "tmdb_api"})
    shutil.rmtree(airflow_env.HOME, ignore_errors=True)
