"""Pages that are answered well-formed and wrong: empty, short, repeated, another's, or with totals that are not true.

What TMDB and its CDN were reported to do; ``strategies.fault_plans`` draws the trouble that shows at once.
"""

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from fake_tmdb.faults.fault import Fault


@dataclass(frozen=True)
class Lie:
    """A kind of wrong page.

    Attributes:
        effects: draws what a fault of page ``n`` does, given ``n``.
        plausible: whether one such response, taken by itself, could be a true one.
    """

    effects: object
    plausible: bool = False


def _other(number):
    return st.integers(1, 9).filter(lambda other: other != number)


def totals(total):
    """What a page says of a list of so many movies."""
    return {"total_pages": max(1, -(-total // 20)), "total_results": total}


def _shorter(number, **also):
    """The totals of a list of so few pages, full ones; ``number`` is the page that says so."""
    return st.integers(1, max(1, number)).map(lambda pages: {**also, "set": totals(20 * pages)})


def _last(number):
    """The last page of a list that ends on it, with what then stands there."""
    return st.integers(1, 19).map(lambda count: {"short": count, "set": totals(20 * (number - 1) + count)})


def _nearly_repeated(number):
    """The movies of an earlier page, one of which has changed; page 1 repeats none, and is empty instead."""
    if number == 1:
        return st.just({"empty": True})
    return st.integers(1, number - 1).map(lambda page: {"repeat_page": page, "set": {"results.0.id": 10**9}})


#: Each kind of lie by its name, mildest first, since counterexamples shrink towards the top.
LIES = {
    "empty": Lie(lambda number: st.just({"empty": True})),
    "short": Lie(lambda number: st.integers(1, 19).map(lambda count: {"short": count})),
    "repeated": Lie(lambda number: st.integers(1, max(1, number - 1)).map(lambda page: {"repeat_page": page})),
    "nearly repeated": Lie(_nearly_repeated),
    "another page": Lie(lambda number: _other(number).map(lambda page: {"serve_page": page})),
    "another number": Lie(lambda number: (_other(number) | st.none()).map(lambda page: {"set": {"page": page}})),
    "too few pages": Lie(lambda number: st.integers(-1, 9).map(lambda pages: {"set": {"total_pages": pages}})),
    "other total": Lie(lambda number: st.integers(-1, 10**6).map(lambda total: {"set": {"total_results": total}})),
    "cut": Lie(lambda number: st.sampled_from([0.1, 0.5, 0.9]).map(lambda share: {"truncate": share})),
    "a shorter list": Lie(_shorter, plausible=True),
    "the last page of a shorter list": Lie(_last, plausible=True),
    "the end of a shorter list": Lie(lambda number: _shorter(number - 1 or 1, empty=True), plausible=True),
}


@st.composite
def lies(draw, *, kinds=tuple(LIES), pages=6, times=(1, 1, 2, 3, 5, 9, None)):
    """One page that is answered wrong, for some requests or for ever."""
    kind = draw(st.sampled_from(list(kinds)))
    number = draw(st.integers(1, pages))
    return Fault(name=kind, page=number, times=draw(st.sampled_from(times)), **draw(LIES[kind].effects(number)))


@st.composite
def swaps(draw, *, pages=6, times=(1, 2, None)):
    """Two pages that get each other's answers."""
    one, other = draw(st.lists(st.integers(1, pages), min_size=2, max_size=2, unique=True))
    count = draw(st.sampled_from(times))
    return [Fault(name="swapped", page=a, serve_page=b, times=count) for a, b in ((one, other), (other, one))]


def lying_plans(*, pages=6, most=4):
    """Plans of up to ``most`` wrong pages, one of which may be plausible by itself: several could agree on a lie."""
    clear = [kind for kind, lie in LIES.items() if not lie.plausible]
    single = st.lists(lies(kinds=clear, pages=pages), max_size=most)
    plausible = lies(kinds=[kind for kind in LIES if kind not in clear], pages=pages).map(lambda fault: [fault])
    plans = st.tuples(single, st.just([]) | plausible, st.just([]) | swaps(pages=pages)).map(
        lambda parts: [fault for part in parts for fault in part]
    )
    return plans.map(lambda plan: [replace(fault, name=f"{at}: {fault.name}") for at, fault in enumerate(plan, 1)])
