"""``tmdb-ops upgrade`` on the stack: to an image that works, and to some that do not, after which all is as it was."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import airflow_env
import pytest
from e2e.leftovers import labels
from e2e.patience import wait_for
from e2e.stack.faults.contents import contents, differing
from e2e.stack.operated import environment, names_of

#: Its run changes a table, empties others, removes a Connection and every file, as who may do anything; then it fails.
WRECKER = """\
import shutil
from pathlib import Path

import psycopg
from airflow.sdk import dag, task


@dag(dag_id="tmdb_platform_monitoring", schedule=None)
def platform_monitoring():
    @task
    def wreck():
        password = Path("/run/secrets/postgres_password").read_text()
        for database, statement in (
            ("tmdb_warehouse", "ALTER TABLE tmdb.movies ADD COLUMN spoilt int DEFAULT 7; TRUNCATE tmdb.load_ledger"),
            ("airflow", "DELETE FROM connection; DELETE FROM dag_run WHERE dag_id = 'tmdb_daily_collection'"),
        ):
            with psycopg.connect(host="postgres", user="airflow", dbname=database, password=password) as connection:
                connection.execute(statement)
        for folder in Path("/opt/airflow/data").glob("[a-z]*"):
            shutil.rmtree(folder)
        raise RuntimeError("the new version does not work")

    wreck()


platform_monitoring()
"""
#: What is changed in the image: files with their text.
IMAGES = {
    "good": {"/opt/airflow/new": "of the new version\n"},
    "wrecking": {"/opt/airflow/dags/tmdb_platform_monitoring.py": WRECKER},
    "unstartable": {
        "/opt/tmdb/deploy/init.py": "#!/bin/sh\necho Refused: the tables are in a strange state. >&2\nexit 1\n"
    },
}


@pytest.fixture
def version(lived, engine, tmp_path):
    """Make .env name the image of a new version; the old one is named again at the end."""
    base = lived.settings["AIRFLOW_IMAGE"]

    def name(kind):
        lines = [f"FROM {base}", "USER 0"]
        for number, (path, text) in enumerate(IMAGES[kind].items()):
            (tmp_path / str(number)).write_text(text)
            (tmp_path / str(number)).chmod(0o755)
            lines.append(f"COPY {number} {path}")
        (tmp_path / "Dockerfile").write_text("\n".join([*lines, "USER 50000:0", ""]))
        tag = f"tmdb-pipeline/airflow:e2e-{os.getpid()}-{kind}"
        engine.images.build(path=str(tmp_path), tag=tag, labels=labels())
        lived.configure(AIRFLOW_IMAGE=tag)
        return tag

    yield name
    lived.configure(AIRFLOW_IMAGE=base)


def image_ids(stack):
    """The image of each service that runs, by its digest."""
    return {
        one.labels["com.docker.compose.service"]: one.image.id for one in stack.containers() if one.status == "running"
    }


def test_version_that_does_not_work_leaves_no_trace(lived, version, ops):
    """Its run has damaged all that it reached: old images and old data are back, by digest, and the stack is well."""
    images, before = image_ids(lived), contents(lived)
    version("wrecking")

    code, _, err = ops("upgrade", "--no-build", "--yes")

    assert (code, err.count("\n")) == (1, 1), err
    assert "The run of monitoring that was to try it has failed: wreck: RuntimeError: the new version does not" in err
    assert "The images and the data of before are back, by digest" in err
    assert image_ids(lived) == images
    assert differing(before, contents(lived)) == []
    assert ops("status")[0] == 0


def test_version_that_does_not_start_leaves_no_trace(lived, version, ops):
    """Why is said in the words of the service that refused."""
    images, before = image_ids(lived), contents(lived)
    version("unstartable")

    code, _, err = ops("upgrade", "--no-build", "--yes")

    assert (code, "init does not get well: Refused: the tables are in a strange state." in err) == (1, True), err
    assert image_ids(lived) == images
    assert differing(before, contents(lived)) == []


def test_upgrade_that_is_killed_is_ended_by_the_next_call(lived, version, ops, tmp_path):
    """While the new starts: nothing else may begin, and it can be taken back, or finished."""
    images, before = image_ids(lived), contents(lived)
    tag = version("good")
    journal = Path(lived.settings["BACKUPS"], ".upgrade.json")
    command = [sys.executable, "-m", "tmdb_pipeline.ops", "upgrade", "--no-build", "--yes"]
    for how in ("--undo", "--yes"):
        with (tmp_path / "said").open("w") as said:
            running = subprocess.Popen(
                command, cwd=airflow_env.ROOT, env=environment(**names_of(lived)), stdout=said, stderr=said
            )
            wait_for(lambda: _phase(journal) == "replacing", "the start of the new version")
            running.send_signal(signal.SIGKILL)
            running.wait()
        assert ops("start")[0] == 7
        code, out, err = ops("upgrade", "--no-build", "--json", how)
        if how == "--undo":
            assert (code, "back, by digest" in json.loads(out)["undone"]) == (0, True), err
            assert image_ids(lived) == images
            assert differing(before, contents(lived)) == []

    told = json.loads(out)
    new = lived.engine.images.get(tag).id
    assert (code, told["images"]["scheduler"]) == (0, [images["scheduler"], new]), err
    now = image_ids(lived)
    assert now == {name: new if image == images["scheduler"] else image for name, image in images.items()}
    assert lived.run("scheduler", ["cat", "/opt/airflow/new"]) == "of the new version\n"
    assert {name: found for name, found in contents(lived).items() if name.startswith("tmdb_warehouse.tmdb.m")} == {
        name: found for name, found in before.items() if name.startswith("tmdb_warehouse.tmdb.m")
    }
    assert ops("upgrade", "--no-build", "--yes")[:2] == (
        0,
        "Making the new images.\nThere is nothing new: the images are those that run, and all goes on.\n",
    )


def _phase(journal):
    return json.loads(journal.read_text())["phase"] if journal.exists() else ""
