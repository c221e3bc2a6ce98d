import io
import re
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from rich.console import Console
from support import HeldClock

from tmdb_pipeline.demo.airflow_home import Event
from tmdb_pipeline.demo.past.trained import Trained
from tmdb_pipeline.demo.progress import Result, print_model, print_results, print_stats, print_tables, watching
from tmdb_pipeline.demo.run_stats import TableStats, TaskStats
from tmdb_pipeline.observability.messages import Retry

AT = datetime(2024, 1, 1, 0, 5, tzinfo=UTC)
REFUSED = Event("failed", "first", 1.0, cause="TMDB [refused] the key.")


@pytest.fixture(autouse=True)
def _in_seoul(monkeypatch):
    """The reader's clock shows the time of Seoul."""
    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def recorded():
    return Console(file=io.StringIO(), width=100, color_system=None)


def terminal(width=60):
    """A terminal of so many columns."""
    return Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None, _environ={})


def shown(console):
    """The lines that were written to a terminal, without its control sequences."""
    text = re.sub(r"\x1b\[[^a-zA-Z]*[a-zA-Z]", "", console.file.getvalue())
    return [line.rstrip() for line in text.replace("\r", "\n").split("\n")]


def test_each_task_is_a_line_with_its_own_time():
    """A task's time runs from when it really began, not from when Airflow began to build its API for it."""
    console = recorded()

    with watching(console, "a_dag") as watch:
        watch(Event("started", "first", 0.0))
        watch(Event("running", "", 6.0))
        watch(Event("info", "first: page [/1] of 5", 6.5))
        watch(Event("ended", "first", 7.25))
        watch(Event("started", "second", 7.5))
        watch(Event("running", "", 8.0))
        watch(Event("ended", "second", 8.5))

    assert console.file.getvalue() == "a_dag\n  + first 1.2 s\n  + second 0.5 s\n"
    assert watch.seconds == {"first": 1.25, "second": 0.5}
    assert watch.done == ["first", "second"]


def test_warnings_and_errors_are_shown_as_they_are():
    """What a person should know is printed whole, brackets included, which are no markup."""
    console = recorded()

    with watching(console, "a_dag [/x]") as watch:
        watch(Event("warning", "page [3] is in [/bold] trouble", 1.0))
        watch(Event("error", "it [red]failed", 2.0))

    assert console.file.getvalue() == ("a_dag [/x]\n  ! page [3] is in [/bold] trouble\n  x it [red]failed\n")


def test_failed_task_does_not_look_like_one_that_is_done():
    """It has a mark of its own, and its cause; a cause that has been said is not said again."""
    console = recorded()

    with watching(console, "a_dag") as watch:
        watch(REFUSED)
        watch(Event("ended", "first", 1.0))
        watch(Event("failed", "second", 1.0, cause=REFUSED.cause))
        watch(Event("ended", "second", 1.0))
        watch(Event("ended", "third", 1.0))

    assert console.file.getvalue().splitlines()[1:] == [
        "  x first 1.0 s: TMDB [refused] the key.",
        "  x second 1.0 s: the same.",
        "  + third 1.0 s",
    ]
    assert watch.done == ["third"]


def test_task_that_waits_looks_like_neither():
    """It says that it will be tried again, at which time on the reader's clock, and which retry that is."""
    console = recorded()

    with watching(console, "a_dag") as watch:
        watch(Event("running", "", 0.0))
        watch(Event("retry", "first", 2.0, cause="The disk is full.", retry=Retry(1, 3, AT)))
        watch(Event("ended", "first", 2.0))
        watch(Event("started", "first", 302.0))
        watch(Event("running", "", 302.0))
        watch(Event("ended", "first", 303.0))

    assert console.file.getvalue().splitlines()[1:] == [
        "  ~ first 2.0 s: The disk is full. Retry 1 of 3 at 09:05:00.",
        "  + first 1.0 s",
    ]
    assert watch.seconds == {"first": 3.0}
    assert watch.done == ["first"]


def test_terminal_counts_down_to_the_next_retry():
    """While nothing runs, the line at the bottom says how long it is to the first retry, anew each time it is drawn."""
    clock, console = HeldClock(), terminal(100)
    waits = {"second": AT + timedelta(hours=1), "first": AT}

    def line():
        drawn = recorded()
        drawn.print(watch._status.renderable)
        return " ".join(drawn.file.getvalue().split()[1:])

    with watching(console, "a_dag", clock) as watch:
        for task, at in waits.items():
            watch(Event("retry", task, 0.0, cause="no", retry=Retry(1, 3, at)))
            watch(Event("ended", task, 0.0))
        before = line()
        clock.sleep(59.5)
        after = line()
        watch(Event("started", "first", 0.0))
        running = line()
        watch(Event("ended", "first", 0.0))
        then = line()
        watch(Event("started", "second", 0.0))
        watch(Event("ended", "second", 0.0))
        last = line()
        clock.sleep(9_999)
        watch(Event("retry", "third", 0.0, cause="no", retry=Retry(1, 3, AT)))
        watch(Event("ended", "third", 0.0))
        late = line()

    assert before == "first is tried again at 09:05:00, in 0:05:00"
    assert after == "first is tried again at 09:05:00, in 0:04:01"
    assert running == "a_dag: first"
    assert then == "second is tried again at 10:05:00, in 1:04:01"
    assert last == "a_dag"
    assert late == "third is tried again at 09:05:00, in 0:00:00"


