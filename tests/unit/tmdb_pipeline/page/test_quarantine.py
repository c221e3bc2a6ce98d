from datetime import timedelta

import pytest
from quarantines import BAD, GOOD, movie, reject
from unit.tmdb_pipeline.page.pages import DAILY, DAY, WEEKLY, asked, of_lake, run_facts

from tmdb_pipeline.page.facts import quarantine
from tmdb_pipeline.page.facts.quarantine import (
    PAGE,
    Filter,
    Rejected,
    choose,
    read_rejected,
    rejected_by_rule,
)
from tmdb_pipeline.page.facts.runs import read_runs
from tmdb_pipeline.page.facts.sources import Sources


def rejected(number=1, day=DAY, dag_id=DAILY, rules=("title.blank",)):
    return Rejected(
        dag_id=dag_id, run_date=day, line=number, id=str(number), title="제목", rules=[*rules], page_file=None
    )


MANY = [rejected(number) for number in range(1, 2 * PAGE + 2)]


def test_records_of_the_lake(tmp_path):
    """Each rejected record in a few words, whatever TMDB sent in its place."""
    odd = ["no object", {"id": [1], "title": 5}, {"id": True, "title": "길" * 500}, {}]
    lake = reject(tmp_path, [BAD, *GOOD, *odd])
    sources = of_lake(lake)

    found = read_rejected(sources, asked(), read_runs(sources, asked()))

    assert [(record.line, record.id) for record in found] == [
        (1, "4711"),
        (2, None),
        (3, "[1]"),
        (4, "true"),
        (5, None),
    ]
    assert [record.title and record.title[:2] for record in found] == ["새벽", None, "5", "길길", None]
    assert len(found[3].title) == 300
    assert found[0].rules == ["vote_average.range"]
    assert found[0].page_file == "raw/pages/tmdb_daily_collection/20240107/popular/page_002.json"
    assert sources.troubles == []


def test_quarantine_that_is_gone_is_said(tmp_path):
    """The run says that it has rejected records, and its file is not there: the list goes without, and says so."""
    lake = reject(tmp_path, [BAD])
    sources = of_lake(lake)
    runs = read_runs(sources, asked())
    lake.delete("raw/metadata/quarantine/20240107/tmdb_daily_collection.jsonl")

    assert read_rejected(sources, asked(), runs) == []
    assert rejected_by_rule(sources, runs[0]) == []
    assert len(sources.troubles) == 1


def test_without_a_lake():
    """Nothing can be listed, which is said; where nothing was rejected nothing is missing."""
    sources = Sources(lake=None, address=None)

    assert read_rejected(sources, asked(), [run_facts(quarantined=0)]) == []
    assert sources.troubles == []
    assert read_rejected(sources, asked(), [run_facts()]) == []
    assert len(sources.troubles) == 1
    assert rejected_by_rule(sources, run_facts()) == []


def test_no_more_than_can_be_read(tmp_path, monkeypatch):
    """A list ends where it gets too long for anybody, with the latest ones, and says that there are more."""
    monkeypatch.setattr(quarantine, "MOST", 3)
    lake = reject(tmp_path, [movie(number, vote_average=11.0) for number in range(1, 6)])
    runs = [run_facts(quarantined=5), run_facts(DAY - timedelta(days=1), quarantined=5)]
    sources = of_lake(lake)

    found = read_rejected(sources, asked(), runs)

    assert [record.line for record in found] == [1, 2, 3]
    assert choose(found, Filter()).capped
    assert not choose(found[:2], Filter()).capped
    assert sources.troubles == []


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        (Filter(), [1, 2, 3, 4]),
        (Filter(dag_id=WEEKLY), [4]),
        (Filter(rule="id.type"), [2, 4]),
        (Filter(first=DAY), [1, 2, 4]),
        (Filter(last=DAY - timedelta(days=1)), [3]),
        (Filter(rule="id.type", dag_id=DAILY, first=DAY, last=DAY), [2]),
        (Filter(rule="no.such"), []),
    ],
)
def test_filter(wanted, lines):
    """A record is shown if it is of the DAG, breaks the rule and lies in the days that are asked for."""
    records = [
        rejected(1),
        rejected(2, rules=("id.type", "title.blank")),
        rejected(3, DAY - timedelta(days=1)),
        rejected(4, dag_id=WEEKLY, rules=("id.type",)),
    ]

    assert [record.line for record in choose(records, wanted).records] == lines


def test_rules_are_counted_whichever_is_chosen():
    """Of the other filters the counts tell, the commonest rule first; a rule counts once a record."""
    records = [rejected(1, rules=("b", "b", "a")), rejected(2, rules=("b",)), rejected(3, dag_id=WEEKLY, rules=("a",))]

    assert choose(records, Filter(rule="a", dag_id=DAILY)).rules == [("b", 2), ("a", 1)]


@pytest.mark.parametrize(
    ("page", "shown", "first"), [(1, 1, 1), (2, 2, 51), (3, 3, 101), (99, 3, 101), (0, 1, 1), (-5, 1, 1)]
)
def test_pages(page, shown, first):
    """A page that is not there is the nearest one."""
    chosen = choose(MANY, Filter(page=page))

    assert (chosen.page, chosen.pages, chosen.total) == (shown, 3, len(MANY))
    assert chosen.records[0].line == first
    assert choose([], Filter()).pages == 1


def test_rules_of_a_run(tmp_path):
    """How many of its records break each rule."""
    lake = reject(tmp_path, [BAD, movie(5, vote_average=12.0, title=""), *GOOD])
    sources = of_lake(lake)
    (run,) = read_runs(sources, asked())

    assert rejected_by_rule(sources, run) == [("vote_average.range", 2), ("title.blank", 1)]
    assert rejected_by_rule(sources, run_facts(quarantined=0)) == []
