"""The report for people: what is wrong, the worst first, and what was not judged; then what was."""

from collections.abc import Collection, Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dag_integrity.config import Level
from dag_integrity.facts import Folder
from dag_integrity.lint import Result, Verdict
from dag_integrity.source.providers import PREFIX, package

#: So many DAGs, tasks or files are named when a message is about more of them.
NAMED = 4
STYLES = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.ADVICE: "cyan"}


def show(console: Console, result: Result, not_asked: Collection[str]) -> None:
    """Print the report. Seconds and megabytes are shown, and only slow files are findings."""
    for path, verdicts in groupby(_by_file(result.verdicts), key=lambda verdict: verdict.path):
        _show_file(console, path, list(verdicts))
    reasons = {check.name: check.reason for check in result.checks}
    found = [name for name in reasons if any(verdict.check == name for verdict in result.verdicts)]
    if found:
        table = Table.grid(padding=(0, 2))
        for name in found:
            table.add_row(f"  {name}", reasons[name])
        console.print("Why:", table, sep="\n")
        console.print()
    for folder in result.folders:
        for line in notes(folder):
            console.print(line, markup=False)
    console.print(_judged(result, not_asked), markup=False)
    console.print(_sum(result))


def notes(folder: Folder) -> list[str]:
    """What a reader must know of a folder beside its findings: what lacks, and what was not read."""
    told = []
    lacking = [fault.missing for file in folder.files for fault in file.faults if fault.missing]
    if lacking:
        lacking = [(name.startswith(PREFIX) and package(name)) or name for name in lacking]
        counted = [f"{name} ({_count(lacking.count(name), 'file')})" for name in dict.fromkeys(lacking)]
        told.append(f"Missing here: {_list(counted)}. Files that need them are not judged.")
    for place, modules in folder.beside.items():
        told.append(f"{_list(modules)} may be what lies in {place}: set PYTHONPATH={place}.")
    stubs = sorted({package(name) for file in folder.files for name in file.stubs} - {"airflow", ""})
    if stubs:
        told.append(f"Judged with stand-ins for {_list(stubs)}, which are not installed here.")
    for reason in dict.fromkeys(folder.skipped.values()):
        names = [name for name, why in folder.skipped.items() if why == reason]
        told.append(f"Airflow does not read {_list(names)} ({reason}).")
    broken = [f"{file.name} ({fault.stand_in})" for file in folder.files for fault in file.faults if fault.stand_in]
    if broken:
        told.append(f"Not judged, since they fail on a stand-in: {_list(broken)}. Install what lacks.")
    refused = [file.name for file in folder.files if any(fault.refused for fault in file.faults)]
    if refused:
        told.append(f"Not judged, since they fail on what was refused them: {_list(refused)}. Do it inside a task.")
    empty = [file.name for file in folder.files if not (file.dags or file.faults or file.unjudged)]
    if empty:
        told.append(f"Read, but without a DAG: {_list(empty)}.")
    return told


def one_line(verdict: Verdict) -> str:
    """The message, and the DAGs, tasks and files that it is about."""
    where = _where(verdict)
    more = f" (in {len(verdict.files)} DAG files)" if len(verdict.files) > 1 else ""
    return verdict.message + (f" [{where}]" if where else "") + more


def shown(path: str) -> str:
    """A path as short as it can be: seen from here, if it lies below."""
    here = Path.cwd()
    return str(Path(path).relative_to(here)) if Path(path).is_relative_to(here) else path


def _by_file(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Files with the worst first; in each its verdicts as they are."""
    order = {path: place for place, path in enumerate(dict.fromkeys(verdict.path for verdict in verdicts))}
    return sorted(verdicts, key=lambda verdict: order[verdict.path])


def _show_file(console: Console, path: str, verdicts: Sequence[Verdict]) -> None:
    console.print(Text(shown(path), style="bold"))
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    for _ in range(2):
        table.add_column(no_wrap=True)
    for verdict in verdicts:
        level = Text(verdict.level.value, style=STYLES[verdict.level])
        table.add_row(f"  {verdict.line}", level, verdict.check, Text(one_line(verdict)))
    console.print(table)
    console.print()


def _where(verdict: Verdict) -> str:
    """The DAGs, or the tasks of the only one; empty where the whole file is meant."""
    if len(verdict.tasks) > 1:
        return _list(list(verdict.tasks))
    return "".join(dag_id + (f": {_list(tasks)}" if tasks else "") for dag_id, tasks in verdict.tasks.items())


def _judged(result: Result, not_asked: Collection[str]) -> str:
    files = [file for folder in result.folders for file in folder.files]
    dags = [dag for folder in result.folders for _, dag in folder.dags()]
    tasks = sum(len(dag.tasks) for dag in dags)
    failed = sum(bool(file.faults) for file in files)
    told = (
        f"Judged: {_count(len(files) - failed, 'file')}, {_count(len(dags), 'DAG')}, {_count(tasks, 'task')} by "
        f"{_count(len(result.checks), 'check')}"
    )
    told += f"; not judged: {_count(failed, 'file')}" if failed else ""
    told += f".\nNot asked: {', '.join(sorted(not_asked))}" if not_asked else ""
    megabytes = max((folder.megabytes for folder in result.folders), default=0)
    version = next((folder.airflow for folder in result.folders), "")
    return (
        f"{told}.\nParsed by Airflow {version} in {sum(file.seconds for file in files):.2f} s; "
        f"a file's process held up to {megabytes:.0f} MB, Airflow included."
    )


def _sum(result: Result) -> Text:
    counted = [(level, sum(verdict.level is level for verdict in result.verdicts)) for level in Level]
    parts = [_count(number, level.value) for level, number in counted if number]
    if not parts:
        return Text("Nothing found.", style="bold green")
    places = len({verdict.path for verdict in result.verdicts})
    worst = next(level for level, number in counted if number)
    return Text(f"{', '.join(parts)} in {_count(places, 'file')}.", style=STYLES[worst])


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _count(number: int, noun: str) -> str:
    if noun == "advice":
        return f"{number} of advice"
    return f"{number} {noun}" + ("" if number == 1 else "s")
