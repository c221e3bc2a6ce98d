"""The page in a real browser: in Airflow's own frame, in light and dark, on a phone. Pictures stay in e2e-results/."""

import os
import re
from pathlib import Path

import airflow_env
import pytest
from axe_playwright_python.sync_playwright import Axe
from e2e.browser import launch
from e2e.page import world
from e2e.patience import PATIENCE
from e2e.warehouse.history import DAILY, WEEKLY
from playwright.sync_api import expect, sync_playwright

#: What is kept of a session.
RESULTS = Path(os.environ.get("E2E_RESULTS") or airflow_env.ROOT / "e2e-results")
TODAY = world.today()
VIEWS = {
    "overview": "page",
    "runs": "runs",
    "run": f"runs/{DAILY}/{TODAY}",
    "week": f"runs/{WEEKLY}/{world.sunday()}",
    "quarantine": "quarantine",
    "markup": f"quarantine/{DAILY}/{TODAY}/1",
    "bidi": f"quarantine/{DAILY}/{TODAY}/2",
    "long": f"quarantine/{DAILY}/{TODAY}/3",
    "alerts": "alerts",
    "foreign": "page?dag_id=another",
}
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)  # pragma: no cover - Playwright switches greenlets, where coverage loses a line
        yield browser
        browser.close()


@pytest.fixture
def signed_in(browser, server):
    """Makes a window of a Viewer's, and remembers what the browser complains of in it."""
    contexts = []

    def make(scheme="light", size=DESK, **options):
        context = browser.new_context(color_scheme=scheme, viewport=size, **options)
        contexts.append(context)
        context.add_cookies([{"name": "_token", "value": server.tokens["viewer"], "url": server.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("requestfailed", lambda request: page.complaints.append(request.url))
        return page

    yield make
    for context in contexts:
        context.close()


def picture(page, name):
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / f"page-{name}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_is_for_everybody(server, signed_in, scheme):
    """In each view, in light and in dark, axe-core finds nothing against it, and the browser complains of nothing."""
    page, axe = signed_in(scheme), Axe()
    found = {}
    for name, path in VIEWS.items():
        page.goto(f"{server.url}/tmdb/{path}")
        for details in page.locator("details").all():
            details.locator("summary").click()
        found[name] = [f"{each['id']}: {each['nodes'][0]['html']}" for each in axe.run(page).response["violations"]]

    assert found == {name: [] for name in VIEWS}
    assert page.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("device", "size"), [("desk", DESK), ("phone", PHONE)])
def test_every_view_fits(server, signed_in, scheme, device, size):
    """On a desk and on a phone nothing is wider than the window, without a script, whatever stands in a title."""
    page = signed_in(scheme, size, java_script_enabled=False)
    for name, path in VIEWS.items():
        page.goto(f"{server.url}/tmdb/{path}")
        picture(page, f"{name}-{scheme}-{device}")
        body = page.locator("main").bounding_box()
        assert body["width"] <= size["width"], name
        for part in page.locator("main > *").all():
            box = part.bounding_box()
            assert box["x"] + box["width"] <= size["width"], f"{name}: {part.inner_text()[:60]}"


def test_from_the_menu_down_to_the_page_of_a_record(server, signed_in):
    """A person comes from Airflow's menu to the overview, to a run, to its records, and to what one of them is."""
    page = signed_in()
    page.goto(f"{server.url}/plugin/tmdb")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_contain_text("9분이 걸렸습니다", timeout=PATIENCE * 1000)
    picture(page, "in-airflow")

    frame.get_by_role("link", name=str(TODAY)).first.click()
    frame.get_by_role("link", name="모든 레코드 보기").click()
    frame.get_by_role("link", name="새벽의 풍차").click()

    expect(frame.get_by_role("heading", level=1)).to_have_text("새벽의 풍차")
    expect(frame.get_by_text(re.compile("^tmdb-pipeline replay raw/metadata/quarantine/"))).to_be_visible()
    expect(frame.get_by_text("vote_average 값이 0 이상 10 이하가 아닙니다.")).to_be_visible()


def test_filter_works_by_keyboard(server, signed_in):
    """Without a script the filter is a form: chosen by keyboard, sent by Enter, and kept in the address."""
    page = signed_in(java_script_enabled=False)
    page.goto(f"{server.url}/tmdb/quarantine?lang=en")
    page.get_by_label("Rule").select_option("title.blank")
    page.get_by_role("button", name="Filter").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=2)).to_have_text("10 records")
    assert "rule=title.blank" in page.url
    assert "lang=en" in page.url


def test_titles_run_nothing(server, signed_in):
    """A title that is markup is shown as it was sent, and nothing of it becomes part of the page."""
    page = signed_in()
    page.goto(f"{server.url}/tmdb/{VIEWS['markup']}")

    expect(page.get_by_role("heading", level=1)).to_have_text(world.MARKUP)
    assert page.locator("main img, main script, script").count() == 0
    assert page.complaints == []
