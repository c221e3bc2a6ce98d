"""The checks of the warehouse, on invented histories: silent where nothing is wrong, loud where one thing is."""

import os
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from e2e.library import run_daily, run_weekly
from e2e.warehouse.history import NOW, History
from e2e.warehouse.planted import PLANTED

from fake_tmdb.faults.fault import Fault
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.checks.catalogue import CHECKS
from tmdb_pipeline.warehouse.checks.run import keep, run_checks
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.errors import WarehouseRefused
from tmdb_pipeline.warehouse.load import days
from tmdb_pipeline.warehouse.schema.migrate import migrate
from tmdb_pipeline.warehouse.schema.roles import LOADER, OWNER, READER

#: How many quiet histories are tried. Of 200 none of 7,600 judgements was anything but ok.
QUIET = int(os.environ.get("QUIET_HISTORIES", "6"))
_NUMBERS = count(1)


def levels(found):
    """The levels of checks that are not ok, by name."""
    return {finding.check.name: str(finding.level) for finding in found if finding.level != "ok"}


@pytest.fixture(scope="session")
def quiet_template(postgres, warehouse_template):
    """A database with a quiet history in it, for others to copy."""
    postgres.create("quiet_history", template=warehouse_template)
    with connected(Address.from_url("the test", postgres.url("quiet_history", "postgresql"))) as connection:
        History().write(connection)
    return "quiet_history"


