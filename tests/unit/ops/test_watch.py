import io

from rich.console import Console

from tmdb_pipeline.ops.account import TaskAccount
from tmdb_pipeline.ops.airflow_home import Event
from tmdb_pipeline.ops.watch import Watch, print_account, watching


def recorded():
    return Console(file=io.StringIO(), width=100, color_system=None)


def test_each_task_is_a_line_with_its_own_time():
    """A task's time runs from when it really began, not from when Airflow began to build its API for it."""
    console = recorded()

    with watching(console, "a_dag") as watch:
        watch(Event("started", "first", 0.0))
        watch(Event("running", "", 6.0))
        watch(Event("info", "first: page 1 of 5", 6.5))
        watch(Event("ended", "first", 7.25))

    assert console.file.getvalue() == "a_dag\n  + first 1.2 s\n"
    assert watch.seconds == {"first": 1.25}


def test_warnings_and_errors_are_shown_as_they_are():
    """What a person should know is printed whole, brackets included."""
    console = recorded()

    with watching(console, "a_dag") as watch:
        watch(Event("warning", "page [3] of [red] is [/] in trouble", 1.0))
        watch(Event("error", "it failed", 2.0))

    assert console.file.getvalue() == "a_dag\n  ! page [3] of [red] is [/] in trouble\n  x it failed\n"


class Recorded:
    """Stands in for the line that moves on a terminal."""

    def __init__(self):
        self.lines = []

    def update(self, line):
        self.lines.append(line)


def test_what_goes_on_right_now_stands_beside_the_title():
    """On a terminal the moving line tells the task that has begun, then what it says; not what is printed anyway."""
    status = Recorded()
    watch = Watch(recorded(), status, "a_dag")
    for kind, text in (
        ("started", "first"),
        ("running", ""),
        ("info", "page 1 of 5"),
        ("warning", "x"),
        ("ended", "first"),
    ):
        watch(Event(kind, text, 1.0))

    assert status.lines == ["a_dag: first", "a_dag: page 1 of 5"]


def test_account_is_a_table_with_blanks_where_nothing_is_counted():
    """Counts have separators, and a task that counts nothing leaves its cells empty."""
    console = recorded()

    print_account(
        console,
        "a_dag of 2024-01-07",
        [TaskAccount("collect", asked=15, received=1300, dropped=3, accepted=1295, quarantined=2), TaskAccount("end")],
        {"collect": 0.84},
    )

    lines = [line.split() for line in console.file.getvalue().splitlines()]
    assert ["task", "pages", "received", "dropped", "accepted", "quarantined", "seconds"] in lines
    assert ["collect", "15", "1,300", "3", "1,295", "2", "0.8"] in lines
    assert ["end", "0.0"] in lines
