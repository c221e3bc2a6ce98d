import json
import re
import shlex

import pytest
import yaml

from deploy.make_env import ROOT

TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
STACK = yaml.safe_load(TEXT)
SERVICES = STACK["services"]
#: What the tests of the stack put on top of it.
TESTED = yaml.safe_load((ROOT / "tests/e2e/stack/compose.yaml").read_text(encoding="utf-8"))
SUCCEEDED = "service_completed_successfully"
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
#: Images, whose defaults stand in compose.yaml: such as are pulled, and such as are built here.
PULLED = {"AIRFLOW_BASE_IMAGE", "PYTHON_IMAGE", "POSTGRES_IMAGE", "REDIS_IMAGE"}
PULLED |= {"STATSD_EXPORTER_IMAGE", "PROMETHEUS_IMAGE", "GRAFANA_IMAGE", "NGINX_IMAGE"}
BUILT = {"AIRFLOW_IMAGE", "FAKE_TMDB_IMAGE"}


def test_every_setting_stands_in_the_example():
    """Whatever compose.yaml reads from .env is explained there, and nothing else is."""
    read = set(re.findall(r"\$\{(\w+)", TEXT)) | {secret["environment"] for secret in STACK["secrets"].values()}
    explained = set(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE))
    offered = set(re.findall(r"^# (\w+_IMAGE)=", EXAMPLE, re.MULTILINE))

    assert read - offered == explained - {"COMPOSE_PROFILES"}
    assert offered == PULLED | BUILT


@pytest.mark.parametrize("name", SERVICES)
def test_no_port_is_open_to_the_network(name):
    """Every published port is bound to loopback, but those of the reverse proxy, which is there for the network."""
    ports = SERVICES[name].get("ports", [])

    assert name == "proxy" or all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_can_gain_rights(name):
    """No service is privileged, shares the host's network, or can gain what it was not given."""
    service = SERVICES[name]

    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert service.get("network_mode") in {None, "none"}


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_is_in_an_environment(name):
    """Secrets are files: `docker inspect` shows an environment, and a process list shows a command."""
    shown = f"{SERVICES[name].get('environment')} {SERVICES[name].get('command')}"

    for secret in STACK["secrets"].values():
        assert f"${{{secret['environment']}" not in shown


@pytest.mark.parametrize("name", SERVICES)
def test_only_what_runs_tasks_has_the_key(name):
    """The key of TMDB is where tasks run, and where it is checked; not in the web server."""
    has = "tmdb_read_token" in SERVICES[name].get("secrets", [])

    assert has == (name in {"check", "scheduler", "worker", "cli"})


@pytest.mark.parametrize("name", SERVICES)
def test_who_loads_the_warehouse_is_not_who_owns_it(name):
    """Tasks sign in as who may load; who owns the tables is where they are made, and where secrets are checked."""
    has = {secret for secret in SERVICES[name].get("secrets", []) if "warehouse" in secret}
    roles = {role for role in ("owner", "loader", "reader") if f"warehouse_{role}_password" in has}

    assert roles == (
        {"owner", "loader", "reader"}
        if name in {"check", "init"}
        else {"loader"}
        if name in {"scheduler", "worker", "cli"}
        else {"reader"}
        if name in {"api-server", "grafana"}
        else set()
    )
    assert ("tmdb_warehouse_reader_url" in has) == (name == "api-server")
    assert ("tmdb_warehouse_url" in has) == (name in {"backup", "cli", "init", "scheduler", "worker"})


def test_the_web_server_cannot_write_data():
    """What serves the page mounts the files read-only, and signs in to the warehouse as who may only read."""
    volumes = SERVICES["api-server"]["volumes"]

    assert [volume for volume in volumes if "/opt/airflow/data" in volume] == [
        "${DATA_VOLUME:-data}:/opt/airflow/data:ro"
    ]


@pytest.mark.parametrize("name", SERVICES)
def test_only_what_tells_people_can(name):
    """Webhook and mail server are known where tasks run, where runs are told from, and where that is said first."""
    has = {"slack_webhook_url", "smtp_url"} & {*SERVICES[name].get("secrets", [])}

    assert has == (
        {"slack_webhook_url", "smtp_url"}
        if name in {"backup", "init", "scheduler", "dag-processor", "worker", "cli"}
        else set()
    )


@pytest.mark.parametrize("name", SERVICES)
def test_services_that_stay_have_a_health_check(name):
    """Whatever runs on says whether it is well, and is started again if it ends."""
    service = SERVICES[name]
    stays = service["restart"] != "no"

    assert ("healthcheck" in service) == stays
    assert stays == (name not in {"check", "check-celery", "check-monitoring", "check-tls", "init", "cli"})


