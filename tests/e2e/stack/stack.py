"""The full stack of this project in containers of its own, and what tests do to it."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import airflow_env
from e2e.digest import DAILY, WEEKLY, table_digest, table_query
from e2e.leftovers import owner, sweep
from e2e.patience import PATIENCE
from e2e.stack.airflow_rest import AirflowRest
from e2e.stack.remote_fake import RemoteFake
from support import free_port

from tmdb_pipeline.dags import WAREHOUSE_LOAD

FILES = (airflow_env.ROOT / "compose.yaml", Path(__file__).with_name("compose.yaml"))
#: What is kept of a session: pictures, and on failure the logs of the services.
RESULTS = Path(os.environ.get("E2E_RESULTS") or airflow_env.ROOT / "e2e-results")
#: What may come from the environment of this process; all else of the stack is in its own file of settings.
PASSED_ON = (
    *("AIRFLOW_BASE_IMAGE", "PYTHON_IMAGE", "POSTGRES_IMAGE", "REDIS_IMAGE"),
    *("PATH", "HOME", "DOCKER_CONFIG", "DOCKER_CONTEXT", "DOCKER_HOST"),
)
DATA = "/opt/airflow/data"
#: In memory and small, in the scheduler's container; a mount keeps the mode of the folder in the image.
SMALL_DISK = "/var/tmp"  # noqa: S108 - it is inside of the container
#: What runs all the time without a profile.
SERVICES = ("api-server", "dag-processor", "fake-tmdb", "postgres", "scheduler", "triggerer")
#: The day for which the files are known, and the moments in it for which the DAGs are triggered.
STAMP = "20240107"
AT_TWO, AT_THREE = "2024-01-07T02:00:00+09:00", "2024-01-07T03:00:00+09:00"
#: The DAG that loads the warehouse, and the tables that it fills.
LOAD = WAREHOUSE_LOAD.id
FILLED = (
    *("collection_runs", "collections", "load_ledger", "movie_genres", "movie_observations", "movie_versions"),
    *("movies", "movie_popularity", "quarantined_records"),
)
#: The runs of both DAGs that nothing happens to.
UNDISTURBED = "undisturbed"


@cache
def compose_plugin() -> list[str]:
    """Docker Compose as a command of its own.

    That is one process; ``docker compose`` is two, of which the second goes on when somebody kills the first.
    """
    asked = '{{range .ClientInfo.Plugins}}{{if eq .Name "compose"}}{{.Path}}{{end}}{{end}}'
    found = subprocess.run(["docker", "info", f"--format={asked}"], capture_output=True, text=True, check=False)
    return [found.stdout.strip()] if found.stdout.strip() else ["docker", "compose"]


class Compose:
    """A compose project: its name, and the file of its settings."""

    def __init__(self, project: str, settings: Path) -> None:
        self.project = project
        self._settings = settings

    @property
    def command(self) -> list[str]:
        """Compose with these settings, without the options that pytest-docker adds itself: files and project.

        The environment is emptied, for it would win over the file of settings.
        """
        kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        passed = [f"{name}={value}" for name, value in kept.items()]
        passed += ["COMPOSE_ANSI=never", f"E2E_OWNER={owner()}"]
        return ["env", "-i", *passed, *compose_plugin(), f"--env-file={self._settings}"]

    def __call__(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run it; an AssertionError with what it said if it fails and that is to be checked."""
        files = [f"--file={file}" for file in FILES]
        ended = subprocess.run(
            [*self.command, *files, f"--project-name={self.project}", *arguments],
            cwd=airflow_env.ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert ended.returncode == 0 or not check, f"docker compose {' '.join(arguments)}: {ended.stdout}{ended.stderr}"
        return ended

    def down(self) -> None:
        """Remove its containers, networks and volumes."""
        self("--profile=*", "down", "--volumes", "--remove-orphans", "--timeout=5")


class Stack:
    """The project's stack. Its name, ports and settings are fixed before anything of it is started."""

    def __init__(self, engine, folder: Path, settings: Mapping[str, str], *, beside: str = "") -> None:
        """Take the folder of its settings, and what tells it from the stack of this process that it is beside."""
        self.engine = engine
        self.settings: dict[str, str] = {}
        self._file = folder / "env"
        self._file.touch(mode=0o600)
        ports = {"AIRFLOW_PORT": str(free_port()), "FAKE_TMDB_PORT": str(free_port())}
        self.configure(**{**settings, **ports})
        self.compose = Compose(f"tmdb-e2e-{os.getpid()}{beside}", self._file)
        self.fake = RemoteFake(int(ports["FAKE_TMDB_PORT"]))
        self.rest = AirflowRest(f"http://127.0.0.1:{ports['AIRFLOW_PORT']}")

    def configure(self, **settings: str) -> None:
        """Change settings; they hold from the next ``up`` on."""
        self.settings |= settings
        self._file.write_text("".join(f"{name}={value}\n" for name, value in self.settings.items()))

    def up(self, *options: str) -> None:
        """Start what is not up, and return when all is well."""
        self.compose("up", "--detach", "--wait", f"--wait-timeout={PATIENCE}", *options)
        self.sign_in()

    def sign_in(self) -> None:
        """Use the REST API as the administrator of the settings."""
        self.rest.sign_in(self.settings["ADMIN_USER"], self.settings["ADMIN_PASSWORD"])

    def down(self) -> None:
        """Remove all of it, and the images that were built for it."""
        self.compose.down()
        sweep(self.engine, mine=True)

    def containers(self, service: str | None = None) -> list[Any]:
        """The containers of a service, or of all, running or not."""
        labels = [f"com.docker.compose.project={self.compose.project}"]
        if service:
            labels.append(f"com.docker.compose.service={service}")
        return self.engine.containers.list(all=True, filters={"label": labels})

    def container(self, service: str) -> Any:
        """The one container of a service."""
        (found,) = self.containers(service)
        return found

    def run(self, service: str, command: Sequence[str]) -> str:
        """Run a command in the container of a service; what it printed. An AssertionError if it fails."""
        ended = self.container(service).exec_run(list(command))
        printed = ended.output.decode(errors="replace")
        assert ended.exit_code == 0, f"{' '.join(command)}: {printed}"
        return printed

    def processes(self, service: str) -> dict[int, str]:
        """The processes in the container of a service: number there, and state (Z is a zombie) with command line."""
        listing = r"""
            for p in /proc/[0-9]*; do
                echo ${p#/proc/} $(sed 's/.*) \(.\).*/\1/' $p/stat) $(tr '\0' ' ' <$p/cmdline)
            done 2>/dev/null
            true
        """
        numbered = (line.partition(" ") for line in self.run(service, ["sh", "-c", listing]).splitlines())
        return {int(number): line for number, _, line in numbered}

    def lake(self, folder: Path, *, root: str = DATA) -> Path:
        """A copy of the files for the known day. Another run, started by its schedule, may have left others."""
        packed = self.container("scheduler").exec_run(["tar", "-C", root, "-c", "."], stderr=False).output
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            # One by one: a safe extractall, with its filter, came only with Python 3.11.4.
            for member in archive:
                if STAMP in member.name and (content := archive.extractfile(member)):
                    file = folder / member.name
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(content.read())
        return folder

    def warehouse(self, statement: str) -> list[str]:
        """The lines that a statement gives in the warehouse, by who administers the server."""
        return self.sql("tmdb_warehouse", statement)

    def sql(self, database: str, statement: str) -> list[str]:
        """The same in any database."""
        asked = ["psql", "--username=airflow", "--no-align", "--tuples-only", "--command", statement, database]
        return self.run("postgres", asked).splitlines()

    def table_digest(self) -> str:
        """The digest of the tables of the warehouse."""
        return table_digest(self.warehouse(table_query()))

    def forget(self) -> None:
        """Leave the stack as if nothing had run: no runs, no files, no rows, no requests, no faults."""
        self.fake.reset()
        for dag_id in (DAILY, WEEKLY, LOAD):
            self.rest.delete_runs(dag_id)
        self.rest.delete_events(LOAD)
        self.warehouse(f"TRUNCATE {', '.join(f'tmdb.{name}' for name in FILLED)}")
        self.run("scheduler", ["find", DATA, SMALL_DISK, "-mindepth", "1", "-delete"])
        self.fake.reset()

    def logs(self) -> str:
        """What all services have logged so far, and all tasks."""
        tasks = self.run("scheduler", ["find", "/opt/airflow/logs", "-type", "f", "-exec", "cat", "{}", "+"])
        return self.compose("--profile=*", "logs").stdout + tasks

    def save_logs(self, file: Path) -> str:
        """Save what all services have logged; the last lines of it."""
        said = self.compose("--profile=*", "logs", "--timestamps", "--no-color", check=False).stdout
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(said)
        return "\n".join(line[:300] for line in said.splitlines()[-40:])
