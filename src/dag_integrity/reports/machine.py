"""The report for machines: JSON, SARIF, and the commands that GitHub's runners understand."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from dag_integrity.config import Level
from dag_integrity.lint import Result, Verdict
from dag_integrity.reports.text import notes, one_line, shown

_SARIF = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "note"}
_GITHUB = {Level.ERROR: "error", Level.WARNING: "warning", Level.ADVICE: "notice"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(result: Result) -> str:
    """Every verdict, and what was judged."""
    return _dumped(
        {
            "verdicts": [
                {
                    "check": verdict.check,
                    "level": verdict.level.value,
                    "path": shown(verdict.path),
                    "line": verdict.line,
                    "message": verdict.message,
                    "files": verdict.files,
                    "tasks": verdict.tasks,
                }
                for verdict in result.verdicts
            ],
            "folders": [
                {
                    "path": str(folder.path),
                    "airflow": folder.airflow,
                    "files": [
                        {
                            "name": file.name,
                            "dags": [dag.dag_id for dag in file.dags],
                            "judged": not file.faults,
                            "seconds": round(file.seconds, 3),
                        }
                        for file in folder.files
                    ],
                    "skipped": folder.skipped,
                    "notes": notes(folder),
                    "megabytes": round(folder.megabytes, 1),
                }
                for folder in result.folders
            ],
            "checks": [check.name for check in result.checks],
        }
    )


def as_sarif(result: Result) -> str:
    """SARIF 2.1.0, as code scanning takes it."""
    rules = [
        {
            "id": check.name,
            "shortDescription": {"text": check.reason},
            "help": {"text": f"Bad: {check.bad}\nGood: {check.good}\nFine: {check.fine}"},
            "defaultConfiguration": {"level": _SARIF[check.level]},
        }
        for check in result.checks
    ]
    driver = {"name": "dag-integrity", "version": version("dag-integrity"), "rules": rules}
    found = [_result(verdict) for verdict in result.verdicts]
    return _dumped({"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": found}]})


def as_github(result: Result) -> str:
    """A command to the runner for each verdict, which shows it beside the line."""
    lines = [
        f"::{_GITHUB[verdict.level]} file={_escaped(shown(verdict.path), ',:')},line={verdict.line},"
        f"title={verdict.check}::{_escaped(one_line(verdict))}"
        for verdict in result.verdicts
    ]
    return "".join(f"{line}\n" for line in lines)


def _result(verdict: Verdict) -> dict[str, Any]:
    path = shown(verdict.path)
    uri = Path(path).as_uri() if Path(path).is_absolute() else Path(path).as_posix()
    place = {"artifactLocation": {"uri": uri}, "region": {"startLine": verdict.line}}
    return {
        "ruleId": verdict.check,
        "level": _SARIF[verdict.level],
        "message": {"text": one_line(verdict)},
        "locations": [{"physicalLocation": place}],
    }


def _escaped(text: str, more: str = "") -> str:
    for sign in ("%", "\r", "\n", *more):
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def _dumped(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
