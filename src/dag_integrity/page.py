"""The checks as a page in Markdown: ``python -m dag_integrity.page > docs/dag-checks.md``."""

import sys

from dag_integrity.check import Check
from dag_integrity.checks import FAMILIES, checks_of
from dag_integrity.config import Config

_INTRODUCTION = """\
# DAG checks

Generated from the code by `python -m dag_integrity.page`, as a test checks.

What `nox -s dag_integrity` looks for in the DAG files of this project and, with `-- --dags PATH`, in anybody's.
The checks are a package of their own, with a command and a plugin of pytest: [README](../src/dag_integrity/README.md).

A check is a function in `src/dag_integrity/checks/`; its docstring is the reason given here, and what `--explain`
tells. Each owns a folder of `tests/dag_integrity/broken_dags/` with files that have that one defect, and a confusion
matrix shows that no other check finds anything there, and none on good DAGs.

Errors break or lie, and make the exit status 1. Warnings will break, or cost. Advice is a rule of the house, and is
looked for only with `--level advice`, as in this project's own DAG files.

What nobody can give to `@asset`, such as an owner or documentation, is not asked of the DAGs that it makes.
"""
_OPTIONAL = "\n(*) Only where an option of the command, or a setting, says what is right.\n"


def render_page() -> str:
    """The page, ending in a newline."""
    page = _INTRODUCTION
    for family in FAMILIES:
        page += f"\n## {(family.__doc__ or '').strip().rstrip('.')}\n\n| check | level | why |\n|---|---|---|\n"
        page += "".join(
            f"| `{check.name}`{_mark(check)} | {check.level} | {check.reason} |\n" for check in checks_of(family)
        )
    return page + _OPTIONAL


def _mark(check: Check) -> str:
    return "" if check.asked(Config()) else " (*)"


if __name__ == "__main__":  # pragma: no cover - the one line that makes it a command
    sys.stdout.write(render_page())
