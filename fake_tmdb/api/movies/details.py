"""One movie: its details with what is appended, its single blocks, and the latest movie."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from fake_tmdb.api import appending, changes
from fake_tmdb.api.movies.parts import BLOCKS, with_id
from fake_tmdb.api.paging import INVALID_PAGE, page_number
from fake_tmdb.api.responses import failure, found
from fake_tmdb.catalogue import movies

if TYPE_CHECKING:
    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Answer
    from fake_tmdb.catalogue.catalogue import Catalogue
    from fake_tmdb.catalogue.repository import World

TTL = 28_800
NOT_FOUND = 34
SESSION_DENIED = 17


def row_of(catalogue: Catalogue, identifier: str) -> int | None:
    """Return the row of a movie id (`550`, also with a slug: `550-title`) or an IMDb id (`tt0137523`), or None."""
    if identifier.startswith("tt"):
        return movies.row_of_imdb(catalogue, identifier)
    number = re.fullmatch(r"(\d{1,10})(-.*)?", identifier, re.ASCII)
    return catalogue.row_of(int(number[1])) if number else None


def movie(world: World, request: Request) -> Answer:
    """Answer /movie/{id} with append_to_response."""
    row = row_of(world.catalogue, request.path.split("/")[2])
    if row is None:
        return failure(NOT_FOUND)
    document = movies.details(world.catalogue, row, request.language)
    blocks = {name: partial(block, world, row, request) for name, block in BLOCKS.items()}
    return appending.details(request, document, blocks, TTL)


def block(world: World, request: Request) -> Answer:
    """Answer /movie/{id}/credits and the like."""
    _, _, identifier, name = request.path.split("/", 3)
    row = row_of(world.catalogue, identifier)
    if row is None or name not in BLOCKS:
        return failure(NOT_FOUND)
    if page_number(request.query) is None and name != "changes":  # which is not paged
        return failure(INVALID_PAGE)
    if name == "changes" and isinstance(refused := changes.window(request), int):
        return failure(refused)
    document = BLOCKS[name](world, row, request)
    return found(with_id(name, int(world.catalogue.ids[row]), document), changes.TTL if name == "changes" else TTL)


def account_states(_world: World, _request: Request) -> Answer:
    """Answer /movie/{id}/account_states: there are no sessions."""
    return failure(SESSION_DENIED)


def latest(world: World, request: Request) -> Answer:
    """Answer /movie/latest: the movie added last, not kept by any cache."""
    document = movies.details(world.catalogue, world.catalogue.latest_row, request.language)
    return replace(found(document, 0), ttl=None, headers=(("cache-control", "public, max-age=0"),))
