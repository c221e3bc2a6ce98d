"""What trials of mutants say: how many were noticed, which survived, and whether each survivor is explained."""

import json
import tomllib
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple


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


def listed_in(text: str) -> list[Change]:
    """Read the list of survivors. Each entry names a function, a line of it, what becomes of it, and a reason.

    Raises:
        ValueError: an entry gives no reason.
    """
    entries: list[dict[str, Any]] = tomllib.loads(text).get("survivor", [])
    for entry in entries:
        if not entry.get("reason", "").strip():
            raise ValueError(f"The survivor of {entry['function']} has no reason: say why no test can tell it.")
    return [Change(entry["function"], entry["line"], becomes) for entry in entries for becomes in entry["becomes"]]


def complaints(outcomes: Iterable[Outcome], listed: Iterable[Change]) -> list[str]:
    """Compare the survivors with the list: a sentence for each that it lacks, and for each on it that was killed."""
    everything, explained = list(outcomes), set(listed)
    return [
        *(
            f"No test notices this change: write one that does, or say in survivors.toml why none can.\n  {change}"
            for change in sorted(o.change for o in everything if not o.killed and o.change not in explained)
        ),
        *(
            f"survivors.toml explains a change that is killed now: take it off the list.\n  {change}"
            for change in sorted(explained - {o.change for o in everything if not o.killed})
            if change in {o.change for o in everything}
        ),
    ]


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