@pytest.fixture
def quiet(postgres, quiet_template):
    """A connection to a copy of it, which the test may break."""
    name = f"quiet_{next(_NUMBERS)}"
    url = postgres.create(name, template=quiet_template).replace("+psycopg2", "")
    with connected(Address.from_url("the test", url)) as connection:
        yield connection
    postgres.rows("postgres", f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.parametrize("seed", range(QUIET))
def test_nothing_is_said_of_a_quiet_history(connection, seed):
    """Sixty days of movies that come and go, with a few rejected ones each day, are judged and found in order."""
    History(seed).write(connection)

    assert levels(run_checks(connection, NOW)) == {}


def test_empty_warehouse_is_not_judged(connection):
    """Before anything is loaded there is nothing to judge, and no alarm."""
    found = run_checks(connection, NOW)

    assert {finding.level for finding in found} == {"not_judged"}
    assert {finding.message for finding in found if finding.value is None} >= {
        "Not judged: there is nothing to measure yet."
    }


@pytest.mark.parametrize("days", [1, 2, 6])
def test_young_warehouse_raises_no_alarm(connection, days):
    """With too few runs to compare with, what is compared with earlier runs is not judged; the rest is, and is ok."""
    History(days=days).write(connection)

    found = run_checks(connection, NOW)

    compared = {check.name for check in CHECKS if check.dimension in {"volume", "drift"}}
    assert levels(found) == dict.fromkeys(compared, "not_judged")
    (volume,) = (finding for finding in found if finding.check.name == "volume.daily.popular")
    assert volume.message.endswith(
        f"{days - 1} earlier {'run' if days == 2 else 'runs'} to compare with, 7 are needed."
    )


@pytest.mark.parametrize("planted", PLANTED, ids=[f"{planted.check}-{planted.level}" for planted in PLANTED])
def test_planted_fault_is_found(quiet, planted):
    """The check of a fault finds it, at the level that it deserves, and no other check is alarmed without a reason."""
    planted.plant(quiet)

    found = levels(run_checks(quiet, NOW + timedelta(days=planted.days_later)))

    assert found.pop(planted.check) == planted.level
    assert {name for name, level in found.items() if level != "not_judged"} == planted.also


def test_each_check_has_a_planted_fault():
    """Whoever adds a check shows what trips it."""
    assert {planted.check for planted in PLANTED} == {check.name for check in CHECKS}


def test_run_that_asks_for_other_pages_is_no_fault(quiet):
    """A list of ten pages is not compared with lists of five: it is not judged until there are seven like it."""
    quiet.execute("UPDATE tmdb.collections SET pages_asked = 2 WHERE run_date = '2026-11-22' AND source = 'popular'")

    assert levels(run_checks(quiet, NOW)) == {"volume.daily.popular": "not_judged"}


def test_odd_run_among_the_earlier_ones_changes_nothing(quiet):
    """A bad day does not move the median: the good day after it is ok."""
    quiet.execute(
        "UPDATE tmdb.movie_observations SET known_until = known_at + interval '1 s' "
        "WHERE run_date = '2026-11-20' AND source = 'popular' AND rank > 10"
    )

    (volume,) = (f for f in run_checks(quiet, NOW) if f.check.name == "volume.daily.popular")

    assert volume.level == "ok"


def test_findings_are_kept_with_their_queries(quiet):
    """A row for each check says what was found; its query gives that again; a second try replaces the rows."""
    quiet.execute("UPDATE tmdb.movies SET overview = NULL")
    found = run_checks(quiet, NOW)

    keep(quiet, "manual__1", NOW, found)
    keep(quiet, "manual__1", NOW, found)

    rows = quiet.execute(
        "SELECT check_name, checked_at, dimension, subject, level, observed, lower_limit, upper_limit, message, query "
        "FROM tmdb.quality_runs WHERE run_id = 'manual__1' ORDER BY check_name"
    ).fetchall()
    assert [row[0] for row in rows] == sorted(check.name for check in CHECKS)
    for name, at, *_, observed, _, _, _, query in rows:
        assert at == NOW
        assert quiet.execute(query.encode()).fetchone()[0] == pytest.approx(observed), name
    (overview,) = (row for row in rows if row[0] == "completeness.overview")
    assert overview[2:9] == (
        "completeness",
        "movies",
        "alarm",
        100.0,
        None,
        60.0,
        "100% of the movies have no overview in Korean. At most 60% would be ok.",
    )


def test_loader_may_check_and_reader_may_not_write(as_role):
    """Checks only read, and the role that loads may keep what they find; the role that reads may not."""
    migrate(as_role(OWNER))
    with connected(as_role(LOADER)) as connection:
        keep(connection, "manual__1", NOW, run_checks(connection, NOW))
    with connected(as_role(READER)) as connection:
        found = run_checks(connection, NOW)

    with pytest.raises(WarehouseRefused, match="permission denied"), connected(as_role(READER)) as connection:
        keep(connection, "manual__2", NOW, found)


def test_what_the_loader_has_written_is_in_order(lake_of_a_day, address, connection):
    """A daily and a weekly run against the fake, loaded for real: what can be judged of one day is ok."""
    which = days.asked_for(date(2024, 1, 7), date(2024, 1, 7))
    assert {outcome.verdict for outcome in days.load_runs(lake_of_a_day, address, which)} == {"loaded"}

    found = run_checks(connection, datetime.now(UTC))

    compared = {check.name for check in CHECKS if check.dimension in {"volume", "drift"}}
    assert levels(found) == dict.fromkeys(compared, "not_judged")


def test_rejected_records_are_no_fault(tmdb, tmp_path, address, connection):
    """Broken records in both runs are in quarantine, and counted there: the tables agree about them."""
    broken = {"results.0.vote_average": 11.0, "results.1.title": "", "results.2.id": None}
    tmdb.fake.faults = [Fault(path="/*/*", page=1, times=3, set=broken)]
    run_daily(tmdb, tmp_path, date(2024, 1, 7))
    run_weekly(tmdb, tmp_path, date(2024, 1, 7))
    for outcome in days.load_runs(Lake(str(tmp_path)), address, days.asked_for(date(2024, 1, 7), date(2024, 1, 7))):
        assert outcome.verdict == "loaded"

    found = run_checks(connection, datetime.now(UTC))

    (rejected,) = connection.execute("SELECT count(*) FROM tmdb.quarantined_records").fetchone()
    assert rejected >= 9
    assert {*levels(found).values()} == {"not_judged"}
