"""append_to_response: what else a details document shall hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.api.responses import failure, found

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Answer
    from fake_tmdb.catalogue.movies import Json

TOO_MANY_APPENDED = 27
MOST_APPENDED = 20


def details(request: Request, document: Json, blocks: Mapping[str, Callable[[], Json]], ttl: int) -> Answer:
    """Answer with a document and, at its end, the blocks asked for in that order; unknown names are ignored."""
    names = [name.strip() for name in request.query.get("append_to_response", "").split(",") if name.strip()]
    if len(names) > MOST_APPENDED:
        return failure(TOO_MANY_APPENDED)
    return found({**document, **{name: blocks[name]() for name in names if name in blocks}}, ttl)
