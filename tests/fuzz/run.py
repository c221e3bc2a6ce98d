"""Fuzz every entry point of the project: ``nox -s fuzz -- [--seed N] [--inputs N] [ENTRY ...]``.

Each input has to end in a right result or in a typed error with a message, within its seconds and its memory. The
table counts by entry; a failing input is shown as small as it could be made, with the command that repeats it.
"""

import argparse
import random
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

from fuzz.entry import Entry
from fuzz.measure import Result, measure

INPUTS = 2_000


def main(arguments: Sequence[str], entries: Mapping[str, Entry], out: TextIO) -> int:
    """Try the entries that ``arguments`` name, or all; 1 if one failed."""
    parser = argparse.ArgumentParser(prog="nox -s fuzz --", description="Fuzz every entry point of the project.")
    parser.add_argument("--seed", type=int, help="what inputs are drawn from; a fresh one if not given")
    parser.add_argument("--inputs", type=int, default=INPUTS, help="how many inputs each entry gets (%(default)s)")
    parser.add_argument("entries", nargs="*", metavar="ENTRY", help=f"some of {', '.join(entries)}; all if none")
    asked = parser.parse_args(arguments)
    if unknown := sorted({*asked.entries} - {*entries}):
        parser.error(f"there is no entry {', '.join(unknown)}; there are {', '.join(entries)}")
    number = random.randrange(2**32) if asked.seed is None else asked.seed
    out.write(f"seed {number}, {asked.inputs} inputs each\n{_HEADER}\n")
    results = []
    for name in asked.entries or entries:
        result = measure(entries[name], number=number, inputs=asked.inputs)
        results.append(result)
        out.write(f"{line(result)}\n")
        if result.failure:
            again = f"nox -s fuzz -- --seed {number} --inputs {asked.inputs} {name}"
            out.write(f"FAILED {name}; repeat it with: {again}\n{result.failure}\n")
        out.flush()
    failed = [result.name for result in results if result.failure]
    total = sum(result.inputs for result in results)
    out.write(f"{total} inputs in all; {'failed: ' + ', '.join(failed) if failed else 'none failed'}\n")
    return 1 if failed else 0


_HEADER = f"{'entry':<20}{'inputs':>8}{'answers':>9}{'errors':>8}{'worst s':>9}{'peak MB':>9}  errors by type"


def line(result: Result) -> str:
    """A row of the table."""
    kinds = ", ".join(f"{kind} {count}" for kind, count in result.errors.most_common())
    return (
        f"{result.name:<20}{result.inputs:>8}{result.answers:>9}{result.errors.total():>8}"
        f"{result.worst_seconds:>9.3f}{result.peak_megabytes:>9.1f}  {kinds}"
    )


if __name__ == "__main__":  # pragma: no cover - nox starts it; its tests call main
    from fuzz import connections
    from fuzz.entries import ENTRIES

    sys.exit(main(sys.argv[1:], ENTRIES | {entry.name: entry for entry in connections.ENTRIES}, sys.stdout))
