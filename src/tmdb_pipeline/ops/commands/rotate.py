"""``tmdb-ops rotate``: new secrets, with the stack running."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.lake.operations import Action
from tmdb_pipeline.ops.commands.options import Json
from tmdb_pipeline.ops.errors import Interrupted, Misused
from tmdb_pipeline.ops.noting import noted
from tmdb_pipeline.ops.output import Output, tell
from tmdb_pipeline.ops.place import Place
from tmdb_pipeline.ops.rotation import fresh, renewal
from tmdb_pipeline.ops.rotation.renewal import Renewal

_Timeout = Annotated[
    int, typer.Option("--timeout", min=1, metavar="SECONDS", help="How long tasks under way may take to end.")
]
#: Seconds: a collection under way takes minutes.
_TASKS = 900


def add(app: typer.Typer) -> None:
    """Declare the commands."""
    rotate = typer.Typer(
        help="Replace secrets, with the stack running: tasks under way end, and no others begin meanwhile.",
        no_args_is_help=True,
    )
    for run in (fernet, jwt, database, tmdb):
        rotate.command(run.__name__)(run)
    app.add_typer(rotate, name="rotate")


def fernet(context: typer.Context, *, timeout: _Timeout = _TASKS, as_json: Json = False) -> None:
    """Encrypt Connections and Variables by a new key; by the old one they can be read until that is done."""
    with _renewed(context, timeout, Output(as_json=as_json), ["FERNET_KEY"]) as renew:
        renew.fernet()


def jwt(context: typer.Context, *, timeout: _Timeout = _TASKS, as_json: Json = False) -> None:
    """Sign tokens and sessions by new keys: whoever is signed in has to sign in anew."""
    with _renewed(context, timeout, Output(as_json=as_json), list(fresh.SIGNING)) as renew:
        renew.values({name: make() for name, make in fresh.SIGNING.items()})


def database(context: typer.Context, *, timeout: _Timeout = _TASKS, as_json: Json = False) -> None:
    """Give the roles of the stack's Postgres, and its queue, new passwords; whatever those are that they have."""
    with _renewed(context, timeout, Output(as_json=as_json), list(fresh.PASSWORDS)) as renew:
        renew.passwords()


def tmdb(
    context: typer.Context,
    *,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="Read it from a file; - is standard input.", show_default=False),
    ] = None,
    timeout: _Timeout = _TASKS,
    as_json: Json = False,
) -> None:
    """Put another read token or v3 key of TMDB's in the place of the one in use, once TMDB has accepted it.

    It is asked for, or read from standard input where nobody can be asked: in no case it is in the command line.
    """
    out = Output(as_json=as_json)
    key = _key(out, file)
    values = fresh.tmdb(key)
    with _renewed(context, timeout, out, list(values)) as renew:
        place: Place = context.obj
        renewal.require_accepted(place.stack, key)
        renew.values(values)


@contextmanager
def _renewed(context: typer.Context, timeout: int, out: Output, names: list[str]) -> Iterator[Renewal]:
    """What renews the stack, which is locked; and what is printed in the end."""
    place: Place = context.obj
    place.stack.check()
    try:
        with place.stack.locked("rotated"):
            clock = SystemClock()
            begun = Renewal(place.stack, timeout, clock, out.say)
            with noted(place.stack, Action.ROTATE, ", ".join(names), clock):
                yield begun
    except KeyboardInterrupt:
        raise Interrupted("This has stopped midway: run it again, which completes it.") from None
    out.show(
        {"rotated": names},
        lambda console: tell(console, f"{', '.join(names)}: replaced in .env and in every service."),
    )


def _key(out: Output, file: Path | None) -> str:
    """The key, without what surrounds it.

    Raises:
        Misused: there is none.
    """
    if file is None and out.is_terminal:
        key = str(typer.prompt("Read token or v3 key of TMDB", hide_input=True, err=True))
    elif file is None or file == Path("-"):
        key = sys.stdin.read()
    else:
        try:
            key = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
            raise Misused(f"{file} cannot be read: {why}. Name a file that holds the key, and nothing else.") from None
    if not key.strip():
        raise Misused("There is no key: give it on standard input, or name a file that holds it with --file.")
    if len(key.split()) > 1:
        raise Misused("That is more than one key: give the key alone, without words or a name in front of it.")
    if not re.fullmatch(r"[A-Za-z0-9_.+/=-]+", key.strip()):  # others would mean something in .env
        raise Misused("That is no key of TMDB's, of letters, digits, -, _ and dots: copy it again, without quotes.")
    return key.strip()
