"""Why a file cannot be imported, read from what Airflow says."""

import re

from dag_integrity.facts import ImportFault, Job
from dag_integrity.parser.places import is_own

_FRAME = re.compile(r'^\s*File "(.+?)", line (\d+)', re.MULTILINE)
#: A module that may be there where the DAGs run; one of Airflow's core is nowhere.
_NO_MODULE = re.compile(r"No module named '((?!airflow(?:'|\.(?!providers\.)))[^']+)'")
#: A name that an installed package lacks, which another version of it may have.
_NO_NAME = re.compile(r"cannot import name '([^']+)' from '(?!airflow\.(?!providers\.))([\w.]+)' \((.*)\)")
#: A name that a package lacks of which nothing but an empty folder is here.
_NO_PART = re.compile(r"cannot import name '([^']+)' from '([\w.]+)' \(unknown location\)")
#: Decorators of tasks that providers bring.
_NO_DECORATOR = re.compile(
    "task decorator '(kubernetes|kubernetes_cmd|docker|pyspark|snowpark|llm|llm_branch|agent|embed|beam)' not found"
)
#: A variable of the environment, a file and a setting of Airflow that are made where the DAGs run.
_NO_VARIABLE = re.compile(r"/os\.py\", line \d+, in __getitem__(?:.*\n)+KeyError: '(.+)'")
_NO_FILE = re.compile(r"FileNotFoundError: \[Errno 2\] No such file or directory: '(.+)'")
_NO_SETTING = re.compile(r"AirflowConfigException: section/key \[(.+)\] not found in config")
#: What Airflow and Python say if a file takes too long, or too much.
_TOO_LONG = re.compile(r"AirflowTaskTimeout|DagBag import timeout")

_LACKING = {
    _NO_DECORATOR: "the provider of @task.{}",
    _NO_PART: "{1}.{0}",
    _NO_VARIABLE: "the environment variable {}",
    _NO_FILE: "the file {}",
    _NO_SETTING: "the setting {} of Airflow",
}


def fault_of(error: str, path: str, *, ours: bool, limits: Job) -> ImportFault:
    """What an error of Airflow's means, and the last place in own code that it names."""
    places = [(name, int(line)) for name, line in _FRAME.findall(error) if is_own(name)]
    name, line = places[-1] if places else (path, 0)
    message = _last(error)
    if _TOO_LONG.search(error):
        message = f"the file took longer than {limits.seconds:g} seconds and was ended"
    elif message.startswith("MemoryError"):
        message = f"the file needs more than {limits.megabytes:g} MB"
    return ImportFault(message=message, path=name, line=line, missing=_missing(error), ours=ours)


def _missing(error: str) -> str:
    if found := _NO_MODULE.search(error):
        return found[1]
    for pattern, what in _LACKING.items():
        if found := pattern.search(error):
            return what.format(*found.groups())
    found = _NO_NAME.search(error)
    return f"{found[2]}.{found[1]}" if found and not is_own(found[3]) else ""


def _last(error: str) -> str:
    """The exception itself, whose message may have lines of its own."""
    lines = [line for line in error.strip().splitlines() if line.strip()]
    starts = [
        place for place, line in enumerate(lines) if re.match(r"[\w.]+(Error|Exception|Exit|\w*): |[\w.]+$", line)
    ]
    return (
        " ".join(line.strip() for line in lines[starts[-1] if starts else -1 :])[:500] if lines else "no reason given"
    )
