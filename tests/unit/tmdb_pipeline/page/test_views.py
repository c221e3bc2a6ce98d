import re
from datetime import timedelta

import pytest
from e2e.warehouse.small_runs import SmallRuns
from e2e.warehouse.small_runs import movie as small
from quarantines import GOOD, QUARANTINE, RUN, movie, reject
from readers import foreign_in
from unit.tmdb_pipeline.page.pages import DAILY, DAY, NOW, WEEKLY, Read, asked, endless, of_lake

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.ledger import Kept, Ledger
from tmdb_pipeline.lake.operations import Action, Operation, Outcome, note
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.language import Language, Said
from tmdb_pipeline.monitoring.audit.trail import Event
from tmdb_pipeline.page import views
from tmdb_pipeline.page.facts.airflow import AirflowFacts, DagFacts, DagRun, Duration
from tmdb_pipeline.page.facts.quarantine import Filter
from tmdb_pipeline.page.facts.sources import Sources

HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"
AIRFLOW = AirflowFacts(
    (
        DagFacts(
            dag_id=DAILY,
            paused=False,
            last=DagRun(run_id="x", state="success", run_after=NOW, started=NOW, ended=NOW + timedelta(seconds=7)),
            next_run=NOW + timedelta(hours=22),
        ),
        DagFacts(dag_id=WEEKLY, paused=True, last=DagRun(run_id="y", state="running", run_after=NOW)),
        DagFacts(dag_id="tmdb_warehouse_load", paused=False),
    ),
    (Duration(NOW, 21.5),),
)
EVENTS = [
    Event(when=NOW - timedelta(hours=1), event="trigger_dag_run", owner=HOSTILE, dag_id=DAILY, run_id=HOSTILE),
    Event(when=NOW - timedelta(hours=3), event="trigger_dag_run", owner="lee", dag_id=WEEKLY, run_id="manual__2"),
    Event(when=NOW - timedelta(hours=4), event="post_variable", owner="kim", extra='{"variable_key": "limit"}'),
    Event(when=NOW - timedelta(hours=5), event="running", dag_id=DAILY),
]


@pytest.fixture
def lake(tmp_path):
    """Runs of two DAGs, records with hostile titles in quarantine, pages missing, alerts in hostile words."""
    lake = reject(
        tmp_path,
        [
            *GOOD,
            movie(1, title=HOSTILE, vote_average=11.0),
            movie(2, title="\u202e" + "긴 " * 5_000, vote_average=-1.0),
            {"id": 3, "title": ["no", "text"]},
            "no record",
        ],
    )
    SmallRuns(lake, NOW).write(WEEKLY, DAY, {"horror": [small(1)], "top_rated": [small(2)]})
    ledger = Ledger(lake)
    for kind in (Kind.RUN_FAILED, Kind.TASK_SLOW, Kind.RUN_SLOW):
        ledger.raise_(
            Alert(
                kind=kind,
                raised_at=NOW - timedelta(hours=2),
                subject=DAILY,
                dag_id=DAILY,
                run_date=DAY,
                task_ids=("collect_popular_movies",),
                cause=Said(HOSTILE, HOSTILE),
                advice=Said(HOSTILE, HOSTILE),
            )
        )
    for subject in ("20240107", HOSTILE):
        operation = Operation(at=NOW, who="park@host", action=Action.LOAD, subject=subject, outcome=Outcome.DONE)
        note(lake, operation)
    ledger.mend(Kind.RUN_SLOW, DAILY, NOW)
    return lake


def sent(lake):
    """Say of an alert that it was sent, and was raised again."""
    for name in lake.files("raw/metadata/alerts/open"):
        path = f"raw/metadata/alerts/open/{name}"
        kept = lake.read_document(path, Kept)
        told = {"sent": {"slack": NOW, "mail": NOW}, "repeats": 3}
        lake.write(path, to_json(Kept(alert=kept.alert, raising=kept.raising, mended_at=kept.mended_at, **told)))


