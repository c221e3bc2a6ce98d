import json
import os
import subprocess
import sys

import pytest

from deploy.make_env import ROOT


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["check.py", "celery"], "Refused: The profile celery is on"),
        (["health.py", "scheduler"], "scheduler: "),
        (["init.py"], "Refused: Postgres cannot be used"),
        (["make_env.py", "--out", "README.md"], "is there already"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_scripts_run_by_themselves(command, said):
    """Each script is a program: outside the stack it says what is missing, and its status is 1."""
    script, *arguments = command
    ended = subprocess.run(
        [sys.executable, ROOT / "deploy" / script, *arguments],
        env={"AIRFLOW__CORE__EXECUTOR": "LocalExecutor"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert said in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_entrypoint_makes_connections_of_secrets(tmp_path):
    """What stands in the files becomes Airflow's Connections for the command alone; an empty file makes none."""
    (tmp_path / "slack_webhook_url").write_text("https://hooks.example.org/services/T0/B0/x")
    (tmp_path / "smtp_url").write_text("smtp://a%40b.org:s%2Fcret@mail.example.org:587")
    (tmp_path / "tmdb_api_key").touch()
    for name in ("address", "entrypoint"):
        text = (ROOT / "deploy" / name).read_text().replace("/run/secrets", str(tmp_path))
        (tmp_path / name).write_text(text.replace("/opt/tmdb/deploy", str(tmp_path)))
        (tmp_path / name).chmod(0o755)

    environment = {"PATH": os.environ["PATH"]}
    printed = subprocess.check_output([tmp_path / "entrypoint", "env"], env=environment, text=True)

    given = dict(line.split("=", 1) for line in printed.splitlines())
    assert json.loads(given["AIRFLOW_CONN_SLACK_OPS"]) == {
        "conn_type": "slackwebhook",
        "password": "https://hooks.example.org/services/T0/B0/x",
    }
    assert given["AIRFLOW_CONN_SMTP_DEFAULT"] == "smtp://a%40b.org:s%2Fcret@mail.example.org:587"
    assert "TMDB_API_KEY" not in given


@pytest.mark.parametrize(
    "script", [*(ROOT / "deploy").glob("*.py"), ROOT / "deploy/entrypoint", ROOT / "deploy/address"]
)
def test_scripts_can_be_called(script):
    """compose.yaml calls each of them by its path."""
    assert script.stat().st_mode & 0o111 == 0o111
