"""Faults as data: a plan is a list of rules that say which requests, what happens, and how often.

A rule counts the requests that reach it and that it matches. The first rule that applies to a request wins. What it
does is deterministic: a probability is drawn from its seed and the number of the request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any

from fake_tmdb.api.routes import reached_by
from fake_tmdb.catalogue.draws import Draws
from fake_tmdb.faults.values import mistake


@dataclass(frozen=True, kw_only=True, repr=False)
class Fault:
    """One rule. All that is said about a request must hold; all that is said about the answer happens.

    Which requests:
    `path` a glob over the path without `/3`; `page` the page asked for (no page is page 1); `query` parameters that
    must have these values; `nth` only these of the matching requests, counted from 1; `skip` let so many pass first;
    `times` apply at most so often; `probability` (with `seed`) apply to this share; `window` seconds since arming, from
    and to; `ttl` seconds after arming when the rule disarms itself.

    What happens, in this order:
    `delay` seconds to wait; `hang` never answer; `reset` the connection without an answer; `status` (with `code`, a
    TMDB status code, and `body`: json, html, errors or empty) instead of the answer; `revoke` the key, that is a 401
    with code 7; `serve_page` the complete answer of this page of the list, as it is (number, totals and headers);
    `repeat_page`, for later pages, that page with the page number asked for; `empty` no results; `short` only so many
    of the first results, totals untouched; `set`, `remove` and `rename` fields of the JSON by dotted path, where `*` is
    every element (`results.*.title`); `text` as the body;
    `content_type`; `headers`; `gzip`: `unlabelled` (compressed without the header) or `mislabelled` (the header without
    compression); `truncate` to this share of the body; `cut` the connection after this share; `drip` the body at so
    many bytes a second.

    Raises ValueError, in one sentence, for a value that a plan would not take either (see `fault_values`).
    """

    name: str = ""
    path: str = "*"
    page: int | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    nth: int | Sequence[int] | None = None
    skip: int = 0
    times: int | None = None
    probability: float = 1.0
    seed: int = 0
    window: Sequence[float] | None = None
    ttl: float | None = None

    delay: float = 0.0
    hang: bool = False
    reset: bool = False
    status: int | None = None
    code: int | None = None
    body: str = "json"
    revoke: bool = False
    serve_page: int | None = None
    repeat_page: int | None = None
    empty: bool = False
    short: int | None = None
    set: Mapping[str, Any] = field(default_factory=dict)
    remove: Sequence[str] = field(default_factory=list)
    rename: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    gzip: str | None = None
    truncate: float | None = None
    cut: float | None = None
    drip: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for the first value that cannot be."""
        for name, default in DEFAULTS.items():
            if wrong := mistake(name, getattr(self, name), default):
                raise ValueError(f"A fault's {wrong}.")

    def __repr__(self) -> str:
        """Return only what is said, so that a plan can be read at a glance and typed again."""
        said = [f"{name}={value!r}" for name in _NAMES if (value := getattr(self, name)) != getattr(_NO_FAULT, name)]
        return f"Fault({', '.join(said)})"

    @property
    def label(self) -> str:
        """The name that the journal shows: the given one, or what happens."""
        if self.name:
            return self.name
        effects = []
        for name in EFFECTS:
            value = getattr(self, name)
            if name not in {"code", "body"} and value != getattr(_NO_FAULT, name):
                plain = isinstance(value, int | float | str) and value is not True
                effects.append(f"{name} {value}" if plain else name)
        return ", ".join(effects) or "nothing"

    @property
    def changes_json(self) -> bool:
        """Whether the document itself is changed."""
        return bool(self.empty or self.short or self.set or self.remove or self.rename)


DEFAULTS: dict[str, Any] = {
    part.name: part.default_factory() if part.default_factory is not MISSING else part.default for part in fields(Fault)
}
_NAMES = tuple(DEFAULTS)
MATCHERS = _NAMES[: _NAMES.index("delay")]
EFFECTS = _NAMES[_NAMES.index("delay") :]


_NO_FAULT = Fault()


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
        """Return a sentence for each rule that has not applied to any request since it was armed."""
        return [
            f"Rule {number} ({rule.fault.label}) never applied: {rule.idle}."
            for number, rule in enumerate(self.rules, 1)
            if rule.idle
        ]
