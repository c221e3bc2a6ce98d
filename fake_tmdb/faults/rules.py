"""Armed faults: which of them applies to a request.

A rule counts the requests that reach it and that it matches. The first rule that applies to a request wins. What it
does is deterministic: a probability is drawn from its seed and the number of the request.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from fake_tmdb.api.routes import reached_by
from fake_tmdb.catalogue.draws import Draws

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fake_tmdb.faults.fault import Fault


class Rule:
    """A fault that is armed: it knows since when, and how often it matched and was applied."""

    def __init__(self, fault: Fault, armed_at: float) -> None:
        self.fault = fault
        self.armed_at = armed_at
        self.matched = 0
        self.applied = 0
        self._draws = Draws(fault.seed)

    def applies(self, path: str, parameters: Mapping[str, str], now: float) -> bool:
        """Count a request if it matches, and return whether the fault applies to it. `path` is without `/3`."""
        fault, age = self.fault, now - self.armed_at
        if fault.ttl is not None and age >= fault.ttl:
            return False
        if not fnmatchcase(path, fault.path):
            return False
        if fault.page is not None and (parameters.get("page") or "1") != str(fault.page):
            return False
        if any(parameters.get(name) != value for name, value in fault.query.items()):
            return False
        if fault.window is not None and not fault.window[0] <= age < fault.window[1]:
            return False
        self.matched += 1
        nth = (fault.nth,) if isinstance(fault.nth, int) else fault.nth
        if self.matched <= fault.skip or (nth is not None and self.matched not in nth):
            return False
        if fault.times is not None and self.applied >= fault.times:
            return False
        if self._draws.one("fault", self.matched) >= fault.probability * 2**64:
            return False
        self.applied += 1
        return True

    @property
    def idle(self) -> str:
        """Why the rule has not applied to any request, or an empty text where it has."""
        if self.applied:
            return ""
        if self.matched:
            return f"of the requests, {self.matched} matched it, but not as often or when it asks for"
        if not reached_by(self.fault.path):
            return f"there is no route like {self.fault.path}"
        return "no request matched it"


class FaultPlan:
    """The rules that are armed, in their order."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def arm(self, faults: Sequence[Fault], now: float) -> None:
        """Replace all rules; counting and times begin anew."""
        self.rules = [Rule(fault, now) for fault in faults]

    def pick(self, path: str, parameters: Mapping[str, str], now: float) -> Fault | None:
        """Return the first fault that applies to a request, or None."""
        for rule in self.rules:
            if rule.applies(path, parameters, now):
                return rule.fault
        return None

    def idle(self) -> list[str]:
        """Return a message for each rule that has not applied to any request since it was armed."""
        return [
            f"Rule {number} ({rule.fault.label}) never applied: {rule.idle}."
            for number, rule in enumerate(self.rules, 1)
            if rule.idle
        ]
