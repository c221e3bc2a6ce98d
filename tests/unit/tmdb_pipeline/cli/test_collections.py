from pathlib import Path

import pytest

from tmdb_pipeline.cli import program

ROOT = Path(__file__).parents[4]
GOOD = """\
- id: korean
  display_name: 한국 영화
  schedule: 0 4 * * *
  discover:
    with_genres: 18,53
- id: trending
  display_name: 트렌딩
  schedule: 0 5 * * *
  list: trending_week
  enabled: false
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    for name in ("TMDB_LANGUAGE", "TMDB_REGION"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "own.yaml"
    file.write_text(GOOD, encoding="utf-8")
    return file


def test_list_shows_what_is_asked_for(file, capsys):
    """Each entry with its DAG, its time, and the request as it is sent, page by page."""
    assert program.main(["collections", "list", "--file", str(file)]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "tmdb_custom_korean  한국 영화",
        "  at 0 4 * * * (Asia/Seoul)",
        "  /discover/movie?language=ko-KR&region=KR&with_genres=18,53, pages 1 to 5",
        "tmdb_custom_trending  트렌딩",
        "  switched off, else at 0 5 * * * (Asia/Seoul)",
        "  /trending/movie/week?language=ko-KR, pages 1 to 5",
        "2 entries can be used, 1 switched on.",
    ]


@pytest.mark.parametrize("action", ["list", "check"])
def test_wrong_entry_is_said_with_its_line(file, capsys, action):
    """The exit status is 1, for CI; what is wrong goes to standard error."""
    with file.open("a", encoding="utf-8") as more:
        more.write("- id: x\n  display_name: y\n  schedule: 0 4 * * *\n  discover: {with_genre: 18}\n")

    assert program.main(["collections", action, "--file", str(file)]) == 1

    told = capsys.readouterr()
    assert told.err == (f"{file}:14: /discover/movie has no parameter with_genre. Did you mean with_genres?\n")
    assert told.out.endswith("2 entries can be used, 1 switched on; 1 wrong.\n")
    assert ("tmdb_custom_korean" in told.out) == (action == "list")


def test_check_of_good_file(file, capsys):
    """Nothing is wrong, and that is all that is said."""
    file.write_text(GOOD[: GOOD.index("- id: trending")], encoding="utf-8")

    assert program.main(["collections", "check", "--file", str(file)]) == 0
    assert capsys.readouterr() == ("1 entry can be used, 1 switched on.\n", "")


def test_file_that_is_not_there(tmp_path, capsys):
    """It is said, and what to do."""
    assert program.main(["collections", "check", "--file", str(tmp_path / "no.yaml")]) == 2

    assert "no.yaml is not there: change to the project's folder, or give --file." in capsys.readouterr().err


def test_the_file_that_ships(monkeypatch, capsys):
    """Its example is in order, and switched off."""
    monkeypatch.chdir(ROOT)

    assert program.main(["collections", "check"]) == 0
    assert capsys.readouterr().out == "1 entry can be used, 0 switched on.\n"
