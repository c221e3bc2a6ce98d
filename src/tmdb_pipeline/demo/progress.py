"""What a person sees while a DAG runs, and when it has ended."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from pathlib import Path

from rich import box
from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from tmdb_pipeline.clock import Clock, SystemClock
from tmdb_pipeline.demo.airflow_home import Event
from tmdb_pipeline.demo.past.trained import Trained
from tmdb_pipeline.demo.run_stats import TableStats, TaskStats

#: What stands before a line, by what it tells of.
_MARKS = {
    "ended": ("+", "green"),
    "failed": ("x", "bold red"),
    "retry": ("~", "bold yellow"),
    "warning": ("!", "yellow"),
    "error": ("x", "red"),
}

#: How the first word on a result is shown.
_VERDICTS = {
    **dict.fromkeys(("passed", "ok", "not_judged"), "green"),
    **dict.fromkeys(("warned", "warning"), "yellow"),
    **dict.fromkeys(("failed", "alarm", "refused"), "red"),
}

#: Columns that the table of a run takes with its longest task; below, its lines come closer together, to fit 80.
_TABLE_WIDTH = 96


class Watch:
    """Prints a line for each task as it ends, and every warning and error; on a terminal also what goes on right now.

    Attributes:
        begun: whether a task has begun.
        done: the tasks that have done what they should.
        seconds: how long each task took, all its tries together, by task id.
    """

    def __init__(self, console: Console, status: Status, title: str, clock: Clock) -> None:
        self._console = console
        self._status = status
        self._title = title
        self._clock = clock
        self._began = 0.0
        self._trouble: dict[str, Event] = {}
        self._waiting: dict[str, datetime] = {}
        self._said: set[str] = set()
        self.begun = False
        self.done: list[str] = []
        self.seconds: dict[str, float] = {}

    def __call__(self, event: Event) -> None:
        """Show one event."""
        if event.kind == "started":
            self.begun = True
            self._waiting.pop(event.text, None)
            self._now(event.text)
        elif event.kind == "running":
            self._began = event.seconds
        elif event.kind in {"failed", "retry"}:
            self._trouble[event.text] = event
        elif event.kind == "ended":
            self._end(event)
        elif event.kind in _MARKS:
            self._line(event.kind, Text(event.text))
        else:
            self._now(event.text)

    def _end(self, event: Event) -> None:
        task, took = event.text, event.seconds - self._began
        self.seconds[task] = self.seconds.get(task, 0.0) + took
        told = Text.assemble(task, " ", (f"{took:.1f} s", "dim"))
        trouble = self._trouble.pop(task, None)
        if trouble is None:
            self.done.append(task)
            self._line("ended", told)
        else:
            told.append(f": {'the same.' if trouble.cause in self._said else trouble.cause}")
            self._said.add(trouble.cause)
            if retry := trouble.retry:
                self._waiting[task] = retry.at
                told.append(f" Retry {retry.number} of {retry.most} at {_clock_time(retry.at)}.")
            self._line(trouble.kind, told)
        if self._waiting:
            first = min(self._waiting, key=lambda waiting: self._waiting[waiting])
            self._status.update(_OneLine(partial(_countdown, first, self._waiting[first], self._clock)))
        else:
            self._status.update(_OneLine(lambda: self._title))

    def _now(self, what: str) -> None:
        self._status.update(_OneLine(lambda: f"{self._title}: {what}"))

    def _line(self, kind: str, told: Text) -> None:
        mark, style = _MARKS[kind]
        if self._console.is_terminal:  # where a long line is wrapped under its own beginning
            line = Table.grid(padding=(0, 1, 0, 0))
            line.add_column(no_wrap=True)
            line.add_column(overflow="fold")
            line.add_row(Text(f"  {mark}", style=style), told)
            self._console.print(line, highlight=False)
        else:
            self._console.print(Text.assemble("  ", (mark, style), " ", told), highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class _OneLine:
    """What goes on right now, asked for each time it is drawn; two lines could not be taken away after Ctrl-C."""

    say: Callable[[], str]

    def __rich__(self) -> Text:
        return Text(self.say(), no_wrap=True, overflow="ellipsis")


def _countdown(task: str, at: datetime, clock: Clock) -> str:
    """How long a task still waits for its retry."""
    left = timedelta(seconds=max(0, ceil((at - clock.now()).total_seconds())))
    return f"{task} is tried again at {_clock_time(at)}, in {left}"


def _clock_time(moment: datetime) -> str:
    """As the reader's own clock shows it."""
    return f"{moment.astimezone():%H:%M:%S}"


@contextmanager
def watching(console: Console, title: str, clock: Clock | None = None) -> Iterator[Watch]:
    """Watch a command under a title."""
    console.print(Text(title, style="bold"))
    with console.status(Text(title)) as status:
        yield Watch(console, status, title, clock or SystemClock())


def print_stats(console: Console, title: str, tasks: Iterable[TaskStats], seconds: dict[str, float]) -> None:
    """Print the statistics of a run as a table, a row for each task: pages that came, then records, then time."""
    narrow = console.width < _TABLE_WIDTH
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    if narrow:
        table.box, table.padding = None, (0, 1, 0, 0)
    table.add_column("task", no_wrap=True)
    for heading in ("pages", "received", "dropped", "accepted", "quarantined", "secs" if narrow else "seconds"):
        table.add_column(heading, justify="right")
    for task in tasks:
        counts = (task.pages, task.received, task.dropped, task.accepted, task.quarantined)
        shown = ["" if count is None else f"{count:,}" for count in counts]
        table.add_row(task.task_id, *shown, f"{seconds.get(task.task_id, 0):.1f}")
    console.print(table)


def print_tables(console: Console, title: str, tables: Iterable[TableStats]) -> None:
    """Print how many rows each table has, and what they are."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("table", no_wrap=True)
    table.add_column("rows", justify="right")
    table.add_column("what a row is")
    for each in tables:
        table.add_row(each.name, f"{each.rows:,}", each.what)
    console.print(table)


def print_model(console: Console, trained: Trained) -> None:
    """Print how well a model knows which movies stay popular, between what is simple and what is possible."""
    days = (trained.last - trained.first).days + 1
    title = f"Popular in a week? A model of {days} invented days to {trained.last}"
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("prediction", no_wrap=True)
    table.add_column("Brier score", justify="right")
    table.add_column("skill", justify="right")
    table.add_column("what it goes by")
    for name, score, skill, what in (
        ("base rate", trained.base_rate, None, "how often it was so"),
        ("persistence", trained.persistence, 0.0, "the place on the list"),
        ("this model", trained.model, trained.skill, "the lists of the days before"),
        ("best possible", trained.best, 1.0, "how the world was invented"),
    ):
        shown = ["not known" if score is None else f"{score:.3f}", "" if skill is None else f"{skill:.2f}"]
        table.add_row(name, *shown, what, style="bold" if name == "this model" else "")
    console.print(table)


@dataclass(frozen=True, slots=True)
class Result:
    """Something that a command has left, and lines on it: the verdict, where it is."""

    name: str
    lines: Sequence[str]


def print_results(console: Console, results: Iterable[Result]) -> None:
    """Print what is left and where; places below the current folder are told as they are seen from there."""
    console.print()
    for result in results:
        label = result.name
        for line in result.lines:
            told = Text(line.removeprefix(f"{Path.cwd()}/"))
            told.highlight_regex(rf"^({'|'.join(_VERDICTS)})\b", lambda word: _VERDICTS[word])
            console.print(Text.assemble((f"{label:<11}", "bold"), told), highlight=False, soft_wrap=True)
            label = ""
