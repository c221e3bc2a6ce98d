"""The DAGs as Airflow's own parser sees them, and all DAG folders of these tests as the integrity checks see them."""

from pathlib import Path

import airflow_env
import pytest
from msgspec.structs import replace

from dag_integrity.config import Config, Level
from dag_integrity.loading import load
from dag_integrity.parser.airflow import version
from tmdb_pipeline.dags import POOL

HERE = Path(__file__).parent
GOOD = HERE / "good_dags"
BROKEN = HERE / "broken_dags"
PARSED = pytest.StashKey()


def at_one_speed(folder):
    """The folder as a machine with nothing else to do would parse it, but for the file that sleeps."""
    if folder.path.name == "slow_parse":
        return folder
    return replace(folder, files=[replace(file, seconds=min(file.seconds, 0.5)) for file in folder.files])


@pytest.fixture(scope="session")
def dagbag():
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(airflow_env.DAGS, known_pools={"default_pool", POOL.name})


@pytest.fixture(scope="session")
def folders(request):
    """Our DAGs, the good ones, and a folder of broken ones for each check, all parsed by one pair of processes."""
    paths = [airflow_env.DAGS, GOOD, *sorted(path for path in BROKEN.iterdir() if path.is_dir())]
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MEASURED_CONFIG", raising=False)  # at full speed; smaller folders are measured
        folders = {folder.path: at_one_speed(folder) for folder in load(*paths)}
    request.config.stash[PARSED] = folders[airflow_env.DAGS]
    return folders


@pytest.fixture(scope="session")
def own(folders):
    """Our DAG folder."""
    return folders[airflow_env.DAGS]


@pytest.fixture(scope="session")
def config():
    """What our DAGs have to keep to: all advice, too."""
    return Config(
        level=Level.ADVICE,
        zone="Asia/Seoul",
        pools=frozenset({POOL.name}),
        # Airflow 3.0 itself loads alembic with the first operator.
        heavy=Config.heavy | {"duckdb", "fake_tmdb", "psycopg", "requests", *["alembic"] * (version() >= "3.1")},
    )


def pytest_terminal_summary(terminalreporter, config):
    """Show what parsing our DAG files costs; no test asserts a time."""
    folder = config.stash.get(PARSED, None)
    for file in folder.files if folder else ():
        terminalreporter.write_line(f"{file.name}: parsed in {1000 * file.seconds:.0f} ms, {file.megabytes:.1f} MB")
