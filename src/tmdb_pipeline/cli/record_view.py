"""A replayed record on a screen.

All that comes from a file is made printable first: a title may hold what steers a terminal.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tmdb_pipeline.clock import in_seoul
from tmdb_pipeline.lake.quality_report import BrokenRule
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.quality.replay.lookup import title_of
from tmdb_pipeline.quality.replay.replay import Replay
from tmdb_pipeline.quality.rules.catalogue import RULES_BY_ID
from tmdb_pipeline.quality.values.json_values import describe, key_name, printable

#: How a rule and a field are marked, by what breaking the rule costs.
_MARKS = {"error": ("x", "red"), "warning": ("!", "yellow")}
_NO_MARK = (" ", "")
#: Columns of names, the longest of which is "data root".
_NAMES = 9
#: Characters of a text from a file.
_LONGEST = 400
#: Fields of a record that are shown; TMDB sends 15.
_MOST_FIELDS = 40


def print_replay(console: Console, replay: Replay, lake: Lake) -> None:
    """Print all that is known of a record; ``lake`` is where its files are."""
    found = replay.found
    console.print(Text(title_of(found.entry.record), style="bold"))
    lines = "the only line" if found.lines == 1 else f"of {found.lines} lines"
    console.print(Text(f"{printable(found.name)}, {lines}", "dim"))
    _part(console, "Rules that it broke", *map(_rule, sorted(found.entry.rules, key=_errors_first)))
    _part(console, "The record", _grid(_fields(replay)))
    _part(console, "Where TMDB sent it", _grid(_page(replay)))
    _part(console, "The run", _grid(_run(replay, lake)))
    style = "bold red" if replay.rejects else "bold yellow" if replay.broken is None else "bold green"
    if replay.broken and _ids(now := [each.told() for each in replay.broken]) != _ids(found.entry.rules):
        _part(console, "Rules that it breaks today", *map(_rule, sorted(now, key=_errors_first)))
    console.print()
    console.print(Text(replay.sentence, style=style))
    if replay.broken is not None:
        console.print(Text(f"It is judged as of {replay.on}: {replay.on_from}.", style="dim"))


def _part(console: Console, heading: str, *content: Table | Padding) -> None:
    console.print()
    console.print(Text(heading, style="bold"))
    for each in content:
        console.print(each, highlight=False)


def _grid(rows: Iterator[tuple[Text, Text]]) -> Padding:
    """Names and what belongs to them, which is wrapped under its own beginning."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, min_width=_NAMES)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*row)
    return Padding(table, (0, 0, 0, 2), expand=False)


def _ids(rules: list[BrokenRule]) -> list[tuple[str, str, str]]:
    return sorted((rule.rule, rule.severity, rule.field or "") for rule in rules)


def _errors_first(broken: BrokenRule) -> bool:
    return broken.severity != "error"


def _rule(broken: BrokenRule) -> Padding:
    known = RULES_BY_ID.get(broken.rule)
    mark, style = _MARKS.get(broken.severity, _NO_MARK)
    dimension = known.dimension if known else "no rule of today's"
    head = Text.assemble(
        (printable(broken.rule), style), (f"  {printable(broken.severity)}, {dimension}", "dim"), overflow="fold"
    )
    value = printable(broken.value, _LONGEST)
    place = f"{printable(broken.field)} = {value}" if broken.field is not None else f"the record is {value}"
    body = [Text(place, overflow="fold"), Text(printable(broken.message, _LONGEST))]
    table = Table.grid(padding=(0, 1, 0, 0))
    for each in (head, *body):
        table.add_row(Text(mark, style) if each is head else Text(), each)
    return Padding(table, (0, 0, 0, 2), expand=False)


def _fields(replay: Replay) -> Iterator[tuple[Text, Text]]:
    entry = replay.found.entry
    marks = {rule.field: rule.severity for rule in reversed(entry.rules)}
    marks |= {rule.field: rule.severity for rule in entry.rules if rule.severity == "error"}
    if not isinstance(entry.record, dict):
        yield Text("x", "red"), Text(describe(entry.record))
        return
    values = {printable(key_name(name)): describe(value) for name, value in entry.record.items()}
    values |= {name: "not there" for name in marks if name is not None and name not in values}
    shown = [name for at, name in enumerate(values) if at < _MOST_FIELDS or name in marks]
    for name in shown:
        mark, style = _MARKS.get(marks.get(name, ""), _NO_MARK)
        yield Text(f"{mark} {name}", style), Text(values[name], style, overflow="ellipsis", no_wrap=not style)
    if len(shown) < len(values):
        yield Text(), Text(f"and {len(values) - len(shown):,} fields more", "dim")


def _page(replay: Replay) -> Iterator[tuple[Text, Text]]:
    evidence = replay.page
    if evidence.file is not None:
        yield _name("page"), Text(printable(evidence.file, _LONGEST))
        of = f" of {len(evidence.results)} records" if evidence.page else ""
        yield _name("index"), Text(f"{evidence.index}{of}, from 0")
    if page := evidence.page:
        source = PurePosixPath(printable(evidence.file or "")).parent.name
        yield _name("list"), Text(f"{source}, page {page.page}")
        yield _name("request"), Text(printable(page.request, _LONGEST))
        yield _name("response"), Text(f"status {page.status}, received at {in_seoul(page.received_at)}")
        if page.etag:
            yield _name("ETag"), Text(printable(page.etag))
        if page.date:
            yield _name("Date"), Text(f"{in_seoul(page.date)} by TMDB's clock")
    for at, title in evidence.neighbours():
        yield _name("before" if at < evidence.index else "after"), Text(f"{at}: {title}")
    yield _name("compared"), Text(evidence.sentence, "" if evidence.same else "yellow")


def _run(replay: Replay, lake: Lake) -> Iterator[tuple[Text, Text]]:
    yield _name("data root"), Text(lake.locate(""))
    yield _name("DAG"), Text(f"{printable(replay.found.run.dag_id)} of {replay.found.run.day}")
    yield _name("report"), Text(replay.report.sentence)
    yield _name("file"), Text(printable(replay.found.entry.file, _LONGEST))
    yield Text(), Text(replay.file.sentence)


def _name(name: str) -> Text:
    return Text(name, "dim")
