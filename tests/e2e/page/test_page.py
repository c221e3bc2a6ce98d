"""The page of the plugin as the API server serves it: who sees it, what it says, and what it never says."""

import re
from datetime import timedelta

import pytest
import requests
from e2e.page import world
from e2e.page.conftest import SENTINEL, WAREHOUSE
from e2e.patience import PATIENCE
from e2e.warehouse.history import DAILY, WEEKLY

from tmdb_pipeline.orchestration.page.headers import HEADERS

TODAY = world.today()
RECORD = f"quarantine/{DAILY}/{TODAY}/1"
#: Every route, with something that is there.
ROUTES = ("page", "runs", f"runs/{DAILY}/{TODAY}", "quarantine", RECORD, "alerts", "style.css", "icon.svg")


@pytest.mark.parametrize("path", ROUTES)
def test_who_sees_a_route(server, path):
    """Nobody without login, no role without rights; a Viewer and an administrator do."""
    seen = {who: server.ask(path, who).status_code for who in (None, "nobody", "viewer", "admin")}

    assert seen == {None: 401, "nobody": 403, "viewer": 200, "admin": 200}


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_no_route_writes(server, path, method):
    """Whatever is sent to a route by an administrator, it only reads."""
    assert server.ask(path, "admin", method).status_code == 405


@pytest.mark.parametrize("path", [*ROUTES, "nothing", f"runs/foreign/{TODAY}", f"quarantine/{DAILY}/no-day/1"])
def test_every_response_is_strict(server, path):
    """Each response, of whatever status, forbids scripts, framing by others, guessing of types, and keeping it."""
    for who in (None, "nobody", "viewer"):
        answer = server.ask(path, who)

        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "<script" not in answer.text
        assert " style=" not in answer.text
        assert "onerror=" not in answer.text.replace("&lt;img src=x onerror=", "")
        assert SENTINEL not in answer.text


def test_who_may_read_one_dag_is_told_of_that_alone(server):
    """A role with rights on the daily DAG alone sees nothing of the weekly one, wherever it looks."""
    for path in ("page", "runs", "quarantine", "alerts"):
        answer = server.ask(path, "daily")

        assert answer.status_code == 200
        assert "종합" not in answer.text
        assert WEEKLY not in answer.text
    assert server.ask(f"runs/{WEEKLY}/{world.sunday()}", "daily").status_code == 404
    assert server.ask(f"runs/{WEEKLY}/{world.sunday()}", "viewer").status_code == 200
    assert server.ask(f"quarantine/{WEEKLY}/{world.sunday()}/1", "daily").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "docs",
        "openapi.json",
        f"runs/{DAILY}/tomorrow",
        f"runs/{DAILY}/2020-01-01",
        f"quarantine/{DAILY}/{TODAY}/99",
        f"quarantine/{DAILY}/{TODAY}/0",
        f"quarantine/{DAILY}/{TODAY}/x",
        f"quarantine/{DAILY}/x/1",
        f"runs/..%2f..%2fetc/{TODAY}",
    ],
)
def test_what_is_not_there(server, path):
    """An address of nothing is answered by a page that says so."""
    answer = server.ask(path)

    assert answer.status_code == 404
    assert "text/html" in answer.headers["Content-Type"]
    assert "없습니다" in answer.text


def test_who_sees_who_did_what(server):
    """The audit trail is for who may read Airflow's audit log, and the menu offers it to nobody else."""
    seen = {who: server.ask("audit", who).status_code for who in (None, "nobody", "viewer", "admin")}

    assert seen == {None: 401, "nobody": 403, "viewer": 403, "admin": 200}
    assert "./audit" not in server.ask("page", "viewer").text
    assert "./audit" in server.ask("page", "admin").text
    pause = f"{server.url}/api/v2/dags/{WEEKLY}"
    who = {"Authorization": f"Bearer {server.tokens['admin']}"}
    assert requests.patch(pause, json={"is_paused": True}, headers=who, timeout=PATIENCE).ok
    assert "<bdi>admin</bdi>" in server.ask("audit", "admin", who="ADM", dag=WEEKLY).text
    assert "<bdi>admin</bdi>" not in server.ask("audit", "admin", who="somebody").text
    assert server.ask("audit", "admin", "POST").status_code == 405
    assert SENTINEL not in server.ask("audit", "admin").text


