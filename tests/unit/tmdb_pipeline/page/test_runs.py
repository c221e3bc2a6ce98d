import logging
from datetime import datetime, timedelta

import msgspec
import pytest
from file_infos import quality_report
from quarantines import BAD, GOOD, RUN, reject
from unit.tmdb_pipeline.page.pages import DAILY, DAY, NOW, WEEKLY, asked, endless, of_lake, report, run_facts

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.page.facts.runs import latest_of_each, read_run, read_runs
from tmdb_pipeline.page.facts.sources import Sources
from tmdb_pipeline.run import Run


def test_a_run_is_what_its_report_says(tmp_path):
    """Verdict, figures and moment of a run are those of its report, and it is not in the warehouse."""
    (run,) = read_runs(of_lake(reject(tmp_path, [BAD, *GOOD])), asked())

    assert (run.dag_id, run.run_date, run.run_id) == (DAILY, RUN.day, RUN.run_id)
    assert (run.records, run.accepted, run.quarantined) == (3, 2, 1)
    assert run.pass_rate == 66.66
    assert run.loaded_at is None
    assert run.validated_at == datetime(2024, 1, 6, 2, tzinfo=SEOUL)


def test_runs_are_of_ninety_days_and_of_who_may_know(tmp_path):
    """The latest comes first; older runs, runs of DAGs that the reader may not see, and other files are left out."""
    lake = reject(tmp_path, [*GOOD])
    good = lake.read("raw/metadata/quality_reports/validation_report_20240107.json")
    long_ago = msgspec.json.encode(msgspec.structs.replace(quality_report(), validated_at="2023-10-09T03:00:00+09:00"))
    report(lake, DAY - timedelta(days=90), data=long_ago)
    for age in (1, 89):
        report(lake, DAY - timedelta(days=age), data=good)
    report(lake, DAY, WEEKLY, good)
    for name in ("notes.json", "validation_report_20241399.json", "another_20240107.json", "validation_report_1.json"):
        lake.write(f"raw/metadata/quality_reports/{name}", good)

    days = [(run.run_date, run.dag_id) for run in read_runs(of_lake(lake), asked(dag_ids=frozenset({DAILY})))]

    assert days == [(DAY - timedelta(days=age), DAILY) for age in (0, 1, 89)]


def test_run_of_an_old_date_that_ran_lately_is_there(tmp_path):
    """Whoever tries the DAG for a day of last year sees the run; of such days the latest five are looked at."""
    lake = Lake(str(tmp_path))
    lately = msgspec.json.encode(msgspec.structs.replace(quality_report(), validated_at=NOW.isoformat()))
    for age in range(200, 207):
        report(lake, DAY - timedelta(days=age), data=lately)

    assert [run.run_date for run in read_runs(of_lake(lake), asked())] == [
        DAY - timedelta(days=age) for age in range(200, 205)
    ]


def test_runs_of_custom_collections_are_there(tmp_path):
    """A collection of somebody's own is shown like ours, also when its entry is gone."""
    lake = reject(tmp_path, [*GOOD])
    report(lake, DAY, "tmdb_custom_korean", lake.read("raw/metadata/quality_reports/validation_report_20240107.json"))

    both = frozenset({DAILY, "tmdb_custom_korean"})
    runs = read_runs(of_lake(lake), asked(dag_ids=both))

    assert {run.dag_id for run in runs} == both
    assert {run.dag_id for run in read_runs(of_lake(lake), asked())} == {DAILY}


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"verdict": 1}', b"\xff", b"[" * 100_000])
def test_damaged_report_is_left_out_and_said(tmp_path, caplog, data):
    """A page goes without a report that cannot be read, says so once, and the log names the file."""
    lake = reject(tmp_path, [*GOOD])
    report(lake, DAY - timedelta(days=1), data=data)
    report(lake, DAY - timedelta(days=2), data=data)
    sources = of_lake(lake)

    with caplog.at_level(logging.WARNING):
        runs = read_runs(sources, asked())

    assert [run.run_date for run in runs] == [DAY]
    assert ["읽을 수 없는 파일이 있습니다." in trouble.ko for trouble in sources.troubles] == [True]
    assert "validation_report_20240106.json" in caplog.text


def test_folder_that_cannot_be_read_is_said(tmp_path):
    """Where the reports should lie there is nothing to enter: a sentence, and no runs."""
    endless(tmp_path / "raw/metadata/quality_reports")
    sources = of_lake(Lake(str(tmp_path)))

    assert read_runs(sources, asked()) == []
    assert len(sources.troubles) == 1


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2024-01-07T03:00:00+09:00", NOW.replace(hour=3)),
        ("2024-01-07T03:00:00", NOW.replace(hour=3)),
        ("yesterday", None),
    ],
)
def test_moments_of_earlier_versions(tmp_path, said, moment):
    """A report may say its moment without a zone, which is Seoul's, or none."""
    lake = Lake(str(tmp_path))
    told = msgspec.json.encode(msgspec.structs.replace(quality_report(), validated_at=said))
    report(lake, DAY, data=told)

    assert read_run(lake, Run(DAILY, "", DAY)).validated_at == moment


def test_without_a_lake():
    """Without a lake there are no runs, and one of them cannot be read."""
    assert read_runs(Sources(lake=None, address=None), asked()) == []
    with pytest.raises(LakeError, match="no lake"):
        read_run(None, Run(DAILY, "", DAY))


def test_latest_of_each():
    """Of each DAG the first that comes is the latest."""
    runs = [run_facts(), run_facts(dag_id=WEEKLY), run_facts(DAY - timedelta(days=1))]

    assert latest_of_each(runs) == {DAILY: runs[0], WEEKLY: runs[1]}
