"""The command ``dag-integrity``: lints anybody's DAG files."""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from msgspec.structs import replace
from rich.console import Console

from dag_integrity.checks import CHECKS
from dag_integrity.config import Level
from dag_integrity.lint import Result, lint_paths
from dag_integrity.narrowing import baseline
from dag_integrity.narrowing.changed import changed
from dag_integrity.reports.explained import explained
from dag_integrity.reports.machine import as_github, as_json, as_sarif
from dag_integrity.reports.text import show
from dag_integrity.settings import Settings, read
from dag_integrity.targets import NothingToLintError

FORMATS = {"json": as_json, "sarif": as_sarif, "github": as_github}


def main(arguments: Sequence[str] | None = None) -> int:
    """Lint and print the report: 0 without errors, 1 with some, 2 if there is nothing to lint or the use is wrong."""
    options = _parser().parse_args(arguments)
    if options.explain:
        sys.stdout.write(explained(CHECKS[options.explain]))
        return 0
    try:
        return _lint(options)
    except NothingToLintError as error:
        sys.stderr.write(f"dag-integrity: {error}\n")
        return 2


def _lint(options: argparse.Namespace) -> int:
    settings, root = read(Path.cwd())
    settings = _overridden(settings, options)
    paths = [*options.paths, *options.dags] or [root / path for path in settings.paths]
    if not paths:
        raise NothingToLintError("There is nothing to lint: name a folder, a file or a zip.")
    if options.changed:
        paths = changed(paths, options.changed)
        if not paths:
            sys.stdout.write(f"Nothing has changed since {options.changed}.\n")
            return 0
    result = lint_paths(paths, settings.config, settings.limits)
    known = options.baseline or (root / settings.baseline if settings.baseline else None)
    if options.update_baseline:
        baseline.write(options.update_baseline, result.verdicts, root)
        sys.stdout.write(f"{len(result.verdicts)} findings are kept in {options.update_baseline}.\n")
        return 0
    if known:
        result = Result(result.folders, baseline.without_known(known, result.verdicts, root), result.checks)
    _report(result, options)
    return 1 if result.fails(settings.fail_on) else 0


def _report(result: Result, options: argparse.Namespace) -> None:
    if options.format in FORMATS:
        sys.stdout.write(FORMATS[options.format](result))
        return
    console = Console(highlight=False, no_color=not options.color, force_terminal=options.color or None)
    show(console, result, CHECKS.keys() - {check.name for check in result.checks})


def _overridden(settings: Settings, options: argparse.Namespace) -> Settings:
    """The settings, with what the command line says instead."""
    said = {
        "zone": options.zone,
        "pools": options.pool,
        "level": options.level and Level(options.level),
        "fail_on": options.fail_on and Level(options.fail_on),
        "select": options.select,
        "skip": options.skip and [*settings.skip, *options.skip],
        "timeout": options.timeout,
        "memory": options.memory,
        "stub_missing": options.stub_missing or None,
    }
    return replace(settings, **{name: value for name, value in said.items() if value is not None})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dag-integrity",
        description="Lint Airflow 3 DAG files without running their tasks or changing anything.",
        epilog="exit status: 0 without errors, 1 with some, 2 if there is nothing to lint or the use is wrong",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('dag-integrity')}")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a DAG folder, a DAG file, or a zip")
    parser.add_argument("--dags", action="append", type=Path, default=[], metavar="PATH", help=argparse.SUPPRESS)
    levels = [level.value for level in Level]
    _what(parser, levels)
    how = parser.add_argument_group("how files are parsed")
    how.add_argument("--stub-missing", action="store_true", help="judge on without packages that are not installed")
    how.add_argument("--timeout", type=_positive, metavar="SECONDS", help="what one file may take (30)")
    how.add_argument("--memory", type=_megabytes, metavar="MB", help="what one file may hold (4096)")
    out = parser.add_argument_group("the report")
    out.add_argument("--format", choices=["text", *FORMATS], default="text")
    out.add_argument("--color", action="store_true", help="with colours")
    out.add_argument("--fail-on", choices=levels, help="the least bad level that makes the exit status 1 (error)")
    out.add_argument("--explain", choices=CHECKS, metavar="CHECK", help="say why a check is there, and what to do")
    return parser


def _what(parser: argparse.ArgumentParser, levels: Sequence[str]) -> None:
    what = parser.add_argument_group("what is looked for")
    what.add_argument("--level", choices=levels, help="the least bad level that is looked for (warning)")
    for option, told in (("--select", "run only this check"), ("--skip", "leave a check out")):
        what.add_argument(option, action="append", choices=CHECKS, metavar="CHECK", help=f"{told}; repeatable")
    what.add_argument("--zone", metavar="ZONE", help="the zone that every schedule must be in, such as Asia/Seoul")
    what.add_argument("--pool", action="append", metavar="NAME", help="a pool that exists; repeatable")
    what.add_argument(
        "--changed", nargs="?", const="HEAD", metavar="REVISION", help="only files that differ from it, or are new"
    )
    what.add_argument("--baseline", type=Path, metavar="FILE", help="pass over the findings in this file")
    what.add_argument("--update-baseline", type=Path, metavar="FILE", help="write all findings to this file")


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError
    return number


def _megabytes(text: str) -> float:
    number = float(text)
    if not number >= 512:  # noqa: PLR2004 - Airflow itself needs as much
        raise argparse.ArgumentTypeError("Airflow itself needs 512 MB: give more.")
    return number
