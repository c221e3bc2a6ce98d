"""How the pipeline must behave on the way: what it may ask for again, what a fault may cost, how files must lie."""

from collections.abc import Iterator
from datetime import date

from simulation.year import FIRST_DAY, Year

#: Trouble by which pages contradict each other, so that those are asked for again that had come.
_CONTRADICTIONS = {"another page", "empty page", "lying page", "false totals", "day turns"}
#: Trouble that outlasts the client's own tries, and costs a task as many as it takes.
_COSTLY = {"outage", "no export", "odd export", "disk stays full", "killed for real"}
#: So many faults of one day may meet in one page, and use up the client's tries.
_MEET = 3


def manners(year: Year) -> Iterator[str]:
    """What was done that must not be."""
    yield from year.wrong
    yield from year.machine.torn
    yield from year.witness.mixtures
    yield from _asked_again(year)
    yield from _tries(year)


def _asked_again(year: Year) -> Iterator[str]:
    """A list of which some pages are there goes on where it was; but for the page that a kill has let nobody keep."""
    for each in year.witness.resumed:
        run = year.witness.runs.get((each.dag_id, each.day))
        whole = len(run.whole[each.source]) if run else 0
        if each.had < whole and each.again > 1 and not _kinds(year, each.day) & _CONTRADICTIONS:
            yield f"{each.day}: of {each.source} {each.again} pages were asked for again that had come"


def _tries(year: Year) -> Iterator[str]:
    """What TMDB sends wrong once costs no try of a task; a process or a disk that fails costs one."""
    for each in year.happened:
        troubles = [trouble for trouble in year.troubles if _on(each.day, trouble.day)]
        needless = each.tries - 1 - each.strikes
        if needless > 0 and not _kinds(year, each.day) & _COSTLY and len(troubles) < _MEET:
            yield f"{each.day}: {each.dag_id} took {each.tries} tries, {needless} of them for nothing"


def _on(day: date, number: int) -> bool:
    """Whether trouble of a day of the simulation meets the runs of a day: one that is late meets that of the next."""
    return number - (day - FIRST_DAY).days in {0, 1}


def _kinds(year: Year, day: date) -> set[str]:
    return {trouble.kind for trouble in year.troubles if _on(day, trouble.day)}
