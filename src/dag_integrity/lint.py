"""Lint folders: which checks are run, what they find, and what of it is passed over on purpose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dag_integrity.check import Check, Finding
from dag_integrity.checks import CHECKS
from dag_integrity.config import Config, Level
from dag_integrity.facts import Folder
from dag_integrity.loading import Limits, LoadError, load
from dag_integrity.narrowing.ignores import without_ignored


@dataclass
class Verdict:
    """A finding at its place, with every DAG file, DAG and task that meets it there."""

    check: str
    level: Level
    message: str
    path: str
    line: int
    #: DAG files, relative to their folder.
    files: list[str] = field(default_factory=list)
    #: Ids of DAGs, each with the ids of its tasks; no task where the whole DAG is meant.
    tasks: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What came of linting."""

    folders: list[Folder]
    #: The worst first, then by place.
    verdicts: list[Verdict]
    checks: list[Check]

    def fails(self, level: Level) -> bool:
        """Whether something is as bad as this level."""
        return any(verdict.level.reaches(level) for verdict in self.verdicts)

    @property
    def judged(self) -> bool:
        """Whether any DAG was judged."""
        return any(True for folder in self.folders for _ in folder.dags())


def chosen(config: Config) -> list[Check]:
    """The checks that the config asks for: those selected, or those of its level, without those to be skipped."""
    return [
        check
        for check in CHECKS.values()
        if check.asked(config)
        and check.name not in config.skip
        and (check.name in config.select if config.select else _level(check, config).reaches(config.level))
    ]


def lint(folder: Folder, config: Config, checks: Iterable[Check] = CHECKS.values()) -> list[Finding]:
    """Everything that these checks find in a parsed folder, check by check, without what comments pass over."""
    checks = list(checks)
    found = [finding for check in checks for finding in check(folder, config)]
    return without_ignored(folder, found, checks, config)


def lint_paths(paths: Sequence[Path], config: Config, limits: Limits | None = None) -> Result:
    """Parse folders, files and zips, and lint them.

    Raises:
        NothingToLintError: nothing can be parsed, or no DAG is there that a check could find fault with.
    """
    return judged(load(*paths, limits=limits), config)


def judged(folders: list[Folder], config: Config) -> Result:
    """Lint parsed folders.

    Where only some files were asked for, there may be no DAG among them: a module that DAGs import is no mistake.

    Raises:
        LoadError: no DAG is there that a check could find fault with.
    """
    checks = chosen(config)
    findings = [finding for folder in folders for finding in lint(folder, config, checks)]
    result = Result(folders, verdicts_of(findings), checks)
    only_modules = all(folder.partial and not any(file.faults for file in folder.files) for folder in folders)
    if not result.judged and not result.fails(Level.ERROR) and not only_modules:
        raise LoadError(_why_nothing(folders))
    return result


def verdicts_of(findings: Iterable[Finding]) -> list[Verdict]:
    """The findings, those in the same words at the same place as one; the worst first, then by place."""
    found: dict[tuple[str, str, int, str], Verdict] = {}
    for finding in findings:
        key = (finding.check, finding.path, finding.line, finding.message)
        verdict = found.setdefault(
            key, Verdict(finding.check, finding.level, finding.message, finding.path, finding.line)
        )
        if finding.file not in verdict.files:
            verdict.files.append(finding.file)
        if finding.dag_id:
            verdict.tasks.setdefault(finding.dag_id, []).extend(filter(None, [finding.task_id]))
    levels = list(Level)
    return sorted(found.values(), key=lambda verdict: (levels.index(verdict.level), verdict.path, verdict.line))


def _level(check: Check, config: Config) -> Level:
    return config.levels.get(check.name, check.level)


def _why_nothing(folders: Sequence[Folder]) -> str:
    where = ", ".join(str(folder.path) for folder in folders)
    faults = [fault for folder in folders for file in folder.files for fault in file.faults]
    lacking = sorted({fault.missing or fault.unset or fault.stand_in for fault in faults} - {""})
    if lacking:
        return (
            f"No DAG of {where} could be judged, since {', '.join(lacking[:4])} "
            f"{'is' if len(lacking) == 1 else 'are'} not here: bring what the DAGs need, set PYTHONPATH, "
            "or lint with --stub-missing."
        )
    if refused := [
        file.name for folder in folders for file in folder.files if any(each.refused for each in file.faults)
    ]:
        return (
            f"No DAG of {where} could be judged, since {', '.join(refused[:4])} fail on what was refused them, "
            "such as the network or a database: do it inside a task."
        )
    return (
        f"{where} holds no DAG: Airflow reads only files that contain the words dag and airflow, "
        "and none of them defines one."
    )
