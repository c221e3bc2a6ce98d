"""Playing a cassette: no socket at all, no request that it does not contain, and none of its responses left over.

with cassette("popular"), TmdbClient(settings, clock=HeldClock()) as client:
    client.page(POPULAR)
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import vcr
from cassette_tools.tape import CASSETTES, SERIALIZER
from pytest_socket import disable_socket
from vcr.cassette import Cassette
from vcr.patch import PATCHER_NAMES
from vcr.serialize import deserialize

#: What a request must agree in with a recorded one. The host too: cassettes hold TMDB's documented address.
MATCH_ON = ("method", "scheme", "host", "port", "path", "query")
#: Our client uses requests. The others are left alone: by httpx Airflow talks to its own API inside dag.test(), and
#: looking for libraries that are not there takes vcrpy longer than playing.
_OTHER_LIBRARIES = tuple(sorted({*PATCHER_NAMES} - {"httplib", "requests", "urllib3"}))


class NoSuchCassette(FileNotFoundError):
    """There is no cassette of that name; vcrpy would take it for an empty one."""


class UnusedResponses(AssertionError):
    """A test did not ask for everything that its cassette contains."""


class _Reader:
    """Reads cassettes as UTF-8 on every machine, and only those that exist; vcrpy's persister does neither."""

    @staticmethod
    def load_cassette(path: str, serializer: Any) -> Any:
        try:
            text = Path(path).read_text(encoding="utf-8", errors="surrogateescape")
        except FileNotFoundError:
            name = Path(path).stem
            raise NoSuchCassette(
                f"There is no cassette {name!r}: record it with nox -s record -- --only {name}, "
                "or take one that lies in cassettes/."
            ) from None
        return deserialize(text, serializer)


def make_vcr(persister: Any, **options: Any) -> vcr.VCR:
    """A vcrpy that reads and writes our form, and never sees a key."""
    made = vcr.VCR(
        serializer="tape",
        match_on=MATCH_ON,
        filter_query_parameters=["api_key"],
        skip_patchers=_OTHER_LIBRARIES,
        **options,
    )
    made.register_serializer("tape", SERIALIZER)
    made.register_persister(persister)
    return made


@contextmanager
def no_sockets() -> Iterator[None]:
    """Within this, nobody can make a socket or resolve a name, loopback included."""
    before = socket.socket, socket.getaddrinfo, socket.gethostbyname
    disable_socket()
    try:
        yield
    finally:
        socket.socket, socket.getaddrinfo, socket.gethostbyname = before


@contextmanager
def cassette(name: str, *, folder: Path = CASSETTES, all_used: bool = True, offline: bool = True) -> Iterator[Cassette]:
    """Play a cassette, with sockets blocked.

    A client must have TMDB's default base URL; it may have any key, of either kind. ``offline=False`` leaves sockets as
    they are, for tests that need an event loop or a database; TMDB is not asked then either.

    Raises:
        NoSuchCassette: there is none of that name.
        CannotOverwriteExistingCassetteException: something was asked that it does not hold (vcrpy's, with the nearest).
        UnusedResponses: something that it contains was not asked for, unless ``all_used`` is False.
    """
    path = folder / f"{name}.json"
    blocked = no_sockets() if offline else nullcontext()
    with blocked, make_vcr(_Reader).use_cassette(str(path), record_mode="none") as playing:
        yield playing
    if all_used and (left := unused(playing)):
        raise UnusedResponses(f"Cassette {name!r} contains responses that nobody asked for: {'; '.join(left)}.")


def unused(playing: Cassette) -> list[str]:
    """The requests of a cassette that were not played."""
    return [
        f"{request.method} {request.uri}"
        for number, request in enumerate(playing.requests)
        if not playing.play_counts[number]
    ]
