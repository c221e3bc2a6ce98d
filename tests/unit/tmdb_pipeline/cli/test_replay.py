import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from quarantines import BAD, GOOD, PAGE, QUARANTINE, movie, reject

from tmdb_pipeline import interrupts
from tmdb_pipeline.cli import program

HOSTILE = movie(
    666, title="\x1b]0;owned\x07\x1b[2J\u202e별", overview="\r\n", vote_average=11.0, original_title="[red]x[/]"
)


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    """A data root with two rejected records, in a working folder without dags/."""
    monkeypatch.setattr(interrupts, "listen", lambda: None)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path / "data"))
    reject(tmp_path / "data", [GOOD[0], BAD, HOSTILE, GOOD[1]])
    return tmp_path / "data"


def rewrite(root, **changes):
    """The first line of the quarantine with these changes, alone."""
    line = orjson.loads((root / QUARANTINE).read_bytes().split(b"\n")[0])
    (root / QUARANTINE).write_bytes(orjson.dumps(line | changes) + b"\n")


SHOWN = """\
4711 "새벽의 등대 4711"
raw/metadata/quarantine/20240107/tmdb_daily_collection.jsonl:1, of 2 lines

Rules that it broke
  x vote_average.range  error, validity
    vote_average = 11.0
    The field vote_average is not between 0 and 10.

The record
    adult              false
    backdrop_path      "/backdrop.jpg"
    genre_ids          [28]
    id                 4711
    title              "새벽의 등대 4711"
    original_language  "ko"
    original_title     "새벽의 등대 4711"
    overview           "등대지기가 마지막 밤을 보낸다."
    popularity         12.5
    poster_path        "/poster.jpg"
    release_date       "2023-05-01"
    softcore           false
    video              false
  x vote_average       11.0
    vote_count         310

Where TMDB sent it
  page       raw/pages/tmdb_daily_collection/20240107/popular/page_002.json
  index      1 of 4 records, from 0
  list       popular, page 2
  request    /movie/popular?language=ko-KR&region=KR&page=2
  response   status 200, received at 2024-01-06T02:00:00+09:00
  ETag       W/"e"
  Date       2024-01-06T02:00:00+09:00 by TMDB's clock
  before     0: 1 "새벽의 등대 1"
  after      2: 666 "\\x1b]0;owned\\x07\\x1b[2J\\u202e별"
  compared   The record in the page is byte for byte the one in the quarantine.

The run
  data root  {root}
  DAG        tmdb_daily_collection of 2024-01-07
  report     Run manual__1, validated at 2024-01-06T02:00:00+09:00: passed, 2 of 4 movies passed.
  file       raw/movies/daily/popular_movies_20240107.json
             It stands in the file at movies[1].

Today's rules still reject this record, for vote_average.range.
It is judged as of 2024-01-06: the day for which its page holds, by the file that was validated.
"""


def test_all_that_is_known_of_a_record_is_shown(root, capsys):
    """The record, its rules, its page, its run, and what today's rules say of it."""
    status = program.main(["replay", f"{QUARANTINE}:1"])

    told = "".join(f"{line.rstrip()}\n" for line in capsys.readouterr().out.splitlines())
    assert (status, told) == (0, SHOWN.format(root=root))


