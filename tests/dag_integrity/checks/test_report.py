import io
from pathlib import Path

import pytest
from dag_facts import dag_facts, file_facts
from rich.console import Console

from dag_integrity.check import Check, Finding
from dag_integrity.config import Level
from dag_integrity.facts import Folder, ImportFault
from dag_integrity.lint import Result, verdicts_of
from dag_integrity.reports.text import notes, show, shown

CHECKS = [
    Check("owner", "Somebody must be asked.", lambda folder, config: iter(()), level=Level.ADVICE),
    Check("tags", "It is not found.", lambda folder, config: iter(())),
]


def finding(message="No owner: name one.", *, check="owner", dag_id="", task_id="", line=3, level=Level.ERROR, **more):
    """A finding in a.py."""
    return Finding(check, more.get("file", "a.py"), dag_id, task_id, message, "/dags/a.py", line, level)


def printed(findings, *, files=(), not_asked=(), width=120, color=False, **facts):
    """The whole report, line by line, blank ends cut off."""
    out = io.StringIO()
    folder = Folder(path=Path("/dags"), files=list(files), megabytes=99.6, airflow="3.3.2", **facts)
    result = Result([folder], verdicts_of(findings), CHECKS)
    show(Console(file=out, width=width, no_color=not color, force_terminal=color or None), result, not_asked)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_report_as_a_whole():
    """Problems first, by place; then why, what is to be known of the folder, what was judged, and the sum."""
    findings = [
        finding("No [bold]owner[/]: name one.", dag_id="movies", task_id="one"),
        finding("No [bold]owner[/]: name one.", dag_id="movies", task_id="two"),
        finding("No file's owner: name one.", line=12, level=Level.ADVICE),
    ]
    files = [file_facts("a.py"), file_facts("b.py", faults=[ImportFault(message="NameError: x", path="/dags/b.py")])]

    assert printed(findings, files=files, not_asked={"zone", "pools"}) == [
        "/dags/a.py",
        "   3  error   owner  No [bold]owner[/]: name one. [movies: one, two]",
        "  12  advice  owner  No file's owner: name one.",
        "",
        "Why:",
        "  owner  Somebody must be asked.",
        "",
        "Read, but without a DAG: a.py.",
        "Judged: 1 file, 0 DAGs, 0 tasks by 2 checks; not judged: 1 file.",
        "Not asked: pools, zone.",
        "Parsed by Airflow 3.3.2 in 0.50 s; a file's process held up to 100 MB, Airflow included.",
        "1 error, 1 of advice in 1 file.",
    ]


def test_report_on_a_good_folder_as_a_whole():
    """Nothing is said but what was judged."""
    dag = dag_facts("movies")

    assert printed([], files=[file_facts("a.py", dags=[dag])]) == [
        "Judged: 1 file, 1 DAG, 0 tasks by 2 checks.",
        "Parsed by Airflow 3.3.2 in 0.25 s; a file's process held up to 100 MB, Airflow included.",
        "Nothing found.",
    ]


def test_colours_are_there_only_where_they_are_asked_for():
    """Without them no escape is printed."""
    assert "\x1b" not in "".join(printed([finding()]))
    assert "\x1b[1;31merror" in "".join(printed([finding()], color=True))


def test_text_fits_the_terminal():
    """Long messages are wrapped beside the columns."""
    lines = printed([finding("No owner here: " + "name one " * 30)], width=60)

    assert max(map(len, lines)) <= 60
    assert sum("name one" in line for line in lines) > 4


@pytest.mark.parametrize(
    ("names", "listed"), [(4, "t0, t1, t2, t3"), (5, "t0, t1, t2, t3 and 1 more"), (6, "t0, t1, t2, t3 and 2 more")]
)
def test_four_are_named_and_the_others_counted(names, listed):
    """Four tasks are named one by one; from the fifth on they are counted, as are DAGs and files."""
    tasks = [finding(dag_id="movies", task_id=f"t{number}") for number in range(names)]
    dags = [finding(dag_id=f"t{number}", task_id="work") for number in range(names)]
    files = [finding(file=f"t{number}") for number in range(names)]

    assert f"[movies: {listed}]" in printed(tasks)[1]
    assert f"[{listed}]" in printed(dags)[1]
    assert f"(in {names} DAG files)" in printed(files)[1]


def test_errors_come_before_warnings_and_files_stay_together():
    """The file with the worst verdict is the first, with all that it has."""
    findings = [
        Finding("owner", "a.py", "", "", "A: b.", "/dags/a.py", 1, Level.WARNING),
        Finding("owner", "b.py", "", "", "A: b.", "/dags/b.py", 9, Level.ERROR),
        Finding("owner", "b.py", "", "", "A: b.", "/dags/b.py", 2, Level.WARNING),
    ]

    starts = [line.split()[0] for line in printed(findings)[:6] if line]
    assert starts == ["/dags/b.py", "9", "2", "/dags/a.py", "1"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"skipped": {"x.py": "why"}}, "Airflow does not read x.py (why)."),
        ({"beside": {"/plugins": ["acme"]}}, "acme may be what lies in /plugins: set PYTHONPATH=/plugins."),
        (
            {"files": [file_facts(stubs=["acme.hooks", "acme"])]},
            "Judged with stand-ins for acme, which are not installed",
        ),
        (
            {"files": [file_facts(faults=[ImportFault(message="m", missing="acme")]) for _ in range(2)]},
            "Missing here: acme (2 files). Files that need them are not judged.",
        ),
        (
            {"files": [file_facts(stubs=[f"airflow.providers.{name}" for name in ("cncf", "cncf.kubernetes", "ssh")])]},
            "Judged with stand-ins for apache-airflow-providers-cncf-kubernetes, apache-airflow-providers-ssh, which",
        ),
        (
            {"files": [file_facts(faults=[ImportFault(message="m", missing="airflow.providers.google.cloud")])]},
            "Missing here: apache-airflow-providers-google (1 file). Files that need them are not judged.",
        ),
        (
            {"files": [file_facts(faults=[ImportFault(message="m", missing="airflow.providers.apache")])]},
            "Missing here: airflow.providers.apache (1 file). Files that need them are not judged.",
        ),
        (
            {"files": [file_facts(faults=[ImportFault(message="m", stand_in="acme.Hook")])]},
            "Not judged, since they fail on a stand-in: some.py (acme.Hook). Install what lacks.",
        ),
        (
            {"files": [file_facts(faults=[ImportFault(message="m", refused=True)])]},
            "Not judged, since they fail on what was refused them: some.py. Do it inside a task.",
        ),
    ],
)
def test_what_a_reader_must_know_of_a_folder(facts, said):
    """What was not read, what lacks and where it may lie, and what was made up, each once."""
    line, *_ = notes(Folder(**{"path": Path("/dags"), "files": [], "megabytes": 0.0, **facts}))

    assert line.startswith(said)


def test_paths_are_shown_from_here(monkeypatch, tmp_path):
    """As short as they can be, and whole where they lie elsewhere."""
    monkeypatch.chdir(tmp_path)

    assert shown(str(tmp_path / "dags" / "a.py")) == "dags/a.py"
    assert shown("/dags/a.py") == "/dags/a.py"
