from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.tmdb_pipeline.page.pages import NOW, Read, asked

from tmdb_pipeline.alerts.alert import Kind
from tmdb_pipeline.language import Language, Said
from tmdb_pipeline.page import names
from tmdb_pipeline.page.html import render

pytestmark = pytest.mark.hypothesis


@given(st.text(st.characters(exclude_categories=[]), max_size=400))
def test_texts_of_others_are_harmless(text):
    """Whatever a title is, what is shown is short, holds nothing invisible that could turn or hide what follows."""
    shown = render.shown(text, 50)

    assert len(shown) <= 50 * 6 + 1
    assert not any(char in shown for char in "\x00\x1b\u202e\u2066\u200f\ufeff\ud800")
    assert shown.endswith("…") == (len(text) > 50)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("새벽의 풍차", "새벽의 풍차"), ("\u202egnp", "\\u202egnp"), ("a\x00", "a\\u0000"), ("한\n글", "한\n글")],
)
def test_titles_stay_as_people_write_them(text, shown):
    """Letters of any script stay; what nobody sees stands there by its number."""
    assert render.shown(text) == shown


@pytest.mark.parametrize(
    ("seconds", "ko", "en"),
    [
        (-5, "방금 전", "just now"),
        (59, "방금 전", "just now"),
        (60, "1분 전", "1 min ago"),
        (3599, "60분 전", "60 min ago"),
        (7200, "2시간 전", "2 h ago"),
        (172_800, "2일 전", "2 days ago"),
    ],
)
def test_how_long_ago(seconds, ko, en):
    """Ages are told in the unit that people would use."""
    for language, said in ((Language.KO, ko), (Language.EN, en)):
        assert render._ago(asked(language=language), NOW - timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("given_path", "query", "link"),
    [
        ("runs", {}, "../../runs"),
        ("runs/a b/1", {"page": 2, "rule": None, "dag": ""}, "../../runs/a%20b/1?page=2"),
        ("page#checks", {}, "../../page#checks"),
    ],
)
def test_links_are_relative(given_path, query, link):
    """A link leads there from where the page is, with what is asked for, and in the language of the page."""
    assert render._link(asked(here="runs/x/y"), given_path, **query) == link


def test_links_keep_the_language():
    """In the usual language links need not name it, in another they do; what stands after # stays last."""
    english = asked(language=Language.EN)

    assert render._link(english, "page#checks", page=1) == "./page?page=1&lang=en#checks"
    assert render._link(english, "page", lang=Language.KO) == "./page"


def test_moments_of_this_year_need_no_year():
    """Of this year a moment is told without it."""
    assert render._when(asked(), NOW) == "1월 7일 오전 4:00"
    assert render._when(asked(language=Language.EN), NOW) == "7 Jan, 04:00"
    assert render._when(asked(), NOW - timedelta(days=30)) == "2023년 12월 8일 오전 4:00"


def test_style_needs_nothing_else():
    """The style sheet and the icon load nothing."""
    for text in (render.style(), render.ICON.replace("http://www.w3.org/2000/svg", "")):
        assert "url(" not in text
        assert "@import" not in text
        assert "http" not in text


def test_dag_is_called_as_the_registry_does():
    """Without the name of the project, which the page says once."""
    assert names.dag_name("tmdb_daily_collection") == Said("the daily collection", "일일 수집")


def test_names_of_what_is_not_known():
    """A DAG, a list, a state, a channel that is not known is called by its own name; each kind of alert has one."""
    for named in (names.dag_name, names.list_name, names.state_name, names.channel_name):
        assert named("something").ko == "something"
    assert names.tone_of("something") == "info"
    assert {names.kind_name(kind).ko for kind in Kind}.isdisjoint(Kind)
    assert names.dag_name("tmdb_daily_collection").ko == "일일 수집"


def test_refusal_stands_alone():
    """Who may not see the page is sent no link and no style sheet, which are refused as well."""
    for status in (401, 403):
        read = Read(render.render("refused", asked(), status=status))
        assert read.links == []
        assert "link" not in read.tags