def test_what_steers_a_terminal_does_not_reach_it(monkeypatch, capsys):
    """Control characters and changes of direction are shown as escapes, and markup as it stands, in colour as well."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")

    assert program.main(["replay", "2024-01-07", "666"]) == 0
    told = capsys.readouterr().out
    assert "\\x1b]0;owned\\x07\\x1b[2J\\u202e별" in told
    assert "[red]x[/]" in told
    assert "\x1b[31m" in told  # the colour of an error, which is ours
    assert all(sign not in told for sign in ("\x1b]0", "\x1b[2J", "\u202e", "\r", "\x07"))


@pytest.mark.parametrize("width", [80, 100])
def test_output_fits_a_terminal(monkeypatch, capsys, width):
    """No line is wider than the terminal, letters of two columns counted as such."""
    from rich.cells import cell_len

    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", str(width))

    program.main(["replay", f"{QUARANTINE}:2"])

    assert max(cell_len(line) for line in capsys.readouterr().out.splitlines()) <= width


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"record": movie()}, ["Today's rules accept this record, which was rejected for vote_average.range."]),
        (
            {"record": movie(title=None)},
            [
                "Rules that it breaks today",
                "x title.missing  error, completeness",
                "still reject this record, for t",
            ],
        ),
        ({"record": {}}, ["  x vote_average  not there"]),
        ({"record": ["x\x1b"]}, ['  x          ["x\\x1b"]']),
        ({"record": {f"f{number}": number for number in range(45)}}, ["f39", "and 5 fields more"]),
        ({"where": None}, ["compared   The quarantine does not say where TMDB sent it"]),
        ({"exact": False}, ["JSON cannot carry this record, so what stands here only describes it"]),
        (
            {"rules": [{"rule": "gone\x1b", "severity": "odd", "sentence": "No.", "field": None, "value": "x\x07"}]},
            ["gone\\x1b  odd, no rule of today's", "the record is x\\x07", "    No.\n"],
        ),
    ],
)
def test_record_of_any_kind_is_shown(root, capsys, changes, shown):
    """Whatever stands in a line, each thing odd about it is said, and the rest is shown."""
    rewrite(root, **changes)

    assert program.main(["replay", f"{QUARANTINE}:1"]) == 0
    told = "".join(f"{line.rstrip()}\n" for line in capsys.readouterr().out.splitlines())
    assert [each for each in shown if each not in told] == []


def test_page_without_etag_and_date_is_shown(root, capsys):
    """What a response did not say is left out."""
    page = orjson.loads((root / PAGE).read_bytes())
    (root / PAGE).write_bytes(orjson.dumps(page | {"etag": None, "date": None, "sha256": None}))

    program.main(["replay", f"{QUARANTINE}:1"])

    told = capsys.readouterr().out
    assert "status 200, received at 2024-01-06T02:00:00+09:00" in told
    assert "ETag" not in told
    assert "TMDB's clock" not in told


@pytest.mark.parametrize(
    ("words", "variable"),
    [
        ([f"data/{QUARANTINE}:1"], "elsewhere"),
        ([f"{QUARANTINE}:1", "--data-root", "data"], "elsewhere"),
        ([f"./data/{QUARANTINE}:1", "--data-root=data/"], "elsewhere"),
        (["20240107", "4711", "--data-root", "~/data"], ""),
        ([f"{QUARANTINE}:1"], ""),
    ],
)
def test_data_root_is_named_in_front_of_the_path_or_given_or_set(monkeypatch, capsys, tmp_path, words, variable):
    """What stands in front of a path, as editors and shells put it, wins over the environment, as --data-root does."""
    monkeypatch.setenv("TMDB_DATA_ROOT", variable)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TMDB_CONNECTIONS", "none of its business")

    assert program.main(["replay", *words]) == 0
    assert capsys.readouterr().out.startswith('4711 "새벽의 등대 4711"')


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["4711"], 2, '"4711" names no record: give raw/metadata/quarantine/YYYYMMDD/DAG.jsonl:LINE'),
        ([], 2, "No record is named: give raw/metadata/quarantine/YYYYMMDD/DAG.jsonl:LINE, as grep -n prints it, or a"),
        (["2024-01-07", "--test", "test_x.py"], 2, "There are 2 records to choose from"),
        (["2024-01-09"], 2, "(records were rejected on 2024-01-07)"),
        ([f"{QUARANTINE}:3"], 2, "has 2 lines, so there is no line 3"),
        (["raw/metadata/quarantine/20240108/x.jsonl:1"], 1, "is not there: run the task that writes it first"),
        ([f"data/{QUARANTINE}:1", "--data-root", "other"], 2, "give only one of them"),
        (["2024-01-07", "4711", "--data-root", " "], 2, "TMDB_DATA_ROOT is empty"),
        (["2024-01-07", "4711", "--data-root", "nosuch://x"], 2, "The data root nosuch://x cannot be used"),
    ],
)
def test_trouble_is_said_with_a_status(capsys, words, status, said):
    """What to give or what is wrong is said on standard error, and nothing is shown."""
    assert program.main(["replay", *words]) == status
    out, err = capsys.readouterr()
    assert (out, said in err) == ("", True)


def test_records_of_a_date_are_listed(capsys):
    """That is what was asked for, so nothing is wrong: the list is the output, and the status 0."""
    assert program.main(["replay", "2024-01-07"]) == 0

    out, err = capsys.readouterr()
    assert out.startswith("There are 2 records to choose from: give one by what stands first.\n")
    assert (len(out.splitlines()), err) == (3, "")


def test_test_is_written_to_a_file(tmp_path, capsys):
    """The module is written and named, and fails where pytest runs it."""
    assert program.main(["replay", f"{QUARANTINE}:1", "--test", "test_record.py"]) == 0
    assert capsys.readouterr().out.endswith("\n\nThe test is in test_record.py; it fails, as the record is rejected.\n")

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_record.py"],
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, "vote_average.range: The field" in ran.stdout) == (1, True)


def test_test_of_a_record_accepted_by_now_is_told_to_pass(root, capsys, tmp_path, monkeypatch):
    """Where nothing is left to reproduce, that is said; the file may lie in the home folder."""
    rewrite(root, record=movie())
    monkeypatch.setenv("HOME", str(tmp_path))

    assert program.main(["replay", f"{QUARANTINE}:1", "--test=~/test_record.py"]) == 0
    assert f"The test is in {tmp_path}/test_record.py; it passes, as the record is accepted by now." in (
        capsys.readouterr().out
    )
    assert (tmp_path / "test_record.py").is_file()


def test_test_on_standard_output_stands_there_alone(capsys):
    """So it can go on through a pipe; all else goes to standard error."""
    assert program.main(["replay", f"{QUARANTINE}:1", "--test", "-"]) == 0

    out, err = capsys.readouterr()
    assert out.startswith('"""A record of 2024-01-07 that is rejected.')
    assert "The test is in" not in err
    assert err.startswith('4711 "새벽의 등대 4711"')


