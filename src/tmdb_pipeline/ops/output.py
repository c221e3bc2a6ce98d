"""What a command prints: tables and sentences for people, or one JSON document for programs."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tmdb_pipeline.ops.errors import Failure, OpsError

#: Columns for a file or a pipe, which has no edge to wrap at.
_WIDTH = 120


class Output:
    """Where a command prints to.

    Attributes:
        as_json: whether programs read it: then standard output gets one document at the end, and nothing else.
        console: for people; standard output, or standard error where standard output is for a document.
    """

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.console = _console(stderr=as_json)

    @property
    def is_terminal(self) -> bool:
        """Whether a person sits at it, who can be asked and shown what changes."""
        return self.console.is_terminal and sys.stdin.isatty() and not self.as_json

    def say(self, sentence: str, style: str = "") -> None:
        """Print a sentence for people, and nothing for programs."""
        if not self.as_json:
            tell(self.console, sentence, style)

    @contextmanager
    def working(self, sentence: str) -> Iterator[None]:
        """Show that something goes on, as long as the block lasts; a line where nothing can be drawn again."""
        if self.is_terminal:
            with self.console.status(Text(sentence)):
                yield
        else:
            self.say(sentence)
            yield

    def show(self, document: Any, draw: Callable[[Console], None]) -> None:
        """Print a document for programs, or what ``draw`` makes of it for people."""
        if self.as_json:
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(document)).decode() + "\n")
        else:
            draw(self.console)


def table(*heads: str, right: Sequence[str] = ()) -> Table:
    """A table without lines: its heads, and which of its columns are numbers."""
    made = Table(box=None, header_style="bold", padding=(0, 2, 0, 0), pad_edge=False)
    for head in heads:
        made.add_column(head, justify="right" if head in right else "left", overflow="fold")
    return made


def tell(console: Console, sentence: str, style: str = "") -> None:
    """Print a sentence as it is: one line in a file or a pipe, whatever its width."""
    console.print(Text(sentence, style=style), soft_wrap=not console.is_terminal)


def complain(error: OpsError, *, as_json: bool) -> None:
    """Say on standard error what has failed, and what to do."""
    if as_json:
        sys.stderr.write(msgspec.json.encode(Failure(str(error), error.status)).decode() + "\n")
        return
    tell(_console(stderr=True), str(error), "red")


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _WIDTH
    return console
