"""The verdict on a folder, for people: file by file what is wrong and what to do, then check by check."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from dag_integrity.integrity.check import Check, Finding
from dag_integrity.integrity.facts import FileFacts, Folder
from rich.console import Console
from rich.table import Table
from rich.text import Text

#: So many DAGs or tasks are named when a sentence is about more of them.
NAMED = 4


@dataclass
class _Said:
    """A sentence, and every DAG and task of a file that it is said of."""

    check: str
    file: str
    sentence: str
    tasks: dict[str, list[str]] = field(default_factory=dict)

    @property
    def where(self) -> str:
        if len(self.tasks) > 1:
            return _list(list(self.tasks))
        return "".join(dag_id + (f": {_list(tasks)}" if tasks else "") for dag_id, tasks in self.tasks.items())


def show(
    console: Console, folder: Folder, findings: Sequence[Finding], checks: Sequence[Check], left_out: Collection[str]
) -> None:
    """Print the verdict. Figures of time and memory are shown, and judge nothing."""
    said = _together(findings)
    dags = sum(len(file.dags) for file in folder.files)
    files = _count(len(folder.files), "file")
    console.print(Text(f"DAG integrity of {folder.path}: {files}, {_count(dags, 'DAG')}\n", style="bold"))
    for file in folder.files:
        _show_file(console, file, [sentence for sentence in said if sentence.file == file.name])
    console.print()
    _show_checks(console, said, checks, left_out)
    console.print(
        f"Parsed in {sum(file.seconds for file in folder.files):.2f} s; "
        f"the parser held {folder.megabytes:.0f} MB, Airflow included."
    )
    if said:
        wrong = len({sentence.file for sentence in said})
        console.print(Text(f"{_count(len(said), 'finding')} in {wrong} of {files}.", style="bold red"))
    else:
        console.print(Text("Everything is in order.", style="bold green"))


def _together(findings: Sequence[Finding]) -> list[_Said]:
    """What is said of several DAGs and tasks of a file in the same words is said once, of all of them."""
    found: dict[tuple[str, str, str], _Said] = {}
    for finding in findings:
        key = (finding.check, finding.file, finding.sentence)
        said = found.setdefault(key, _Said(*key))
        if finding.dag_id:
            said.tasks.setdefault(finding.dag_id, []).extend(filter(None, [finding.task_id]))
    return list(found.values())


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _show_file(console: Console, file: FileFacts, said: Sequence[_Said]) -> None:
    tasks = sum(len(dag.tasks) for dag in file.dags)
    what = f"{_count(len(file.dags), 'DAG')}, {_count(tasks, 'task')}, {1000 * file.seconds:.0f} ms"
    if file.megabytes >= 1:
        what += f", {file.megabytes:.0f} MB"
    console.print(Text.assemble((file.name, "bold"), f" ({what}): ", _state(len(said))))
    table = Table.grid(padding=(0, 2))
    table.add_column(style="yellow", no_wrap=True)
    for sentence in said:
        where = f" [{sentence.where}]" if sentence.where else ""
        table.add_row(f"  {sentence.check}", Text(f"{sentence.sentence}{where}"))
    if said:
        console.print(table)


def _show_checks(console: Console, said: Sequence[_Said], checks: Sequence[Check], left_out: Collection[str]) -> None:
    found = {check: sum(sentence.check == check.name for sentence in said) for check in checks}
    table = Table("check", "verdict", "why it is checked", box=None, header_style="bold", pad_edge=False)
    for check, number in found.items():
        if number:
            table.add_row(check.name, _state(number), check.rationale)
    if table.row_count:
        console.print(table)
        console.print()
    fine = [check.name for check, number in found.items() if not number]
    console.print(f"{_count(len(fine), 'check')} ok: {', '.join(fine) or 'none'}.")
    if left_out:
        console.print(f"Not asked: {', '.join(sorted(left_out))}.")


def _state(number: int) -> Text:
    return Text(_count(number, "finding"), style="red") if number else Text("ok", style="green")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
