"""``tmdb-ops`` as its user runs it."""

import os
import subprocess
import sys

import airflow_env
from e2e.leftovers import owner
from e2e.stack.stack import FILES, PASSED_ON


def tmdb_ops(*arguments, folder=airflow_env.ROOT, given="", **environ):
    """Run the command with no more of this environment than Docker needs: its status, output and errors."""
    ended = subprocess.run(
        [sys.executable, "-m", "tmdb_pipeline.ops", *arguments],
        cwd=folder,
        env=environment(**environ),
        input=given,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    return ended.returncode, ended.stdout, ended.stderr


def environment(**environ):
    """No more of this environment than Docker needs."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, "E2E_OWNER": owner(), "COLUMNS": "120", **environ}


def names_of(stack):
    """The variables of Compose that name a stack."""
    return {
        "COMPOSE_FILE": os.pathsep.join(map(str, FILES)),
        "COMPOSE_PROJECT_NAME": stack.compose.project,
        "COMPOSE_ENV_FILES": str(stack._file),
    }
