import pytest

from fake_tmdb.faults.fault import Fault
from fake_tmdb.faults.rules import FaultPlan, Rule


def applied(fault, requests, *, at=0.0):
    """Return the numbers (from 1) of the requests that the fault applies to."""
    rule = Rule(fault, 0.0)
    return [
        number
        for number, (path, parameters) in enumerate(requests, 1)
        if rule.applies(path, parameters, at if isinstance(at, float) else at[number - 1])
    ]


SIX = [("/movie/popular", {"page": str(page)}) for page in range(1, 7)]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(), [1, 2, 3, 4, 5, 6]),
        (Fault(path="/movie/*"), [1, 2, 3, 4, 5, 6]),
        (Fault(path="/discover/*"), []),
        (Fault(page=3), [3]),
        (Fault(query={"page": "4"}), [4]),
        (Fault(query={"region": "KR"}), []),
        (Fault(nth=2), [2]),
        (Fault(nth=[1, 5]), [1, 5]),
        (Fault(skip=4), [5, 6]),
        (Fault(times=2), [1, 2]),
        (Fault(skip=1, times=2), [2, 3]),
        (Fault(probability=0.0), []),
        (Fault(probability=1.0), [1, 2, 3, 4, 5, 6]),
    ],
)
def test_which_requests(fault, expected):
    """A rule applies to the requests that it names, and no others."""
    assert applied(fault, SIX) == expected


def test_no_page_is_page_one():
    """A rule for page 1 also applies where no page is named."""
    assert applied(Fault(page=1), [("/movie/popular", {}), ("/movie/popular", {"page": ""})]) == [1, 2]


def test_window_and_time_to_live():
    """A window opens and closes; after its time to live a rule is disarmed."""
    times = [0.0, 5.0, 9.9, 10.0, 20.0, 21.0]

    assert applied(Fault(window=(5, 10)), SIX, at=times) == [2, 3]
    assert applied(Fault(ttl=10), SIX, at=times) == [1, 2, 3]


def test_probability_is_deterministic():
    """The same seed picks the same requests, about as many as it says; another seed picks others."""
    many = [("/movie/popular", {})] * 1_000
    first, again, other = (applied(Fault(probability=0.3, seed=seed), many) for seed in (1, 1, 2))

    assert first == again != other
    assert 240 < len(first) < 360


def test_the_first_rule_that_applies_wins():
    """Later rules count only what reaches them."""
    plan = FaultPlan()
    plan.arm([Fault(page=1, status=500), Fault(times=1, status=503)], 0.0)
    picked = [plan.pick("/movie/popular", {"page": page}, 1.0) for page in ("1", "2", "3")]

    assert [fault and fault.status for fault in picked] == [500, 503, None]
    assert [rule.matched for rule in plan.rules] == [1, 2]


def test_faults_that_never_applied_are_told_with_their_reason():
    """A plan says of each rule that did nothing why: no such route, no such request, or not the one it waited for."""
    plan = FaultPlan()
    plan.arm(
        [
            Fault(path="/movie/popular", page=1, status=500),
            Fault(path="/movie/popular", nth=9, status=503, name="the ninth"),
            Fault(path="/movie/top_rated", empty=True),
            Fault(path="/tv/1399", hang=True),
            Fault(path="/movie/popular", probability=0, reset=True),
        ],
        0.0,
    )
    for page in ("1", "2"):
        plan.pick("/movie/popular", {"page": page}, 1.0)

    assert plan.idle() == [
        "Rule 2 (the ninth) never applied: of the requests, 1 matched it, but not as often or when it asks for.",
        "Rule 3 (empty) never applied: no request matched it.",
        "Rule 4 (hang) never applied: there is no route like /tv/1399.",
        "Rule 5 (reset) never applied: of the requests, 1 matched it, but not as often or when it asks for.",
    ]
