"""The web UI in a real browser, as a person sees it. The pictures are kept in e2e-results/."""

import pytest
from e2e.browser import launch
from e2e.digest import DAILY, WEEKLY
from e2e.patience import PATIENCE
from e2e.stack.stack import RESULTS, UNDISTURBED
from playwright.sync_api import expect, sync_playwright

from tmdb_pipeline.dags import DAGS, PERMITTED

#: The names that a person sees in the graphs, of tasks whose ids are ASCII.
NAMES = {
    DAILY: ("인기 영화 수집", "트렌딩 영화 수집", "수집 데이터 검증", "일일 요약 생성"),
    WEEKLY: (
        *("주간 수집 시작", "액션 영화 수집", "코미디 영화 수집", "드라마 영화 수집", "공포 영화 수집"),
        *("로맨스 영화 수집", "SF 영화 수집", "스릴러 영화 수집", "애니메이션 영화 수집", "평점 상위 영화 수집"),
        *("주간 데이터 통합", "주간 데이터 검증", "주간 수집 종료"),
    ),
}


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)  # pragma: no cover - Playwright switches greenlets, where coverage loses a line
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(browser, awake):
    """A window in which nobody has signed in yet."""
    page = browser.new_page(viewport={"width": 1500, "height": 950}, locale="en-US", base_url=awake.rest.address)
    page.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    yield page
    page.close()


def picture(page, name):
    page.screenshot(path=RESULTS / f"ui-{name}.png")


def test_sign_in_is_demanded_and_works(page, awake):
    """Whoever opens the UI is asked who they are; a wrong password does not help, the right one does."""
    page.goto("/dags")
    expect(page.locator("input[name=username]")).to_be_visible()
    assert "/auth/login" in page.url

    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", "admin")
    page.click("[type=submit]")
    expect(page.get_by_text("Invalid login")).to_be_visible()
    picture(page, "sign-in")

    page.fill("input[name=username]", awake.settings["ADMIN_USER"])
    page.fill("input[name=password]", awake.settings["ADMIN_PASSWORD"])
    page.click("[type=submit]")
    page.wait_for_url(lambda url: "/auth/login" not in url)


def test_dags_are_listed(page, undisturbed):
    """The list shows all DAGs by their Korean names, and no banner about files that cannot be read."""
    page.goto("/dags")

    for name in (
        "일일 수집",
        "주간 종합 수집",
        "웨어하우스 적재",
        "인기도 이력",
        "웨어하우스 품질",
        "플랫폼",
        "피처 생성",
        "모델 파이프라인",
        "일일 예측",
    ):
        expect(page.get_by_text(f"TMDB {name}").first).to_be_visible()
    expect(page.get_by_text(f"{len((*DAGS, *PERMITTED))} Dags")).to_be_visible()
    assert page.get_by_text("Import Error").count() == 0
    picture(page, "dags")


@pytest.mark.parametrize("dag_id", [DAILY, WEEKLY])
def test_graph_of_a_run_speaks_korean(page, undisturbed, dag_id):
    """The graph of a run shows each task by its Korean name, and that it succeeded."""
    page.goto(f"/dags/{dag_id}/runs/{UNDISTURBED}")
    page.get_by_label("Show Graph").click()
    page.get_by_label("Collapse Details Panel").click()

    graph = page.locator(".react-flow")
    for name in NAMES[dag_id]:
        expect(graph.get_by_text(name, exact=True).first).to_be_visible()
    expect(graph.get_by_text("success", exact=True)).to_have_count(len(NAMES[dag_id]))
    picture(page, f"graph-{dag_id}")
