"""Measures a process that a test has started, from its start on: its Python imports this before anything else.

``install`` lets Python do so, where ``VARIABLE`` is in the environment. A process that runs tests, or a script of ours,
is traced by coverage.py: a script is not imported and so gets no probes, and pytest makes the code of tests by itself.
"""

import base64
import json
import os
import re
import sys
import sysconfig
from pathlib import Path
from uuid import uuid4

from measured.loader import Measuring
from measured.sources import Sources

#: The configuration of coverage.py, as it writes it for other processes.
VARIABLE = "MEASURED_CONFIG"
#: Options of Python that a value follows, and those behind which no script comes.
_WITH_VALUE, _NO_SCRIPT = ("-W", "-X", "--check-hash-based-pycs"), ("-c", "-m")


def install() -> None:
    """Let every Python of this environment that is started from here on look whether it is to be measured."""
    here = str(Path(__file__).parents[1])
    begin = f"sys.path.insert(0, {here!r}), __import__('measured.child').child.begin(), sys.path.remove({here!r})"
    line = f"import os, sys; {VARIABLE!r} in os.environ and ({begin})\n"
    file = Path(sysconfig.get_path("purelib"), "measured.pth")
    if not file.exists() or file.read_text("utf-8") != line:
        half = file.with_name(f"{uuid4().hex}.half")  # several sessions may begin at once
        half.write_text(line, "utf-8")
        half.replace(file)


def script(arguments: list[str]) -> str | None:
    """The script that this command line of Python runs, by its absolute path."""
    waiting = iter(arguments[1:])
    for argument in waiting:
        if argument.startswith(_NO_SCRIPT) or argument == "-":
            return None
        if argument in _WITH_VALUE:
            next(waiting, None)
        elif not argument.startswith("-"):
            return str(Path(argument).absolute())
    return None


def runs_tests(arguments: list[str]) -> bool:
    """Whether this command line of Python is that of a session of pytest."""
    run = script(arguments)
    if run is None:
        return re.search(r" -m ?pytest\b", " ".join(arguments)) is not None
    return Path(run).name == "pytest"


def begin() -> None:
    """Measure this process."""
    written = os.environ[VARIABLE]
    config = json.loads(base64.b64decode(written))
    sources = Sources(config["source"], config["run_omit"])
    if (script(sys.orig_argv) or "") in sources or runs_tests(sys.orig_argv):
        import coverage.control

        coverage.control._start_process_coverage(f":data:{written}")
    else:
        Measuring(sources, config["data_file"]).begin()
