"""Backup, loss of everything, restore: what people would miss is as it was, by digest."""

import json

from e2e.digest import WEEKLY
from e2e.patience import wait_for
from e2e.stack.disturbed import RUN
from e2e.stack.faults.contents import contents, differing
from e2e.stack.stack import AT_THREE


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
