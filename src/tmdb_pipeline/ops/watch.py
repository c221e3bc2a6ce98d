"""What a person sees while a DAG runs, and when it has ended."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table

from tmdb_pipeline.ops.account import TaskAccount
from tmdb_pipeline.ops.airflow_home import Event

_MARKS = {"warning": "[yellow]![/]", "error": "[red]x[/]"}


class Watch:
    """Prints a line for each task as it ends, and every warning and error; on a terminal also what goes on right now.

    Attributes:
        seconds: how long each task took, by task id.
    """

    def __init__(self, console: Console, status: Status, title: str) -> None:
        self._console = console
        self._status = status
        self._title = title
        self._began = 0.0
        self.seconds: dict[str, float] = {}

    def __call__(self, event: Event) -> None:
        """Show one event."""
        if event.kind == "started":
            self._status.update(f"{self._title}: {event.text}")
        elif event.kind == "running":
            self._began = event.seconds
        elif event.kind == "ended":
            self.seconds[event.text] = event.seconds - self._began
            self._console.print(f"  [green]+[/] {event.text} [dim]{self.seconds[event.text]:.1f} s[/]", highlight=False)
        elif event.kind in _MARKS:
            self._console.print(f"  {_MARKS[event.kind]} {escape(event.text)}", highlight=False, soft_wrap=True)
        else:
            self._status.update(f"{self._title}: {event.text}")


@contextmanager
def watching(console: Console, title: str) -> Iterator[Watch]:
    """Watch a command under a title."""
    console.print(f"[bold]{title}[/]")
    with console.status(title) as status:
        yield Watch(console, status, title)


def print_account(console: Console, title: str, tasks: Iterable[TaskAccount], seconds: dict[str, float]) -> None:
    """Print the account of a run as a table, a row for each task: pages asked for, then records, then time."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("task", no_wrap=True)
    for heading in ("pages", "received", "dropped", "accepted", "quarantined", "seconds"):
        table.add_column(heading, justify="right")
    for task in tasks:
        counts = (task.asked, task.received, task.dropped, task.accepted, task.quarantined)
        shown = ["" if count is None else f"{count:,}" for count in counts]
        table.add_row(task.task_id, *shown, f"{seconds.get(task.task_id, 0):.1f}")
    console.print(table)
