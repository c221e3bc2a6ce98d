from datetime import date

import pytest

from tmdb_pipeline.quality.replay.address import Address, parse_address
from tmdb_pipeline.quality.replay.errors import UnknownRecord

DAY = date(2024, 1, 7)
FILE = "raw/metadata/quarantine/20240107/tmdb_daily_collection.jsonl"
DAG = "tmdb_daily_collection"


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ([f"{FILE}:3"], Address(DAY, dag_id=DAG, line=3)),
        ([f"{FILE}:3:17"], Address(DAY, dag_id=DAG, line=3)),
        ([f'{FILE}:3:{{"rules":[\n'], Address(DAY, dag_id=DAG, line=3)),
        ([FILE], Address(DAY, dag_id=DAG)),
        ([f"{FILE}:"], Address(DAY, dag_id=DAG)),
        ([f"./{FILE}:3"], Address(DAY, ".", DAG, 3)),
        ([f"/{FILE}:3"], Address(DAY, "/", DAG, 3)),
        ([f"/home/me/data/{FILE}:12"], Address(DAY, "/home/me/data", DAG, 12)),
        ([f"s3://bucket/prefix/{FILE}:1"], Address(DAY, "s3://bucket/prefix", DAG, 1)),
        (["20240107"], Address(DAY)),
        (["2024-01-07", " 4711 "], Address(DAY, movie="4711")),
        (["20240107", "tt-0"], Address(DAY, movie="tt-0")),
    ],
)
def test_record_is_named_as_people_see_it(words, address):
    """By what an editor or grep prints, wherever the data root lies, or by a date and a movie."""
    assert parse_address(words) == address


def test_name_alone_is_looked_for_where_one_stands(monkeypatch, tmp_path):
    """In the folder of a quarantine its name is enough."""
    folder = tmp_path / "raw/metadata/quarantine/20240107"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)

    assert parse_address([f"{DAG}.jsonl:2"]) == Address(DAY, str(tmp_path), DAG, 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([f"{FILE}:0"], f'"{FILE}:0" names line 0: lines are counted from 1.'),
        ([f"{FILE}:x"], "names no line of a quarantine: give raw/metadata/quarantine/YYYYMMDD/DAG.jsonl:LINE"),
        ([f"{FILE}:-1"], "names no line of a quarantine"),
        (["s3://bucket/x.jsonl:1"], "names no line of a quarantine"),
        (["raw/metadata/quarantine/20240107/../x.jsonl:1"], "names no line of a quarantine"),
        (["raw/metadata/quarantine/20240230/x.jsonl:1"], "names no day of the calendar"),
        (["2024-02-30", "1"], '"2024-02-30 1" names no day of the calendar'),
        (["\u0662\u0660240107"], "names no record"),
        (["4711"], '"4711" names no record: give raw/metadata/quarantine/'),
        (["2024-01-07", "1", "2"], "names no record"),
        (["\x1b[31m\n"], '"\\x1b[31m\\n" names no record'),
    ],
)
def test_what_names_no_record_is_refused(words, said):
    """The one sentence says what was given, nothing of it raw, and what to give."""
    with pytest.raises(UnknownRecord) as refused:
        parse_address(words)

    assert said in str(refused.value)
    assert str(refused.value).isprintable()
