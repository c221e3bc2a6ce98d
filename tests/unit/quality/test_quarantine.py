import json

import orjson
from hypothesis import given
from unit.quality.movie_strategies import RUN_DATE, batches, changed, spotless_movies

from tmdb_pipeline.quality.json_values import survives_json, tagged
from tmdb_pipeline.quality.quarantine import quarantine_lines
from tmdb_pipeline.quality.validator import validate


def lines_for(batch, locate=lambda record: None):
    return list(quarantine_lines(validate(batch, on=RUN_DATE), locate))


@given(batches())
def test_each_rejected_record_is_one_line_of_json(batch):
    """As many lines as rejected records, in their order, each a JSON object on a line of its own."""
    lines = lines_for(batch)

    rejected = validate(batch, on=RUN_DATE).rejected
    assert [orjson.loads(line)["index"] for line in lines] == [rejection.index for rejection in rejected]
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in lines)


@given(batches())
def test_the_record_is_kept_as_it_was(batch):
    """A record that JSON can carry is written exactly; of any other each part that it cannot carry is named."""
    for line in map(orjson.loads, lines_for(batch)):
        record = batch[line["index"]]

        assert line["exact"] == survives_json(record)
        assert line["record"] == (record if line["exact"] else tagged(record))


@given(spotless_movies())
def test_a_line_says_what_is_wrong_and_where(movie):
    """A line holds the rules broken, with the offending value shortened, and the place that the caller knows."""
    record = changed(movie, {"vote_average": "9" * 1000, "overview": ""})

    (line,) = lines_for([record], lambda found: {"file": "page_003.json", "index": len(found)})

    held = json.loads(line)
    assert held["where"] == {"file": "page_003.json", "index": len(record)}
    assert [rule["rule"] for rule in held["rules"]] == ["vote_average.type", "overview.empty"]
    assert held["rules"][0]["value"] == f'"{"9" * 100}… (1,000 characters)"'
    assert held["rules"][0]["field"] == "vote_average"
    assert held["rules"][0]["sentence"] == "The field vote_average is not a number."


def test_texts_are_utf8_without_escapes():
    """Korean stays readable in the file."""
    (line,) = lines_for([{"title": "별을 세는 밤"}])

    assert "별을 세는 밤".encode() in line


def test_records_that_json_cannot_carry_are_written_too():
    """NaN, huge integers, lone surrogates and foreign objects are described, not raised on."""
    batch = [{"n": float("nan")}, {"n": 10**5000}, {"n": "\ud800"}, {"\ud800": 1}, {"n": {1}}, object()]

    lines = [json.loads(line) for line in lines_for(batch)]

    assert [line["exact"] for line in lines] == [False] * len(batch)
    assert lines[0]["record"] == {"n": {"$float": "nan"}}
    assert lines[1]["record"]["n"]["$int"] == hex(10**5000)


def test_however_deep_a_record_nests_it_is_written():
    """The writer's own limit on depth, 254 levels with the line around the record, is met by a description."""
    batch = []
    for depth in range(240, 265):
        record = []
        for _ in range(depth):
            record = [record]
        batch.append(record)

    lines = [json.loads(line) for line in lines_for(batch)]

    assert len(lines) == len(batch)
    assert {line["exact"] for line in lines} == {True, False}
    assert all(line["record"] == batch[line["index"]] for line in lines if line["exact"])


@given(spotless_movies())
def test_no_rejection_no_line(movie):
    """A batch without errors leaves the quarantine empty, warnings or not."""
    assert lines_for([changed(movie, {"overview": ""})]) == []
