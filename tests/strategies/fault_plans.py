"""Trouble: sequences of faults for the fake, each of a kind that TMDB or its CDN has shown, transient or lasting.

The fake waits and hangs in real time, tests must not: ``simulated`` turns a plan into one that answers at once and says
in a header how late the response would have come, for the client's side of a test to act upon.
"""

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import orjson
from hypothesis import strategies as st

from fake_tmdb.faults.fault import Fault
from tmdb_pipeline.tmdb.errors import (
    BadRequest,
    Blocked,
    BrokenResponse,
    NotFound,
    RateLimited,
    RefusedKey,
    Unavailable,
    Unreachable,
)

#: The header by which a simulated fault says how many seconds late its answer would have come.
LATE = "X-Late"
#: Dates in Retry-After are some seconds after this moment, unless a test says otherwise.
START = datetime(2024, 1, 1, 17, 0, tzinfo=UTC)

_GATEWAY = [500, 502, 503, 504]
_WAITS = st.integers(0, 60) | st.sampled_from([0, 1, 119, 121, 3600])


@dataclass(frozen=True)
class Kind:
    """A kind of trouble.

    Attributes:
        effects: draws what the fault does, given the moment that dates are relative to.
        error: what it is to a client while it lasts; None where the client reads the response all the same.
    """

    effects: object
    error: type | None


def _always(**effects):
    return lambda now: st.just(effects)


def _status(statuses, bodies=("json", "html", "empty", "errors")):
    effects = {"status": st.sampled_from(statuses), "body": st.sampled_from(bodies)}
    return lambda now: st.fixed_dictionaries(effects)


def _asking(status, form):
    return lambda now: _WAITS.map(lambda wait: {"status": status, "headers": {"Retry-After": form(now, wait)}})


def _seconds(now, wait):
    return str(wait)


def _date(now, wait):
    return format_datetime(now + timedelta(seconds=wait), usegmt=True)


def _share(name):
    return lambda now: st.sampled_from([0.0, 0.1, 0.5, 0.9]).map(lambda share: {name: share})


#: Each kind of trouble by its name, mildest first, since counterexamples shrink towards the top.
KINDS = {
    "gzip without its header": Kind(_always(gzip="unlabelled"), None),
    "header without gzip": Kind(_always(gzip="mislabelled"), None),
    "slow": Kind(lambda now: st.sampled_from([0.1, 2.0, 29.0]).map(lambda delay: {"delay": delay}), None),
    "gateway error": Kind(_status(_GATEWAY), Unavailable),
    "gateway error that asks to wait": Kind(_asking(503, _seconds), Unavailable),
    "too many": Kind(_always(status=429), RateLimited),
    "too many, wait seconds": Kind(_asking(429, _seconds), RateLimited),
    "too many, wait until a date": Kind(_asking(429, _date), RateLimited),
    "reset": Kind(_always(reset=True), Unreachable),
    "hang": Kind(_always(hang=True), Unreachable),
    "far too slow": Kind(_always(delay=31.0), Unreachable),
    "cut off": Kind(_share("cut"), Unreachable),
    "truncated": Kind(_share("truncate"), BrokenResponse),
    "HTML": Kind(_always(text="<html><body>All is well.</body></html>", content_type="text/html"), BrokenResponse),
    "empty body": Kind(_always(text=""), BrokenResponse),
    "another shape": Kind(_always(remove=["total_pages"]), BrokenResponse),
    "key refused": Kind(_always(revoke=True), RefusedKey),
    "blocked": Kind(_status([400, 401, 403, 422, 451], ["html", "empty"]), Blocked),
    "bad request": Kind(_status([400, 422], ["json", "errors"]), BadRequest),
    "not found": Kind(_status([404]), NotFound),
}


@st.composite
def faults(draw, *, kinds=tuple(KINDS), pages=6, now=START):
    """Single faults, each named by its kind; of one page or of all, for some requests or for ever."""
    kind = draw(st.sampled_from(list(kinds)))
    return Fault(
        name=kind,
        page=draw(st.none() | st.integers(1, pages)),
        skip=draw(st.sampled_from([0, 0, 1, 2])),
        times=draw(st.sampled_from([1, 1, 2, 3, 4, None])),
        **draw(KINDS[kind].effects(now)),
    )


def fault_plans(*, kinds=tuple(KINDS), pages=6, most=4, now=START):
    """Plans of up to ``most`` faults. The first that applies to a request wins, so plans overlap as they like.

    Args:
        kinds: names of ``KINDS`` to draw from.
        pages: faults of a single page are of one of the pages 1 to this.
        most: the longest plan.
        now: what dates in Retry-After are relative to.
    """
    plans = st.lists(faults(kinds=kinds, pages=pages, now=now), max_size=most)
    # The name of each fault is its own, so that a journal tells which one it was.
    return plans.map(lambda plan: [replace(fault, name=f"{at}: {fault.name}") for at, fault in enumerate(plan, 1)])


def kind_of(name):
    """The kind of a fault of a plan, by the name that the journal shows."""
    return KINDS[name.partition(": ")[2]]


def simulated(plan):
    """The same plan without real waiting: what is late or never comes says so in the header ``X-Late``."""
    quick = []
    for fault in plan:
        late = math.inf if fault.hang else fault.delay
        headers = {**fault.headers, LATE: str(late)} if late else fault.headers
        quick.append(replace(fault, hang=False, delay=0.0, headers=headers))
    return quick


def as_text(plan):
    """A plan as the JSON that ``fake-tmdb serve --faults`` reads: only what is said."""
    return orjson.dumps([fault.said for fault in plan]).decode()
