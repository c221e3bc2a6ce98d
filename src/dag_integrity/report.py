"""The report on a folder, for people: file by file what is wrong and what to do, then check by check."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dag_integrity.check import Check, Finding
from dag_integrity.facts import FileFacts, Folder

#: So many DAGs or tasks are named when a message is about more of them.
NAMED = 4


@dataclass
class Remark:
    """A message, with every DAG and task of a file that it is about."""

    check: str
    file: str
    message: str
    #: Ids of DAGs, each with the ids of its tasks; no task where the whole DAG is meant.
    tasks: dict[str, list[str]] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """The DAGs, or the tasks of the only one; empty where the whole file is meant."""
        if len(self.tasks) > 1:
            return _list(list(self.tasks))
        return "".join(dag_id + (f": {_list(tasks)}" if tasks else "") for dag_id, tasks in self.tasks.items())

    def __str__(self) -> str:
        return self.message + (f" [{self.where}]" if self.where else "")


def remarks_on(findings: Sequence[Finding]) -> list[Remark]:
    """The findings, those of several DAGs and tasks of a file in the same words as one."""
    found: dict[tuple[str, str, str], Remark] = {}
    for finding in findings:
        key = (finding.check, finding.file, finding.message)
        remark = found.setdefault(key, Remark(*key))
        if finding.dag_id:
            remark.tasks.setdefault(finding.dag_id, []).extend(filter(None, [finding.task_id]))
    return list(found.values())


def show(
    console: Console, folder: Folder, findings: Sequence[Finding], checks: Sequence[Check], not_asked: Collection[str]
) -> None:
    """Print the report. Seconds and megabytes are shown, and no check is about them."""
    remarks = remarks_on(findings)
    dags = sum(len(file.dags) for file in folder.files)
    files = _count(len(folder.files), "file")
    console.print(Text(f"DAG integrity of {folder.path}: {files}, {_count(dags, 'DAG')}\n", style="bold"))
    for file in folder.files:
        _show_file(console, file, [remark for remark in remarks if remark.file == file.name])
    console.print()
    _show_checks(console, remarks, checks, not_asked)
    console.print(
        f"Parsed in {sum(file.seconds for file in folder.files):.2f} s; "
        f"the parser held {folder.megabytes:.0f} MB, Airflow included."
    )
    if remarks:
        wrong = len({remark.file for remark in remarks})
        console.print(Text(f"{_count(len(remarks), 'finding')} in {wrong} of {files}.", style="bold red"))
    else:
        console.print(Text("Everything is in order.", style="bold green"))


def _show_file(console: Console, file: FileFacts, remarks: Sequence[Remark]) -> None:
    tasks = sum(len(dag.tasks) for dag in file.dags)
    what = f"{_count(len(file.dags), 'DAG')}, {_count(tasks, 'task')}, {1000 * file.seconds:.0f} ms"
    if file.megabytes >= 1:
        what += f", {file.megabytes:.0f} MB"
    console.print(Text.assemble((file.name, "bold"), f" ({what}): ", _result(len(remarks))))
    table = Table.grid(padding=(0, 2))
    table.add_column(style="yellow", no_wrap=True)
    for remark in remarks:
        table.add_row(f"  {remark.check}", Text(str(remark)))
    if remarks:
        console.print(table)


def _show_checks(
    console: Console, remarks: Sequence[Remark], checks: Sequence[Check], not_asked: Collection[str]
) -> None:
    found = {check.name: sum(remark.check == check.name for remark in remarks) for check in checks}
    table = Table("check", "result", "why it is checked", box=None, header_style="bold", pad_edge=False)
    for check in checks:
        if found[check.name]:
            table.add_row(check.name, _result(found[check.name]), check.reason)
    if table.row_count:
        console.print(table)
        console.print()
    fine = [name for name, number in found.items() if not number]
    console.print(f"{_count(len(fine), 'check')} ok: {', '.join(fine) or 'none'}.")
    if not_asked:
        console.print(f"Not asked: {', '.join(sorted(not_asked))}.")


def _result(number: int) -> Text:
    return Text(_count(number, "finding"), style="red") if number else Text("ok", style="green")


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
