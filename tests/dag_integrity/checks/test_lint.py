import pytest
from dag_facts import dag_facts, file_facts

from dag_integrity.checks import CHECKS
from dag_integrity.config import Config, Level
from dag_integrity.facts import Folder, ImportFault
from dag_integrity.lint import chosen, judged, lint, verdicts_of

UNCALLED = "@dag\ndef movies(): ...{}\n"


def names(**settings):
    """Names of the checks that these settings choose."""
    return {check.name for check in chosen(Config(**settings))}


def test_advice_is_off_unless_somebody_asks():
    """Errors and warnings are looked for; a level, a selection or a level of one's own brings more or less."""
    assert {CHECKS[name].level for name in names()} == {Level.ERROR, Level.WARNING}
    assert {CHECKS[name].level for name in names(level=Level.ERROR)} == {Level.ERROR}
    assert names(level=Level.ADVICE) == {name for name, check in CHECKS.items() if check.asked(Config())}
    assert names(select={"owner", "tags"}, skip={"tags"}) == {"owner"}
    assert "owner" in names(levels={"owner": Level.WARNING})
    assert "sla" not in names(levels={"sla": Level.ADVICE})


def test_level_of_a_finding_is_that_of_the_settings(tmp_path):
    """A house may take a rule more seriously than we do."""
    folder = Folder(path=tmp_path, files=[file_facts(dags=[dag_facts()])], megabytes=0)

    (finding,) = lint(folder, Config(levels={"tags": Level.ERROR}), [CHECKS["tags"]])

    assert finding.level is Level.ERROR


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (UNCALLED.format(""), {"missing_dags": 2}),
        (UNCALLED.format("  # dag-integrity: ignore[missing_dags] for later"), {}),
        (UNCALLED.format("  # dag-integrity: ignore[missing_dags, cycles] for later"), {"stale_ignores": 2}),
        (UNCALLED.format("  # dag-integrity: ignore[missing_dags]"), {"missing_dags": 2, "stale_ignores": 2}),
        (UNCALLED.format("  # dag-integrity: ignore for later"), {"missing_dags": 2, "stale_ignores": 2}),
        (UNCALLED.format("  # dag-integrity: ignore[nosuch] for later"), {"missing_dags": 2, "stale_ignores": 2}),
        (UNCALLED.format("  # dag-integrity: ignore[owner, missing_dags] not run"), {}),
        (UNCALLED.format("  # to be called"), {"missing_dags": 2}),
        ("@dag\n# dag-integrity: ignore[missing_dags] for later\ndef movies(): ...\n", {}),
        ("x = '# dag-integrity: ignore[missing_dags] no comment'\n", {}),
        ("x = (\n# dag-integrity: ignore[missing_dags] no Python\n", {"stale_ignores": 2}),
    ],
)
def test_comment_passes_over_one_finding(tmp_path, source, found):
    """On its line, or alone on the line before, by the check's name and with a reason; a stale one is found itself."""
    folder = Folder(path=tmp_path, files=[file_facts(source=source)], megabytes=0)
    checks = [CHECKS[name] for name in ("missing_dags", "cycles", "stale_ignores")]

    assert {finding.check: finding.line for finding in lint(folder, Config(), checks)} == found


def test_stale_comment_is_fine_where_nobody_looks_for_them(tmp_path):
    """Skipped, the check of the comments says nothing."""
    source = "x = 1  # dag-integrity: ignore[cycles] none\n"
    folder = Folder(path=tmp_path, files=[file_facts(source=source)], megabytes=0)

    assert lint(folder, Config(), [CHECKS["cycles"]]) == []


def test_helper_that_lacks_packages_is_no_reason_to_stop(tmp_path):
    """Where one DAG is judged, a file that is not is a warning among the verdicts."""
    files = [
        file_facts("a.py", dags=[dag_facts(hash="x", hash_again="x")]),
        file_facts("b.py", faults=[ImportFault(message="No module named 'acme'", missing="acme")]),
    ]

    result = judged([Folder(path=tmp_path, files=files, megabytes=0)], Config(skip=frozenset({"no_tasks"})))

    assert [(verdict.check, verdict.files) for verdict in result.verdicts] == [("missing_packages", ["b.py"])]
    assert not result.fails(Level.ERROR)
    assert result.fails(Level.WARNING)


def test_finding_of_a_file_is_at_its_first_line(tmp_path):
    """Where nothing tells the line, there is one all the same."""
    folder = Folder(path=tmp_path, files=[file_facts(seconds=9.0)], megabytes=0)

    (verdict,) = verdicts_of(lint(folder, Config(), [CHECKS["slow_parse"]]))

    assert (verdict.path, verdict.line) == ("/dags/some.py", 1)


def test_several_things_that_lack_are_named(tmp_path):
    """Four of them, by their names."""
    faults = [
        ImportFault(message="m", missing="acme"),
        ImportFault(message="m", missing="other"),
        ImportFault(message="m", stand_in="some.Hook"),
        ImportFault(message="m", unset="the Variable pages"),
    ]
    files = [file_facts(faults=[fault]) for fault in faults]

    with pytest.raises(Exception, match=r"since acme, other, some\.Hook, the Variable pages are not here"):
        judged([Folder(path=tmp_path, files=files, megabytes=0)], Config())
