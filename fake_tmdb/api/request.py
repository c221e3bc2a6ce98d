"""One request, as an endpoint sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a route sees it.

    `path` is without `/3`. `at` is the time in seconds since 1970 at which the answer was made at its origin: with
    caches in between it may be hours ago. `drift` is 0 when lists stand still, and otherwise their version.
    """

    path: str
    query: Mapping[str, str]
    at: float
    drift: int = 0

    @property
    def language(self) -> str:
        """The language asked for, by default en-US."""
        return self.query.get("language") or "en-US"
