"""Declaring an endpoint: its paths, its function and its parameters, from which route, OpenAPI and README follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from fake_tmdb.api.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_tmdb.api.parts import Parameters
    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Response
    from fake_tmdb.catalogue.repository import Repository

    Handler = Callable[[Repository, Request], Response]


class Described(NamedTuple):
    """One path with its parameters."""

    path: str
    parameters: Parameters


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A path below `/3` with the function that responds.

    In the path `{id}` stands for an id, of which `example` is one that exists, and `{part}` for one of the `parts`.
    `parameters` are those beside `language`, `region` and, if it is `paged`, `page`. OpenAPI leaves out what is not
    described.
    """

    path: str
    handler: Handler
    parameters: Parameters
    paged: bool
    example: str
    parts: Parts
    is_described: bool

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a path matches that has this endpoint."""
        parts = "|".join(map(re.escape, self.parts))
        return re.compile(re.escape(self.path).replace(r"\{id\}", "[^/]+").replace(r"\{part\}", f"(?:{parts})"))

    @property
    def is_exact(self) -> bool:
        """Whether the path is one and not a pattern."""
        return "{" not in self.path

    @property
    def sentence(self) -> str:
        """What it serves: the first line of the function's docstring."""
        return (self.handler.__doc__ or "").partition("\n")[0]

    def described(self) -> list[Described]:
        """Return what OpenAPI describes."""
        if not self.is_described:
            return []
        if not self.parts:
            return [Described(self.path, self.parameters)]
        return [Described(self.path.replace("{part}", name), part.parameters) for name, part in self.parts.items()]

    def examples(self) -> list[str]:
        """Return a path of each kind that exists in every catalogue."""
        return [path.replace("{id}", self.example) for path, _ in self.described()]


#: Every endpoint in the order of its declaration, by its path.
ENDPOINTS: dict[str, Endpoint] = {}


def endpoint(
    *paths: str,
    parameters: Parameters | None = None,
    paged: bool = True,
    example: str = "550",
    parts: Parts | None = None,
    described: bool = True,
) -> Callable[[Handler], Handler]:
    """Declare a function as the endpoint of some paths, see `Endpoint`."""

    def declare(handler: Handler) -> Handler:
        for path in paths:
            ENDPOINTS[path] = Endpoint(
                path=path,
                handler=handler,
                parameters=parameters or {},
                paged=paged,
                example=example,
                parts=Parts() if parts is None else parts,
                is_described=described,
            )
        return handler

    return declare
