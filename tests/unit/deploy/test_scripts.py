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


@pytest.mark.parametrize(
    "script", [*(ROOT / "deploy").glob("*.py"), ROOT / "deploy/entrypoint", ROOT / "deploy/address"]
)
def test_scripts_can_be_called(script):
    """compose.yaml calls each of them by its path."""
    assert script.stat().st_mode & 0o111 == 0o111
