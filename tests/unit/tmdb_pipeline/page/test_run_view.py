from datetime import date, timedelta

from e2e.warehouse.small_runs import SmallRuns
from e2e.warehouse.small_runs import movie as small
from quarantines import BAD, GOOD, MOVIES, RUN, reject
from unit.tmdb_pipeline.page.pages import DAILY, DAY, WEEKLY, asked, of_lake, run_facts

from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.page.facts.run_view import read_run_view
from tmdb_pipeline.page.facts.runs import read_runs
from tmdb_pipeline.page.facts.sources import Sources


def view(sources, dag_id=DAILY, day=DAY):
    return read_run_view(sources, read_runs(sources, asked()), dag_id, day)


def test_a_run_and_its_lists(tmp_path):
    """What its report and its files say: lists with their pages, and rejected records by rule."""
    told = view(of_lake(reject(tmp_path, [BAD, *GOOD])))

    assert told.run.run_id == RUN.run_id
    assert told.report.total_movies_validated == 3
    ((source, file),) = [(each.source, each.file) for each in told.collections]
    assert (source, file) == ("popular", MOVIES)
    assert told.rejected_by_rule == [("vote_average.range", 1)]
    assert told.load is None


def test_a_week_is_told_by_its_lists(tmp_path):
    """The consolidated file of a week leads to the lists that it was made of; one that is gone is left out."""
    lake = Lake(str(tmp_path))
    runs = SmallRuns(lake)
    runs.write(WEEKLY, DAY, {"horror": [small(1)], "top_rated": [small(2), small(3)]})
    assert [(each.source, each.movies) for each in view(of_lake(lake), WEEKLY).collections] == [
        ("horror", 1),
        ("top_rated", 2),
    ]

    lake.delete("raw/movies/genre/horror_20240107.json")
    assert [each.source for each in view(of_lake(lake), WEEKLY).collections] == ["top_rated"]


def test_list_of_an_earlier_version(tmp_path):
    """A file that does not name its list is called by its type."""
    lake = Lake(str(tmp_path))
    SmallRuns(lake).write(DAILY, DAY, {"popular": [small(1)], "trending": [small(1)]}, origins=False)

    assert [each.source for each in view(of_lake(lake)).collections] == ["daily_popular", "daily_trending"]


def test_neighbours(tmp_path):
    """A run leads to the run of its DAG before it and to the one after it."""
    lake = Lake(str(tmp_path))
    runs = SmallRuns(lake)
    days = [DAY - timedelta(days=age) for age in (5, 3, 0)]
    for day in days:
        runs.write(DAILY, day, {"popular": [small(1)], "trending": [small(1)]})
    told = [view(of_lake(lake), day=day) for day in days]

    assert [(each.earlier, each.later) for each in told] == [
        (None, days[1]),
        (days[0], days[2]),
        (days[1], None),
    ]


def test_run_that_is_not_there(tmp_path):
    """Of a day without a run nothing is told."""
    assert view(of_lake(reject(tmp_path, [*GOOD])), day=date(2024, 1, 6)).run is None


def test_run_of_which_only_the_warehouse_knows(tmp_path):
    """Where the report is gone, or there is no lake, the figures stay, and the rest is left out."""
    known = [run_facts(quarantined=0)]

    for sources in (of_lake(Lake(str(tmp_path))), Sources(lake=None, address=None)):
        told = read_run_view(sources, known, DAILY, DAY)
        assert (told.run, told.report, told.collections) == (known[0], None, [])
        assert sources.troubles == []
