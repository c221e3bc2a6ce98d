"""Which tests run which lines, how long each takes, and the running of some of them; both is done in a child.

A line that runs while modules are imported, or in a fixture that several tests share, is run by no test of its own: all
tests have to judge it. The same goes for a line that only runs in processes that tests start.
"""

import io
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import coverage
import pytest

_ARGUMENTS = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "--no-header", "--tb=short"]
#: Seconds that a trial may take in any case; the machine may be busy.
LEAST = 20.0


class Judges(NamedTuple):
    """What the tests of an area are, measured once with nothing changed.

    Attributes:
        seconds: of each test, by its id.
        shared: seconds of the fixtures of each test that it shares with others.
        lines: by path and line, the ids of the tests that run it.
        imported: the modules that the tests imported from elsewhere, in order.
    """

    seconds: dict[str, float]
    shared: dict[str, float]
    lines: dict[str, dict[int, list[str]]]
    imported: list[str]

    def of(self, path: Path, lines: Iterable[int]) -> list[str]:
        """The tests for a change of these lines, the likeliest to notice first: those beside the module, quick ones."""
        run = self.lines.get(str(path), {})
        tests = {test for line in lines for test in run.get(line, [])}
        if not tests or "" in tests:
            tests = set(self.seconds)
        beside = f"test_{path.stem}.py"
        return sorted(tests, key=lambda test: (beside not in test, self.shared[test], self.seconds[test]))

    def patience(self, tests: Iterable[str]) -> float:
        """Seconds after which these tests will not end any more."""
        shared = max((self.shared[test] for test in tests), default=0)
        return LEAST + 5 * (shared + sum(self.seconds[test] for test in tests))


def measured(paths: Sequence[Path], tests: Sequence[str]) -> bytes:  # pragma: no cover - runs in a child
    """Run all tests and measure which of them run which lines of the modules; Judges as JSON, or what pytest said."""
    measure = _Measure(paths)
    measure.coverage.start()
    said = io.StringIO()
    with redirect_stdout(said):
        status = pytest.main([*_ARGUMENTS, *tests], [measure])
    measure.coverage.stop()
    if status:
        return json.dumps(said.getvalue()[-4000:]).encode()
    data = measure.coverage.get_data()
    lines = {str(path): data.contexts_by_lineno(str(path)) for path in paths}
    here = str(Path.cwd())
    imported = [
        name
        for name, module in sys.modules.items()
        if (file := getattr(module, "__file__", None)) and not file.startswith(here)
    ]
    return json.dumps([measure.seconds, measure.shared, lines, imported]).encode()


def noticed(tests: Sequence[str]) -> bytes:  # pragma: no cover - runs in a child
    """Whether one of the tests fails, as one byte."""
    files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
    status = pytest.main([*_ARGUMENTS, *files], [_Choice(tests)])
    return b"0" if status == pytest.ExitCode.OK else b"1"


class _Measure:  # pragma: no cover - runs in a child
    """A plugin that tells the coverage which test runs, and takes the time."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.coverage = coverage.Coverage(data_file=None, config_file=False, include=[str(path) for path in paths])
        self.seconds: dict[str, float] = {}
        self.shared: dict[str, float] = {}
        self._fixtures: dict[str, float] = {}
        self._context = ""

    def _switch(self, context: str) -> str:
        before, self._context = self._context, context
        self.coverage.switch_context(context)
        return before

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        self._switch(item.nodeid)
        began = time.perf_counter()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.perf_counter() - began
            names = getattr(item, "fixturenames", ())
            self.shared[item.nodeid] = sum(self._fixtures.get(name, 0.0) for name in names)
            self._switch("")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[Any]:
        if fixturedef.scope == "function":
            return (yield)
        before = self._switch("")
        began = time.perf_counter()
        try:
            return (yield)
        finally:
            self._fixtures[fixturedef.argname] = time.perf_counter() - began
            self._switch(before)


class _Choice:  # pragma: no cover - runs in a child
    """A plugin that leaves some tests, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.places = {test: place for place, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self.places), key=lambda item: self.places[item.nodeid])
