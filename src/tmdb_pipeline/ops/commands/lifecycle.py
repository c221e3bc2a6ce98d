"""``tmdb-ops start``, ``stop`` and ``restart``: the services of the stack as a whole."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Annotated

import msgspec
import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from tmdb_pipeline.clock import Clock, SystemClock
from tmdb_pipeline.ops.commands.options import Json
from tmdb_pipeline.ops.commands.status import services_table
from tmdb_pipeline.ops.compose.services import Service, Verdict
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.compose.starting import there, why_not_up
from tmdb_pipeline.ops.errors import Interrupted
from tmdb_pipeline.ops.output import Output, tell
from tmdb_pipeline.ops.overview import ServiceStatus
from tmdb_pipeline.ops.place import Place
from tmdb_pipeline.ops.upgrade import images, journal

#: Seconds between two looks at what has become of the services.
_BETWEEN = 1.0
_Timeout = Annotated[
    int, typer.Option("--timeout", min=1, metavar="SECONDS", help="How long to wait until all services are well.")
]
#: What is kept of what Compose prints: the end says why it failed.
_KEPT = 400


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the services, and where Airflow's UI is, if it is up."""

    services: Sequence[Service]
    url: str | None = None


def add(app: typer.Typer) -> None:
    """Declare the commands."""
    app.command("start")(start)
    app.command("stop")(stop)
    app.command("restart")(restart)


def start(
    context: typer.Context,
    *,
    build: Annotated[bool, typer.Option("--build", help="Build the images anew, after a change of the code.")] = False,
    timeout: _Timeout = 600,
    as_json: Json = False,
) -> None:
    """Start what is not running, and wait until all of it is well. The first start builds the images."""
    place: Place = context.obj
    _up(place.stack, ["--build"] * build, timeout, Output(as_json=as_json), "started")


def restart(
    context: typer.Context,
    *,
    services: Annotated[
        list[str] | None, typer.Argument(metavar="[SERVICE]...", help="None for all.", show_default=False)
    ] = None,
    timeout: _Timeout = 600,
    as_json: Json = False,
) -> None:
    """Make the services anew, so that they take what has changed in .env; data and logs of tasks stay.

    Tasks under way are given a minute, and begin again.
    """
    place: Place = context.obj
    named = services or []
    options = ["--force-recreate", *(["--no-deps"] if named else []), *named]
    _up(place.stack, options, timeout, Output(as_json=as_json), "restarted")


def stop(context: typer.Context, *, as_json: Json = False) -> None:
    """Stop all services. Containers, data and logs stay: tmdb-ops start goes on where they were."""
    place: Place = context.obj
    stack, output = place.stack, Output(as_json=as_json)
    with stack.locked("stopped"):
        up = sum(service.is_up for service in stack.services())
        if up:
            with output.working(f"Stopping {_number(up)}; tasks under way are given a minute."):
                stack.compose("--profile=*", "stop", doing="The stack cannot be stopped")
        said = f"Stopped {_number(up)}: start again with tmdb-ops start." if up else "The stack is not running."
        found = State(services=stack.services())
    output.show(found, lambda console: tell(console, said))


def _up(stack: Stack, options: Sequence[str], timeout: int, output: Output, what: str) -> None:
    """Bring the services up, and show how far they are.

    Raises:
        NotWell: a service does not get well; the message says which and why.
        Interrupted: Ctrl-C was pressed.
        OpsError: Docker cannot do it.
    """
    stack.check()  # before anything is begun
    with stack.locked(what):
        journal.refuse_unfinished(stack)
        arguments = ["up", "--detach", "--wait", f"--wait-timeout={timeout}", *options]
        said: list[str] = []
        try:
            with stack.begin(*arguments) as running, _reading(running.stdout, said):
                _shown(stack, output, SystemClock(), lambda: running.poll() is None)
        except KeyboardInterrupt:
            raise Interrupted(
                "What was begun goes on: see how far it is with tmdb-ops status, or end it with tmdb-ops stop."
            ) from None
        if running.returncode != 0:
            raise why_not_up(stack, "\n".join(said), timeout)
        images.sweep(stack)
        found = State(services=stack.services(), url=f"http://127.0.0.1:{stack.settings.get('AIRFLOW_PORT') or 8080}")
    output.show(found, lambda console: _welcome(console, stack, found))


@contextmanager
def _reading(printed: IO[str] | None, said: list[str]) -> Iterator[None]:
    """Read what a process prints beside what else is done, and keep the end of it."""

    def read() -> None:
        for line in printed or ():
            said.append(line.rstrip())
            del said[:-_KEPT]

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    yield
    reader.join()


def _shown(stack: Stack, output: Output, clock: Clock, goes_on: Callable[[], bool]) -> None:
    """Show the services while Compose is at it: a table that is drawn again, or a line for each change."""
    if output.is_terminal:
        with Live(console=output.console, auto_refresh=False, transient=True) as live:
            while goes_on():
                told = [ServiceStatus(service=service) for service in there(stack)]
                live.update(services_table(told) if told else Text("Images are built or fetched ..."), refresh=True)
                clock.sleep(_BETWEEN)
        return
    seen: dict[str, str] = {}
    while goes_on():
        for service in there(stack):
            word = "done" if service.has_ended_well else str(service.verdict)
            if seen.get(service.name, Verdict.MISSING) != word:
                output.say(f"  {service.name}: {word}")
            seen[service.name] = word
        clock.sleep(_BETWEEN)


def _welcome(console: Console, stack: Stack, found: State) -> None:
    console.print(services_table([ServiceStatus(service=service) for service in found.services]))
    user = stack.settings.get("ADMIN_USER") or "admin"
    console.print(
        Text.assemble(
            "The stack is up: ", (found.url or "", "bold"), f", sign in as {user} with the ADMIN_PASSWORD in .env."
        )
    )
    tell(console, "DAGs are paused at first: tmdb-ops unpause daily, or tmdb-ops trigger daily --wait --unpause.")


def _number(services: int) -> str:
    return "1 service" if services == 1 else f"{services} services"
