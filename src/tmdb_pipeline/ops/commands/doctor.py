"""``tmdb-ops doctor``: what is wrong before it hurts."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.ops.commands.options import Json
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.doctor import machine, settings
from tmdb_pipeline.ops.doctor.finding import Finding, Verdict, not_looked, ok, wrong
from tmdb_pipeline.ops.errors import OpsError, Status
from tmdb_pipeline.ops.output import Output, table, tell
from tmdb_pipeline.ops.overview import INSIDE
from tmdb_pipeline.ops.place import Place

_MARKS = {
    Verdict.OK: ("+", "green"),
    Verdict.WARNING: ("!", "yellow"),
    Verdict.WRONG: ("x", "bold red"),
    Verdict.NOT_LOOKED: ("-", "dim"),
}
#: Seconds that the container has for all that it looks at.
_PATIENCE = 120


def add(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("doctor")(run)


def run(context: typer.Context, *, as_json: Json = False) -> int:
    """Look for what is wrong: engine, machine, clock, secrets, images, ports, and what the stack reaches.

    That is TMDB with its key, the warehouse, the mail server and Slack. Nothing is changed or sent.
    The exit status is 5 where something is wrong.
    """
    place: Place = context.obj
    stack, output = place.stack, Output(as_json=as_json)
    with output.working("Looking at engine, settings and what the stack reaches ..."):
        found = list(look(stack, SystemClock().now()))
    output.show(found, lambda console: draw(console, found))
    return Status.NOT_WELL if any(each.verdict is Verdict.WRONG for each in found) else Status.DONE


def look(stack: Stack, now: datetime) -> Iterator[Finding]:
    """Look at all of it; what cannot be looked at, since something else is wrong, is said."""
    try:
        engine = machine.engine()
    except OpsError as error:
        yield wrong("engine", str(error))
        yield from settings.look_by_rules(stack, None)
        yield not_looked("the rest", "It takes the engine.")
        return
    yield machine.look_at_engine(engine)
    yield machine.look_at_compose(stack)
    yield machine.look_at_clock(engine, now)
    room = (engine.memory, machine.free_disk(engine, stack.path), engine.cpus)
    yield from settings.look_by_rules(stack, room)
    try:
        model, services = stack.model, stack.services()
    except OpsError as error:
        yield wrong("stack", str(error))
        return
    yield settings.look_at_images(model)
    yield from settings.look_at_ports(model, services, stack.settings)
    if not any(service.name == "api-server" and service.is_up for service in services):
        yield not_looked("Airflow", "It does not run: start it with tmdb-ops start.")
    else:
        yield from _airflow(Place.of(stack))
    if any(service.name == "scheduler" and service.is_up for service in services):
        yield from _inside(stack)
    else:
        yield not_looked(
            "TMDB key, warehouse, mail, Slack", "The scheduler does not run: start it with tmdb-ops start."
        )


def _airflow(place: Place) -> Iterator[Finding]:
    """Whether Airflow answers the administrator, and what its own processes say."""
    try:
        health = place.api.health()
        dags = place.api.dags()
    except OpsError as error:
        yield wrong("Airflow", str(error))
        return
    dead = sorted(name for name, each in health.items() if each and each.get("status") == "unhealthy")
    broken = sorted(dag.dag_id for dag in dags if dag.has_import_errors)
    if dead:
        yield wrong("Airflow", f"{' and '.join(dead)} gives no sign of life: see tmdb-ops status and tmdb-ops logs.")
    if broken:
        yield wrong("DAGs", f"{', '.join(broken)} cannot be read: see tmdb-ops logs dag-processor.")
    if not (dead or broken):
        yield ok("Airflow", f"It answers the administrator, and has {len(dags)} DAGs.")


def _inside(stack: Stack) -> Iterator[Finding]:
    try:
        yield from msgspec.json.decode(
            stack.inside("scheduler", *INSIDE, "doctor", timeout=_PATIENCE), type=list[Finding]
        )
    except (OpsError, msgspec.MsgspecError) as error:
        yield wrong("what the stack reaches", str(error))


def draw(console: Console, found: Sequence[Finding]) -> None:
    """Draw it for people."""
    drawn = table("", "what", "found")
    for each in found:
        mark, style = _MARKS[each.verdict]
        said = Text(each.said, style="" if each.verdict is Verdict.OK else style)
        drawn.add_row(Text(mark, style=style), each.name, said)
    drawn.show_header = False
    console.print(drawn)
    bad = sum(each.verdict is Verdict.WRONG for each in found)
    doubtful = sum(each.verdict is Verdict.WARNING for each in found)
    if bad:
        tell(console, f"{bad} {'thing is' if bad == 1 else 'things are'} wrong: mend what stands behind x.", "bold red")
    elif doubtful:
        tell(console, "Nothing is wrong; what stands behind ! is worth a look.", "yellow")
    else:
        tell(console, "All is well.", "green")
