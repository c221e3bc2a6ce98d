"""Record cassettes: ``nox -s record``. From the fake, or with ``--base-url`` and a key from the real TMDB.

A cassette is written only if the hygiene gate finds no key, no cookie and no missing header in it. What the wire schema
does not know is printed, for that is news about TMDB.
"""

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cassette_tools import hygiene
from cassette_tools.play import make_vcr
from cassette_tools.recipe import Recipe
from cassette_tools.recipes import RECIPES
from cassette_tools.scrub import scrub_request, scrub_response
from cassette_tools.tape import CASSETTES, Tape
from support import HeldClock
from urllib3.connection import HTTPConnection
from vcr.persisters.filesystem import CassetteNotFoundError
from vcr.serialize import serialize

from fake_tmdb import NO_LIMITS, FakeTmdb
from tmdb_pipeline.clock import Clock, SystemClock
from tmdb_pipeline.settings import Credential, Settings, SettingsError

#: The fake that cassettes are recorded from: its catalogue, and the moment at which its clock stands.
SEED = 1
MOVIES = 2_000
MOMENT = datetime(2026, 1, 5, 3, tzinfo=UTC)


class UncleanCassette(Exception):
    """What was recorded must not be kept; the message says why."""


class _Fresh:
    """Starts from nothing, whatever lies there, and keeps the text of the cassette instead of writing it."""

    def __init__(self) -> None:
        self.text = ""

    def load_cassette(self, path: str, serializer: Any) -> Any:
        raise CassetteNotFoundError

    def save_cassette(self, path: str, cassette: dict[str, Any], serializer: Any) -> None:
        self.text = serialize(cassette, serializer)


@contextmanager
def as_sent() -> Iterator[None]:
    """Within this, vcrpy keeps bodies as they travelled: it forgets to pass on that requests wants them undecoded."""
    with patch.dict(HTTPConnection.request.__kwdefaults__, decode_content=False):
        yield


def make_fake() -> FakeTmdb:
    """The fake that cassettes are recorded from; the same bytes each time."""
    fake = FakeTmdb(movies=MOVIES, seed=SEED, limits=NO_LIMITS)
    fake.clock.hold(MOMENT.timestamp())
    return fake


def fake_origin() -> dict[str, Any]:
    """How a header names this fake."""
    return {
        "service": "fake_tmdb",
        "version": version("tmdb-pipeline"),
        "seed": SEED,
        "movies": MOVIES,
        "clock": MOMENT.isoformat(),
    }


def tools() -> dict[str, str]:
    """The versions of what records."""
    packages = {name: version(name) for name in ("requests", "tmdb-pipeline", "urllib3", "vcrpy")}
    return {"python": platform.python_version(), **packages}


def record(
    recipe: Recipe,
    *,
    base_url: str,
    credential: Credential,
    clock: Clock,
    origin: Mapping[str, Any],
    recorded_at: datetime,
    folder: Path,
) -> list[str]:
    """Record one cassette into a folder.

    Returns:
        What the wire schema does not know about its bodies, and whether it is too large to be kept in the project.

    Raises:
        UncleanCassette: it contains what no cassette may contain; nothing was written.
    """
    fresh = _Fresh()
    recorder = make_vcr(fresh, before_record_request=scrub_request(base_url), before_record_response=scrub_response)
    about = {
        "name": recipe.name,
        "for": f"{recipe.purpose}.",
        **({"malformed": recipe.malformed} if recipe.malformed else {}),
        "recorded_at": recorded_at.isoformat(),
        "origin": dict(origin),
        "tools": tools(),
    }
    path = folder / f"{recipe.name}.json"
    with as_sent(), recorder.use_cassette(str(path), record_mode="all") as recording:
        recording.get_metadata("about", about)
        recipe.run(credential, clock, base_url)
    tape = Tape(path, fresh.text)
    gate = hygiene.Gate(now=recorded_at, plays={})
    found = [finding for rule in hygiene.BEFORE_WRITING for finding in rule(tape, gate)]
    if not tape.interactions:
        found.append("no response came")
    if credential.secret in tape.text:
        found.append("it contains the key that it was recorded with")
    if found:
        raise UncleanCassette(f"{recipe.name} was not written: {'; '.join(found)}.")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(tape.text, encoding="utf-8")
    return [*hygiene.small(tape, gate), *hygiene.valid(tape, gate)]


def record_from_fake(recipe: Recipe, *, recorded_at: datetime, folder: Path) -> list[str]:
    """Record one cassette from a fake of its own; raises and returns what ``record`` does."""
    fake = make_fake()
    fake.faults = recipe.faults
    with fake.serve() as server:
        return record(
            recipe,
            base_url=server.url,
            credential=Credential("api_key", fake.api_key),
            clock=HeldClock(MOMENT),
            origin=fake_origin(),
            recorded_at=recorded_at,
            folder=folder,
        )


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ, clock: Clock | None = None) -> int:
    """Record all cassettes, or those named; 0, or 1 where something was not written, or 2 where it cannot begin."""
    clock = clock or SystemClock()
    parser = argparse.ArgumentParser(prog="nox -s record --", description="Record cassettes.")
    parser.add_argument("--base-url", help="a TMDB with its /3; its key is read from TMDB_READ_TOKEN or TMDB_API_KEY")
    parser.add_argument("--only", action="append", choices=sorted(RECIPES), metavar="NAME", help="record just this one")
    parser.add_argument("--to", type=Path, help="the folder; by default cassettes, or cassettes/real with --base-url")
    parser.add_argument("--recorded-at", type=datetime.fromisoformat, help="write this moment, with zone, as the time")
    options = parser.parse_args(argv)
    recorded_at = options.recorded_at or clock.now().replace(microsecond=0)
    folder = options.to or (CASSETTES / "real" if options.base_url else CASSETTES)
    real: dict[str, Any] | None = None
    if options.base_url:
        try:
            settings = Settings.from_environment({**environ, "TMDB_BASE_URL": options.base_url})
            real = {"base_url": settings.base_url, "credential": settings.require_credential()}
        except SettingsError as error:
            sys.stderr.write(f"{error}\n")
            return 2
    refused = 0
    for name in options.only or RECIPES:
        recipe = RECIPES[name]
        try:
            if real and not recipe.faults:
                source = str(real["base_url"])
                origin = {"service": source}
                news = record(recipe, **real, clock=clock, origin=origin, recorded_at=recorded_at, folder=folder)
            else:
                source = "the fake, for this cannot be provoked elsewhere" if real else "the fake"
                news = record_from_fake(recipe, recorded_at=recorded_at, folder=folder)
        except UncleanCassette as error:
            refused += 1
            sys.stderr.write(f"{error}\n")
        else:
            sys.stdout.writelines([f"{name}: recorded from {source}\n", *(f"  news: {line}\n" for line in news)])
    return 1 if refused else 0


if __name__ == "__main__":  # pragma: no cover - nox starts it; its tests call main
    raise SystemExit(main())