def test_overview_tells_the_state(server):
    """The first sentence is what is wrong; below stand each DAG with its latest run, and figures with their trends."""
    told = server.ask("page").text

    assert "평소의 3배인 9분이 걸렸습니다" in told
    for said in ("95.8%", "일일 수집", "주간 종합 수집", "실행 중", "인기도 이력", "적재 시간", "피처 생성"):
        assert said in told
    assert told.count('class="chart"') == 7  # six trends, and the scores of the model


def test_what_is_loaded_is_told_by_the_warehouse(server):
    """Of a run that is loaded the warehouse tells, though its report lies on the lake as well, but of the latest."""
    listed = server.ask("runs").text
    row = listed.partition(f'<time datetime="{TODAY - timedelta(days=1)}">')[2].partition("</tr>")[0]

    assert "적재됨" in row
    assert ">2<" not in row


def test_a_tab_tells_of_its_dag_and_run(server):
    """On a run its report, on a DAG its runs, on others of ours the whole, on foreign ones one sentence."""
    of_run = server.ask("page", dag_id=DAILY, run_id="run_1").text
    no_report = server.ask("page", dag_id=DAILY, run_id="manual__x").text
    of_dag = server.ask("page", dag_id=DAILY).text
    of_load = server.ask("page", dag_id="tmdb_warehouse_load").text
    foreign = server.ask("page", dag_id="somebodys_own").text

    assert "규칙별 격리" in of_run
    assert "품질 보고서가 없습니다" in no_report
    assert "최근 90일간의 수집 실행" in of_dag
    assert "종합" not in of_dag.partition("<table")[2]
    assert "DAG 현황" in of_load
    assert "TMDB 파이프라인의 DAG가 아닙니다" in foreign


def test_language_can_be_chosen_and_stays(server):
    """With lang=en the page is in English, and so is where its links lead; any other language is the usual one."""
    english = server.ask("page", lang="en").text

    assert '<html lang="en">' in english
    assert 'href="./runs?lang=en"' in english
    assert '<html lang="ko">' in server.ask("page", lang="de").text


def test_quarantine_is_filtered(server):
    """By rule and by date; a filter that cannot be understood filters nothing."""
    day = TODAY - timedelta(days=33)

    assert "레코드 9건" in server.ask("quarantine", rule="title.blank", first=day, last=day).text
    assert "레코드 27건" in server.ask("quarantine", dag=DAILY, first=day, last=day).text
    everything = server.ask("quarantine").text
    assert server.ask("quarantine", first="yesterday", page="x").text.count("<tr>") == everything.count("<tr>") == 51
    assert server.ask("quarantine", page="99").text != everything


def test_model_in_use_is_told_with_its_scores(server, postgres):
    """Version, challenger, and the scores of each day as the warehouse has them, for who may read its DAG alone."""
    text = re.sub("<[^>]*>", " ", server.ask("page", lang="en").text)
    query = """SELECT day::text, round(brier::numeric, 3), round(best_brier::numeric, 3), round(base_brier::numeric, 3)
        FROM tmdb.prediction_scores WHERE role = 'champion' ORDER BY day DESC LIMIT 3"""

    (section,) = re.findall(f"{world.CHAMPION} .*? Checks of the warehouse", " ".join(text.split()))
    assert f"challenger {world.CHALLENGER}" in section
    for day, *scores in postgres.rows(WAREHOUSE, query):
        assert " ".join([day, *map(str, scores)]) in section
    assert "of the possible improvement" in section
    assert world.CHAMPION not in server.ask("page", "daily").text


def test_a_setting_that_cannot_be_used_is_no_end(monkeypatch):
    """Where the language that is set is none, the page is in Korean, and says that a setting cannot be used."""
    from tmdb_pipeline.orchestration.page.sources import open_sources, usual_language

    monkeypatch.setenv("TMDB_LOCALE", "tlh")
    monkeypatch.setenv("AIRFLOW_CONN_TMDB_WAREHOUSE_READER", "http://127.0.0.1")
    sources = open_sources()

    assert usual_language() == "ko"
    assert (sources.lake, sources.address) == (None, None)
    assert len(sources.troubles) == 2


def test_airflow_shows_it(server):
    """Airflow knows the plugin, without an error: an entry in the menu, a tab on each DAG and on each run."""
    plugins = server.ask("../api/v2/plugins", "admin").json()["plugins"]
    (ours,) = [plugin for plugin in plugins if plugin["name"] == "tmdb_pipeline"]

    assert {view["destination"] for view in ours["external_views"]} == {"nav", "dag", "dag_run"}
    assert server.ask("../api/v2/plugins/importErrors", "admin").json()["import_errors"] == []
