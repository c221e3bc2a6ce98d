"""Makes data of coverage.py of what probes have seen: ``python -m measured.convert FILE`` reads all and writes one."""

import ast
import sys
from collections import defaultdict
from pathlib import Path

import coverage
from coverage.parser import PythonParser

from measured import hits
from measured.probes import Seen, with_probes
from measured.sources import Sources, configuration

#: Where a line has several ways on, it is one of these.
BRANCHING = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.match_case)

CHANGED = "{name} has changed since it was measured. Run nox -s clean, and the tests again."


class NotByProbes(Exception):
    """What the probes of a file have seen cannot be told in the words of coverage.py."""


def arcs(text: str, passed: list[bool], name: str) -> set[tuple[int, int]]:
    """The jumps from line to line that coverage.py would have seen, as far as its report asks for them.

    Raises:
        NotByProbes: it cannot be told, for the reason given.
    """
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, BRANCHING) and node.body[0].lineno == _line(node):
            raise NotByProbes(f"In line {_line(node)} of {name} a block begins. Give it a line of its own.")
    facts = with_probes(tree, "[]")
    if len(facts) != len(passed):
        raise NotByProbes(CHANGED.format(name=name))
    parser = PythonParser(text=text)
    parser.parse_source()
    ways: dict[int, set[int]] = defaultdict(set)
    for start, end in parser.arcs():
        ways[start].add(end)
    found = set()
    for told in (told for told, hit in zip(facts, passed, strict=True) if hit):
        for fact in told:
            line = parser.first_line(fact.line)
            found.add((-1, line))
            # What is entered stands right behind its line; what comes after it stands behind that, or before the line.
            inside = min((end for end in ways[line] if end > line), default=0)
            if fact.seen is Seen.ENTERED:
                found |= {(line, end) for end in ways[line] if end == inside}
            elif fact.seen is Seen.PASSED:
                found |= {(line, end) for end in ways[line] if end != inside}
    return found


def _line(node: ast.AST) -> int:
    return node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno


def convert(files: list[Path], into: Path, sources: Sources) -> None:
    """Write what processes have kept as data of coverage.py, in which files that none has imported are, too.

    Raises:
        NotByProbes: a file has changed between two of them, or since.
    """
    passed: dict[str, list[bool]] = {}
    for file in files:
        for found, now in ((path, now) for kept in hits.read(file) for path, now in kept.items()):
            path = found.removeprefix(f"{Path.cwd()}/")  # a process may have worked elsewhere
            before = passed.setdefault(path, [False] * len(now))
            if len(before) != len(now):
                raise NotByProbes(CHANGED.format(name=path))
            passed[path] = [one or other for one, other in zip(before, now, strict=True)]
    into.unlink(missing_ok=True)
    data = coverage.CoverageData(str(into))
    data.add_arcs({path: arcs(Path(path).read_text("utf-8"), hit, path) for path, hit in passed.items()})
    data.touch_files([path.removeprefix(f"{Path.cwd()}/") for path in sources.files()])
    data.write()


if __name__ == "__main__":
    into = Path(sys.argv[1])
    found = sorted(into.parent.glob(f"{hits.PREFIX}.*"))
    convert(found, into, Sources.of(configuration()))
