"""The trial of an area's mutants: ``python -m mutation.trials AREA K/N [PATTERN ...]`` in a copy of the project.

Prints a JSON object for each mutant: its module, the change, whether a test noticed it, and the seconds that it took.
pytest and all libraries are imported once; each mutant runs in a fork, so that a trial takes hardly longer than its
tests.
"""

import importlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any

from mutation.areas import AREAS, Area, areas_in, module_name
from mutation.child import in_child
from mutation.judges import Judges, measured, noticed
from mutation.mutants import Mutant, mutants_of

#: Seconds for all tests of an area, with coverage.
_MEASURING = 1800


def chosen(area: Area, root: Path, shard: tuple[int, int], patterns: Sequence[str]) -> list[tuple[Path, Mutant]]:
    """The mutants of an area whose function fits a pattern, and of these every N-th from the K-th on (1 is the first).

    Which mutant goes to which shard is random, though always the same: no shard has all of the slow ones.
    """
    mutants = [
        (path, mutant)
        for path in area.paths(root)
        for mutant in mutants_of(path.read_text("utf-8"), module_name(path, root))
        if not patterns or any(fnmatchcase(mutant.change.function, pattern) for pattern in patterns)
    ]
    random.Random(0).shuffle(mutants)
    number, of = shard
    return sorted(mutants[number - 1 :: of], key=lambda pair: (pair[0], pair[1].lines.start))


def judges(area: Area, root: Path, paths: Sequence[Path]) -> Judges:
    """Measure the tests of an area, and import what they need from elsewhere.

    Raises:
        SystemExit: a test fails although nothing is changed.
    """
    for name in area.first:
        importlib.import_module(name)
    answer = in_child(partial(measured, paths, area.test_paths(root)), _MEASURING)
    found = json.loads(answer) if answer else "They did not end."
    if isinstance(found, str):
        sys.exit(f"The tests of {area.name} fail although nothing is changed:\n{found}")
    seconds, shared, lines, imported = found
    for name in imported:
        with suppress(BaseException):  # what cannot be imported by itself is imported later, by those who need it
            importlib.import_module(name)
    numbered = {path: {int(line): tests for line, tests in run.items()} for path, run in lines.items()}
    return Judges(seconds, shared, numbered, imported)


def trials(area: Area, root: Path, mutants: Sequence[tuple[Path, Mutant]]) -> Iterator[dict[str, Any]]:
    """Put each mutant in the place of its module, and see whether a test fails or no longer ends."""
    who = judges(area, root, sorted({path for path, _ in mutants}))
    for path, mutant in mutants:
        original = path.read_bytes()
        tests = who.of(path, mutant.lines)
        began = time.monotonic()
        try:
            _replace(path, mutant.source.encode())
            answer = in_child(partial(noticed, tests), who.patience(tests))
        finally:
            _replace(path, original)
        seconds = round(time.monotonic() - began, 2)
        module = module_name(path, root)
        yield {"module": module, "change": mutant.change, "killed": answer != b"0", "seconds": seconds}


def _replace(path: Path, source: bytes) -> None:
    """Write a module so that no bytecode of another one passes for it: that goes by the second and the size."""
    path.write_bytes(source)
    os.utime(path, ns=(path.stat().st_atime_ns, next(_MOMENTS) * 10**9))


_MOMENTS = iter(range(10**9, 2 * 10**9))


def main(arguments: Sequence[str]) -> None:
    """Try the mutants of a shard of an area in the current folder."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a child is ended with its parent
    name, shard, *patterns = arguments
    number, of = map(int, shard.split("/"))
    root = Path.cwd()
    area = areas_in(AREAS.read_text("utf-8"))[name]
    for outcome in trials(area, root, chosen(area, root, (number, of), patterns)):
        print(json.dumps(outcome), flush=True)  # noqa: T201 - a command


if __name__ == "__main__":  # pragma: no cover - the tests call main
    main(sys.argv[1:])
