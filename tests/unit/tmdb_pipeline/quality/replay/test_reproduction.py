import ast
import os
import subprocess
import sys

import orjson
import pytest
from quarantines import BAD, GOOD, QUARANTINE, RUN, movie, reject

from tmdb_pipeline.quality.replay.address import Address
from tmdb_pipeline.quality.replay.errors import ReplayError
from tmdb_pipeline.quality.replay.lookup import find
from tmdb_pipeline.quality.replay.replay import replay
from tmdb_pipeline.quality.replay.reproduction import reproduction


def source_of(lake, line=1):
    return reproduction(replay(lake, find(lake, Address(RUN.day, dag_id=RUN.dag_id, line=line))))


def rewrite(lake, **changes):
    lake.write(QUARANTINE, orjson.dumps(orjson.loads(lake.read(QUARANTINE)) | changes) + b"\n")


def run(folder, source):
    """What pytest says of a file that holds this source, by itself: the status and the output."""
    file = folder / "test_record.py"
    file.write_text(source, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", folder, file],
        cwd=folder,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout


def judged(source):
    """What the test in this source says when it fails; None where it passes. Called as it is, which takes no second."""
    module = {}
    exec(compile(source, "test_record.py", "exec"), module)  # noqa: S102 - what we have just written
    (test,) = (value for name, value in module.items() if name.startswith("test_"))
    try:
        test()
    except AssertionError as error:
        return str(error)
    return None


def test_test_fails_until_the_record_is_mended(tmp_path):
    """Pytest fails it for the rule that rejects the record; with a value that the rule allows it passes."""
    source = source_of(reject(tmp_path / "lake", [*GOOD, BAD]))

    status, said = run(tmp_path, source)
    mended, _ = run(tmp_path, source.replace('"vote_average": 11.0', '"vote_average": 9.5'))

    assert status == 1
    assert (
        "AssertionError: vote_average.range: The field vote_average is not between 0 and 10. The value is 11.0." in said
    )
    assert "1 failed" in said
    assert mended == 0


def test_expectation_is_turned_round_as_the_docstring_says(tmp_path):
    """With the line that the docstring gives, the test passes; and fails for a record that the rules accept."""
    source = source_of(reject(tmp_path / "lake", [movie(title=None, id="7", vote_average=11.0)]))
    (given,) = (line for line in ast.get_docstring(ast.parse(source)).split("\n") if "set REJECTED_FOR" in line)
    line = given.partition("set ")[2].partition(". ")[0]
    turned = source.replace("REJECTED_FOR: list[str] = []", line)

    kept = judged(turned)
    lost = judged(turned.replace('"title": None', '"title": "별"'))

    assert line == 'REJECTED_FOR = ["id.type", "title.missing", "vote_average.range"]'
    assert kept is None
    assert "id.type" in lost
    assert "title.missing" not in lost
    assert (
        judged(turned.replace(": None", ': "별"').replace("11.0", "9").replace('"7"', "7")) == "The record is accepted."
    )


@pytest.mark.parametrize("record", ["no movie", None, ["\x1b[2J", -0.0], {"id": 1, '\u202ex"': '"""'}])
def test_any_record_can_be_reproduced(tmp_path, record):
    """Whatever JSON is no movie makes a test that fails by name, in a file without anything that steers a terminal."""
    source = source_of(reject(tmp_path / "lake", [record]))

    said = judged(source)

    assert said.isprintable()
    assert ("record.type" in said) != isinstance(record, dict)
    assert all(line.isprintable() for line in source.split("\n"))


def test_record_nested_deeply_can_be_reproduced(tmp_path):
    """So can one that Python's parser would not take."""
    deep = []
    for _ in range(200):
        deep = [deep]
    source = source_of(reject(tmp_path / "lake", [movie(vote_average=11.0, more=deep)]))

    assert "import json\n" in source
    assert judged(source).startswith("vote_average.range: ")


@pytest.mark.parametrize(("adult", "argument"), [("quarantine", ', adult="quarantine"'), ("warn", "")])
def test_test_judges_as_the_run_did(tmp_path, adult, argument):
    """By the day of receipt, which is not the run date, and under the policy of the run."""
    lake = reject(tmp_path / "lake", [movie(adult=True, vote_average=11.0 if adult == "warn" else 5.0)], adult=adult)

    source = source_of(lake)

    assert f"check_record(RECORD, RECEIVED_ON{argument})" in source
    assert "RECEIVED_ON = date(2024, 1, 6)" in source
    assert judged(source).startswith("adult.unasked: " if argument else "vote_average.range: ")


def test_record_accepted_by_now_makes_a_test_that_passes(tmp_path):
    """The docstring says that it passes, and the test does."""
    lake = reject(tmp_path / "lake", [BAD])
    rewrite(lake, record=movie(), where=None)

    source = source_of(lake)

    assert "A record of 2024-01-07 that was rejected." in source
    assert "Page: not known" in source
    assert "so the test passes" in source
    assert judged(source) is None


def test_names_in_a_quarantine_end_no_docstring(tmp_path):
    """What a file names is text, whatever is in it."""
    lake = reject(tmp_path / "lake", [BAD])
    hostile = 'x"""\nimport os\\\x1b'
    line = orjson.loads(lake.read(QUARANTINE))
    rewrite(lake, where={"file": hostile, "index": 0}, rules=[line["rules"][0] | {"rule": hostile}])

    module = ast.parse(source_of(lake))

    assert "x'''\\nimport os\\\\x1b" in ast.get_docstring(module)
    assert [type(node).__name__ for node in module.body] == [
        *("Expr", "ImportFrom", "ImportFrom", "ImportFrom"),
        *("Assign", "AnnAssign", "Assign", "FunctionDef"),
    ]


def test_described_record_makes_no_test(tmp_path):
    """A test of a description would judge another record."""
    lake = reject(tmp_path / "lake", [BAD])
    rewrite(lake, exact=False)

    with pytest.raises(ReplayError, match=r"^No test can be made of raw/\S+:1: JSON cannot carry the record"):
        source_of(lake)
