"""The checks themselves: each catches what it is there for, and nothing else catches it."""

import ast
import re
from pathlib import Path

import pytest
from dag_integrity.integrity.registry import CHECKS, judge

HERE = Path(__file__).parent
GOOD = HERE / "good_dags"
BROKEN = HERE / "broken_dags"
CASES = sorted(str(path.relative_to(BROKEN)) for path in BROKEN.rglob("*.py") if not path.stem.endswith("_helper"))


def caught(folders, policy, case, checks):
    """Names of the checks that find something in a broken file."""
    folder = folders[BROKEN / Path(case).parent]
    return {finding.check for finding in judge(folder, policy, checks) if finding.file == Path(case).name}


@pytest.mark.parametrize("case", CASES)
def test_each_defect_is_caught_by_its_own_check_alone(folders, policy, case):
    """A row of the confusion matrix: the check that the file is kept under fires, and no other."""
    assert caught(folders, policy, case, CHECKS.values()) == {Path(case).parent.name}


@pytest.mark.parametrize("case", CASES)
def test_without_its_check_a_defect_passes(folders, policy, case):
    """Remove a check, and exactly its own defects pass in silence: no check does another's work."""
    others = [check for name, check in CHECKS.items() if name != Path(case).parent.name]

    assert caught(folders, policy, case, others) == set()


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
def test_no_check_fires_on_a_good_dag(folders, policy, file):
    """Classic operators, TaskFlow, mapped tasks, branches, assets and hand-started DAGs are all in order."""
    findings = judge(folders[GOOD], policy)

    assert [finding for finding in findings if finding.file == file] == []
    assert file in [facts.name for facts in folders[GOOD].files if facts.dags]


@pytest.mark.parametrize("check", CHECKS)
def test_findings_are_sentences(folders, policy, check):
    """What is wrong, and after a colon what to do about it; no check speaks of an unnamed file."""
    findings = CHECKS[check](folders[BROKEN / check], policy)

    assert [
        finding for finding in findings if not re.fullmatch(r"[^:]+.*: .*\w.*\.", finding.sentence, re.DOTALL)
    ] == []
    assert all(finding.file for finding in findings)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_rationale_is_one_line(check):
    """The docs and the verdict list why each check is there."""
    assert check.rationale.endswith(".")
    assert "\n" not in check.rationale


def test_only_the_file_that_cannot_parse_cannot_parse():
    """Every other broken file is Python that anybody could have written."""
    unparsable = []
    for case in CASES:
        try:
            ast.parse((BROKEN / case).read_text(encoding="utf-8"))
        except SyntaxError:
            unparsable.append(case)

    assert unparsable == ["import_errors/syntax_error.py"]
