"""What trials of mutants give: how many were noticed, and which survived."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Change(NamedTuple):
    """A mutant by what it changes, which stays the same when other lines change.

    Attributes:
        function: where, with its module; the module alone for what stands in no function or class.
        line: the statement as it is, in one line; of a long one the part that changes.
        becomes: what the mutant makes of it.
    """

    function: str
    line: str
    becomes: str

    def __str__(self) -> str:
        return f"{self.function}\n    - {self.line}\n    + {self.becomes}"


class Outcome(NamedTuple):
    """What became of one mutant.

    Attributes:
        module: of which module it is.
        change: what it changes.
        killed: whether a test noticed.
        seconds: what its trial took.
    """

    module: str
    change: Change
    killed: bool
    seconds: float


def outcome_of(said: str) -> Outcome:
    """Read a line of what ``mutation.trials`` prints."""
    read = json.loads(said)
    return Outcome(read["module"], Change(*read["change"]), read["killed"], read["seconds"])


def survivors(outcomes: Iterable[Outcome]) -> list[str]:
    """What no test notices, in the order of the functions. Lines of a function that read alike stand there once."""
    return [str(change) for change in sorted({outcome.change for outcome in outcomes if not outcome.killed})]


def table(outcomes: Iterable[Outcome]) -> str:
    """The score as text: for each module and in all, how many mutants were killed, and the minutes that they took."""
    everything = list(outcomes)
    killed = Counter(outcome.module for outcome in everything if outcome.killed)
    there = Counter(outcome.module for outcome in everything)
    seconds = dict.fromkeys(there, 0.0)
    for outcome in everything:
        seconds[outcome.module] += outcome.seconds
    rows = [(module, killed[module], there[module], seconds[module]) for module in sorted(there)]
    rows.append(("all", killed.total(), there.total(), sum(seconds.values())))
    return "\n".join(
        ["module                                      killed  mutants    score  minutes"]
        + [
            f"{module:<43} {dead:>6}  {number:>7}  {100 * dead / max(number, 1):>5.1f} %  {spent / 60:>7.1f}"
            for module, dead, number, spent in rows
        ]
    )
