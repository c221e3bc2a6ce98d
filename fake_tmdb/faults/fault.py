"""A fault as data: which requests it meets, and what happens to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fake_tmdb.faults import values
from fake_tmdb.faults.kinds import KINDS

if TYPE_CHECKING:
    from fake_tmdb.faults.kinds.registry import Kind, Stage
    from fake_tmdb.faults.values import Values

#: What can be said about a request: which values are allowed, and what they mean.
MATCHERS: dict[str, tuple[Values, str]] = {
    "name": (values.TEXT, "What the journal calls the fault, in the place of what it does."),
    "path": (values.PATH, "A glob over the path."),
    "page": (values.PAGE, "The page asked for; a request that names none asks for page 1."),
    "query": (values.PARAMETERS, "Parameters that must have these values."),
    "nth": (values.COUNTS, "Only these of the matching requests, counted from 1."),
    "skip": (values.COUNT_OR_ZERO, "Let so many matching requests pass first."),
    "times": (values.COUNT, "Apply at most so often."),
    "probability": (values.PROBABILITY, "Apply to this share of the requests, drawn from `seed`."),
    "seed": (values.SEED, "What `probability` is drawn from."),
    "window": (values.WINDOW, "Only from and to so long after arming."),
    "ttl": (values.SECONDS, "After so long the rule disarms itself."),
}


@dataclass(frozen=True, kw_only=True, repr=False)
class Fault:
    """One rule. All that is said about a request must hold; all that is said about the response happens.

    What each part means stands in `MATCHERS` and with the function of the same name in `fake_tmdb.faults.kinds`; the
    README has both in a table.

    Raises ValueError, in one message, for a value that a plan would not take either.
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
        for name in DEFAULTS:
            if wrong := mistake(name, getattr(self, name)):
                raise ValueError(f"A fault's {wrong}.")

    def __repr__(self) -> str:
        """Return only what is said, so that a plan can be read at a glance and typed again."""
        said = ", ".join(f"{name}={value!r}" for name, value in self.said.items())
        return f"Fault({said})"

    @cached_property
    def said(self) -> dict[str, Any]:
        """What differs from the defaults."""
        return {name: value for name, default in DEFAULTS.items() if (value := getattr(self, name)) != default}

    @property
    def label(self) -> str:
        """The name that the journal shows: the given one, or what happens."""
        if self.name:
            return self.name
        effects = []
        for name, value in self.said.items():
            if name in EFFECTS and name not in {"code", "body"}:
                plain = isinstance(value, int | float | str) and value is not True
                effects.append(f"{name} {value}" if plain else name)
        return ", ".join(effects) or "nothing"

    def effects(self, *stages: Stage) -> list[tuple[Kind, Any]]:
        """Return the kinds of some stages that the fault is of, with their values, in the order in which they act."""
        said = self.said
        return [(kind, said[name]) for name, kind in KINDS.items() if kind.stage in stages and name in said]


DEFAULTS: dict[str, Any] = {
    part.name: part.default_factory() if part.default_factory is not MISSING else part.default for part in fields(Fault)
}
EFFECTS = tuple(name for name in DEFAULTS if name in KINDS)
#: For each name in the order of `Fault`: which values are allowed.
ALLOWED: dict[str, Values] = {name: MATCHERS[name][0] if name in MATCHERS else KINDS[name].values for name in DEFAULTS}


def mistake(name: str, value: object) -> str:
    """Return what is wrong with a value, such as "page is a page number from 1, not 0", or an empty text.

    The default is always allowed: it says nothing.
    """
    default = DEFAULTS[name]
    if (type(value) is type(default) and value == default) or ALLOWED[name].allow(value):
        return ""
    return f"{name} is {ALLOWED[name].description}, not {values.shown(value)}"
