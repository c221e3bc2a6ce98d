"""Which endpoint a path leads to. Importing a family of endpoints declares them."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from fake_tmdb.api import configuration, exports, search
from fake_tmdb.api.endpoint import ENDPOINTS
from fake_tmdb.api.groups import collections, companies, keywords
from fake_tmdb.api.movies import (
    changes,
    details,
    lists,
    media,
    people,
    related,
    releases,
    reviews,
    translations,
    trending,
)

if TYPE_CHECKING:
    from fake_tmdb.api.endpoint import Handler

__all__ = ["ENDPOINTS", "EXACT", "FAMILIES", "PATTERNS", "reached_by", "route"]

#: Those that have declared endpoints by being imported.
FAMILIES = (
    changes, collections, companies, configuration, details, keywords, lists, media, people, related, releases, reviews,
    search, translations, trending,
)  # fmt: skip
EXACT: dict[str, Handler] = {path: endpoint.handler for path, endpoint in ENDPOINTS.items() if endpoint.is_exact}
PATTERNS: tuple[tuple[re.Pattern[str], Handler], ...] = tuple(
    (endpoint.pattern, endpoint.handler) for endpoint in ENDPOINTS.values() if not endpoint.is_exact
)


def route(method: str, path: str) -> Handler | None:
    """Return the endpoint of a path without `/3`, or None. Endpoints are GET (and HEAD) only."""
    if method not in {"GET", "HEAD"}:
        return None
    exact = EXACT.get(path)
    if exact is not None:
        return exact
    return next((handler for pattern, handler in PATTERNS if pattern.fullmatch(path)), None)


# A path that exists for each endpoint, and the exports.
_EXAMPLES = (
    *(path for endpoint in ENDPOINTS.values() for path in endpoint.examples()),
    *(f"{exports.PREFIX}{kind}_05_20_2024.json.gz" for kind in exports.KINDS),
)
_WILDCARD = re.compile(r"\[[^]]*\]|[*?]")


def reached_by(pattern: str) -> bool:
    """Return whether a glob over paths without `/3` can match the path of an endpoint; sure only where it says no."""
    plain = _WILDCARD.sub("1", pattern)
    return (
        route("GET", plain) is not None
        or plain.startswith(exports.PREFIX)
        or any(fnmatchcase(path, pattern) for path in _EXAMPLES)
    )
