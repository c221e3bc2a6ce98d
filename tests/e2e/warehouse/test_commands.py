"""``tmdb-pipeline load`` and ``tmdb-pipeline warehouse``: what they do, and what they say."""

import re
from datetime import date, timedelta

import pytest
from e2e.warehouse.small_runs import DAILY, WEEKLY, movie

from tmdb_pipeline import interrupts
from tmdb_pipeline.cli import program, requirements
from tmdb_pipeline.lake import operations
from tmdb_pipeline.warehouse.schema.migrate import grant, migrate
from tmdb_pipeline.warehouse.schema.roles import OWNER, READER

FIRST, SECOND = date(2024, 1, 7), date(2024, 1, 8)
BOTH = ("--from", "2024-01-07", "--to", "2024-01-08")


@pytest.fixture
def command(monkeypatch, capsys, postgres, database, runs):
    """Run a command against an empty warehouse and the lake of ``runs``: status, output and errors."""
    monkeypatch.setattr(interrupts, "listen", lambda: None)
    monkeypatch.setenv("TMDB_WAREHOUSE_URL", postgres.url(database, "postgresql"))
    monkeypatch.setenv("TMDB_DATA_ROOT", runs.lake.locate(""))

    def run(*arguments):
        status = program.main(arguments)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def two_days(runs):
    """A daily and a weekly run of a day, and a daily one of the next."""
    runs.write(DAILY, FIRST, {"popular": [movie(1), movie(2)], "trending": [movie(3, title="")]})
    runs.write(WEEKLY, FIRST, {"horror": [movie(4)], "top_rated": [movie(2)]})
    runs.write(DAILY, SECOND, {"popular": [movie(1)], "trending": [movie(2, popularity=1.0)]})


def table(text):
    """The cells of the lines of a table, seconds left out."""
    return [re.split(r"\s{2,}", line.strip())[:-1] for line in text.splitlines() if re.match(r"2\d\d\d-", line)]


def test_load_says_what_came_of_each_run(command, two_days):
    """A line a day and DAG, with the numbers of movies where something was loaded."""
    status, out, err = command("load", *BOTH)

    assert (status, err) == (0, "")
    assert table(out) == [
        ["2024-01-07", "daily", "loaded", "2", "2", "0", "0", "0"],
        ["2024-01-07", "weekly", "loaded", "2", "1", "1", "0", "0"],
        ["2024-01-08", "daily", "loaded", "2", "0", "2", "0", "0"],
    ]
    assert out.splitlines()[-1] == "3 runs loaded"
    status, out, err = command("load", *BOTH, "--dag", "daily")
    assert (status, err) == (0, "")
    assert table(out) == [["2024-01-07", "daily", "there already"], ["2024-01-08", "daily", "there already"]]
    assert out.splitlines()[-1] == "0 runs loaded, 2 there already"


def test_run_in_the_place_of_an_earlier_one_is_said(command, two_days, runs):
    """A day that was collected anew is not one more, also where it brought the same movies."""
    command("load", *BOTH)
    runs.write(DAILY, FIRST, {"popular": [movie(1), movie(2)], "trending": [movie(3, title="")]})
    runs.write(DAILY, SECOND, {"popular": [movie(5)], "trending": [movie(2, popularity=1.0)]})

    status, out, err = command("load", *BOTH)

    assert (status, err) == (0, "")
    assert [line[:3] for line in table(out)] == [
        ["2024-01-07", "daily", "replaced"],
        ["2024-01-07", "weekly", "there already"],
        ["2024-01-08", "daily", "replaced"],
    ]
    assert out.splitlines()[-1] == "0 runs loaded, 2 replaced, 1 there already"


def test_who_only_reads_is_told_who_loads(command, two_days, as_role, monkeypatch):
    """Signed in as tmdb_reader, a load changes nothing, and the sentence names the role that may."""
    migrate(as_role(OWNER))
    grant(as_role(OWNER))
    reader = as_role(READER)
    where = f"{reader.user}:{reader.password}@{reader.host}:{reader.port}/{reader.database}"
    monkeypatch.setenv("TMDB_WAREHOUSE_URL", f"postgresql://{where}")

    status, _, err = command("load", *BOTH)

    assert status == 1
    assert "permission denied" in err
    assert "Sign in as another role by TMDB_WAREHOUSE_URL (tmdb_owner makes tables, tmdb_loader loads them)" in err


