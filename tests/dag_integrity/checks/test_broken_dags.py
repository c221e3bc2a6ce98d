"""The checks themselves: each catches what it is there for, and nothing else catches it."""

import ast
import re
from pathlib import Path

import pytest

from dag_integrity.checks import CHECKS
from dag_integrity.lint import lint

HERE = Path(__file__).parents[1]
GOOD = HERE / "good_dags"
BROKEN = HERE / "broken_dags"
CASES = sorted(str(path.relative_to(BROKEN)) for path in BROKEN.rglob("*.py") if not path.stem.endswith("_helper"))


def caught(folders, config, case, checks):
    """Names of the checks that find something in a broken file."""
    folder = folders[BROKEN / Path(case).parent]
    return {finding.check for finding in lint(folder, config, checks) if finding.file == Path(case).name}


@pytest.mark.parametrize("case", CASES)
def test_each_defect_is_caught_by_its_own_check_alone(folders, config, case):
    """A row of the confusion matrix: the check that the file is kept under fires, and no other."""
    assert caught(folders, config, case, CHECKS.values()) == {Path(case).parent.name}


@pytest.mark.parametrize("case", CASES)
def test_without_its_check_a_defect_passes(folders, config, case):
    """Remove a check, and exactly its own defects pass in silence: no check does another's work."""
    others = [check for name, check in CHECKS.items() if name != Path(case).parent.name]

    assert caught(folders, config, case, others) == set()


@pytest.mark.parametrize("case", CASES)
def test_broken_file_says_what_is_wrong_with_it(case):
    """The docstring of a broken file names the check that owns it, also of one that does not parse."""
    source = (BROKEN / case).read_text(encoding="utf-8")
    docstring = source.partition('"""')[2].partition('"""')[0]

    assert f"Owned by `{Path(case).parent.name}`." in docstring


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_owns_a_broken_file(check):
    """A check that catches nothing could be removed unnoticed."""
    assert [case for case in CASES if Path(case).parent.name == check]


@pytest.mark.parametrize("file", sorted(path.name for path in GOOD.glob("*.py")))
def test_no_check_fires_on_a_good_dag(folders, config, file):
    """Classic operators, TaskFlow, mapped tasks, branches, assets and hand-started DAGs are all in order."""
    findings = lint(folders[GOOD], config)

    assert [finding for finding in findings if finding.file == file] == []
    assert file in [facts.name for facts in folders[GOOD].files if facts.dags]


@pytest.mark.parametrize("check", CHECKS)
def test_messages_are_sentences(folders, config, check):
    """What is wrong, and after a colon what to do about it; no check speaks of an unnamed file."""
    findings = CHECKS[check](folders[BROKEN / check], config)

    assert [finding for finding in findings if not re.fullmatch(r"[^:]+.*: .*\w.*\.", finding.message, re.DOTALL)] == []
    assert all(finding.file for finding in findings)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_rationale_is_one_line(check):
    """The docs and the report list why each check is there; ``--explain`` tells an example, a remedy, an exception."""
    assert check.reason.endswith(".")
    assert "\n" not in check.reason
    assert all([check.bad, check.good, check.fine])


def test_every_verdict_has_a_place(folders, config):
    """A file that there is, and a line that it has."""
    for path, folder in folders.items():
        if path.parent == BROKEN:
            for finding in lint(folder, config):
                lines = Path(finding.path).read_text(encoding="utf-8").splitlines()
                assert 1 <= finding.line <= len(lines), finding


@pytest.mark.parametrize(
    ("case", "line"),
    [
        ("pools/unknown.py", "EmptyOperator("),
        ("documentation/none.py", "with DAG("),
        ("import_errors/syntax_error.py", "with DAG("),
        ("import_errors/removed_operator.py", "import"),
        ("missing_packages/not_installed.py", "import no_such_module_anywhere"),
        ("orm_sessions/create_session.py", "create_session()"),
        ("start_date_constant/now.py", "now("),
        ("variable_at_import/without_default.py", "Variable.get("),
        ("result_at_parse/always_true.py", "if has_rows():"),
        ("duplicate_dag_ids/decorated_twice.py", "()"),
        ("hidden_failures/all_done.py", "BashOperator("),
        ("stale_ignores/no_reason.py", "ignore[pools]"),
    ],
)
def test_verdict_stands_beside_what_is_to_be_mended(folders, config, case, line):
    """The line of the verdict holds what is wrong."""
    found = [
        finding for finding in lint(folders[BROKEN / Path(case).parent], config) if finding.file == Path(case).name
    ]
    lines = (BROKEN / case).read_text(encoding="utf-8").splitlines()

    assert found
    assert all(line in lines[finding.line - 1] for finding in found), [(f.line, f.message) for f in found]


def test_only_the_file_that_cannot_parse_cannot_parse():
    """Every other broken file is Python that anybody could have written."""
    unparsable = []
    for case in CASES:
        try:
            ast.parse((BROKEN / case).read_text(encoding="utf-8"))
        except SyntaxError:
            unparsable.append(case)

    assert unparsable == ["import_errors/syntax_error.py"]
