"""What becomes of a session in which a test was skipped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROBE = Path(__file__).with_name("probe_that_skips.py")


@pytest.mark.parametrize(("ci", "status"), [("true", pytest.ExitCode.TESTS_FAILED), ("", pytest.ExitCode.OK)])
def test_skip_fails_a_session_of_the_gate_only(ci, status):
    """With CI set, as in the gate, what was not asked has not been proved; on a laptop pytest just says so."""
    command = [sys.executable, "-m", "pytest", PROBE]
    session = subprocess.run(command, env=os.environ | {"CI": ci}, capture_output=True, text=True, check=False)

    assert "1 skipped" in session.stdout
    assert session.returncode == status
    assert ("With CI set no test may be skipped" in session.stdout) == bool(ci)