def test_head_of_the_table_says_what_was_counted(command, two_days):
    """Observations are told from movies, and each count has its word."""
    _, out, _ = command("load", *BOTH)

    above, below = (line.split() for line in out.splitlines()[:2])
    assert above == ["observations", *["movies"] * 4]
    assert below == ["day", "dag", "verdict", "added", "inserted", "updated", "unchanged", "deleted", "seconds"]


@pytest.mark.parametrize(("options", "lines"), [([], 3), (["--all-days"], 2 * 366)])
def test_days_without_a_run_are_counted(command, two_days, options, lines):
    """A year of which two days were collected has a line for each run; for each day too where that is asked for."""
    status, out, _ = command("load", "--from", "2024-01-01", "--to", "2024-12-31", *options)

    assert status == 0
    assert len(table(out)) == lines
    assert out.splitlines()[-1] == "3 runs loaded, 364 days without a run"


def test_load_of_a_damaged_run_goes_on_and_fails(command, two_days, runs):
    """The others are loaded; the sentence about the damage comes last, and the status is 1."""
    runs.lake.delete(f"raw/metadata/quarantine/20240107/{DAILY}.jsonl")

    status, out, err = command("load", *BOTH)

    assert status == 1
    assert [line[2] for line in table(out)] == ["refused", "loaded", "loaded"]
    assert out.splitlines()[-1] == "2 runs loaded, 1 refused"
    assert "tmdb_daily_collection.jsonl is not there" in err


def test_load_of_today(command, monkeypatch, runs):
    """Without dates it is today; a lake without runs is no failure, and the line says where there is none."""
    monkeypatch.setattr(requirements, "today", lambda: SECOND)
    runs.lake.write("anything", b"")

    assert command("load") == (0, f"0 runs loaded, 1 day without a run: there is none in {runs.lake.locate('')}\n", "")


def test_data_root_elsewhere_is_no_folder_of_this_machine(command, monkeypatch):
    """Of a bucket or another store the lake says what is in it."""
    monkeypatch.setenv("TMDB_DATA_ROOT", "memory://nothing")

    status, out, err = command("load", *BOTH)

    assert (status, err) == (0, "")
    assert out.startswith("0 runs loaded, 2 days without a run: there is none in memory://nothing")


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_data_root_that_is_no_folder_is_refused(command, monkeypatch, tmp_path, kind):
    """A slip in TMDB_DATA_ROOT is no lake without runs: what to set is said, and nothing is begun."""
    root = tmp_path / "dtaa"
    if kind == "file":
        root.touch()
    monkeypatch.setenv("TMDB_DATA_ROOT", str(root))

    status, out, err = command("load")

    assert (status, out) == (2, "")
    assert err == (
        f"There is no folder {root}, so nothing can be loaded from it: set TMDB_DATA_ROOT to the folder or bucket that "
        "the DAGs have collected into, such as data or s3://bucket/prefix.\n"
    )


@pytest.mark.parametrize(
    ("url", "arguments", "sentence"),
    [
        ("", ["load"], "TMDB_WAREHOUSE_URL is not set, so nobody knows where the warehouse is: set it to"),
        ("", ["load"], "postgresql://tmdb_loader:PASSWORD@127.0.0.1:5432/tmdb_warehouse."),
        ("", ["warehouse", "status"], "postgresql://tmdb_reader:PASSWORD@127.0.0.1:5432/tmdb_warehouse."),
        *(
            (url, ["warehouse", *action], "postgresql://tmdb_owner:PASSWORD@127.0.0.1:5432/tmdb_warehouse.")
            for url in ("", "mysql://a:geheim@b/c")
            for action in (["migrate"], ["grant"], ["downgrade", "base"])
        ),
        ("mysql://a:geheim@b/c", ["warehouse", "status"], "TMDB_WAREHOUSE_URL is no address of a Postgres database"),
        (
            None,
            ["load", "--from", "2024-01-08", "--to", "2024-01-07"],
            "The first day, 2024-01-08, comes after the last",
        ),
    ],
)
def test_what_is_to_be_set_is_said(command, monkeypatch, url, arguments, sentence):
    """Nothing is begun, the status is 2, and no password is shown."""
    if url is not None:
        monkeypatch.setenv("TMDB_WAREHOUSE_URL", url)

    status, _, err = command(*arguments)

    assert status == 2
    assert sentence in err
    assert "geheim" not in err


