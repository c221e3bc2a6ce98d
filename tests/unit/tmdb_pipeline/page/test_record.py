import shlex

import orjson
import pytest
from quarantines import BAD, GOOD, MOVIES, PAGE, QUARANTINE, RUN, movie, reject
from unit.tmdb_pipeline.page.pages import of_lake

from tmdb_pipeline.cli import program
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.page.facts.record import read_record
from tmdb_pipeline.page.facts.sources import Sources


def read(lake, line=1, sources=None):
    return read_record(sources or of_lake(lake), RUN.dag_id, RUN.day, line)


def test_record_with_all_that_is_known(tmp_path):
    """What it broke, in both languages; where it came from; the record itself; what is said of it today."""
    told = read(reject(tmp_path, [*GOOD, BAD, movie(5, title="")]))

    assert (told.id, told.title, told.lines) == ("4711", BAD["title"], 2)
    assert [(rule.rule, rule.severity, rule.field, rule.value) for rule in told.rules] == [
        ("vote_average.range", "error", "vote_average", "11.0")
    ]
    assert told.rules[0].said.ko == "vote_average 값이 0 이상 10 이하가 아닙니다."
    assert (told.page_file, told.page_index, told.same, told.file) == (PAGE, 2, True, MOVIES)
    assert orjson.loads(told.json) == BAD
    assert told.today.en == "Today's rules still reject this record."


def test_the_command_replays_it(tmp_path, monkeypatch, capsys):
    """The command line that the page shows is one that works: it tells of the same record."""
    told = read(reject(tmp_path, [*GOOD, BAD]))
    monkeypatch.setenv("TMDB_DATA_ROOT", str(tmp_path))
    command, *arguments = shlex.split(told.command)

    assert command == "tmdb-pipeline"
    assert program.main(arguments) == 0
    assert "vote_average.range" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("record", "identity", "title"), [("text", None, None), ({"id": [1], "title": {}}, "[1]", "{}")]
)
def test_record_that_is_none(tmp_path, record, identity, title):
    """What is no movie has no id and no title, or what stands in their place."""
    told = read(reject(tmp_path, [record, *GOOD]))

    assert (told.id, told.title) == (identity, title)


def test_errors_come_first(tmp_path):
    """Of the rules that it broke the errors are told before the warnings."""
    told = read(reject(tmp_path, [movie(1, overview="", original_title="", vote_average=11.0)]))

    assert [rule.severity for rule in told.rules] == ["error", "warning", "warning"]


def test_record_whose_origin_is_not_known(tmp_path):
    """Files of earlier versions do not say where a record came from, nor does the page."""
    told = read(reject(tmp_path, [BAD], known=False))

    assert (told.page_file, told.page_index, told.same) == (None, None, False)


def line_with(lake, **changes):
    """Change the only line of the quarantine."""
    line = orjson.loads(lake.read(QUARANTINE)) | changes
    lake.write(QUARANTINE, orjson.dumps(line))


def test_what_todays_rules_accept_or_cannot_judge(tmp_path):
    """A record that is good by now is said to be; one that is only described cannot be judged."""
    lake = reject(tmp_path, [BAD])
    line_with(lake, record=GOOD[0])
    assert read(lake).today.ko == "현재 규칙으로는 이 레코드를 받아들입니다."
    line_with(lake, exact=False)
    assert "다시 판정할 수 없습니다" in read(lake).today.ko


def test_record_that_is_not_there(tmp_path):
    """Of a line that the quarantine does not have nothing is told; of one that is damaged a sentence is said."""
    lake = reject(tmp_path, [BAD])
    sources = of_lake(lake)
    assert read(lake, 2, sources) is None
    assert sources.troubles == []

    lake.write(QUARANTINE, b"{")
    assert read(lake, 1, sources) is None
    assert len(sources.troubles) == 1
    assert read(None, 1, Sources(lake=None, address=None)) is None
    assert read(Lake(str(tmp_path / "another")), 1) is None