VIEWS = {
    "overview": lambda sources, asks: views.overview(sources, asks, AIRFLOW),
    "runs": lambda sources, asks: views.runs(sources, asks, None),
    "runs of one": lambda sources, asks: views.runs(sources, asks, DAILY),
    "run": lambda sources, asks: views.run(sources, asks, DAILY, DAY),
    "week": lambda sources, asks: views.run(sources, asks, WEEKLY, DAY),
    "quarantine": lambda sources, asks: views.quarantine(sources, asks, Filter()),
    "filtered": lambda sources, asks: views.quarantine(sources, asks, Filter(dag_id=DAILY, rule="id.type", first=DAY)),
    **{
        f"record {line}": lambda sources, asks, line=line: views.record(sources, asks, DAILY, DAY, line)
        for line in (1, 2, 3, 4)
    },
    "alerts": views.alerts,
    "audit": lambda sources, asks: views.audit(sources, asks, EVENTS, "", None),
    "audit of one": lambda sources, asks: views.audit(sources, asks, EVENTS, HOSTILE, WEEKLY),
    "tab": lambda sources, asks: views.tab(sources, asks, AIRFLOW, DAILY, None),
    "tab of a run": lambda sources, asks: views.tab(sources, asks, AIRFLOW, DAILY, RUN.run_id),
    "tab without report": lambda sources, asks: views.tab(sources, asks, AIRFLOW, DAILY, "another"),
    "tab of a load": lambda sources, asks: views.tab(sources, asks, AIRFLOW, "tmdb_warehouse_load", "x"),
    "tab of a custom collection": lambda sources, asks: views.tab(sources, asks, AIRFLOW, "tmdb_custom_korean", None),
    "foreign": lambda sources, asks: views.tab(sources, asks, AIRFLOW, HOSTILE, None),
    "missing": lambda sources, asks: views.missing(asks),
    "no run": lambda sources, asks: views.run(sources, asks, DAILY, DAY - timedelta(days=1)),
    "no record": lambda sources, asks: views.record(sources, asks, DAILY, DAY, 99),
    "refused": lambda sources, asks: views.refused(asks, 403),
    "unknown": lambda sources, asks: views.refused(asks, 401),
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", VIEWS)
def test_hostile_data_stays_text(lake, name, language):
    """In each view and language nothing of the data becomes a tag or an attribute, and no script or style is inline."""
    sent(lake)
    answer = VIEWS[name](of_lake(lake), asked(language=language))
    read = Read(answer.html)

    assert {"script", "img", "style", "iframe", "object"}.isdisjoint(read.tags)
    assert not any(attribute == "style" or attribute.startswith("on") for attribute in read.attributes)
    assert "49" not in re.findall(r"\b49\b", read.text)
    assert "\u202e" not in answer.html
    assert len(answer.html) < 200_000
    assert len(read.headings) >= 1
    assert len(read.ids) == len({*read.ids})
    assert answer.html.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", VIEWS)
def test_each_view_speaks_one_language(lake, name, language):
    """Not a word of the other language is left, but in names and data, and in the switch to that language."""
    answer = VIEWS[name](of_lake(lake), asked(language=language))
    data = f"{HOSTILE} no text 긴 English 한국어 docker compose run --rm cli --test FILE"

    assert {*foreign_in(answer.html, language)} - {*re.findall(r"\w+|--\w+", data)} == set()


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("sources", ["empty lake", "no lake"])
def test_without_data_each_view_says_so(tmp_path, name, sources):
    """No files, no lake, no warehouse: still a page, in which nothing is broken."""
    lake = Lake(str(tmp_path / "empty")) if sources == "empty lake" else None
    answer = VIEWS[name](Sources(lake=lake, address=None), asked())

    assert answer.status in {200, 401, 403, 404}
    assert Read(answer.html).text


@pytest.mark.parametrize(
    ("language", "unread", "nothing"),
    [
        (Language.EN, "What there is could not be read.", ["Nothing", "None.", "There is no run", "No record"]),
        (Language.KO, "읽을 수 없어 확인하지 못했습니다.", ["없습니다"]),
    ],
)
@pytest.mark.parametrize("name", ["runs", "quarantine", "alerts", "audit"])
def test_what_could_not_be_read_is_not_called_nothing(tmp_path, name, language, unread, nothing):
    """A data root that cannot be entered is no sign that nothing is open, was rejected, ran or was done."""
    endless(tmp_path / "lake" / "raw")
    view = {**VIEWS, "audit": lambda sources, asks: views.audit(sources, asks, [], "", None)}[name]

    said = Read(view(of_lake(Lake(str(tmp_path / "lake"))), asked(language=language)).html).text

    assert unread in said
    assert [word for word in nothing if word in said] == []


@pytest.mark.parametrize("name", ["runs", "quarantine", "alerts", "audit"])
def test_nothing_of_dags_that_one_may_not_know(lake, name):
    """A reader who may know of the weekly DAG alone reads nothing of the daily one."""
    asks = asked(dag_ids=frozenset({WEEKLY}))
    answer = VIEWS[name](of_lake(lake), asks)

    assert DAILY not in answer.html
    assert "일일" not in answer.html


def text(name, lake, **given):
    return Read(VIEWS[name](of_lake(lake), asked(**given)).html).text


def test_overview_says_what_is_wrong_first(lake):
    """The heading is the most important finding, with what to do; others follow, each with a way to more."""
    read = Read(VIEWS["overview"](of_lake(lake), asked()).html)

    assert HOSTILE[:20] in read.headings[0]
    assert "그 밖에 확인할 것 2건" in read.text
    assert "./alerts" in read.links
    assert "새 데이터가 들어오면" in read.text
    assert "일시 중지" in read.text


def test_overview_when_all_is_well_and_when_there_is_nothing(tmp_path):
    """One sentence says so."""
    lake = reject(tmp_path, [*GOOD])
    assert "모든 것이 정상입니다." in text("overview", lake)
    assert "Everything is in order." in text("overview", lake, language=Language.EN)
    assert "아직 수집한 데이터가 없습니다." in text("overview", Lake(str(tmp_path / "empty")))
    lake.write("raw/metadata/quality_reports/validation_report_20240106.json", b"{")
    assert "확인할 수 있는 범위에서는 이상이 없습니다." in text("overview", lake)


def test_ninety_days_and_one_day(tmp_path):
    """The trends show as many days as there are: one column for one run, ninety for ninety."""
    lake = reject(tmp_path, [*GOOD])
    assert VIEWS["overview"](of_lake(lake), asked()).html.count('class="bar ok"') >= 2
    report = lake.read("raw/metadata/quality_reports/validation_report_20240107.json")
    for age in range(1, 90):
        day = DAY - timedelta(days=age)
        lake.write(f"raw/metadata/quality_reports/validation_report_{day:%Y%m%d}.json", report)

    html = VIEWS["overview"](of_lake(lake), asked()).html

    assert Read(html).text.count("2023-1") > 150
    assert html.count('class="bar ok"') == 2 * 90 + 1


def test_from_a_run_to_its_records(lake):
    """A run links to its records by rule, a record names its page and its replay, and the way back is there."""
    run = Read(VIEWS["run"](of_lake(lake), asked(here=f"runs/{DAILY}/{DAY}")).html)
    record = Read(VIEWS["record 1"](of_lake(lake), asked(here=f"quarantine/{DAILY}/{DAY}/1")).html)

    assert f"../../quarantine?dag={DAILY}&rule=vote_average.range&first={DAY}&last={DAY}" in run.links
    assert f"tmdb-pipeline replay {QUARANTINE}:1" in record.text
    assert "raw/pages/tmdb_daily_collection/20240107/popular/page_002.json" in record.text
    assert f"../../../runs/{DAILY}/{DAY}" in record.links


def test_long_lists_have_pages(tmp_path):
    """A list of more records than a page holds leads on and back, with its filter."""
    lake = reject(tmp_path, [movie(number, vote_average=11.0) for number in range(1, 121)])
    wanted = Filter(rule="vote_average.range", page=2)
    read = Read(views.quarantine(of_lake(lake), asked(here="quarantine"), wanted).html)

    assert "2 / 3" in read.text
    assert {f"./quarantine?page={page}&rule=vote_average.range" for page in (1, 3)} <= {*read.links}


def test_a_list_that_is_cut_says_so(tmp_path, monkeypatch):
    """Where older records are left out, the page says it."""
    monkeypatch.setattr("tmdb_pipeline.page.facts.quarantine.MOST", 2)
    lake = reject(tmp_path, [movie(number, vote_average=11.0) for number in range(1, 5)])

    assert "가장 최근 5,000건까지만 표시합니다." in text("quarantine", lake)


def test_pages_that_are_missing_are_named(tmp_path):
    """The run names each page that is missing, with the reason, and the overview warns."""
    lake = reject(tmp_path, [*GOOD])
    file = "raw/metadata/quality_reports/validation_report_20240107.json"
    report = lake.read_document(file, dict)
    report |= {"verdict": "warned", "pages_missing": [{"source": "popular", "page": 3, "reason": "It is empty."}]}
    lake.write(file, to_json(report))

    assert "빠진 페이지가 1개 있습니다" in text("overview", lake)
    assert "It is empty." in text("run", lake)
    assert "일부 페이지가 빠졌습니다" in text("run", lake)


@pytest.mark.parametrize(("verdict", "said"), [("failed", "중단되었으며"), ("warned", "기준보다 적습니다")])
def test_a_run_says_what_became_of_it(tmp_path, verdict, said):
    """A run that was stopped, and one that warned."""
    lake = reject(tmp_path, [*GOOD])
    file = "raw/metadata/quality_reports/validation_report_20240107.json"
    lake.write(file, to_json(lake.read_document(file, dict) | {"verdict": verdict}))

    assert said in text("run", lake)


def test_language_switch_leads_to_the_same_page(lake):
    """The switch keeps the page and its filter."""
    asks = asked(here="quarantine", query=(("rule", "a b"),))
    read = Read(VIEWS["quarantine"](of_lake(lake), asks).html)

    assert "./quarantine?rule=a+b&lang=en" in read.links


def test_audit_is_filtered(lake):
    """Who did what, by person and by DAG; what became of tasks is nobody's deed."""
    everything = text("audit", lake)
    of_one = Read(views.audit(of_lake(lake), asked(), EVENTS, "LEE", None).html).text
    of_weekly = Read(views.audit(of_lake(lake), asked(), EVENTS, "", WEEKLY).html).text

    assert all(who in everything for who in ("park@host", "lee", "kim", "웨어하우스 수동 적재"))
    assert "running" not in everything
    assert "manual__2" in of_one
    assert "kim" not in of_one
    assert "lee" in of_weekly
    assert "park@host" not in of_weekly


def test_audit_is_offered_to_who_may_see_it(lake):
    """The menu names the audit trail where the reader may see it."""
    assert "./audit" not in Read(VIEWS["overview"](of_lake(lake), asked()).html).links
    assert "./audit" in Read(VIEWS["overview"](of_lake(lake), asked(may_audit=True)).html).links
