import sysconfig

import pytest

from dag_integrity.facts import Job
from dag_integrity.parser.faults import fault_of

JOB = Job(folders={}, private="", seconds=30, megabytes=4096)
FRAME = '  File "{}", line {}, in <module>\n    x\n'
LIBRARY = f"{sysconfig.get_paths()['purelib']}/library.py"


def fault(error, **options):
    return fault_of(error, "/dags/a.py", ours=False, limits=JOB, **options)


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
        ("cannot import name 'bigquery' from 'google.cloud' (unknown location)", "google.cloud.bigquery"),
        ("AttributeError: task decorator 'kubernetes' not found", "the provider of @task.kubernetes"),
        ("AttributeError: task decorator 'kubernetse' not found", ""),
        ("NameError: x", ""),
        ("FileNotFoundError: [Errno 2] No such file or directory: '/x'", "the file /x"),
        ("a.AirflowConfigException: section/key [a/b] not found in config", "the setting a/b of Airflow"),
        ("File \"/lib/os.py\", line 3, in __getitem__\n    raise\nKeyError: 'HOST'", "the environment variable HOST"),
        ("KeyError: 'HOST'", ""),
    ],
)
def test_what_may_be_there_elsewhere(error, missing):
    """Packages, and names that another version of them may have; what Airflow itself lacks is nowhere."""
    assert fault(f"ImportError: {error}").missing == missing
