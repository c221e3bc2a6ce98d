"""Faults of every kind that the fake knows, drawn from what each says of itself, so that a new one is drawn too."""

from hypothesis import strategies as st

from fake_tmdb.faults.fault import Fault
from fake_tmdb.faults.kinds import KINDS
from fake_tmdb.faults.kinds.registry import Stage

#: Stages whose kinds wait in real time, or break a connection that has to be there.
SLOW = {Stage.WAIT, Stage.SILENCE, Stage.DELIVERY}
#: The kinds that can be tried in process, at once.
QUICK = tuple(name for name, kind in KINDS.items() if kind.stage not in SLOW)


def values(name):
    """What stands behind the name of a kind in its examples."""
    return st.sampled_from([example.parts[name] for example in KINDS[name].examples])


def rules(*, kinds=QUICK, **given):
    """Rules of a plan, as data: some of the ``kinds`` at once; ``given`` strategies stand in for their values."""
    return st.fixed_dictionaries({}, optional={name: given.get(name, values(name)) for name in kinds})


def faults(*, kinds=QUICK):
    """The same as faults."""
    return rules(kinds=kinds).map(lambda rule: Fault(**rule))
