import sys

import pytest
from mutation import run

AREAS = """
[[area]]
name = "shop"
modules = ["shop.py"]
tests = ["tests"]

[[area]]
name = "yard"
modules = ["yard.py"]
tests = ["tests"]
"""

#: Stands in for Python: says how it was called, and that the first of two mutants survived.
TRIALS = """#!/bin/sh
echo "$PWD $*|$TMDB_HYPOTHESIS_PROFILE|$PYTHONPATH" >> "$SEEN"
ls -A >> "$SEEN"
echo '{"module": "shop", "change": ["shop.total", "return 1", "return 2"], "killed": false, "seconds": 60}'
echo '{"module": "shop", "change": ["shop.total", "return 1", "return None"], "killed": true, "seconds": 60}'
exit $STATUS
"""


@pytest.fixture
def seen(tmp_path, monkeypatch):
    """A small project and a stand-in for the trials; the file with what they saw."""
    project = tmp_path / "project"
    (project / "tests" / "__pycache__").mkdir(parents=True)
    for name in ("shop.py", ".coverage.unit", "areas.toml"):
        (project / name).touch()
    (project / ".git").mkdir()
    (project / "areas.toml").write_text(AREAS)
    (tmp_path / "python").write_text(TRIALS)
    (tmp_path / "python").chmod(0o755)
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    monkeypatch.setenv("STATUS", "0")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(run, "ROOT", project)
    monkeypatch.setattr(run, "AREAS", project / "areas.toml")
    return tmp_path / "seen"


def test_survivors_and_score_are_printed(seen, capfd):
    """What no test noticed is shown, and below it how much was killed."""
    run.main(["shop", "--jobs", "1"])

    output = capfd.readouterr().out
    assert "shop.total\n    - return 1\n    + return 2\n" in output
    assert "return None" not in output
    assert output.splitlines()[-1].split() == ["all", "1", "2", "50.0", "%", "2.0"]


def test_all_areas_are_tried_unless_some_are_named(seen):
    """Without a name every area has its turn."""
    run.main(["--jobs", "1"])

    called = [line.split("|")[0].split() for line in seen.read_text().splitlines() if "mutation.trials" in line]
    assert [words[-2] for words in called] == ["shop", "yard"]


def test_mutants_are_tried_in_copies(seen):
    """The project itself stays as it is; its copy has no bytecode, no history, no results, and is on Python's path."""
    run.main(["shop", "--jobs", "1", "--only", "shop.t*"])

    called, *copied = seen.read_text().splitlines()
    where, options = called.split(maxsplit=1)
    assert where.endswith("/0")
    assert options.partition(where)[0] == "-m mutation.trials shop 1/1 shop.t*|mutation|"
    assert options.endswith(f"|{where}/src:{where}:{where}/tests")
    assert copied == ["areas.toml", "shop.py", "tests"]


@pytest.mark.parametrize(
    ("options", "shards"), [(["--jobs", "2"], ["1/2", "2/2"]), (["--shard", "2/3", "--jobs", "2"], ["2/6", "5/6"])]
)
def test_shards_are_divided_among_processes(seen, options, shards):
    """Every process tries mutants of its own, and together they try those of the shard."""
    run.main(["shop", *options])

    called = [line for line in seen.read_text().splitlines() if "mutation.trials" in line]
    assert sorted(line.split("|")[0].split()[-1] for line in called) == shards


def test_trials_that_fail_are_told(seen, monkeypatch):
    """When the trials themselves fail there is no score."""
    monkeypatch.setenv("STATUS", "3")

    with pytest.raises(SystemExit, match=r"^The trials of shop did not end as they should"):
        run.main(["shop", "--jobs", "1"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nosuch"], "there is no area nosuch"),
        (["--shard", "0/2"], "invalid shard value: '0/2'"),
        (["--shard", "3/2"], "invalid shard value: '3/2'"),
        (["--shard", "x"], "invalid shard value: 'x'"),
    ],
)
def test_bad_arguments_are_refused(seen, capsys, arguments, said):
    """An area or a shard that there is not tries nothing."""
    with pytest.raises(SystemExit) as ended:
        run.main(arguments)

    assert ended.value.code == 2
    assert said in capsys.readouterr().err
    assert not seen.exists()
