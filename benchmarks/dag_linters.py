"""Who finds which defect of our broken DAG files: dag-integrity, ruff's AIR rules, and two other linters of DAG files.

A linter finds a defect where it says something of the broken file that it does not say of any good one: what it demands
of every DAG is no finding. Each is asked for all that it has. dag-integrity finds each, as its tests prove.
``pip install ruff daglint dagruff`` brings the others. Prints a table in Markdown.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

DAGS = Path(__file__).parents[1] / "tests" / "dag_integrity"
#: How each is called, where it keeps its findings, and what it calls a rule and a file.
LINTERS = {
    "ruff AIR": (
        ["ruff", "check", "--isolated", "--preview", "--select", "AIR", "--output-format", "json"],
        "",
        "code",
        "filename",
    ),
    "daglint": (["daglint", "check", "--format", "json"], "issues", "rule_id", "file"),
    "dagruff": (["dagruff", "--no-cache", "--format", "json", "--exit-zero"], "", "rule_id", "file"),
}


def found(linter: str, folder: Path, tools: Path) -> dict[Path, set[str]]:
    """The rules that a linter says are broken, for each file of a folder."""
    (program, *options), key, rule, file = LINTERS[linter]
    command = [str(tools / program), *options, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=DAGS)  # noqa: S603 - tools named above
    told = json.loads(done.stdout or "[]")
    rules: dict[Path, set[str]] = {}
    for one in told[key] if key else told:
        rules.setdefault((DAGS / one[file]).resolve(), set()).add(one[rule] or "syntax")
    return rules


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=Path, default=Path(sys.executable).parent, help="folder of their commands")
    tools = parser.parse_args().tools
    everywhere = {linter: set().union(*found(linter, DAGS / "good_dags", tools).values(), set()) for linter in LINTERS}
    checks = sorted(path for path in (DAGS / "broken_dags").iterdir() if path.is_dir())
    print(f"| defects of | files | dag-integrity | {' | '.join(LINTERS)} |\n|---|--:|--:|{'--:|' * len(LINTERS)}")
    sums = dict.fromkeys(["files", *LINTERS], 0)
    for check in checks:
        files = sorted(path for path in check.glob("*.py") if not path.stem.endswith("_helper"))
        counts = {}
        for linter in LINTERS:
            told = found(linter, check, tools)
            counts[linter] = sum(bool(told.get(file.resolve(), set()) - everywhere[linter]) for file in files)
            sums[linter] += counts[linter]
        sums["files"] += len(files)
        row = [str(len(files)), str(len(files)), *map(str, counts.values())]
        print(f"| `{check.name}` | {' | '.join(row)} |")
    row = [str(sums["files"]), *map(str, sums.values())]
    print(f"| all | {' | '.join(row)} |")


if __name__ == "__main__":
    main()
