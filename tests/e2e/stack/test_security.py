"""What the stack keeps to itself. Runs after the faults, so that logs of failures are looked through as well."""

import json

import airflow_env
import pytest
import requests
from e2e.digest import DAILY
from e2e.patience import PATIENCE
from e2e.stack.stack import AT_TWO, Compose

OURS = ("api-server", "dag-processor", "fake-tmdb", "scheduler", "triggerer")


def test_no_port_beyond_loopback(stack):
    """Two services can be reached from this machine, on its loopback, and none from anywhere else."""
    published = {}
    for container in stack.containers():
        for bindings in container.attrs["NetworkSettings"]["Ports"].values():
            for binding in bindings or ():
                published.setdefault(container.labels["com.docker.compose.service"], set()).add(binding["HostIp"])

    assert published == {"api-server": {"127.0.0.1"}, "fake-tmdb": {"127.0.0.1"}}


@pytest.mark.parametrize("path", ["api/v2/dags", "api/v2/connections", "api/v2/pools", "ui/config", "ui/auth/menus"])
def test_nothing_without_a_login(stack, path):
    """Neither the REST API nor what the web UI asks for answers somebody who has not signed in, or not with a token."""
    url = f"{stack.rest.address}/{path}"
    admin = (stack.settings["ADMIN_USER"], stack.settings["ADMIN_PASSWORD"])

    assert requests.get(url, timeout=PATIENCE).status_code == 401
    assert requests.get(url, auth=admin, timeout=PATIENCE).status_code == 401
    assert requests.get(url, headers={"Authorization": "Bearer made-up"}, timeout=PATIENCE).status_code in {401, 403}


@pytest.mark.parametrize("password", ["admin", "airflow", "change-me", "password", "wrong-password-1"])
@pytest.mark.parametrize("user", ["admin", "airflow"])
def test_no_wrong_or_default_password(stack, user, password):
    """Only the password that was made for this stack gives a token."""
    answer = requests.post(
        f"{stack.rest.address}/auth/token", json={"username": user, "password": password}, timeout=PATIENCE
    )

    assert answer.status_code == 401
    assert "access_token" not in answer.text


@pytest.fixture
def example_stack(stack, tmp_path):
    """A project with the settings of .env.example."""
    example = (airflow_env.ROOT / ".env.example").read_text(encoding="utf-8")
    of_the_tests = [f"{name}={stack.settings[name]}\n" for name in ("AIRFLOW_IMAGE", "E2E_LAST_SCHEDULED")]
    settings = tmp_path / "env"
    settings.write_text(example + "".join(of_the_tests), encoding="utf-8")
    compose = Compose(f"{stack.compose.project}-example", settings)
    yield compose
    compose.down()


def test_secrets_of_the_example_are_refused(example_stack):
    """With the example as .env nothing starts: each secret is refused in a message that says how to make real ones."""
    ended = example_stack("up", "--detach", "--wait", "--no-build", check=False)
    logs = example_stack("logs", "check", "--no-log-prefix").stdout

    refused = [line for line in logs.splitlines() if "Refused: " in line]
    names = [line.partition("Refused: ")[2].partition(" ")[0] for line in refused]
    assert ended.returncode != 0
    assert sorted(names) == [
        *("ADMIN_PASSWORD", "API_SECRET_KEY", "FERNET_KEY", "GRAFANA_PASSWORD", "JWT_SECRET", "POSTGRES_PASSWORD"),
        *("REDIS_PASSWORD", "WAREHOUSE_LOADER_PASSWORD", "WAREHOUSE_OWNER_PASSWORD", "WAREHOUSE_READER_PASSWORD"),
    ]
    assert all("python3 deploy/make_env.py makes a .env with secrets of your own." in line for line in refused)


def test_nobody_is_root(stack):
    """What we have made runs as an ordinary user, from the first process on, and cannot become another."""
    for service in OURS:
        container = stack.container(service)
        users = {row[0] for row in container.top(ps_args="-eo uid,pid,args")["Processes"]}
        assert "0" not in users, service
        assert container.attrs["HostConfig"]["CapDrop"] == ["ALL"]
        assert container.attrs["HostConfig"]["SecurityOpt"] == ["no-new-privileges:true"]


def test_key_is_nowhere_to_be_seen(stack, sentinels, secret_places):
    """The key that all runs were made with, in their addresses, is in no log, no database, no file, no process list.

    Nor are the passwords of the warehouse.
    """
    key = sentinels["key"]
    passwords = [secret for name, secret in stack.settings.items() if name.startswith("WAREHOUSE_")]

    assert stack.run("scheduler", ["cat", "/run/secrets/tmdb_api_key"]) == key
    assert "popular: page 1 of 5 received" in secret_places["task logs"]
    assert DAILY in secret_places["logs of the services"]
    assert "tmdb_api" in secret_places["database"]
    assert '"collection_info"' in secret_places["files"]
    assert "COPY tmdb.load_ledger" in secret_places["warehouse"]
    assert len(passwords) == 3
    assert [place for place, text in secret_places.items() if any(secret in text for secret in (key, *passwords))] == []


@pytest.fixture
def secret_places(fresh):
    """Everything in which a key could turn up. The fake's own settings are left out, for it has to know its key."""
    stack = fresh
    stack.rest.trigger(DAILY, AT_TWO, "last")
    assert stack.rest.wait_for_end(DAILY, "last") == "success"
    read = ["find", "-type", "f", "-exec", "cat", "{}", "+"]
    places = {
        "logs of the services": stack.compose("--profile=*", "logs").stdout,
        "task logs": stack.run("scheduler", [read[0], "/opt/airflow/logs", *read[1:]]),
        "files": stack.run("scheduler", [read[0], "/opt/airflow/data", *read[1:]]),
        "database": stack.run("postgres", ["pg_dump", "--username=airflow", "airflow"]),
        "warehouse": stack.run("postgres", ["pg_dump", "--username=airflow", "tmdb_warehouse"]),
    }
    for container in stack.containers():
        service = container.labels["com.docker.compose.service"]
        if service != "fake-tmdb":
            places[f"inspect {container.name}"] = json.dumps(container.attrs)
            places[f"image of {container.name}"] = json.dumps([container.image.attrs, container.image.history()])
        if container.status == "running":
            places[f"processes of {container.name}"] = "\n".join(stack.processes(service).values())
    return places
