import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from strategies.drawing import drawn
from strategies.movies import movies
from strategies.pages import ODDITIES, PagedList, pages_of
from support import examples

RECORDS = [{"id": number} for number in range(50)]


def ids(listed):
    return [record["id"] for page in listed.pages for record in page["results"]]


def test_each_oddity_is_drawn():
    """No oddity of paging is left out."""
    assert {listed.oddity for listed in drawn(pages_of(RECORDS))} == set(ODDITIES)


@examples(30)
@given(st.lists(movies(), max_size=7).flatmap(lambda records: pages_of(records, size=3)))
def test_every_page_is_an_envelope(listed):
    """Whatever is odd, each page has TMDB's four fields, at most a page of records and a positive count of pages."""
    for page in listed.pages:
        assert list(page) == ["page", "results", "total_pages", "total_results"]
        assert len(page["results"]) <= 3
        assert page["total_pages"] >= 1


@examples(30)
@given(pages_of(RECORDS, oddities=["nothing"]))
def test_pages_without_oddity_are_the_list(listed):
    """Cut and put together again the list is the same, and its totals are true."""
    assert ids(listed) == list(range(50))
    assert {(page["total_pages"], page["total_results"]) for page in listed.pages} == {(3, 50)}
    assert [page["page"] for page in listed.pages] == [1, 2, 3]


def test_drift_brings_overlaps_and_gaps():
    """A drifting list is found that shows a movie twice, and one that shows a movie never."""
    drifting = [ids(listed) for listed in drawn(pages_of(RECORDS, oddities=["drift"]), 50)]

    assert any(len(set(seen)) < len(seen) for seen in drifting)
    assert any(set(seen) < set(range(50)) for seen in drifting)


@pytest.mark.parametrize(
    ("oddity", "shows"),
    [
        ("repeated page", lambda pages: pages[-1]["results"] == pages[-2]["results"]),
        ("empty page", lambda pages: pages[-1]["results"] == []),
        ("more pages than can be read", lambda pages: min(page["total_pages"] for page in pages) > 500),
        ("changing totals", lambda pages: len({page["total_pages"] for page in pages}) > 1),
        ("wrong number", lambda pages: [page["page"] for page in pages] != [1, 2, 3]),
    ],
)
def test_oddity_is_what_its_name_says(oddity, shows):
    """A list is drawn that shows the oddity in its pages."""
    assert any(shows(listed.pages) for listed in drawn(pages_of(RECORDS, oddities=[oddity]), 50))


@examples(30)
@given(pages_of(RECORDS))
def test_page_after_the_last_is_empty(listed):
    """Beyond the end TMDB answers an empty page with the number that was asked for."""
    assert (listed.page(9)["page"], listed.page(9)["results"]) == (9, [])
    assert listed.page(1) == listed.pages[0]


def test_shrinking_ends_at_an_honest_list():
    """The simplest list is one without any oddity; an empty list is one empty page."""
    assert find(pages_of([]), lambda listed: True) == PagedList(
        "nothing", ({"page": 1, "results": [], "total_pages": 1, "total_results": 0},), (), 20
    )
