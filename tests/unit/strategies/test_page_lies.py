import orjson
import pytest
import requests
from hypothesis import given
from strategies.drawing import drawn
from strategies.page_lies import LIES, lies, lying_plans, swaps
from support import examples

from fake_tmdb.fake import FakeTmdb
from fake_tmdb.http.limits import NO_LIMITS
from tmdb_pipeline.tmdb.response import MoviePage


def _ask(server, faults):
    """The bytes of page 3 of the popular movies, while these faults are armed."""
    server.fake.faults = faults
    key = {"api_key": server.fake.api_key, "page": 3}
    return requests.get(f"{server.url}/movie/popular", params=key, timeout=5).content


def kind_of(fault):
    return fault.name.partition(": ")[2] or fault.name


def test_every_kind_of_lie_is_drawn():
    """No kind of wrong page is left out, neither alone nor in plans; pages are also swapped."""
    assert {fault.name for fault in drawn(lies(), 300)} == set(LIES)
    assert {kind_of(fault) for plan in drawn(lying_plans(), 300) for fault in plan} == {*LIES, "swapped"}


@examples(50)
@given(lying_plans())
def test_names_in_a_plan_are_unique_and_lies_do_not_agree(plan):
    """A journal tells which fault it was; at most one lie in a plan is plausible, for two could bear each other out."""
    assert len({fault.name for fault in plan}) == len(plan)
    assert sum(LIES[kind_of(fault)].plausible for fault in plan if kind_of(fault) in LIES) <= 1


@examples(30)
@given(swaps())
def test_swapped_pages_get_each_others_answers(swap):
    """A swap is of two different pages, and lasts as long for both."""
    one, other = swap

    assert (one.page, one.serve_page, one.times) == (other.serve_page, other.page, other.times)
    assert one.page != other.page


@pytest.mark.parametrize("kind", LIES)
def test_lie_is_well_formed_and_wrong(kind):
    """Each kind changes what a page in the midst of a list says; all but a cut one are still pages of movies."""
    fake = FakeTmdb(movies=3000, seed=7, limits=NO_LIMITS)
    with fake.serve() as server:
        honest = _ask(server, [])
        told = [
            _ask(server, [fault]) for fault in drawn(lies(kinds=[kind], pages=3, times=(None,)), 20) if fault.page == 3
        ]
        told = [body for body in told if body != honest]

    assert told
    for body in told:
        if kind == "cut":
            with pytest.raises(orjson.JSONDecodeError):
                orjson.loads(body)
        else:
            page = orjson.loads(body)
            read = MoviePage(page["page"], page["results"], page["total_pages"], page["total_results"])
            assert kind in {"repeated", "nearly repeated"} or LIES[kind].plausible or read.contradiction(3)
