import sysconfig

import pytest

from dag_integrity.facts import Job
from dag_integrity.parser.faults import Met, fault_of
from dag_integrity.parser.watching.unset import Unset

JOB = Job(folders={}, private="", seconds=30, megabytes=4096)
FRAME = '  File "{}", line {}, in <module>\n    x\n'
LIBRARY = f"{sysconfig.get_paths()['purelib']}/library.py"


HOST = Unset("the environment variable HOST", "HOST", "/dags/a.py", 3)
PAGES = Unset("the Variable pages", "pages", "/dags/settings.py", 5)


def fault(error, **met):
    return fault_of(error, "/dags/a.py", folder="/dags", met=Met(**met), limits=JOB)


def test_place_is_the_last_in_own_code():
    """Not inside a library, which is not to be mended here."""
    places = FRAME.format("/dags/a.py", 3) + FRAME.format("/dags/helper.py", 5) + FRAME.format(LIBRARY, 7)

    found = fault(f"Traceback (most recent call last):\n{places}NameError: x\n")

    assert (found.path, found.line, found.message) == ("/dags/helper.py", 5, "NameError: x")


def test_error_without_a_place_is_the_file_s():
    """As what Airflow says once it has read the file."""
    found = fault("AirflowDagCycleException: a circle")

    assert (found.path, found.line) == ("/dags/a.py", 0)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("SyntaxError: invalid\n", "SyntaxError: invalid"),
        ("acme.errors.Odd: one\n  two\n", "acme.errors.Odd: one two"),
        ("KeyError\n", "KeyError"),
        ("something went wrong\nand more", "and more"),
        ("", "no reason given"),
        ("airflow.sdk.exceptions.AirflowTaskTimeout: DagBag", "the file took longer than 30 seconds and was ended"),
        ("MemoryError\n", "the file needs more than 4096 MB"),
    ],
)
def test_message_is_one_line(error, message):
    """The exception with all that it says, or what it means."""
    assert fault(error).message == message


@pytest.mark.parametrize(
    ("error", "missing"),
    [
        ("No module named 'acme.hooks'", "acme.hooks"),
        ("No module named 'airflow.providers.acme'", "airflow.providers.acme"),
        ("No module named 'airflow.operators.dummy'", ""),
        ("No module named 'airflow_acme'", "airflow_acme"),
        ("No module named 'airflow'", ""),
        (f"cannot import name 'X' from 'acme.models' ({LIBRARY})", "acme.models.X"),
        (f"cannot import name 'X' from 'airflow.models' ({LIBRARY})", ""),
        (f"cannot import name 'X' from 'airflow.providers.acme' ({LIBRARY})", "airflow.providers.acme.X"),
        ("cannot import name 'X' from 'near' (/dags/near.py)", ""),
        ("cannot import name 'X' from 'tests.conftest' (/elsewhere/tests/conftest.py)", "tests.conftest.X"),
        ("cannot import name 'bigquery' from 'google.cloud' (unknown location)", "google.cloud.bigquery"),
        ("AttributeError: task decorator 'kubernetes' not found", "airflow.providers.cncf.kubernetes"),
        ("AttributeError: task decorator 'kubernetse' not found", ""),
        ("AttributeError: task decorator 'shortcircuit' not found", ""),
        ("AttributeError: task decorator 'llm_sql' not found", "airflow.providers.common.ai"),
        ("AttributeError: task decorator 'acme' not found", "the provider of @task.acme"),
        ("NameError: x", ""),
        ("FileNotFoundError: [Errno 2] No such file or directory: '/x'", "the file /x"),
    ],
)
def test_what_may_be_there_elsewhere(error, missing):
    """Packages, and names that another version of them may have; what Airflow itself lacks is nowhere."""
    assert fault(f"ImportError: {error}").missing == missing


@pytest.mark.parametrize(
    ("error", "unset"),
    [
        ("a.AirflowConfigException: section/key [a/b] not found in config", "the setting a/b of Airflow"),
        ("File \"/lib/os.py\", line 3, in __getitem__\n    raise\nKeyError: 'HOST'", "the environment variable HOST"),
        ("File \"<frozen os>\", line 3, in __getitem__\nKeyError: 'HOST'", "the environment variable HOST"),
        ("KeyError: 'HOST'", ""),
    ],
)
def test_what_may_be_set_elsewhere(error, unset):
    """Variables of the environment and settings, told by what Python and Airflow say of them."""
    assert fault(error).unset == unset


def test_what_was_not_set_is_told_where_it_is_looked_up():
    """What stands on the line that fails, or in its message; else all of it may be why."""
    on_the_line = fault(FRAME.format("/dags/settings.py", 5) + "TypeError: x\n", unset=[HOST, PAGES])
    in_the_message = fault("ValueError: no pages\n", unset=[HOST, PAGES])
    any_of_them = fault("TypeError: x\n", unset=[HOST, HOST, PAGES])

    assert (on_the_line.unset, on_the_line.path, on_the_line.line) == ("the Variable pages", "/dags/settings.py", 5)
    assert in_the_message.unset == "the Variable pages"
    assert (any_of_them.unset, any_of_them.line) == ("the environment variable HOST or the Variable pages", 3)
    assert fault("TypeError: x\n", unset=[HOST]).unset == "the environment variable HOST"


@pytest.mark.parametrize(
    ("error", "certain"),
    [
        ("TypeError: DAG.__init__() got an unexpected keyword argument 'schedule_interval'", True),
        ("ModuleNotFoundError: No module named 'airflow.operators.dummy'", True),
        ("ImportError: cannot import name 'X' from 'airflow.models' (/lib/airflow/models/__init__.py)", True),
        ("SyntaxError: invalid syntax", True),
        ("TypeError: unsupported operand type(s) for +: 'NoneType' and 'str'", False),
        ("NameError: name 'x' is not defined", False),
    ],
)
@pytest.mark.parametrize("met", [{"stand_in": "acme.Hook"}, {"unset": [HOST]}, {"refused": True}])
def test_what_fails_everywhere_is_an_error_whatever_the_file_has_met(error, met, certain):
    """What Airflow took away is missed with every package and every setting; all else may have come of what it met."""
    assert fault(f"{error}\n", **met).certain is certain
    assert fault(f"{error}\n").certain
