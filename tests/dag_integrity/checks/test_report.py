import io

import pytest
from dag_facts import file_facts
from rich.console import Console

from dag_integrity.check import Check, Finding
from dag_integrity.facts import Folder
from dag_integrity.report import show


def shown(tmp_path, findings):
    """The report on one file with these findings, in one line."""
    out = io.StringIO()
    check = Check("owner", "Somebody must be asked.", lambda folder, config: iter(()))
    folder = Folder(path=tmp_path, files=[file_facts("some.py", megabytes=12.4)], megabytes=100.0)
    show(Console(file=out, width=300), folder, findings, [check], [])
    return " ".join(out.getvalue().split())


def test_same_message_of_many_tasks_is_said_once(tmp_path):
    """Four tasks are named and the rest is counted."""
    findings = [Finding("owner", "some.py", "movies", f"task_{number}", "No owner: name one.") for number in range(6)]

    text = shown(tmp_path, findings)

    assert "No owner: name one. [movies: task_0, task_1, task_2, task_3 and 2 more]" in text
    assert text.endswith("1 finding in 1 of 1 file.")


def test_same_message_of_several_dags_is_said_once(tmp_path):
    """The DAGs are named, not their tasks."""
    findings = [Finding("owner", "some.py", dag_id, "work", "No owner: name one.") for dag_id in ("movies", "people")]

    assert "No owner: name one. [movies, people]" in shown(tmp_path, findings)


def test_cost_of_a_file_is_shown(tmp_path):
    """Milliseconds, and megabytes where there are some; the checks that found something are not listed as ok."""
    text = shown(tmp_path, [Finding("owner", "some.py", "", "", "No owner: name one.")])

    assert "some.py (0 DAGs, 0 tasks, 250 ms, 12 MB): 1 finding owner No owner: name one. " in text
    assert "0 checks ok: none." in text


def printed(tmp_path, findings, *, files, not_asked=(), width=120):
    """The whole report, line by line, blank ends cut off."""
    out = io.StringIO()
    checks = [
        Check("owner", "Somebody must be asked.", lambda folder, config: iter(())),
        Check("tags", "It is not found.", lambda folder, config: iter(())),
    ]
    show(
        Console(file=out, width=width), Folder(path=tmp_path, files=files, megabytes=99.6), findings, checks, not_asked
    )
    return [line.rstrip().replace(str(tmp_path), "FOLDER") for line in out.getvalue().splitlines()]


def test_report_as_a_whole(tmp_path):
    """Every line of it: the folder, each file with its cost in its units and its findings, the checks, the sum."""
    findings = [
        Finding("owner", "a.py", "movies", "one", "No [bold]owner[/]: name one."),
        Finding("owner", "a.py", "movies", "two", "No [bold]owner[/]: name one."),
        Finding("owner", "a.py", "", "", "No file's owner: name one."),
    ]
    files = [file_facts("a.py", megabytes=1.0), file_facts("b.py", megabytes=0.99)]

    assert printed(tmp_path, findings, files=files, not_asked={"zone", "pools"}) == [
        "DAG integrity of FOLDER: 2 files, 0 DAGs",
        "",
        "a.py (0 DAGs, 0 tasks, 250 ms, 1 MB): 2 findings",
        "  owner  No [bold]owner[/]: name one. [movies: one, two]",
        "  owner  No file's owner: name one.",
        "b.py (0 DAGs, 0 tasks, 250 ms): ok",
        "",
        "check  result      why it is checked",
        "owner  2 findings  Somebody must be asked.",
        "",
        "1 check ok: tags.",
        "Not asked: pools, zone.",
        "Parsed in 0.50 s; the parser held 100 MB, Airflow included.",
        "2 findings in 1 of 2 files.",
    ]


def test_report_on_a_good_folder_as_a_whole(tmp_path):
    """Nothing is said of checks that found nothing, but that they are ok; nothing was left out."""
    assert printed(tmp_path, [], files=[file_facts("a.py")]) == [
        "DAG integrity of FOLDER: 1 file, 0 DAGs",
        "",
        "a.py (0 DAGs, 0 tasks, 250 ms): ok",
        "",
        "2 checks ok: owner, tags.",
        "Parsed in 0.25 s; the parser held 100 MB, Airflow included.",
        "Everything is in order.",
    ]


@pytest.mark.parametrize(
    ("names", "shown"), [(4, "t0, t1, t2, t3"), (5, "t0, t1, t2, t3 and 1 more"), (6, "t0, t1, t2, t3 and 2 more")]
)
def test_four_are_named_and_the_others_counted(tmp_path, names, shown):
    """Four tasks are named one by one; from the fifth on they are counted, as are DAGs."""
    tasks = [Finding("owner", "a.py", "movies", f"t{number}", "No owner: name one.") for number in range(names)]
    dags = [Finding("owner", "a.py", f"t{number}", "work", "No owner: name one.") for number in range(names)]

    assert f"[movies: {shown}]" in printed(tmp_path, tasks, files=[file_facts("a.py")])[3]
    assert f"[{shown}]" in printed(tmp_path, dags, files=[file_facts("a.py")])[3]
