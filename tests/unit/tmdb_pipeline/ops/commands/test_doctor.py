import errno
import json
import socket
from pathlib import Path

import msgspec
import pytest
from airflow_server import dag
from fake_docker import SERVICES, WELL, container

from tmdb_pipeline.ops.doctor import settings
from tmdb_pipeline.ops.doctor.finding import ok, warning

ROOT = Path(__file__).parents[5]
GIB = 1024**3
NTP = "restart Docker, or set both by NTP."
INFO = {
    "ServerVersion": "28.2.2",
    "NCPU": 4,
    "MemTotal": 16 * GIB,
    "DockerRootDir": "/nowhere",
    "SystemTime": "2026-11-28T00:00:01.123456789Z",
}
SECRETS = """
ADMIN_PASSWORD=abcdefghijkl-0
POSTGRES_PASSWORD=abcdefghijklmnop-1
WAREHOUSE_OWNER_PASSWORD=abcdefghijklmnop-2
WAREHOUSE_LOADER_PASSWORD=abcdefghijklmnop-3
WAREHOUSE_READER_PASSWORD=abcdefghijklmnop-4
REDIS_PASSWORD=abcdefghijklmnop-5
GRAFANA_PASSWORD=abcdefghijkl-6
FERNET_KEY=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=
JWT_SECRET=abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnop
API_SECRET_KEY=abcdefghijklmnopqrstuvwxyz0123456789
AIRFLOW_UID=1000
TMDB_API_KEY=abc
"""


@pytest.fixture(autouse=True)
def _world(stack, docker, airflow):
    """A stack that is well in every way, but for what the container says of mail."""
    (stack / "deploy").symlink_to(ROOT / "deploy")
    settings = stack / ".env"
    settings.write_text(settings.read_text() + SECRETS.replace("ADMIN_PASSWORD", "UNUSED", 1))
    settings.write_text(settings.read_text().replace("s3cr3t-of-admin", "s3cr3t-of-admin-x"))
    settings.chmod(0o600)
    docker.says("^info", json.dumps(INFO))
    docker.says("compose version", "2.39.1\n")
    docker.says("image inspect", ".\n")
    told = [ok("TMDB key", "fake-tmdb accepts it."), warning("mail", "Nobody gets mail.")]
    docker.says("exec .* doctor", msgspec.json.encode(told).decode())
    airflow.answers["GET monitor/health"] = {"scheduler": {"status": "healthy"}, "triggerer": None}
    airflow.answers["GET dags"] = {"dags": [dag("tmdb_daily_collection")]}


def found(ops):
    code, out, _ = ops("doctor", "--json")
    return code, [(each["name"], each["verdict"], each["said"]) for each in json.loads(out)]


def bad(ops):
    """The exit status, and what is not ok."""
    code, all_of_it = found(ops)
    return code, [each for each in all_of_it if each[1] != "ok" and each[0] != "mail"]


def test_all_of_it_is_looked_at(ops):
    """Each thing has a line, and what is to be done is said at the end."""
    code, out, err = ops("doctor")

    assert (code, err) == (0, "")
    names = [line[3:14].strip() for line in out.splitlines()[1:-1]]
    things = ("engine", "Compose", "clock", "machine", "secrets", "images", "port 8080", "Airflow", "TMDB key", "mail")
    assert names == [*things]
    assert out.endswith("Nothing is wrong; what stands behind ! is worth a look.\n")


def test_place_that_is_none_is_said_before_anything_else(ops, stack):
    """Nothing is looked at, and it does not say that it looks."""
    (stack / "compose.yaml").unlink()

    code, out, err = ops("doctor")

    assert (code, out, err.startswith("There is no compose.yaml in ")) == (3, "", True)


