"""A folder with a stack, a command ``docker`` and an Airflow, each of which says what a test wants."""

import os

import pytest
from airflow_server import AirflowServer
from fake_docker import FakeDocker

from tmdb_pipeline.ops import program

ENV = "# settings\nADMIN_USER=admin\nADMIN_PASSWORD=s3cr3t-of-admin\nAIRFLOW_PORT={port}\n"
OURS = ("COMPOSE_FILE", "COMPOSE_ENV_FILES", "TMDB_STACK_FOLDER", "TMDB_DATA_ROOT", "ADMIN_USER", "ADMIN_PASSWORD")
OURS += ("AIRFLOW_PORT", "TMDB_AIRFLOW_URL", "TMDB_AIRFLOW_USER", "TMDB_AIRFLOW_PASSWORD", "TMDB_AIRFLOW_TOKEN")


@pytest.fixture
def airflow():
    with AirflowServer() as server:
        yield server


@pytest.fixture
def stack(tmp_path, airflow, monkeypatch):
    """The folder of a stack, which is the working folder; its Airflow is that of the test."""
    folder = tmp_path / "stack"
    folder.mkdir()
    (folder / "compose.yaml").write_text("services: {}\n")
    (folder / ".env").write_text(ENV.format(port=airflow.url.rpartition(":")[2]))
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def docker(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return FakeDocker(folder)


@pytest.fixture
def ops(monkeypatch, capsys):
    """Run the command: its exit status, output and errors, as at a width of 120 columns."""
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments):
        status = program.main(arguments)
        said = capsys.readouterr()
        return int(status), said.out, said.err

    return run
