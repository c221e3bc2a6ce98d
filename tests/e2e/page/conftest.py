"""A real API server of Airflow with users and roles, and behind it a warehouse and a lake that have lived."""

import os
import signal
from contextlib import contextmanager
from dataclasses import dataclass, field

import airflow_env
import psycopg
import pytest
import requests
from e2e.commands import Command, module
from e2e.page import prepare, world
from e2e.patience import PATIENCE, wait_for
from support import free_port

from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.schema import roles
from tmdb_pipeline.warehouse.schema.migrate import migrate

WAREHOUSE = "page_warehouse"
#: The password of each Connection that the server knows: none of them may be in any response.
SENTINEL = "geheim-wie-ein-sentinel"


@dataclass
class Server:
    """The API server: its address, the one that people type (the reverse proxy's), and the tokens of its people."""

    url: str
    public: str
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, path, reader="viewer", method="GET", **query):
        """The response to a request by somebody, or by nobody where ``reader`` is None."""
        headers = {"Authorization": f"Bearer {self.tokens[reader]}"} if reader else {}
        address = f"{self.url}/tmdb/{path}"
        return requests.request(method, address, params=query, headers=headers, timeout=PATIENCE, allow_redirects=False)


@contextmanager
def _warehouse(postgres):
    """The address of a warehouse with three months in it, as who may only read."""
    passwords = dict.fromkeys([roles.OWNER, roles.LOADER, roles.READER], SENTINEL)
    with psycopg.connect(postgres.url("postgres", "postgresql"), autocommit=True) as connection:
        roles.make_roles(connection, WAREHOUSE, passwords)
    owner, reader = (
        f"postgresql://{role}:{SENTINEL}@127.0.0.1:{postgres.port}/{WAREHOUSE}" for role in (roles.OWNER, roles.READER)
    )
    migrate(Address.from_url("the test", owner))
    with connected(Address.from_url("the test", owner)) as connection:
        world.fill_warehouse(connection)
    yield reader
    postgres.rows("postgres", f'DROP DATABASE "{WAREHOUSE}" WITH (FORCE)')
    postgres.rows("postgres", f"DROP ROLE {', '.join(passwords)}")


@pytest.fixture(scope="package")
def server(postgres, tmp_path_factory):
    """The server, shared by all tests of the page: it takes longer to start than they do."""
    folder = tmp_path_factory.mktemp("page")
    lake = world.fill_lake(folder / "lake")
    world.raise_alerts(lake)
    port, public = free_port(), f"https://localhost:{free_port()}"
    with _warehouse(postgres) as reader:
        environment = airflow_env.clean(os.environ) | {
            "HOME": str(folder),
            "PYTHONPATH": os.pathsep.join([str(airflow_env.ROOT / "tests"), str(airflow_env.ROOT)]),
            "AIRFLOW_HOME": str(folder / "airflow"),
            "AIRFLOW__API__BASE_URL": public,
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API_AUTH__JWT_SECRET": "x" * 64,
            "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
            "AIRFLOW__CORE__DAGS_FOLDER": str(airflow_env.DAGS),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": postgres.create("page_metadata"),
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
            "FORWARDED_ALLOW_IPS": "*",  # as in the stack, with the profile tls
            "AIRFLOW_CONN_TMDB_WAREHOUSE_READER": reader,
            "AIRFLOW_CONN_TMDB_WAREHOUSE": f"postgresql://tmdb_loader:{SENTINEL}-loader@127.0.0.1:1/x",
            "AIRFLOW_CONN_TMDB_DEFAULT": f"https://:{SENTINEL}-token@api.themoviedb.org/3",
            "TMDB_DATA_ROOT": str(folder / "lake"),
            "TMDB_ML_PERMISSION": "Kim of TMDB, 2026-11-02",
        }
        with Command(module("e2e.page.prepare"), environment, folder / "prepared") as made:
            assert made.wait() == 0, made.output
        started = module("airflow", "api-server", "--proxy-headers", "--host", "127.0.0.1", "--workers", "1")
        with Command(started, environment, folder / "output") as running:
            found = Server(f"http://127.0.0.1:{port}", public)
            running.wait_for(lambda: _answers(found.url), "the API server answers")
            for name in prepare.PEOPLE:
                asked = {"username": name, "password": name}
                answer = requests.post(f"{found.url}/auth/token", json=asked, timeout=PATIENCE)
                found.tokens[name] = answer.json()["access_token"]
            yield found
            running.process.send_signal(signal.SIGINT)  # it ends by itself, with what coverage has seen
            wait_for(lambda: running.process.poll() is not None, "the API server ends")
    postgres.rows("postgres", 'DROP DATABASE "page_metadata" WITH (FORCE)')


def _answers(url):
    try:
        return requests.get(f"{url}/api/v2/version", timeout=PATIENCE).ok
    except requests.ConnectionError:
        return False
