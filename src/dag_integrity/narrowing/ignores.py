"""Findings that a comment beside them passes over, and comments that pass over nothing."""

from collections.abc import Iterable

from dag_integrity.check import At, Check, Finding, Where
from dag_integrity.checks import CHECKS
from dag_integrity.config import Config
from dag_integrity.facts import Folder
from dag_integrity.source import Ignore, ignores

#: The check of the comments themselves.
STALE = "stale_ignores"


def without_ignored(
    folder: Folder, findings: Iterable[Finding], checks: Iterable[Check], config: Config
) -> list[Finding]:
    """The findings that no comment names, and one for each comment that names none."""
    comments = {
        (path, found): file for file in folder.files for path, text in file.sources.items() for found in ignores(text)
    }
    ran = {check.name: check for check in checks}
    used: set[tuple[str, int, str]] = set()
    kept = []
    for finding in findings:
        comment = next((c for (path, c) in comments if path == finding.path and _is_about(c, finding)), None)
        if comment:
            used.add((finding.path, comment.line, finding.check))
        else:
            kept.append(finding)
    if STALE in ran:
        for (path, comment), file in comments.items():
            told = _stale(comment, {name for place, line, name in used if (place, line) == (path, comment.line)}, ran)
            kept += [ran[STALE].finding(Where(file), At(message, comment.line, path), config) for message in told]
    return kept


def _is_about(comment: Ignore, finding: Finding) -> bool:
    return comment.about == finding.line and finding.check in comment.checks and bool(comment.reason)


def _stale(comment: Ignore, used: set[str], ran: dict[str, Check]) -> list[str]:
    if not comment.checks or not comment.reason:
        return ["The comment does not say what it ignores, or why: write dag-integrity: ignore[check] and the reason."]
    unknown = [name for name in comment.checks if name not in CHECKS]
    idle = [name for name in comment.checks if name in ran and name not in used]
    return [f"There is no check {name} to ignore: correct the name." for name in unknown] + [
        f"The comment ignores {name}, which finds nothing here: remove it." for name in idle
    ]