def test_what_is_well_is_said(ops, docker):
    """Where nothing is worth a look either."""
    docker.says("exec .* doctor", "[]")

    assert ops("doctor")[1].endswith("All is well.\n")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ServerVersion": "19.03.5"}, ("engine", "wrong", "Docker 19.03.5 is too old: install 20.10 or newer.")),
        (
            {"SystemTime": "2026-11-28T00:02:00Z"},
            (
                "clock",
                "wrong",
                "The engine's clock is 120 s ahead of this machine's: restart Docker, or set both by NTP.",
            ),
        ),
        (
            {"SystemTime": "2026-11-27T23:58:00Z"},
            (
                "clock",
                "wrong",
                "The engine's clock is 120 s behind this machine's: restart Docker, or set both by NTP.",
            ),
        ),
        (
            {"SystemTime": ""},
            ("clock", "warning", "The engine does not tell its time: see whether date says the same in a container."),
        ),
        (
            {"MemTotal": 2 * GIB},
            (
                "settings",
                "warning",
                "There are 2.0 GiB of memory; the stack wants 4. Give Docker more, or lower PARALLELISM.",
            ),
        ),
    ],
)
def test_engine_that_does_not_fit_is_said(ops, docker, change, said):
    """What it is, and what to do."""
    docker.says("^info", json.dumps(INFO | change))

    assert bad(ops) == (5 if said[1] == "wrong" else 0, [said])


def test_disk_is_that_of_the_engine(ops, docker, tmp_path):
    """Where its folder can be seen from here."""
    docker.says("^info", json.dumps(INFO | {"DockerRootDir": str(tmp_path)}))

    assert bad(ops) == (0, [])


@pytest.mark.parametrize(
    "answer",
    [
        {"out": "", "err": "Cannot connect to the Docker daemon at unix:///x.", "status": 1},
        {"out": json.dumps({"ServerErrors": ["Cannot connect to the Docker daemon at unix:///x."]}), "status": 1},
        {"out": json.dumps({"ServerErrors": ["Cannot connect to the Docker daemon at unix:///x."]})},
    ],
)
def test_engine_that_is_away_leaves_the_settings(ops, docker, answer):
    """They can be looked at without it; the rest is not."""
    docker.says("^info", **answer)

    code, names = found(ops)

    assert code == 5
    assert [(name, verdict) for name, verdict, _ in names] == [
        ("engine", "wrong"),
        ("secrets", "ok"),
        ("the rest", "not looked at"),
    ]
    assert "x  engine" in ops("doctor")[1]


def test_old_compose_is_said(ops, docker):
    """Or one that is not there."""
    docker.says("compose version", "2.20.0")
    assert bad(ops)[1] == [
        ("Compose", "wrong", "Compose 2.20.0 is too old: install 2.24 or newer, see docs/running.md.")
    ]

    docker.says("compose version", err="docker: 'compose' is not a docker command.", status=1)
    assert bad(ops)[1][0][2].startswith("Docker has no Compose here")


def test_secrets_are_judged_as_at_the_start(ops, stack):
    """By the rules of deploy/check.py; each that is refused is wrong, and none of them is shown."""
    settings = (stack / ".env").read_text()
    (stack / ".env").write_text(settings.replace("JWT_SECRET=abc", "JWT_SECRET=change-me-"))

    code, said = bad(ops)

    assert code == 5
    assert [(name, verdict) for name, verdict, _ in said] == [("secrets", "wrong")]
    assert said[0][2].startswith("JWT_SECRET is still the example of .env.example")
    assert "things are wrong" not in ops("doctor")[1]
    assert "1 thing is wrong: mend what stands behind x." in ops("doctor")[1]


def test_settings_that_others_can_read_are_said(ops, stack):
    """With the command that ends it."""
    (stack / ".env").chmod(0o644)

    assert bad(ops) == (
        0,
        [
            (
                ".env",
                "warning",
                f"Others on this machine can read the secrets in {stack}/.env: run chmod 600 {stack}/.env.",
            )
        ],
    )


def test_rules_that_are_not_there_are_said(ops, stack):
    """Without them the stack would not start either."""
    (stack / "deploy").unlink()

    ((name, verdict, said),) = bad(ops)[1]
    assert (name, verdict) == ("secrets", "not looked at")
    assert said.endswith("deploy/check.py is not there: get it anew, for the stack does not start without it.")


