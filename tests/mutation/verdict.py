"""What a run of mutmut says: which mutants there were, which survived, and whether each survivor is explained."""

import tomllib
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

#: A test that fails kills, and so does one that no longer ends. Whatever else mutmut reports (no test reaches it, the
#: process died) proves nothing, and counts as survival.
_KILLED = {"killed", "timeout"}


class Outcome(NamedTuple):
    """What became of one mutant.

    Attributes:
        name: mutmut's name, which changes with the code around it.
        status: mutmut's word.
    """

    name: str
    status: str

    @property
    def killed(self) -> bool:
        return self.status in _KILLED

    @property
    def module(self) -> str:
        return self.name.partition("__mutmut_")[0].rpartition(".")[0]

    @property
    def function(self) -> str:
        """The changed function with its module, as Python writes it."""
        mangled = self.name.partition("__mutmut_")[0].rpartition(".")[2]
        return f"{self.module}.{mangled[2:].replace('ǁ', '.')}"  # x_function, xǁClassǁmethod


class Change(NamedTuple):
    """A mutant by what it changes, which stays the same when other lines change.

    Attributes:
        function: where, with its module.
        line: what stands there.
        becomes: what the mutant makes of it.
    """

    function: str
    line: str
    becomes: str

    def __str__(self) -> str:
        return f"{self.function}\n    - {self.line}\n    + {self.becomes}"


def outcomes_of(results: str) -> list[Outcome]:
    """Read what ``mutmut results --all true`` prints: a line ``name: status`` for each mutant."""
    lines = (line.strip().rpartition(": ") for line in results.splitlines())
    return [Outcome(name, status) for name, _, status in lines if "__mutmut_" in name]


def change_of(function: str, shown: str) -> Change:
    """Read what ``mutmut show NAME`` prints: a unified diff of the function."""
    lines = [line for line in shown.splitlines() if not line.startswith(("--- ", "+++ "))]
    removed, added = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return Change(function, removed, added)


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


def complaints(survivors: Iterable[Change], listed: Iterable[Change]) -> list[str]:
    """Compare the survivors with the list; a sentence for each that only one of them has."""
    found, explained = Counter(survivors), Counter(listed)
    return [
        *(
            f"No test notices this change: write one that does, or say in survivors.toml why none can.\n  {change}"
            for change in sorted((found - explained).elements())
        ),
        *(
            "survivors.toml explains a change that is killed now, or that no longer exists: take it off the list.\n"
            f"  {change}"
            for change in sorted((explained - found).elements())
        ),
    ]


def table(outcomes: Iterable[Outcome]) -> str:
    """The score as text: for each module and in all, how many mutants were killed."""
    everything = list(outcomes)
    killed = Counter(outcome.module for outcome in everything if outcome.killed)
    there = Counter(outcome.module for outcome in everything)
    rows = [(module, killed[module], there[module]) for module in sorted(there)]
    rows.append(("all", killed.total(), there.total()))
    return "\n".join(
        ["module                                   killed  mutants   score"]
        + [f"{module:<40} {dead:>6}  {number:>7}  {100 * dead / number:>5.1f} %" for module, dead, number in rows]
    )
