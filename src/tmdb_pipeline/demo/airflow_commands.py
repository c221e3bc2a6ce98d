"""Runs commands of Airflow one after the other in one process, for importing Airflow takes longer than they do.

Each line of standard input is a JSON array of what would stand behind ``airflow``, and is run as ``python -m airflow``
runs it. What it prints goes to standard output, then a line of ``ENDED`` and its exit status. A signal that a command
has caught for itself ends this process again once the command is over.
"""

import json
import runpy
import signal
import sys
import traceback

#: Begins the line behind the output of a command. Nothing that is printed for people holds this character.
ENDED = "\x1e"


def run(arguments: list[str]) -> int:
    """Run one command; its exit status."""
    sys.argv = ["airflow", *arguments]
    try:
        runpy.run_module("airflow", run_name="__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return 1
    except Exception:  # noqa: BLE001 - as Python does it: what it is, and status 1
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    """Run what is asked for until nothing more comes."""
    for line in sys.stdin:
        status = run(json.loads(line))
        sys.stderr.flush()
        sys.stdout.write(f"{ENDED}{status}\n")
        sys.stdout.flush()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


if __name__ == "__main__":  # pragma: no branch - it is a command, and nobody runs it by its import
    main()
