"""``pytest --dag-integrity=PATH`` lints a DAG folder: a test for each DAG file and check.

pytest loads this plugin wherever the package is installed, so it imports nothing else before the option is given.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from dag_integrity.check import Check
    from dag_integrity.facts import Folder
    from dag_integrity.lint import Result, Verdict

    CollectsFile = Generator[None, list[pytest.Collector], list[pytest.Collector]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the ini options."""
    parser.getgroup("dag-integrity", "DAG integrity").addoption(
        "--dag-integrity", metavar="PATH", help="lint the Airflow DAG files in this folder, or this file"
    )
    parser.addini("dag_integrity_zone", "zone that every schedule must be in, such as Asia/Seoul")
    parser.addini("dag_integrity_pools", "pools that exist", type="args")
    parser.addini("dag_integrity_skip", "checks to leave out", type="args")


def pytest_configure(config: pytest.Config) -> None:
    """Add the folder to what is collected, unless the command line names it, a folder above, or files in it.

    Raises:
        UsageError: a package or the folder is missing, or a check that is to be left out does not exist.
    """
    if config.option.dag_integrity is None:
        return
    from dag_integrity.installed import what_is_missing

    if missing := what_is_missing():
        raise pytest.UsageError(missing)
    config.stash[_LINTED] = linted = Linted(config)
    named = [(config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args]
    linted.narrowed = any(linted.path in path.parents for path in named)
    if not linted.narrowed and not any(linted.path.is_relative_to(path) for path in named):
        config.args.append(str(linted.path))


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CollectsFile:
    """Collect what Airflow takes for a DAG file in the folder, and let nobody take it for a module of tests."""
    collectors = yield
    linted = _linted_with(file_path, parent.config)
    if linted is None or str(file_path) not in linted.files:
        return collectors
    return [DagFile.from_parent(parent, path=file_path, linted=linted)]


@pytest.hookimpl(tryfirst=True)
def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Keep pytest from importing an ``__init__.py`` in the folder: nothing in it is run here."""
    return pytest.Dir.from_parent(parent, path=path) if _linted_with(path, parent.config) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let no run pass whose folder was never come upon.

    Raises:
        UsageError: nothing of the folder was collected.
    """
    linted = config.stash.get(_LINTED, None)
    if linted is None or linted.narrowed or session.testsfailed:
        return
    if not any(isinstance(item, DagCheck) for item in items):
        raise pytest.UsageError(
            f"pytest passed over {linted.path}: name it alone, or look at norecursedirs and at what is to be ignored."
        )


@pytest.fixture(scope="session")
def dag_folder(pytestconfig: pytest.Config) -> Folder:
    """Return the folder of ``--dag-integrity`` as plain facts (``dag_integrity.facts``), for tests of your own."""
    linted = pytestconfig.stash.get(_LINTED, None)
    if linted is None:
        pytest.fail("The fixture dag_folder needs a folder: run pytest with --dag-integrity=PATH.")
    return linted.folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell what was found and is not bad enough to fail."""
    if told := config.stash.get(_TOLD, []):
        terminalreporter.section("DAG integrity: what fails nothing")
        for line in dict.fromkeys(told):
            terminalreporter.write_line(line)


def _linted_with(path: Path, config: pytest.Config) -> Linted | None:
    """The folder that a path lies in, or is."""
    linted = config.stash.get(_LINTED, None)
    return linted if linted and path.is_relative_to(linted.path) else None


class Linted:
    """The folder with all that is found in it; parsed when it is first asked for."""

    def __init__(self, config: pytest.Config) -> None:
        from dag_integrity.checks import CHECKS
        from dag_integrity.settings import read
        from dag_integrity.targets import NothingToLintError, targets

        given = config.option.dag_integrity
        here = config.invocation_params.dir / given
        # An option in addopts is meant from the root, wherever pytest is called.
        named = here if here.exists() else config.rootpath / given
        try:
            targets([named])
            self._settings, _ = read(config.rootpath)
        except NothingToLintError as error:
            raise pytest.UsageError(str(error)) from None
        self.path: Path = named.resolve()
        skip = config.getini("dag_integrity_skip")
        if unknown := sorted(set(skip) - CHECKS.keys()):
            raise pytest.UsageError(
                f"dag_integrity_skip names {', '.join(unknown)}, which is no check: give some of {', '.join(CHECKS)}."
            )
        pools = config.getini("dag_integrity_pools")
        own = self._settings.config
        self.config = replace(
            own,
            zone=config.getini("dag_integrity_zone") or own.zone,
            pools=frozenset(pools) or own.pools,
            skip=own.skip | frozenset(skip),
        )
        #: Whether paths in the folder are named, so that the rest of it is not to be collected.
        self.narrowed = False

    @property
    def folder(self) -> Folder:
        """The folder as plain facts."""
        return self._result.folders[0]

    @property
    def checks(self) -> list[Check]:
        """The checks that are run."""
        return self._result.checks

    @cached_property
    def files(self) -> set[str]:
        """Paths of the DAG files."""
        return {file.path for file in self.folder.files}

    def verdicts(self, path: Path, check: Check) -> list[Verdict]:
        """What a check finds in a file."""
        name = str(path.relative_to(self.folder.path))
        return [found for found in self._result.verdicts if found.check == check.name and name in found.files]

    def fails(self, verdicts: list[Verdict]) -> bool:
        """Whether one of them is as bad as what is to fail."""
        return any(verdict.level.reaches(self._settings.fail_on) for verdict in verdicts)

    @cached_property
    def _result(self) -> Result:
        from dag_integrity.lint import lint_paths
        from dag_integrity.targets import NothingToLintError

        try:
            return lint_paths([self.path], self.config, self._settings.limits)
        except NothingToLintError as error:
            raise pytest.Collector.CollectError(str(error)) from None


class DagFile(pytest.File):
    """A DAG file."""

    def __init__(self, *, linted: Linted, **options: Any) -> None:
        super().__init__(**options)
        self._linted = linted

    def collect(self) -> Iterator[DagCheck]:
        """Yield a test for each check."""
        for check in self._linted.checks:
            yield DagCheck.from_parent(self, name=check.name, check=check, linted=self._linted)


class DagCheck(pytest.Item):
    """A check of a DAG file; it fails with what the check finds, if that is bad enough, and tells it otherwise."""

    def __init__(self, *, check: Check, linted: Linted, **options: Any) -> None:
        super().__init__(**options)
        self._check, self._linted = check, linted

    def runtest(self) -> None:
        """Fail if the check finds anything that is bad enough."""
        from dag_integrity.reports.text import one_line, shown

        found = self._linted.verdicts(self.path, self._check)
        lines = [f"{shown(verdict.path)}:{verdict.line}: {one_line(verdict)}" for verdict in found]
        if self._linted.fails(found):
            pytest.fail("\n".join([*lines, self._check.reason]), pytrace=False)
        self.config.stash.setdefault(_TOLD, []).extend(f"{line} ({self._check.name})" for line in lines)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it is."""
        return self.path, None, f"{self.parent.name if self.parent else ''}: {self.name}"


_LINTED = pytest.StashKey[Linted]()
_TOLD = pytest.StashKey[list[str]]()
