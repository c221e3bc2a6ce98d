from datetime import timedelta

from quarantines import GOOD, reject
from unit.tmdb_pipeline.page.pages import DAILY, NOW, asked, endless, of_lake

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.ledger import OPEN, Ledger
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Said
from tmdb_pipeline.page.facts.airflow import AirflowFacts
from tmdb_pipeline.page.facts.alerts import mended_alerts, open_alerts
from tmdb_pipeline.page.facts.overview import read_overview
from tmdb_pipeline.page.facts.sources import Sources


def alert(kind=Kind.TASK_SLOW, dag_id=DAILY, age=0, subject=DAILY):
    told = {"cause": Said("Slow.", "느림."), "advice": Said("Wait.", "대기.")}
    return Alert(kind=kind, raised_at=NOW - timedelta(days=age), subject=subject, dag_id=dag_id, **told)


def overview(lake, **given):
    return read_overview(of_lake(lake), asked(**given), AirflowFacts())


def test_all_is_well(tmp_path):
    """Good runs and nothing open: everything is in order, and the data is as old as the latest run."""
    told = overview(reject(tmp_path, [*GOOD]))

    assert told.tone == "ok"
    assert [run.dag_id for run in told.latest] == [DAILY]
    assert told.newest == told.runs[0].validated_at


def test_nothing_yet(tmp_path):
    """An empty lake is no fault: there is nothing yet."""
    told = overview(Lake(str(tmp_path)))

    assert (told.tone, told.newest, told.latest) == ("empty", None, [])


def test_what_could_not_be_read_is_not_called_fine(tmp_path):
    """Where a file cannot be read, nobody is told that everything is in order."""
    lake = reject(tmp_path, [*GOOD])
    lake.write("raw/metadata/quality_reports/validation_report_20240106.json", b"{")

    assert overview(lake).tone == "partly"


def test_the_worst_decides(tmp_path):
    """An alert that is open is told whatever else is well."""
    lake = reject(tmp_path, [*GOOD])
    Ledger(lake).raise_(alert())
    assert overview(lake).tone == "warning"
    Ledger(lake).raise_(alert(Kind.RUN_FAILED))
    assert overview(lake).tone == "alarm"


def test_alerts_of_who_may_know(tmp_path):
    """Alerts about a DAG are for who may read it; those about none, such as the disk, are for everybody."""
    lake = Lake(str(tmp_path))
    for each in (alert(), alert(dag_id="another", subject="another"), alert(Kind.DISK_FILLING, None, subject="disk")):
        Ledger(lake).raise_(each)

    assert {kept.alert.subject for kept in open_alerts(of_lake(lake), asked())} == {DAILY, "disk"}
    assert {kept.alert.subject for kept in open_alerts(of_lake(lake), asked(dag_ids=frozenset()))} == {"disk"}


def test_alerts_that_are_over(tmp_path):
    """Of the last thirty days what is over, apart from what is open."""
    lake = Lake(str(tmp_path))
    ledger = Ledger(lake)
    for age in (29, 30):
        ledger.raise_(alert(age=age))
        ledger.mend(Kind.TASK_SLOW, DAILY, NOW)
    ledger.raise_(alert(Kind.RUN_FAILED))

    assert [kept.alert.raised_at for kept in mended_alerts(of_lake(lake), asked())] == [NOW - timedelta(days=29)]


def test_alerts_that_cannot_be_read(tmp_path):
    """A folder that cannot be read, and no lake at all: no alerts, and of the first a sentence."""
    endless(tmp_path / OPEN)
    sources = of_lake(Lake(str(tmp_path)))

    assert open_alerts(sources, asked()) == mended_alerts(sources, asked()) == []
    assert len(sources.troubles) == 1
    assert open_alerts(nothing := Sources(lake=None, address=None), asked()) == mended_alerts(nothing, asked()) == []
