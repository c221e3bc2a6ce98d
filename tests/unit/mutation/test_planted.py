from collections import Counter

import pytest
from mutation import planted, run
from mutation.planted import PLANTED, ROOT, Planted, noticed, planted_in

from tmdb_pipeline.model.evaluation.gate import RULES

MUTANTS = planted_in(PLANTED.read_text("utf-8"))
#: The properties of docs/features.md, by what their mutants are called.
PROPERTIES = [
    "the future is not seen",
    "a late arrival changes only cutoffs after it",
    "the order of replay does not matter",
    "training rows are serving rows",
    "a label is not known before its day",
    "what is built again is as it was",
]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small project, of which two things are protected and one is tested."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "shop.py").write_text("OPEN = True\nCLEAN = True\n")
    (tmp_path / "tests" / "test_shop.py").write_text("import shop\n\n\ndef test_it():\n    assert shop.OPEN\n")
    monkeypatch.setattr(planted, "ROOT", tmp_path)
    return tmp_path


def mutant(old, new="False", test="tests/test_shop.py"):
    return Planted(f"the shop without {old}", "src/shop.py", old, new, test)


def test_each_property_and_each_rule_has_its_mutant():
    """What is promised of features and of the gate, no more and no less."""
    wanted = [*(f"features: {name}" for name in PROPERTIES), *(f"gate: {name}" for name in RULES)]

    assert Counter(each.of for each in MUTANTS) == Counter(wanted)


@pytest.mark.parametrize("each", MUTANTS, ids=lambda each: each.of)
def test_mutant_changes_what_is_there(each):
    """Where it is planted stands what it replaces, once; its test exists."""
    file, _, name = each.test.partition("::")

    assert (ROOT / each.file).read_text("utf-8").count(each.old) == 1
    assert f"def {name}(" in (ROOT / file).read_text("utf-8")


def test_what_is_missed_is_told(project, capsys):
    """The status says so, and the project itself is not touched."""
    kept, lost = mutant("OPEN = True", "OPEN = False"), mutant("CLEAN = True", "CLEAN = False")

    assert planted.main([kept]) == 0
    assert planted.main([kept, lost]) == 1
    assert capsys.readouterr().out.splitlines()[1:] == [f"noticed  {kept.of}", f"MISSED   {lost.of}"]
    assert (project / "src" / "shop.py").read_text() == "OPEN = True\nCLEAN = True\n"


def test_test_that_cannot_be_run_notices_nothing(project):
    """That there is no such test is no failure of it; the file is as it was."""
    assert not noticed(mutant("OPEN = True", "OPEN = False", "tests/test_other.py"), project)
    assert noticed(mutant("OPEN = True", "OPEN = False"), project)


def test_mutant_that_fits_nowhere_is_refused(project):
    """The code has changed, and nobody has looked after it."""
    with pytest.raises(ValueError, match=r"the shop without True: 'True' stands 2 times in src/shop\.py"):
        noticed(mutant("True"), project)


def test_planted_mutants_are_tried_where_they_are_asked_for(monkeypatch):
    """By the command of all mutants, which then tries no others."""
    monkeypatch.setattr(planted, "main", lambda: 1)

    with pytest.raises(SystemExit) as ended:
        run.main(["--planted"])
    assert ended.value.code == 1
