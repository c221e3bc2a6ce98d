"""One request, as an endpoint sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fake_tmdb.api.paging import page_number

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Request:
    """The path without `/3`, the query parameters, and when.

    `at` is the time in seconds since 1970 at which the response was made at its origin: with caches in between it may
    be hours ago. `drift` is 0 when lists stand still, and otherwise their version.
    """

    path: str
    parameters: Mapping[str, str]
    at: float
    drift: int = 0

    @property
    def language(self) -> str:
        """The language asked for, by default en-US."""
        return self.parameters.get("language") or "en-US"

    @property
    def page(self) -> int | None:
        """The page asked for, or None where TMDB refuses it."""
        return page_number(self.parameters)

    @property
    def identifier(self) -> str:
        """The id in a path such as `/movie/550/credits`."""
        return self.path.split("/")[2]

    @property
    def part(self) -> str:
        """What stands behind the id, such as `credits` or `watch/providers`."""
        return self.path.split("/", 3)[3]
