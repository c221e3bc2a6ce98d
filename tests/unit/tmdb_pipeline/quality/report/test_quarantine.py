import json

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies.movies import PLAIN, RUN_DATE, batches, changed, garbage, spoilt_movies, spotless_movies
from support import examples

from tmdb_pipeline.lake.records import PagePlace
from tmdb_pipeline.quality.batches.validator import validate
from tmdb_pipeline.quality.report.place import Place
from tmdb_pipeline.quality.report.quarantine import quarantine_lines
from tmdb_pipeline.quality.rules.catalogue import RULES_BY_ID
from tmdb_pipeline.quality.values.json_values import survives_json, tagged


def untagged(value):
    """Read a tagged value back, as the documentation of ``json_values.tagged`` says."""
    match value:
        case {"$float": str(text)}:
            return float(text)
        case {"$int": str(text)}:
            return int(text, 16)
        case {"$text": str(text)}:
            return json.loads(text)
        case {"$pairs": list(pairs)}:
            return {untagged(key): untagged(item) for key, item in pairs}
        case dict():
            return {key: untagged(item) for key, item in value.items()}
        case list():
            return [untagged(item) for item in value]
        case _:
            return value


def is_parsed(value):
    """Whether Python's JSON parser could have given the value: no foreign objects, and texts as keys."""
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and all(map(is_parsed, value.values()))
    return all(map(is_parsed, value)) if isinstance(value, list) else value is None or type(value) in PARSED


PARSED = {bool, int, float, str}


def lines_for(batch, places=None):
    places = [Place(index) for index in range(len(batch))] if places is None else places
    lines = quarantine_lines(validate(batch, on=RUN_DATE), file="movies.json", places=places)
    return [line.to_json() for line in lines]


@given(batches())
@examples(50)
def test_each_rejected_record_is_one_line_of_json(batch):
    """As many lines as rejected records, in their order, each a JSON object on a line of its own."""
    lines = lines_for(batch)

    rejected = validate(batch, on=RUN_DATE).rejected
    assert [orjson.loads(line)["index"] for line in lines] == [rejection.index for rejection in rejected]
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in lines)


@given(batches() | st.lists(spoilt_movies() | garbage(), min_size=1, max_size=4))
def test_the_record_is_kept_as_it_was(batch):
    """A record that JSON can carry is written exactly; of any other each part that it cannot carry is named."""
    for line in map(orjson.loads, lines_for(batch)):
        record = batch[line["index"]]

        assert line["exact"] == survives_json(record)
        assert line["record"] == (record if line["exact"] else tagged(record))


@given(st.lists((spoilt_movies() | garbage()).filter(is_parsed), min_size=1, max_size=4))
@example([{"\ud800": [float("-inf"), 10**400, {"별\ud800": "\udfff"}]}])
@examples(50)
def test_a_record_that_was_parsed_can_be_read_back(batch):
    """Nothing of what a JSON parser gave is lost in quarantine, not NaN, a huge integer nor a lone surrogate."""
    lines = map(orjson.loads, lines_for(batch))

    for line in lines:
        read = line["record"] if line["exact"] else untagged(line["record"])
        assert json.dumps(read) == json.dumps(batch[line["index"]])


def test_a_line_says_what_is_wrong_and_where():
    """A line holds the rules broken, the offending value shortened, the movies file, and the page the caller knows."""
    record = PLAIN | {"vote_average": "9" * 1000, "overview": ""}

    places = [Place(0), Place(1, PagePlace("page_003.json", 7))]

    (line,) = lines_for([PLAIN, record], places)

    held = json.loads(line)
    assert held.keys() == {"rules", "where", "file", "index", "exact", "record"}
    assert (held["file"], held["index"]) == ("movies.json", 1)
    assert held["where"] == {"file": "page_003.json", "index": 7}
    assert [rule["rule"] for rule in held["rules"]] == ["vote_average.type", "overview.empty"]
    assert held["rules"][0]["value"] == f'"{"9" * 100}… (1,000 characters)"'
    assert held["rules"][0]["field"] == "vote_average"
    assert held["rules"][0]["sentence_ko"] == RULES_BY_ID["vote_average.type"].said.ko
    assert held["rules"][0]["sentence"] == RULES_BY_ID["vote_average.type"].said.en


def test_a_record_that_the_file_does_not_hold_has_no_index():
    """A bad copy beside a good one is kept in quarantine, its place in the file being null."""
    batch = [PLAIN, PLAIN | {"title": None}, PLAIN | {"vote_count": 1}]

    (line,) = lines_for(batch, [Place(0), Place(None, PagePlace("page_002.json", 4)), Place(None)])

    held = json.loads(line)
    assert held["index"] is None
    assert held["where"] == {"file": "page_002.json", "index": 4}
    assert held["record"] == batch[1]


def test_places_must_be_one_for_each_record():
    """Places of another batch are refused before a line is written."""
    with pytest.raises(ValueError, match=r"^There are 1 places for 2 records; give one for each, in their order\.$"):
        lines_for([PLAIN, PLAIN], [Place(0)])


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
    for depth in [*range(240, 265), 10_000]:
        record = []
        for _ in range(depth):
            record = [record]
        batch.append(record)

    lines = [json.loads(line) for line in lines_for(batch)]

    assert len(lines) == len(batch)
    assert {line["exact"] for line in lines} == {True, False}
    assert all(line["record"] == batch[line["index"]] for line in lines if line["exact"])


@given(spotless_movies())
@examples(20)
def test_no_rejection_no_line(movie):
    """A batch without errors leaves the quarantine empty, warnings or not."""
    assert lines_for([changed(movie, {"overview": ""})]) == []
