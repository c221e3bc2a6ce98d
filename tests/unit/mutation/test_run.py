import sys

import pytest
from mutation import run

PYPROJECT = """
[tool.mutmut]
source_paths = ["src"]
also_copy = ["fake"]
only_mutate = ["src/shop.py"]
"""

#: Two mutants of ``total`` and one of ``close``; the first survives.
MUTMUT = """#!/bin/sh
case "$1" in
    run) echo "$*" "$TMDB_HYPOTHESIS_PROFILE" "$PYTHONPATH" > "$SEEN"; cat src/shop.py >> "$SEEN";;
    results) echo "  shop.x_total__mutmut_1: survived"; echo "  shop.x_total__mutmut_2: killed"
        echo "  shop.x_close__mutmut_1: killed";;
    show) printf -- '--- shop.py\\n+++ shop.py\\n-    return 1\\n+    return 2\\n';;
esac
"""

EXPLAINED = """
[[survivor]]
function = "shop.total"
line = "return 1"
becomes = ["return 2"]
reason = "Nobody looks."
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small project and a stand-in for mutmut; gives the file with what mutmut saw."""
    for folder in ("src", "fake", "tests"):
        (tmp_path / folder).mkdir()
    (tmp_path / "src" / "shop.py").write_text("@cache\ndef total():\n    return 1\n")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "survivors.toml").write_text(EXPLAINED)
    (tmp_path / "mutmut").write_text(MUTMUT)
    (tmp_path / "mutmut").chmod(0o755)
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "SURVIVORS", tmp_path / "survivors.toml")
    return tmp_path


def test_explained_survivors_pass_with_the_score_printed(project, capfd):
    """A run whose survivors are all listed is in order, and says how much was killed."""
    assert run.main([]) == 0
    assert capfd.readouterr().out.splitlines()[-1].split() == ["all", "2", "3", "66.7", "%"]


def test_survivor_without_explanation_fails(project, capfd):
    """A survivor that the list does not have is printed, and the status says so."""
    (project / "survivors.toml").write_text("")

    assert run.main([]) == 1
    assert capfd.readouterr().out.endswith("shop.total\n    - return 1\n    + return 2\n")


def test_explanation_without_survivor_fails(project, capfd):
    """An entry that is out of date is printed, and the status says so."""
    (project / "survivors.toml").write_text(EXPLAINED + EXPLAINED.replace("total", "gone"))

    assert run.main([]) == 1
    assert "no longer exists: take it off the list.\n  shop.gone" in capfd.readouterr().out


def test_pattern_judges_nothing_else(project, capfd):
    """With a pattern only these mutants are tried and counted, and the rest of the list is left in peace."""
    assert run.main(["shop.x_close*"]) == 0
    assert (project / "seen").read_text().startswith("run shop.x_close* ")
    assert capfd.readouterr().out.splitlines()[-1].split() == ["all", "1", "1", "100.0", "%"]


def test_mutants_are_made_in_a_copy_without_decorators(project):
    """The copy has functions that mutmut can change, and nothing is shrunk; the project itself stays as it was."""
    run.main([])

    command, *source = (project / "seen").read_text().splitlines()
    assert command.split()[:2] == ["run", "mutation"]
    assert [path.split("/")[-1] for path in command.split()[2].split(":")] == ["mutants", "src"]
    assert source == ["def total():", "    return 1", "total = cache(total)"]
    assert (project / "src" / "shop.py").read_text().startswith("@cache")
    assert not (project / "mutants").exists()


def test_trouble_with_mutmut_is_told(project):
    """When mutmut itself fails there is no score, but what it said."""
    (project / "mutmut").write_text("#!/bin/sh\necho Failed to run clean test\nexit 3\n")

    with pytest.raises(SystemExit, match="mutmut run ended with 3; this is the end of what it said:\nFailed to run"):
        run.main([])
