"""What a DAG file asks the environment for in vain, and how long it sleeps."""

import decimal
import os
import time

import pytest

from dag_integrity.parser.watching.sleep import Sleep
from dag_integrity.parser.watching.unset import Environment
from dag_integrity.parser.watching.watch import Watch


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def environment(watch, monkeypatch):
    monkeypatch.setattr(type(os.environ), "get", type(os.environ).get)
    monkeypatch.setenv("SET_HERE", "x")
    environment = Environment(watch)
    environment.install()
    return environment


def test_variable_of_the_environment_that_is_not_set_is_kept(watch, environment):
    """With its name and where it is asked for, however it is."""
    with watch.parsing("a.py"):
        assert os.getenv("NO_SUCH_VARIABLE") is None
        assert os.environ.get("NO_OTHER_VARIABLE") is None

    assert [unset.what.rpartition(" ")[2] for unset in environment.unset] == ["NO_SUCH_VARIABLE", "NO_OTHER_VARIABLE"]
    assert [unset.path for unset in environment.unset] == [__file__] * 2
    assert environment.unset[1].line == environment.unset[0].line + 1


def test_variable_with_a_value_or_a_default_is_none_of_them(watch, environment):
    """Nor what nobody asks for while a file is parsed, nor what a library asks for itself."""
    os.getenv("NO_SUCH_VARIABLE")
    with watch.parsing("a.py"):
        assert os.getenv("SET_HERE") == "x"
        assert os.getenv("NO_SUCH_VARIABLE", "y") == "y"
        exec(compile("import os; os.getenv('NO_SUCH_VARIABLE')", decimal.__file__, "exec"), {})  # noqa: S102

    assert environment.unset == []


def test_sleep_of_a_file_is_counted(watch, monkeypatch):
    """And of nothing else."""
    monkeypatch.setattr(time, "sleep", time.sleep)
    sleep = Sleep(watch)
    sleep.install()

    time.sleep(0.01)
    assert sleep.seconds == 0
    with watch.parsing("a.py"):
        time.sleep(0.02)
        time.sleep(0.01)

    assert 0.03 <= sleep.seconds < 10
