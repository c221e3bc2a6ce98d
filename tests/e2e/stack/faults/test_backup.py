"""Backup, loss of everything, restore: what people would miss is as it was, by digest."""

import json

import airflow_env
import pytest
from e2e.digest import WEEKLY
from e2e.patience import wait_for
from e2e.stack.disturbed import RUN
from e2e.stack.faults.contents import contents, differing
from e2e.stack.operated import tmdb_ops
from e2e.stack.stack import AT_THREE, FILES, Stack

#: A Sunday after that of the other runs, and the tables that a run of it changes.
NEXT_SUNDAY = "2024-01-14T03:00:00+09:00"
OF_RUNS = {"airflow.asset_event", "airflow.dag_run", "airflow.task_instance", "airflow.xcom"}


def folder_of(stack, folder):
    """A folder with a stack, as its user has it: a copy of the project with settings of its own, named nowhere else."""
    folder.mkdir()
    for name in ("compose.yaml", "deploy", "tests"):
        (folder / name).symlink_to(airflow_env.ROOT / name)
    (folder / "compose.override.yaml").symlink_to(FILES[1])
    (folder / ".env").write_text(f"{stack._file.read_text()}COMPOSE_PROJECT_NAME={stack.compose.project}\n")
    return folder


def lose_everything(stack):
    """As a machine that is set up anew."""
    stack.compose("--profile=*", "down", "--volumes", "--timeout=5")
    stack.up()


def backed_up(ops):
    """The name of a new backup."""
    code, out, err = ops("backup", "--json")
    assert code == 0, err
    return json.loads(out)["made"]


def test_everything_comes_back(lived, ops):
    """History, Connections, warehouse and files; before that the new stack has none of them."""
    before = contents(lived)
    made = backed_up(ops)
    lose_everything(lived)
    assert contents(lived) != before

    code, _, err = ops("restore", made, "--yes")

    lived.sign_in()
    assert code == 0, err
    assert differing(before, contents(lived)) == []
    assert lived.rest.get("connections/theirs")["conn_type"] == "http"
    assert ops("status")[0] == 0


def test_backup_in_the_middle_of_a_run_is_whole(lived, ops):
    """A weekly run that was under way then is tried again after the restore, and ends with all that it has to."""
    lived.rest.trigger(WEEKLY, AT_THREE, RUN)
    wait_for(lambda: "running" in lived.rest.states(WEEKLY, RUN).values(), "a task of the weekly run")
    made = backed_up(ops)
    assert lived.rest.wait_for_end(WEEKLY, RUN) == "success"
    files = lived.run("scheduler", ["find", "/opt/airflow/data/processed", "-type", "f"])
    lose_everything(lived)

    code, _, err = ops("restore", made, "--yes")

    lived.sign_in()
    assert code == 0, err
    assert lived.rest.wait_for_end(WEEKLY, RUN) == "success"
    assert lived.run("scheduler", ["find", "/opt/airflow/data/processed", "-type", "f"]) == files


@pytest.fixture
def second(lived, engine, tmp_path):
    """Another stack, with a name and ports of its own and the same key, not started."""
    (tmp_path / "settings").mkdir()
    stack = Stack(engine, tmp_path / "settings", lived.settings, beside="-beside")
    yield stack
    stack.compose.down()


def containers(stack):
    """Which containers run, and since when."""
    return {(one.id, one.attrs["State"]["StartedAt"]) for one in stack.containers() if one.status == "running"}


def test_backup_is_restored_beside_a_stack_that_goes_on(lived, second, tmp_path, ops):
    """The second has all of it, by digest; a run under way on the first ends at its first try, and nothing is lost."""
    first, other = folder_of(lived, tmp_path / "first"), folder_of(second, tmp_path / "second")
    before = contents(lived)
    made = backed_up(ops)
    lived.rest.trigger(WEEKLY, NEXT_SUNDAY, "beside")
    wait_for(lambda: "running" in lived.rest.states(WEEKLY, "beside").values(), "a task of the weekly run")
    running = containers(lived)

    code, out, err = tmdb_ops("restore", made, "--into", str(other), "--yes", "--json", folder=first)
    assert code == 0, err
    assert json.loads(out)["restored"] == made
    code, _, err = tmdb_ops("start", folder=other)
    assert code == 0, err

    second.sign_in()
    assert differing(before, contents(second)) == []
    assert second.rest.get("connections/theirs")["conn_type"] == "http"
    assert "beside" not in {run["dag_run_id"] for run in second.rest.runs(WEEKLY)}
    assert lived.rest.wait_for_end(WEEKLY, "beside") == "success"
    assert set(lived.rest.tries(WEEKLY, "beside").values()) == {1}
    assert containers(lived) == running
    now = contents(lived)
    assert {name for name in before if now.get(name) != before[name]} <= OF_RUNS


def test_folder_that_is_closed_to_the_containers_is_named_as_its_owner_knows_it(lived, ops, tmp_path):
    """With what to do; and once that is done, a backup is made."""
    kept, closed = lived.settings["BACKUPS"], tmp_path / "closed"
    closed.mkdir(mode=0o700)
    lived.configure(BACKUPS=str(closed))
    try:
        code, _, err = ops("backup")
        assert (code, err.startswith(f"The folder of backups {closed} cannot be written by user ")) == (2, True), err
        assert f"sudo chgrp 0 {closed} && sudo chmod 770 {closed}" in err

        closed.chmod(0o770)
        assert (closed / backed_up(ops)).is_file()
    finally:
        lived.configure(BACKUPS=kept)
