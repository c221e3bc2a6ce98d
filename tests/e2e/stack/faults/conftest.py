"""A stack that people have worked with, and what it keeps its backups in."""

import pytest
from e2e.digest import DAILY
from e2e.stack.disturbed import RUN
from e2e.stack.stack import AT_TWO, LOAD


@pytest.fixture(scope="module")
def lived(awake, tmp_path_factory):
    """The stack after a run and its load, with a Connection of somebody's, and a place for backups."""
    # The command makes the folder: that of pytest is for its own user alone, whom the containers do not run as.
    awake.configure(BACKUPS=str(tmp_path_factory.mktemp("kept") / "backups"))
    awake.forget()
    awake.rest.trigger(DAILY, AT_TWO, RUN)
    assert awake.rest.wait_for_end(DAILY, RUN) == "success"
    awake.rest.delete_events(LOAD)
    awake.rest.trigger(LOAD, AT_TWO, RUN)
    awake.rest.unpause(LOAD)
    assert awake.rest.wait_for_end(LOAD, RUN) == "success"
    awake.rest.unpause(LOAD, paused=True)
    awake.rest.ask("POST", "connections", json={"connection_id": "theirs", "conn_type": "http", "password": "p w"})
    yield awake
    awake.rest.ask("DELETE", "connections/theirs")