def test_file_that_is_there_is_left_alone(capsys):
    """Before anything is looked up; unless that is asked for."""
    file = Path("test_record.py")
    file.write_text("# mine\n", encoding="utf-8")

    refused = program.main(["replay", f"{QUARANTINE}:1", "--test", "test_record.py"])

    assert (refused, file.read_text(encoding="utf-8")) == (2, "# mine\n")
    assert capsys.readouterr() == (
        "",
        "test_record.py is there already: give --test another name, or --force to write over it.\n",
    )
    assert program.main(["replay", f"{QUARANTINE}:1", "--test", "test_record.py", "--force"]) == 0
    assert "RECORD = {" in file.read_text(encoding="utf-8")


def test_file_that_came_meanwhile_is_left_alone(monkeypatch, capsys):
    """Another process may have written it since."""
    Path("test_record.py").write_text("# mine\n", encoding="utf-8")
    monkeypatch.setattr(os.path, "lexists", lambda path: False)

    assert program.main(["replay", f"{QUARANTINE}:1", "--test", "test_record.py"]) == 2
    assert "test_record.py is there already" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["no/folder/test_x.py", "test_\0.py"])
def test_file_that_cannot_be_written_is_told(capsys, name):
    """After the record is shown, one sentence says which file, why, and what to give."""
    assert program.main(["replay", f"{QUARANTINE}:1", "--test", name]) == 1

    out, err = capsys.readouterr()
    assert out.startswith("4711")
    assert err.startswith(name.replace("\0", "\\x00"))
    assert err.endswith(". Give --test a file in a folder that can be written.\n")


def test_described_record_is_shown_without_a_test(root, capsys):
    """What JSON could not carry is shown; that it makes no test is said, and no file is left."""
    rewrite(root, exact=False)

    assert program.main(["replay", f"{QUARANTINE}:1", "--test", "test_record.py"]) == 1
    assert capsys.readouterr().err.startswith("No test can be made of raw/")
    assert not Path("test_record.py").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["1", "--test", "notes.txt"], "argument --test: 'notes.txt' is no name that pytest takes"),
        (["1", "--nosuch"], "unrecognized arguments: --nosuch"),
    ],
)
def test_what_cannot_be_meant_is_refused(capsys, words, said):
    """The refusal says what is wrong and what to give."""
    with pytest.raises(SystemExit, match="2"):
        program.main(["replay", *words])

    assert said in capsys.readouterr().err


def test_replay_needs_no_airflow(root):
    """The library alone is enough: nothing of Airflow, and nothing of the fake, is imported."""
    code = (
        "import sys; sys.modules.update(airflow=None, fake_tmdb=None)\n"
        "from tmdb_pipeline.cli import program\n"
        f"sys.exit(program.main(['replay', {f'{root}/{QUARANTINE}:1'!r}]))"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith('4711 "새벽의 등대 4711"')
