"""A fake TMDB: a deterministic HTTP double of the movie endpoints of The Movie Database.

with FakeTmdb(movies=20_000, seed=1).serve() as server:
    requests.get(f"{server.url}/movie/popular", params={"api_key": server.fake.api_key})
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fake_tmdb.extra import explained

if TYPE_CHECKING:
    from fake_tmdb.catalogue.catalogue import Catalogue
    from fake_tmdb.catalogue.living.parameters import ChangePoint, Living
    from fake_tmdb.clock import Clock
    from fake_tmdb.fake import FakeTmdb
    from fake_tmdb.faults.fault import Fault
    from fake_tmdb.http.journal import Call, Journal
    from fake_tmdb.http.limits import NO_LIMITS, Limits
    from fake_tmdb.http.server import PortTakenError, Server

__all__ = [
    "NO_LIMITS",
    "Call",
    "Catalogue",
    "ChangePoint",
    "Clock",
    "FakeTmdb",
    "Fault",
    "Journal",
    "Limits",
    "Living",
    "PortTakenError",
    "Server",
]

# Imported when asked for, so that the command can start and explain itself where a package is missing.
_MODULES = {
    "NO_LIMITS": "http.limits",
    "Call": "http.journal",
    "Catalogue": "catalogue.catalogue",
    "ChangePoint": "catalogue.living.parameters",
    "Clock": "clock",
    "FakeTmdb": "fake",
    "Fault": "faults.fault",
    "Journal": "http.journal",
    "Limits": "http.limits",
    "Living": "catalogue.living.parameters",
    "PortTakenError": "http.server",
    "Server": "http.server",
}


def __getattr__(name: str) -> Any:
    """Return one of the names in `__all__`. Raises ModuleNotFoundError with the way to install what is missing."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(f"{__name__}.{_MODULES[name]}")
    except ModuleNotFoundError as error:
        raise explained(error) from None
    return getattr(module, name)


def __dir__() -> list[str]:
    """Return the names of the package, whether already imported or not."""
    return sorted({*globals(), *__all__})
