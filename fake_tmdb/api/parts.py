"""Parts of a details document: appended by append_to_response, or asked for on their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fake_tmdb.api.responses import failure, found
from fake_tmdb.api.statuses import TOO_MANY_APPENDED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Response
    from fake_tmdb.catalogue.repository import Repository

    Make = Callable[[Repository, int, Request], Json]
    #: Query parameters by name, with the schema of their values where it is more than a text.
    Parameters = Mapping[str, Mapping[str, object] | None]

MOST_APPENDED = 20


class Part(NamedTuple):
    """One part: what makes it of the row or number of the thing, and its parameters on its own."""

    make: Make
    parameters: Parameters


class Parts(dict[str, Part]):
    """The parts of one kind of details, by their names."""

    def part(self, *names: str, parameters: Parameters | None = None) -> Callable[[Make], Make]:
        """Declare a function as the part of some names."""

        def declare(make: Make) -> Make:
            self.update(dict.fromkeys(names, Part(make, parameters or {})))
            return make

        return declare

    def appended(self, document: Json, repository: Repository, number: int, request: Request) -> Response:
        """Respond with a document and, at its end, the parts asked for in that order; unknown names are ignored."""
        names = [name for part in request.parameters.get("append_to_response", "").split(",") if (name := part.strip())]
        if len(names) > MOST_APPENDED:
            return failure(TOO_MANY_APPENDED)
        parts = {name: self[name].make(repository, number, request) for name in names if name in self}
        return found({**document, **parts})