@pytest.mark.parametrize("name", ["scheduler", "worker"])
def test_no_task_begins_before_it_is_answered(name):
    """What runs tasks starts after the API server is well: a task whose start nobody answers has failed."""
    assert SERVICES[name]["depends_on"] == {
        "init": {"condition": SUCCEEDED},
        "api-server": {"condition": "service_healthy"},
    }


def of_the_fake():
    """What Docker asks the fake, as its Dockerfile says."""
    text = (ROOT / "fake_tmdb" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    return ["CMD", *json.loads(re.search(r"^HEALTHCHECK .* CMD (\[.*\])$", text, re.MULTILINE)[1])]


#: What runs in the tests' stack and can say whether it is well.
IN_TESTS = [name for name in SERVICES if "healthcheck" in TESTED["services"].get(name, {})]


@pytest.mark.parametrize("name", IN_TESTS)
def test_stack_of_the_tests_is_asked_the_same(name):
    """There a service that was well once is asked seldom, since asking costs; what is asked is what production asks."""
    kind, *command = SERVICES[name]["healthcheck"].get("test") or of_the_fake()
    asked = TESTED["services"][name]["healthcheck"]["test"]

    told = re.fullmatch(r"\[ -e /dev/shm/well \] && sleep 60; (.+) && touch /dev/shm/well", asked[1])[1]

    assert asked[0] == "CMD-SHELL"
    assert len(IN_TESTS) == len(TESTED["services"]) - len({"backup", "check", "check-celery", "cli", "init"})
    assert ([told] if kind == "CMD-SHELL" else shlex.split(told)) == command


def test_images_are_pinned():
    """No image floats: each has a tag that names a version."""
    tags = re.findall(r"\$\{\w+_IMAGE:-([^}]+)\}", TEXT)
    pinned = [tag for tag in tags if not tag.startswith("tmdb-pipeline/")]

    assert len({*pinned}) == len(PULLED)
    assert all(re.search(r":(\d+\.\d+\.?\d*-|v?\d+\.\d+\.\d+$)", tag) for tag in pinned)


@pytest.mark.parametrize(
    ("file", "argument"),
    [
        ("Dockerfile", "AIRFLOW_BASE_IMAGE"),
        ("Dockerfile", "POSTGRES_IMAGE"),
        ("fake_tmdb/Dockerfile", "PYTHON_IMAGE"),
    ],
)
def test_dockerfiles_and_compose_name_the_same_base(file, argument):
    """Built by hand or by compose, an image has the same base."""
    (base,) = re.findall(rf"^ARG {argument}=(.+)$", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)

    assert f"${{{argument}:-{base}}}" in TEXT


@pytest.mark.parametrize("name", SERVICES)
def test_only_what_makes_backups_has_their_passphrase(name):
    """It reaches neither what is asked from outside nor what asks others; and it is given no key of TMDB."""
    assert ("backup_passphrase" in SERVICES[name].get("secrets", [])) == (name == "backup")


def test_proxy_is_given_what_was_looked_at():
    """The folder and the settings that check-tls has accepted, and by the user who could read the key."""
    proxy, check = SERVICES["proxy"], SERVICES["check-tls"]
    given = {name: value for name, value in proxy["environment"].items() if not name.startswith("NGINX_")}

    assert {*check["volumes"]} < {*proxy["volumes"]}
    assert given.items() < check["environment"].items()
    assert (proxy["user"], proxy["depends_on"]["check-tls"]) == (check["user"], {"condition": SUCCEEDED})


def test_proxy_fills_in_what_its_configuration_needs():
    """The image puts in those variables alone that the filter lets pass: the others are nginx's own."""
    (mounted,) = (volume for volume in SERVICES["proxy"]["volumes"] if volume.startswith("./deploy/"))
    path, target, _ = mounted.split(":")
    environment = SERVICES["proxy"]["environment"]
    filled = {name for name in environment if re.search(environment["NGINX_ENVSUBST_FILTER"], name)}

    assert set(re.findall(r"\$\{(\w+)\}", (ROOT / path).read_text(encoding="utf-8"))) == filled
    made = f"{environment['NGINX_ENVSUBST_OUTPUT_DIR']}/{target.rpartition('/')[2].removesuffix('.template')}"
    assert SERVICES["proxy"]["command"][:3] == ["nginx", "-c", made]


def test_web_server_believes_the_proxy_alone():
    """What a request says of where it came from counts only where the proxy is, which overwrites it."""
    server = SERVICES["api-server"]

    assert "--proxy-headers" in server["command"]
    assert server["environment"]["FORWARDED_ALLOW_IPS"] == "${TLS_HOST:+*}"


def test_the_builder_sees_no_secrets():
    """What is not named stays out of the build, .env above all."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert "*" in lines
    assert not any("env" in line for line in lines if line.startswith("!"))
