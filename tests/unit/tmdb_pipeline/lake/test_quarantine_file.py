import pytest

from tmdb_pipeline.lake.quality_report import BrokenRule
from tmdb_pipeline.lake.quarantine_file import QuarantineLine, read_quarantine, write_quarantine
from tmdb_pipeline.lake.records import PagePlace
from tmdb_pipeline.lake.store import Lake, LakeError

RULE = BrokenRule(rule="id.type", severity="error", message="No.", message_ko="아니요.", field="id", value='"7"')
LINES = [
    QuarantineLine([RULE], PagePlace("page_001.json", 3), "movies.json", 0, exact=True, record={"id": "7", "x": [1.0]}),
    QuarantineLine([RULE, RULE], None, "movies.json", None, exact=False, record="별\n"),
]


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


def test_quarantine_is_read_as_it_was_written(lake):
    """Every line comes back, and the names in the file are those that it has always had."""
    write_quarantine(lake, "q.jsonl", LINES)

    assert read_quarantine(lake, "q.jsonl") == LINES
    first, _ = lake.read("q.jsonl").decode().splitlines()
    assert first == (
        '{"rules":[{"rule":"id.type","severity":"error","sentence":"No.","sentence_ko":"아니요.","field":"id",'
        '"value":"\\"7\\""}],"where":{"file":"page_001.json","index":3},"file":"movies.json","index":0,"exact":true,'
        '"record":{"id":"7","x":[1.0]}}'
    )


def test_empty_quarantine_has_no_lines(lake):
    """A run that rejects nothing leaves a file without lines."""
    write_quarantine(lake, "q.jsonl", [])

    assert lake.read("q.jsonl") == b""
    assert read_quarantine(lake, "q.jsonl") == []


@pytest.mark.parametrize("data", [b"{}\n", b"[", b"\xff\n"])
def test_damaged_quarantine_is_refused(lake, data):
    """A line that is none of ours, or half of one, is refused in a message that names the file."""
    lake.write("q.jsonl", data)

    with pytest.raises(LakeError, match=r"q\.jsonl is damaged or no quarantine \(.*\): run its date again\.$"):
        read_quarantine(lake, "q.jsonl")
