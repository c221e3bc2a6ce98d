import io
import json
import signal
import sys

import pytest

from tmdb_pipeline.demo import airflow_commands

#: What ``airflow`` is here: a module that does what its only argument says.
AIRFLOW = "import signal, sys\nprint('begins')\nexec(sys.argv[1])\n"


@pytest.fixture
def airflow(tmp_path, monkeypatch):
    """Asks for commands, one after the other, and gives back their output."""
    (tmp_path / "airflow.py").write_text(AIRFLOW, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "airflow", raising=False)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(*commands):
        lines = "".join(json.dumps([command]) + "\n" for command in commands)
        monkeypatch.setattr(sys, "argv", [])
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        monkeypatch.setattr(sys, "stdout", io.StringIO())
        airflow_commands.main()
        return sys.stdout.getvalue().split("\n")[:-1]

    yield ask
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("pass", 0),
        ("sys.exit()", 0),
        ("sys.exit(0)", 0),
        ("sys.exit(3)", 3),
        ("sys.exit('no such DAG')", 1),
        ("raise ValueError('no such DAG')", 1),
    ],
)
def test_each_command_ends_with_its_status(airflow, capsys, command, status):
    """Output and status come as from a process of its own, whichever way it ends; what is wrong is said as there."""
    assert airflow(command, "pass") == ["begins", f"\x1e{status}", "begins", "\x1e0"]
    assert capsys.readouterr().err.endswith("no such DAG\n" if "such" in command else "")


def test_signals_that_a_command_has_caught_end_the_next_one(airflow):
    """Airflow's task runner takes signals and never gives them back; between commands they end this process."""
    airflow("signal.signal(signal.SIGINT, signal.SIG_IGN); signal.signal(signal.SIGTERM, signal.SIG_IGN)")

    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