def test_warehouse_that_cannot_be_had(command, monkeypatch, postgres, two_days):
    """One sentence that says what is not there and how it is made, and status 1."""
    monkeypatch.setenv("TMDB_WAREHOUSE_URL", f"postgresql://postgres:postgres@127.0.0.1:{postgres.port}/nowhere")

    status, out, err = command("load", *BOTH)

    assert (status, out) == (1, "")
    assert err == (
        f"The warehouse TMDB_WAREHOUSE_URL (postgres at 127.0.0.1:{postgres.port}/nowhere) refuses to sign in: "
        'database "nowhere" does not exist. Mend TMDB_WAREHOUSE_URL, or make the database with tmdb-pipeline '
        "warehouse create.\n"
    )


@pytest.mark.parametrize("action", ["migrate", "grant", "status"])
def test_server_that_is_not_there(command, monkeypatch, action):
    """The sentence is one for every command: it speaks of no load, and repeats nothing of the driver's."""
    monkeypatch.setenv("TMDB_WAREHOUSE_URL", "postgresql://tmdb_owner:x@127.0.0.1:1/tmdb_warehouse")

    status, out, err = command("warehouse", action)

    assert (status, out) == (1, "")
    assert err == (
        "The warehouse TMDB_WAREHOUSE_URL (tmdb_owner at 127.0.0.1:1/tmdb_warehouse) does not answer, or the "
        "connection was lost: Connection refused. Nothing is left half done; see whether the server runs, then run "
        "again.\n"
    )


def test_tables_are_taken_back_made_and_shown(command, two_days):
    """Downgrade, migrate, migrate again, grant, status before and after a load."""
    at = re.compile(r"TMDB_WAREHOUSE_URL \(postgres at 127\.0\.0\.1:\d+/warehouse_\d+\)")

    def say(*arguments):
        status, out, err = command(*arguments)
        return status, at.sub("HERE", out + err)

    assert say("warehouse", "downgrade", "base") == (0, "The tables of the warehouse HERE are of version base again.\n")
    status, said = say("warehouse", "status")
    assert (status, said) == (
        1,
        "The warehouse HERE has no tables yet: make them with tmdb-pipeline warehouse migrate.\n",
    )
    assert say("warehouse", "migrate")[1].startswith("The tables of the warehouse HERE are now of version 0")
    assert say("warehouse", "migrate")[1].startswith("The tables of the warehouse HERE are already of version 0")
    assert say("warehouse", "grant") == (
        1,
        (
            "Nobody but its owner may use the warehouse HERE, since its server has neither tmdb_loader nor "
            "tmdb_reader: make them with tmdb-pipeline warehouse create, then run grant again.\n"
        ),
    )
    assert say("warehouse", "status")[1].splitlines()[1:] == ["0 movies, 0 rejected records"]
    command("load", *BOTH)
    _, said = say("warehouse", "status")
    assert "4 movies, 1 rejected records" not in said
    assert "3 movies, 1 rejected records" in said
    assert re.search(r"daily +2 +2024-01-07 +2024-01-08 +\d{4}-", said)
    assert re.search(r"weekly +1 +2024-01-07 +2024-01-07 +\d{4}-", said)


def test_grant_says_who_may_use_the_tables(command, monkeypatch, as_role):
    """By name, once the roles are there."""
    owner = as_role(OWNER)
    place = f"{owner.host}:{owner.port}/{owner.database}"
    monkeypatch.setenv("TMDB_WAREHOUSE_URL", f"postgresql://{owner.user}:{owner.password}@{place}")
    command("warehouse", "migrate")

    status, out, _ = command("warehouse", "grant")

    assert status == 0
    assert out == f"The warehouse TMDB_WAREHOUSE_URL ({OWNER} at {place}) may be used by tmdb_loader and tmdb_reader.\n"


def test_commands_are_noted(command, two_days, runs):
    """Who made, loaded and took back the tables is in the log of operations; who only looked is not."""
    command("load", *BOTH, "--dag", "daily")
    command("warehouse", "status")
    command("warehouse", "migrate")
    command("warehouse", "grant")
    command("warehouse", "downgrade", "base")
    command("warehouse", "status")

    today = requirements.today()
    done = operations.noted(runs.lake, today - timedelta(days=1), today)[::-1]
    assert [each.action for each in done] == ["load", "migrate", "grant", "downgrade"]
    assert [each.outcome for each in done] == ["done", "done", "failed", "done"]
    assert done[0].subject == "2024-01-07 2024-01-08 daily"
    assert done[3].subject.endswith(") base")
    assert done[3].subject.startswith("TMDB_WAREHOUSE_URL (")
