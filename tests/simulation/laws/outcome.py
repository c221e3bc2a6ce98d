"""What the tables must hold at the end, by what the world showed."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import psycopg
from e2e.digest import table_digest, table_query
from simulation.laws.learned import learned
from simulation.laws.manners import manners
from simulation.laws.told import told
from simulation.pipeline import DAILY, HISTORY, WEEKLY
from simulation.witness import LEAST_RATING, Shown
from simulation.year import FIRST_DAY, Year

from tmdb_pipeline.warehouse.checks.run import Finding, run_checks
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.load.days import Verdict, Which, load_runs

_REJECTED = "SELECT dag_id, run_date, movie_id FROM tmdb.quarantined_records"
_PAGES_MISSING = "SELECT dag_id, run_date, source, pages_missing FROM tmdb.collections"
_AGAIN = """
SELECT dag_id, run_date
FROM (
    SELECT dag_id, run_date, checksum, lag(checksum) OVER (PARTITION BY dag_id, run_date ORDER BY load_id) AS before
    FROM tmdb.load_ledger
) AS loads
WHERE checksum = before
"""
_OBSERVED = """
SELECT dag_id, run_date, source, movie_id, popularity, vote_average, vote_count, rank
FROM tmdb.movie_observations WHERE known_until = 'infinity'
"""


class Outcome:
    """What a simulation has come to: ``digest``, in it ``tables``, broken laws in ``wrong``, last ``findings``."""

    def __init__(self, year: Year, days: int) -> None:
        """Look at it."""
        self._year = year
        self._days = [FIRST_DAY + timedelta(days=number) for number in range(days)]
        with connected(year.address) as connection:
            self.tables = _digest(connection)
            self.digest = _digest_of_all(self.tables, Path(year.lake.locate("")))
            self.wrong = [*self._lists(connection), *self._movies(connection), *self._popularity(connection)]
            self.wrong += [*self._quarantine(connection), *self._pages(connection)]
            self.wrong += [
                *self._missing(connection),
                *self._loads(connection),
                *told(year),
                *manners(year),
                *learned(year),
            ]
            self.findings: list[Finding] = run_checks(connection, year.clock.now())
        self.wrong += self._again()

    def _lists(self, connection: psycopg.Connection) -> Iterator[str]:
        """Each run holds what the world showed on its lists when it was collected: every movie, and nothing else."""
        observed: dict[tuple[str, date, str], dict[int, Shown]] = {}
        for dag_id, day, source, movie, *numbers in connection.execute(_OBSERVED):
            observed.setdefault((dag_id, day, source), {})[movie] = Shown(*numbers)
        for (dag_id, day), run in self._year.witness.runs.items():
            for source, shown in run.lists.items():
                held = observed.pop((dag_id, day, source), {})
                wanted = {
                    movie: ways
                    for movie, ways in shown.items()
                    if source != "top_rated" or any(way.vote_average >= LEAST_RATING for way in ways)
                }
                if lost := wanted.keys() - held.keys():
                    yield f"{day}: of {source} {len(lost)} movies are lost, such as {min(lost)}"
                if invented := [movie for movie, has in held.items() if has not in wanted.get(movie, ())]:
                    of = f"{source} of {dag_id}"
                    yield f"{day}: {of} says of {len(invented)} movies what no page said, such as {min(invented)}"
        yield from (f"{day}: {source} of {dag_id} was never collected" for dag_id, day, source in observed)

    def _quarantine(self, connection: psycopg.Connection) -> Iterator[str]:
        """What was sent broken is in quarantine, and nothing else; a list below a rating need not keep it."""
        held = {*connection.execute(_REJECTED)}
        runs = self._year.witness.runs.items()
        sent = {(*key, movie) for key, run in runs for movies in run.broken.values() for movie in movies}
        owed = {
            (*key, movie)
            for key, run in runs
            for source, movies in run.broken.items()
            for movie in movies
            if source != "top_rated"
        }
        yield from (f"{day}: movie {movie} was sent broken, and is not in quarantine" for _, day, movie in owed - held)
        yield from (f"{day}: movie {movie} is in quarantine, and nothing was broken" for _, day, movie in held - sent)

    def _pages(self, connection: psycopg.Connection) -> Iterator[str]:
        """Of each list as many pages are named as missing as were never right."""
        named = {tuple(key): pages for *key, pages in connection.execute(_PAGES_MISSING)}
        for (dag_id, day), run in self._year.witness.runs.items():
            for source, pages in run.never_right.items():
                if named.get((dag_id, day, source)) != len(pages):
                    yield f"{day}: of {source} {len(pages)} pages were never right, and not as many are named"

    def _movies(self, connection: psycopg.Connection) -> Iterator[str]:
        """Every movie that was ever accepted is there, with its first and last day on a list, and as on the last."""
        days: dict[int, list[date]] = {}
        for movie, day in connection.execute(
            "SELECT movie_id, run_date FROM tmdb.movie_observations WHERE known_until = 'infinity'"
        ):
            days.setdefault(movie, []).append(day)
        known = {
            movie: (first, last)
            for movie, first, last in connection.execute("SELECT movie_id, first_seen, last_seen FROM tmdb.movies")
        }
        if wrong := [movie for movie, seen in days.items() if known.get(movie) != (min(seen), max(seen))]:
            yield f"{len(wrong)} movies are missing or have a wrong first or last day, such as {min(wrong)}"
        latest: dict[tuple[int, date], set[tuple[float, int]]] = {}
        for (_, day), run in self._year.witness.runs.items():
            for shown in run.lists.values():
                for movie, ways in shown.items():
                    latest.setdefault((movie, day), set()).update((way.popularity, way.vote_count) for way in ways)
        state = connection.execute("SELECT movie_id, last_seen, popularity, vote_count FROM tmdb.movies")
        if stale := [movie for movie, last, *now in state if tuple(now) not in latest.get((movie, last), ())]:
            yield f"{len(stale)} movies are not as they were on their last day, such as {min(stale)}"
        if more := known.keys() - days.keys():
            yield f"{len(more)} movies were on no list, such as {min(more)}"

    def _popularity(self, connection: psycopg.Connection) -> Iterator[str]:
        """Of each day whose export was had, every known movie has the popularity that it really had."""
        known = {movie for (movie,) in connection.execute("SELECT movie_id FROM tmdb.movies")}
        for day in sorted(day for dag_id, day in self._year.witness.runs if dag_id == HISTORY):
            found = dict(
                connection.execute(
                    "SELECT movie_id, popularity FROM tmdb.movie_popularity WHERE day = %s", [day]
                ).fetchall()
            )
            world = self._year.witness.exported(day)
            wanted = {movie: world[movie] for movie in known & world.keys()}
            if found != wanted:
                wrong = len(found.items() ^ wanted.items())
                yield f"{day}: the popularity of {wrong} movies is not what the export said"

    def _missing(self, connection: psycopg.Connection) -> Iterator[str]:
        """The runs that are not there are those that came to nothing, and no others."""
        there = {*connection.execute("SELECT dag_id, run_date FROM tmdb.collection_runs")}
        there |= {(HISTORY, day) for (day,) in connection.execute("SELECT day FROM tmdb.export_ledger")}
        due = {(dag_id, day) for day in self._days for dag_id in (DAILY, HISTORY)}
        due |= {(WEEKLY, day) for day in self._days if day.weekday() == 6}
        named = {(each.dag_id, each.day) for each in self._year.missing}
        named |= {(dag_id, day) for dag_id, day in self._year.postponed}
        for dag_id, day in sorted(due - there - named):
            yield f"{day}: the run of {dag_id} is missing, and nobody was told"
        for dag_id, day in sorted(named & there):
            yield f"{day}: the run of {dag_id} is there, though it failed"

    def _loads(self, connection: psycopg.Connection) -> Iterator[str]:
        """No run is loaded that is there already."""
        yield from (
            f"{day}: {dag_id} is loaded again though it was there" for dag_id, day in connection.execute(_AGAIN)
        )

    def _again(self) -> Iterator[str]:
        """Loading all runs once more changes nothing."""
        asked = [Which(day, dag_id) for dag_id, day in self._year.witness.runs if dag_id != HISTORY]
        done = list(load_runs(self._year.lake, self._year.address, asked))
        yield from (
            f"{outcome.which.run_date}: loading again {outcome.verdict}"
            for outcome in done
            if outcome.verdict is not Verdict.THERE
        )
        with connected(self._year.address) as connection:
            yield from ["loading again changes the tables"] * (_digest(connection) != self.tables)


def _digest_of_all(tables: str, root: Path) -> str:
    """The digest of the tables and of what was learned; how long an answer took is in an evaluation, and differs."""
    files = sorted([*root.glob("features/*/*/*/*"), *root.glob("models/*/*/model.json")])
    lines = [f"{path.relative_to(root)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]
    return hashlib.sha256("\n".join([tables, *lines]).encode()).hexdigest()


def _digest(connection: psycopg.Connection) -> str:
    return table_digest(line for (line,) in connection.execute(table_query()))
