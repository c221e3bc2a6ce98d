"""Why a file cannot be imported, read from what Airflow says and what the file has met before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from dag_integrity.facts import ImportFault, Job
from dag_integrity.parser.places import is_own
from dag_integrity.parser.watching.unset import Unset
from dag_integrity.source.providers import of_decorator

_FRAME = re.compile(r'^\s*File "(.+?)", line (\d+)', re.MULTILINE)
#: A module that may be there where the DAGs run; one of Airflow's core is nowhere.
_NO_MODULE = re.compile(r"No module named '((?!airflow(?:'|\.(?!providers\.)))[^']+)'")
#: A name that an installed package lacks, which another version of it may have.
_NO_NAME = re.compile(r"cannot import name '([^']+)' from '(?!airflow\.(?!providers\.))([\w.]+)' \((.*)\)")
#: A name that a package lacks of which nothing but an empty folder is here.
_NO_PART = re.compile(r"cannot import name '([^']+)' from '([\w.]+)' \(unknown location\)")
_NO_DECORATOR = re.compile(r"task decorator '(\w+)' not found")
_NO_FILE = re.compile(r"FileNotFoundError: \[Errno 2\] No such file or directory: '(.+)'")
#: A variable of the environment, and a setting of Airflow, that are made where the DAGs run.
_NO_VARIABLE = re.compile(r"(?:/os\.py|<frozen os>)\", line \d+, in __getitem__(?:.*\n)+KeyError: '(.+)'")
_NO_SETTING = re.compile(r"AirflowConfigException: section/key \[(.+)\] not found in config")
#: What Airflow and Python say if a file takes too long, or too much.
_TOO_LONG = re.compile(r"AirflowTaskTimeout|DagBag import timeout")
#: What no package, Variable or permission would have changed.
_CERTAIN = re.compile(
    r"(SyntaxError|IndentationError|TabError): |No module named|cannot import name"
    r"|got an unexpected keyword argument|Invalid arguments were passed to"
)


@dataclass(frozen=True)
class Met:
    """What a file has met before it failed, that may be why."""

    #: The stand-in of which the error may come; empty if of none.
    stand_in: str = ""
    #: What it looked up and was not given.
    unset: Sequence[Unset] = ()
    #: Whether something was refused to it.
    refused: bool = False


def fault_of(error: str, path: str, *, folder: str, met: Met, limits: Job) -> ImportFault:
    """What an error of Airflow's means, and the last place in own code that it names."""
    places = [(name, int(line)) for name, line in _FRAME.findall(error) if is_own(name)]
    name, line = places[-1] if places else (path, 0)
    message = _last(error)
    if _TOO_LONG.search(error):
        message = f"the file took longer than {limits.seconds:g} seconds and was ended"
    elif message.startswith("MemoryError"):
        message = f"the file needs more than {limits.megabytes:g} MB"
    fault = ImportFault(message=message, path=name, line=line)
    if missing := _missing(error, folder):
        return replace(fault, missing=missing)
    if unset := _unset(error):
        return replace(fault, unset=unset)
    if _CERTAIN.search(message):
        return fault
    if met.stand_in:
        return replace(fault, stand_in=met.stand_in)
    if met.unset:
        return _configured(fault, met.unset)
    return replace(fault, refused=met.refused)


def _configured(fault: ImportFault, unset: Sequence[Unset]) -> ImportFault:
    """The fault, told of what was not set: of that on the same line or in the message, if there is any."""
    near = [one for one in unset if (one.path, one.line) == (fault.path, fault.line)]
    named = [one for one in unset if one.key in fault.message]
    chosen = near or named or unset
    names = list(dict.fromkeys(one.what for one in chosen))
    told = " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return replace(fault, unset=told, path=chosen[0].path, line=chosen[0].line)


def _missing(error: str, folder: str) -> str:
    if found := _NO_MODULE.search(error):
        return found[1]
    if found := _NO_DECORATOR.search(error):
        return of_decorator(found[1])
    if found := _NO_PART.search(error):
        return f"{found[2]}.{found[1]}"
    if found := _NO_FILE.search(error):
        return f"the file {found[1]}"
    if (found := _NO_NAME.search(error)) and not (is_own(found[3]) and found[3].startswith(f"{folder}/")):
        return f"{found[2]}.{found[1]}"  # of a module that lies in the folder, nobody has another version
    return ""


def _unset(error: str) -> str:
    if found := _NO_VARIABLE.search(error):
        return f"the environment variable {found[1]}"
    found = _NO_SETTING.search(error)
    return f"the setting {found[1]} of Airflow" if found else ""


def _last(error: str) -> str:
    """The exception itself, whose message may have lines of its own."""
    lines = [line for line in error.strip().splitlines() if line.strip()]
    starts = [
        place for place, line in enumerate(lines) if re.match(r"[\w.]+(Error|Exception|Exit|\w*): |[\w.]+$", line)
    ]
    return (
        " ".join(line.strip() for line in lines[starts[-1] if starts else -1 :])[:500] if lines else "no reason given"
    )