def test_settings_elsewhere_are_nobodys_file_here(ops, stack, monkeypatch):
    """Where Compose reads other files, there may be no .env."""
    (stack / ".env").rename(stack / "other.env")
    monkeypatch.setenv("COMPOSE_ENV_FILES", "other.env")

    assert bad(ops) == (0, [])


def test_images_that_are_missing_are_said(ops, docker):
    """The next start brings them."""
    docker.says("image inspect .*postgres", err="no such image", status=1)

    assert bad(ops) == (
        0,
        [("images", "warning", "postgres:16: not there yet; tmdb-ops start builds or fetches them.")],
    )


def test_ports_are_free_or_taken(ops, docker):
    """By another program; those of the stack itself are its own."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        services = {**SERVICES, "grafana": {"ports": [{"published": str(port)}, {"published": "1-2"}]}}
        docker.says("compose config", json.dumps({"name": "x", "services": services}))
        told = {name: (verdict, said) for name, verdict, said in found(ops)[1]}
        assert told["port 8080"] == ("ok", "api-server listens there.")
        assert told[f"port {port}"] == (
            "wrong",
            "Another program has it, not grafana: end that, or set another GRAFANA_PORT in .env.",
        )

    told = {name: (verdict, said) for name, verdict, said in found(ops)[1]}
    assert told[f"port {port}"] == ("ok", "It is free for grafana.")


def test_port_that_only_the_engine_may_have_is_free(ops, docker, monkeypatch):
    """Whoever may not listen there himself, as on 443 of most machines, is not told that it is taken."""

    class NotRoot(socket.socket):
        def bind(self, address):
            raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(settings.socket, "socket", NotRoot)
    services = {**SERVICES, "proxy": {"ports": [{"published": "443"}]}}
    docker.says("compose config", json.dumps({"name": "x", "services": services}))

    assert ("port 443", "ok", "It is free for proxy.") in found(ops)[1]


def test_port_is_named_by_its_setting(ops, docker, stack):
    """The one that has to be changed."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (stack / ".env").open("a") as settings:
            settings.write(f"FAKE_TMDB_PORT={port}\n")
        services = {**SERVICES, "fake": {"ports": [{"published": str(port), "host_ip": "127.0.0.1"}]}}
        docker.says("compose config", json.dumps({"name": "x", "services": services}))

        assert any("set another FAKE_TMDB_PORT in .env" in said for _, _, said in bad(ops)[1])


def test_stack_that_is_none_is_said(ops, docker):
    """The machine is looked at all the same."""
    docker.says("compose config", json.dumps({"name": "blog", "services": {"web": {}}}))

    code, said = bad(ops)
    assert (code, [(name, verdict) for name, verdict, _ in said]) == (5, [("stack", "wrong")])


def test_stack_that_does_not_run_is_not_asked(ops, docker, airflow):
    """What would need it is not looked at, and that is no fault."""
    docker.runs(container("api-server", "exited"))

    code, said = bad(ops)

    assert code == 0
    assert [(name, verdict) for name, verdict, _ in said] == [
        ("Airflow", "not looked at"),
        ("TMDB key, warehouse, mail, Slack", "not looked at"),
    ]
    assert airflow.asked == []


def test_airflow_that_is_not_well_is_said(ops, airflow):
    """By what its own processes say, and by DAGs that it cannot read."""
    airflow.answers["GET monitor/health"] = {"scheduler": {"status": "unhealthy"}}
    airflow.answers["GET dags"] = {"dags": [dag("x") | {"has_import_errors": True}]}
    assert [said for _, _, said in bad(ops)[1]] == [
        "scheduler gives no sign of life: see tmdb-ops status and tmdb-ops logs.",
        "x cannot be read: see tmdb-ops logs dag-processor.",
    ]

    airflow.answers["POST /auth/token"] = (401, {"detail": "no"})
    assert "does not know this user or password" in bad(ops)[1][0][2]


def test_container_that_cannot_look_is_said(ops, docker):
    """Such as one of an older image."""
    docker.says("exec .* doctor", err="There is no such question: ask alerts.", status=2)

    code, said = bad(ops)
    assert (code, said[0][:2]) == (5, ("what the stack reaches", "wrong"))
    assert WELL
