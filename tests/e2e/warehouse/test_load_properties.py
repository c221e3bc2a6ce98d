"""Whatever is loaded in whatever order, repeated and interrupted, the tables are those of the world."""

from datetime import date

import pytest
from e2e.warehouse import faults
from e2e.warehouse.small_runs import DAILY, LISTS, WEEKLY, SmallRuns, World, movie
from e2e.warehouse.tables import empty, everything, state
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.warehouse.errors import WarehouseError
from tmdb_pipeline.warehouse.load.days import Verdict, Which, load_run, load_runs

DAYS = (date(2024, 1, 7), date(2024, 1, 8), date(2024, 1, 14))
WHICH = [Which(day, dag_id) for day in DAYS for dag_id in (DAILY, WEEKLY)]
#: Genre 4711 is none that anybody knows.
GENRES = st.sampled_from([[18], [27, 18], [], [4711]])
MOVIES = st.builds(
    lambda number, title, popularity, genres: movie(number, title=title, popularity=popularity, genre_ids=genres),
    st.integers(1, 6),
    st.sampled_from(["", "하나", "둘"]),
    st.sampled_from([1.5, 2.5]),
    GENRES,
)


@st.composite
def contents(draw, which):
    """What the lists of a run hold: each movie once a list, and one at least that is good."""
    lists = {
        source: draw(st.lists(MOVIES, max_size=5, unique_by=lambda each: each["id"])) for source in LISTS[which.dag_id]
    }
    for source, movies in lists.items():
        movies.append(movie(100 + len(source), title=draw(st.sampled_from(["끝", "마지막"]))))
    return lists


@st.composite
def plans(draw):
    """What happens, in its order: runs are collected, and loaded, with or without a fault."""
    steps = []
    for _ in range(draw(st.integers(1, 6))):
        which = draw(st.sampled_from(WHICH))
        if draw(st.booleans()) or not steps:
            steps.append(("collect", which, draw(contents(which))))
        steps.append(("load", which, draw(st.none() | st.tuples(st.sampled_from(faults.KINDS), st.integers(1, 40)))))
    return steps


def observed(connection):
    """The same as ``World.observations`` gives, from the table."""
    query = """SELECT run_date, dag_id, source, o.movie_id, rank, title, popularity FROM movie_observations AS o
        JOIN movie_versions USING (version_id) WHERE known_until = 'infinity'"""
    return {*connection.execute(query).fetchall()}


def movies(connection):
    """The same as ``World.movies`` gives, from the tables."""
    query = """SELECT movie_id, title, popularity, first_seen, last_seen, seen_in,
        array(SELECT genre_id FROM movie_genres AS g WHERE g.movie_id = m.movie_id) FROM movies AS m"""
    return {identity: (*rest, {*genres}) for identity, *rest, genres in connection.execute(query).fetchall()}


@pytest.mark.hypothesis
@settings(
    max_examples=max(6, settings.default.max_examples // 20),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],  # an example takes a second: nobody waits for the smallest that fails
)
@given(plan=plans(), shuffled=st.randoms())
def test_any_sequence_ends_in_the_tables_of_the_world(plan, shuffled, address, connection, tmp_path_factory):
    """Collected, loaded, repeated and interrupted in any order: the tables are those of each run once in order."""
    empty(connection)
    runs, world = SmallRuns(Lake(str(tmp_path_factory.mktemp("lake")))), World()
    for step, which, detail in plan:
        if step == "collect":
            runs.write(which.dag_id, which.run_date, detail)
            world.runs[which.run_date, which.dag_id] = detail
        elif detail is None:
            load_run(runs.lake, address, which)
        else:
            before = everything(connection)
            with faults.injected(*detail) as struck:
                try:
                    load_run(runs.lake, address, which)
                except (WarehouseError, faults.Interrupted):
                    assert struck
                    assert everything(connection) == before
    collected = sorted({which for _, which, _ in plan})
    for which in shuffled.sample(collected, len(collected)):
        load_run(runs.lake, address, which)
    verdicts = [outcome.verdict for outcome in load_runs(runs.lake, address, collected)]
    found = state(connection)
    empty(connection)
    list(load_runs(runs.lake, address, collected))

    assert observed(connection) == world.observations()
    assert movies(connection) == world.movies()
    assert found == state(connection)
    assert {*verdicts} <= {Verdict.THERE, Verdict.ABSENT}
