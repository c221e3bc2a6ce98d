"""All checks by name, and the judgement of a folder by them."""

from collections.abc import Iterable

from dag_integrity.integrity import dag_checks, import_checks, schedule_checks, task_checks
from dag_integrity.integrity.check import Check, Finding, Policy
from dag_integrity.integrity.facts import Folder

CHECKS: dict[str, Check] = {
    check.name: check for module in (import_checks, schedule_checks, dag_checks, task_checks) for check in module.CHECKS
}


def judge(folder: Folder, policy: Policy, checks: Iterable[Check] = CHECKS.values()) -> list[Finding]:
    """Everything that these checks find in a folder, check by check."""
    return [finding for check in checks for finding in check(folder, policy)]