def test_what_goes_on_is_one_line():
    """However narrow the terminal and long the message, brackets and all, what goes on right now takes one line."""
    with watching(terminal(), "a_dag") as watch:
        watch(Event("info", "[/bold] word " * 30, 0.0))
        drawn = terminal()
        drawn.print(watch._status.renderable)

    (line,) = [line for line in shown(drawn) if line]
    assert "a_dag: [/bold] word" in line
    assert len(line) <= 60


def test_long_line_is_wrapped_under_its_beginning():
    """On a terminal the mark stands alone at the left; a file gets the line as one."""
    narrow, wide = terminal(), recorded()
    for console in (narrow, wide):
        with watching(console, "a_dag") as watch:
            watch(Event("warning", "word " * 15 + "w" * 60, 0.0))

    lines = [line for line in shown(narrow) if "w" in line]
    assert lines[0].startswith("  ! word word")
    assert len(lines) > 2
    assert all(line.startswith("    w") for line in lines[1:])
    assert wide.file.getvalue().splitlines()[1] == "  ! " + "word " * 15 + "w" * 60


@pytest.mark.parametrize("width", [80, 95, 96, 200])
def test_table_is_whole_at_80_columns(width):
    """Nothing of the longest line is cut or wrapped where a terminal is as narrow as they come."""
    console = Console(file=io.StringIO(), width=width, color_system=None)
    longest = "collect_science_fiction_movies"

    print_stats(console, "a_week", [TaskStats(longest, 500, 10_000, 1_000, 9_000, 8_000)], {longest: 999.9})

    lines = [line.split() for line in console.file.getvalue().splitlines() if line.strip(" ─")]
    assert lines[1][:-1] == ["task", "pages", "received", "dropped", "accepted", "quarantined"]
    assert lines[1][-1] in {"seconds", "secs"}
    assert lines[2:] == [[longest, "500", "10,000", "1,000", "9,000", "8,000", "999.9"]]


def test_table_has_blanks_where_nothing_is_counted():
    """Counts have separators, and a task that counts nothing leaves its cells empty."""
    console = recorded()

    print_stats(
        console,
        "a_dag of 2024-01-07",
        [
            TaskStats("collect", pages=15, received=1300, dropped=3, accepted=1297, quarantined=0),
            TaskStats("validate", received=1298, accepted=1290, quarantined=8),
            TaskStats("end"),
        ],
        {"collect": 0.84, "validate": 12.0},
    )

    lines = console.file.getvalue().splitlines()
    cells = [line.split() for line in lines]
    assert ["task", "pages", "received", "dropped", "accepted", "quarantined", "seconds"] in cells
    assert ["collect", "15", "1,300", "3", "1,297", "0", "0.8"] in cells
    assert ["validate", "1,298", "1,290", "8", "12.0"] in cells
    assert ["end", "0.0"] in cells
    edges = {
        line.index(word) + len(word) for line, word in zip(lines[2:], ["accepted", "", "1,297", "1,290"], strict=False)
    }
    assert len(edges - {0}) == 1


def test_tables_are_told_with_their_rows():
    """A row for each table: how much is in it, and what that is."""
    console = recorded()

    print_tables(console, "Tables", [TableStats("movies", 1932, "A movie"), TableStats("genres", 19, "A genre")])

    lines = [line.split() for line in console.file.getvalue().splitlines()]
    assert ["movies", "1,932", "A", "movie"] in lines
    assert ["genres", "19", "A", "genre"] in lines


@pytest.mark.parametrize(
    ("best", "skill", "told", "possible"),
    [(0.0645, 0.823, ["0.071", "0.82"], ["0.065", "1.00"]), (None, None, ["0.071", "the"], ["not", "known"])],
)
def test_model_is_told_between_what_is_simple_and_what_is_possible(best, skill, told, possible):
    """A row for each prediction, with its score and its skill, if they are known, on a line of 80 columns each."""
    console = Console(file=io.StringIO(), width=80)
    day = date(2024, 1, 1)
    trained = Trained(day - timedelta(days=1), day, 0.2014, 0.0981, 0.0712, best, skill, True, [], {}, "card.md")  # noqa: FBT003

    print_model(console, trained)

    lines = console.file.getvalue().splitlines()
    rows = [line.split() for line in lines]
    assert lines[0].strip() == "Popular in a week? A model of 2 invented days to 2024-01-01"
    assert ["base", "rate", "0.201", "how", "often", "it", "was", "so"] in rows
    assert ["persistence", "0.098", "0.00", "the", "place", "on", "the", "list"] in rows
    assert ["this", "model", *told] in [row[:4] for row in rows]
    assert ["best", "possible", *possible] in [row[:4] for row in rows]


def test_results_are_told_as_they_are_seen_from_here(tmp_path, monkeypatch):
    """Lines of one name stand below each other, places below the current folder without it, none of them wrapped."""
    monkeypatch.chdir(tmp_path)
    console = recorded()
    long = "/elsewhere/" + "x" * 120

    print_results(console, [Result("Daily", ["passed", f"{tmp_path}/out/[x].html"]), Result("Files", [long])])

    assert console.file.getvalue().splitlines() == [
        "",
        "Daily      passed",
        "           out/[x].html",
        f"Files      {long}",
    ]


@pytest.mark.parametrize(
    ("said", "coloured"), [("ok (3 ok)", "\x1b[32mok"), ("a okay", "a okay"), ("alarm", "\x1b[31malarm")]
)
def test_verdicts_have_their_colour(said, coloured):
    """The verdict, where a line begins with one, is seen at a glance."""
    console = Console(file=io.StringIO(), width=100, force_terminal=True, color_system="standard", _environ={})

    print_results(console, [Result("Daily", [said])])

    assert coloured in console.file.getvalue()
