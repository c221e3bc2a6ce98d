from datetime import UTC, datetime

from hypothesis import find, given
from hypothesis import strategies as st
from strategies.drawing import drawn
from strategies.fault_plans import KINDS, LATE, as_text, fault_plans, faults, kind_of, simulated
from support import examples

from fake_tmdb.faults.plan import read_plan
from tmdb_pipeline.tmdb.errors import Unreachable


def test_each_kind_is_drawn_passing_and_lasting():
    """No kind of trouble is left out, neither for a while nor for ever, and the name of a fault tells its kind."""
    seen = drawn(faults(), 250)

    assert {fault.name for fault in seen} == set(KINDS)
    assert {fault.times for fault in seen} == {1, 2, 3, 4, None}
    resets = [fault for plan in drawn(fault_plans(kinds=["reset"]), 20) for fault in plan]
    assert {kind_of(fault.name).error for fault in resets} == {Unreachable}


@examples(40)
@given(fault_plans())
def test_plan_survives_the_way_through_text(plan):
    """A drawn plan can be handed to the fake's command line: what is read back is the same plan."""
    assert read_plan(as_text(plan), "plan.json") == plan


@examples(40)
@given(fault_plans())
def test_every_fault_does_what_its_kind_says(plan):
    """A kind that the client reads all the same takes nothing from the answer; any other takes or replaces it."""
    for fault in plan:
        spoils = (
            fault.status or fault.reset or fault.hang or fault.revoke or fault.text is not None or fault.remove
            or fault.cut is not None or fault.truncate is not None or fault.delay > 30
        )  # fmt: skip

        assert bool(spoils) is (kind_of(fault.name).error is not None)


@examples(40)
@given(fault_plans())
def test_names_in_a_plan_are_unique(plan):
    """A journal that shows the name of a fault tells which one of the plan it was."""
    assert len({fault.name for fault in plan}) == len(plan)


@examples(40)
@given(fault_plans())
def test_simulated_plan_never_waits(plan):
    """A simulated plan answers at once; what would have been late says so in its header, and nothing else changes."""
    for fault, quick in zip(plan, simulated(plan), strict=True):
        late = float("inf") if fault.hang else fault.delay

        assert (quick.hang, quick.delay) == (False, 0.0)
        assert float(quick.headers.get(LATE, 0)) == late
        assert (quick.name, quick.status, quick.times) == (fault.name, fault.status, fault.times)


@examples(20)
@given(st.data())
def test_dates_are_relative_to_the_given_moment(data):
    """A Retry-After that is a date lies at or after the moment that the test says is now."""
    now = datetime(2025, 5, 5, tzinfo=UTC)

    fault = data.draw(faults(kinds=["too many, wait until a date"], now=now))

    assert datetime.strptime(fault.headers["Retry-After"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC) >= now


def test_plans_overlap():
    """Two faults of one page are drawn together: one trouble after the other."""
    assert any(len(plan) > 1 and plan[0].page == plan[1].page == 1 for plan in drawn(fault_plans(most=2, pages=2), 60))


def test_shrinking_ends_at_the_mildest_single_fault():
    """The smallest plan with any trouble is one that a person reads at a glance, and can type again."""
    plan = find(fault_plans(most=1), bool)

    assert repr(plan) == "[Fault(name='1: gzip without its header', times=1, gzip='unlabelled')]"
