"""A fault for each check: what is done to the tables of a quiet history, and what has to be found."""

from dataclasses import dataclass, field

from e2e.warehouse.history import DAILY, GENRES, WEEKLY

#: What stands for a part of a statement.
PARTS = {
    ":popular": "run_date = :day AND source = 'popular'",
    ":listed": "SELECT movie_id FROM tmdb.movie_observations WHERE run_date = :day AND source = 'popular' "
    "AND known_until = 'infinity'",
    ":first": "SELECT movie_id FROM tmdb.movie_observations WHERE run_date = :day AND source = 'popular' AND rank = 3",
    ":observed": "FROM tmdb.movie_observations AS o WHERE o.movie_id = m.movie_id AND o.known_until = 'infinity'",
    ":version": "decode(md5('other' || movie_id), 'hex')",
    ":weekly": "'tmdb_weekly_comprehensive'",
    ":day": "DATE '2026-11-22'",
}
_FOLLOW = (
    "DELETE FROM tmdb.movies AS m WHERE NOT EXISTS (SELECT :observed)",
    "UPDATE tmdb.movies AS m SET last_seen = (SELECT max(run_date) :observed)",
)


def _shorten(source, rank):
    """Take out of a list what is beyond a rank, as if it had never been there."""
    statement = (
        "UPDATE tmdb.movie_observations SET known_until = known_at + interval '1 s' "
        "WHERE run_date = :day AND source = '{source}' AND rank > {rank}"
    )
    counted = (
        "UPDATE tmdb.collections AS c SET movies_accepted = (SELECT count(*) FROM tmdb.movie_observations AS o WHERE "
        "o.run_date = c.run_date AND o.source = c.source AND o.dag_id = c.dag_id AND o.known_until = 'infinity')"
    )
    return (statement.format(source=source, rank=rank), counted, *_FOLLOW)


def _forget(dag_id, *ages):
    """Take days out of every table."""
    tables = ("movie_observations", "collections", "quarantined_records", "load_ledger", "collection_runs")
    statement = "DELETE FROM tmdb.{table} WHERE dag_id = '{dag_id}' AND run_date = :day - {age}"
    gone = (statement.format(table=table, dag_id=dag_id, age=age) for age in ages for table in tables)
    return (*gone, *_FOLLOW)


def _described(column, value):
    """Give the popular movies of the last day another description than they have on the days before."""
    columns = ["title", "original_title", "original_language", "overview", "release_date", "adult", "video"]
    columns += ["poster_path", "backdrop_path", "genre_ids"]
    given = [value if name == column else name for name in columns]
    statement = (
        "INSERT INTO tmdb.movie_versions (version_id, movie_id, {columns}) "
        "SELECT :version, movie_id, {given} FROM tmdb.movie_versions WHERE movie_id IN (:listed)"
    )
    return (
        statement.format(columns=", ".join(columns), given=", ".join(given)),
        "UPDATE tmdb.movie_observations SET version_id = :version WHERE :popular",
    )


@dataclass(frozen=True)
class Planted:
    """A fault: the check that has to find it, at which level, and which others cannot but see it too."""

    check: str
    level: str
    statements: tuple = field(repr=False)
    also: frozenset = frozenset()
    days_later: float = 0

    def plant(self, connection):
        """Do it to the tables of a quiet history."""
        for statement in self.statements:
            whole = statement
            for name, part in PARTS.items():
                whole = whole.replace(name, part)
            connection.execute(whole.encode())


PLANTED = [
    Planted("completeness.title", "alarm", ("UPDATE tmdb.movies SET title = ' ' WHERE movie_id = (:first)",)),
    Planted(
        "completeness.release_date", "warning", ("UPDATE tmdb.movies SET release_date = NULL WHERE movie_id % 5 = 0",)
    ),
    Planted(
        "completeness.release_date", "alarm", ("UPDATE tmdb.movies SET release_date = NULL WHERE movie_id % 2 = 0",)
    ),
    Planted("completeness.overview", "warning", ("UPDATE tmdb.movies SET overview = ' ' WHERE movie_id % 3 > 0",)),
    Planted("completeness.overview", "alarm", ("UPDATE tmdb.movies SET overview = NULL",)),
    Planted(
        "completeness.genres",
        "warning",
        (
            "UPDATE tmdb.movies SET genre_ids = '{}' WHERE movie_id % 5 = 0",
            "DELETE FROM tmdb.movie_genres WHERE movie_id % 5 = 0",
        ),
    ),
    Planted("completeness.pages.daily", "warning", ("UPDATE tmdb.collections SET pages_missing = 1 WHERE :popular",)),
    Planted(
        "completeness.pages.weekly",
        "alarm",
        ("UPDATE tmdb.collections SET pages_missing = 5 WHERE run_date = :day AND dag_id = :weekly",),
    ),
    Planted(
        "completeness.gaps.daily",
        "warning",
        _forget(DAILY, 9),
    ),
    Planted(
        "completeness.gaps.daily",
        "alarm",
        _forget(DAILY, *range(5, 12)),
    ),
    Planted(
        "completeness.gaps.weekly",
        "warning",
        _forget(WEEKLY, 14),
    ),
    Planted(
        "completeness.outcomes",
        "warning",
        (("UPDATE tmdb.predictions SET outcome = NULL, best_chance = NULL WHERE day BETWEEN :day - 20 AND :day - 17"),),
    ),
    Planted(
        "uniqueness.predictions",
        "alarm",
        ("UPDATE tmdb.predictions SET version = 'other' WHERE day = :day AND role = 'champion' AND movie_id % 2 = 0",),
    ),
    Planted(
        "integrity.predictions",
        "alarm",
        ("DELETE FROM tmdb.predictions WHERE day = :day AND role = 'champion' AND movie_id IN (:first)",),
    ),
    Planted(
        "integrity.predictions",
        "alarm",
        ("UPDATE tmdb.predictions SET outcome = NOT outcome WHERE day = :day - 8 AND role = 'challenger'",),
    ),
    Planted(
        "integrity.predictions",
        "alarm",
        ("UPDATE tmdb.predictions SET outcome = NULL WHERE day = :day - 8 AND role = 'challenger'",),
    ),
    Planted(
        "uniqueness.observations",
        "alarm",
        (
            "DROP INDEX tmdb.movie_observations_current",
            (
                "INSERT INTO tmdb.movie_observations SELECT movie_id, run_date, dag_id, source, 500, popularity, "
                "vote_average, vote_count, version_id, page_file, page_index, known_at, known_until, load_id "
                "FROM tmdb.movie_observations WHERE :popular AND rank = 3"
            ),
        ),
        frozenset({"integrity.accepted"}),
    ),
    Planted("uniqueness.ranks", "alarm", ("UPDATE tmdb.movie_observations SET rank = 3 WHERE :popular AND rank < 9",)),
    Planted(
        "uniqueness.versions",
        "alarm",
        (
            (
                "INSERT INTO tmdb.movie_versions SELECT decode(md5(''), 'hex'), movie_id, title, original_title, "
                "original_language, overview, release_date, adult, video, poster_path, backdrop_path, genre_ids "
                "FROM tmdb.movie_versions LIMIT 1"
            ),
        ),
    ),
    Planted("integrity.genre_names", "warning", ("UPDATE tmdb.genres SET name = NULL WHERE genre_id = 27",)),
    Planted("integrity.genres", "alarm", ("DELETE FROM tmdb.movie_genres WHERE movie_id = (:first)",)),
    Planted("integrity.versions", "alarm", ("DELETE FROM tmdb.movie_versions WHERE movie_id = (:first)",)),
    Planted("integrity.observed_movies", "alarm", ("DELETE FROM tmdb.movies WHERE movie_id = (:first)",)),
    Planted(
        "integrity.unobserved_movies",
        "alarm",
        (
            (
                "INSERT INTO tmdb.movies (movie_id, title, genre_ids, first_seen, last_seen, seen_in) "
                "VALUES (1, '없는 영화', '{}', :day, :day, 'popular')"
            ),
        ),
    ),
    Planted(
        "integrity.latest_state",
        "alarm",
        ("UPDATE tmdb.movies SET last_seen = last_seen - 1 WHERE movie_id = (:first)",),
    ),
    Planted("integrity.accepted", "alarm", ("UPDATE tmdb.collections SET movies_accepted = 7 WHERE :popular",)),
    Planted("integrity.collected", "alarm", ("DELETE FROM tmdb.collections WHERE run_date = :day - 9",)),
    Planted(
        "integrity.ledger", "alarm", ("UPDATE tmdb.load_ledger SET run_id = 'manual__1' WHERE run_date = :day - 9",)
    ),
    Planted("integrity.ledger", "alarm", ("DELETE FROM tmdb.load_ledger WHERE run_date = :day - 9",)),
    Planted("integrity.quarantined", "alarm", ("DELETE FROM tmdb.quarantined_records",)),
    Planted("freshness.daily", "warning", (), days_later=1.25),
    Planted("freshness.daily", "alarm", (), days_later=2.5),
    Planted(
        "freshness.weekly",
        "warning",
        ("UPDATE tmdb.collections SET ended_at = ended_at - interval '8 days' WHERE dag_id = :weekly",),
    ),
    Planted(
        "freshness.weekly",
        "alarm",
        ("UPDATE tmdb.collections SET ended_at = ended_at - interval '15 days' WHERE dag_id = :weekly",),
    ),
    *(
        Planted(
            f"volume.daily.{source}",
            level,
            _shorten(source, rank),
        )
        for source, level, rank in (
            ("popular", "warning", 70),
            ("popular", "alarm", 40),
            ("trending", "warning", 14),
            ("trending", "alarm", 6),
        )
    ),
    *(
        Planted(
            f"volume.weekly.{source}",
            "alarm",
            _shorten(source, 12),
        )
        for source in (*GENRES, "top_rated")
    ),
    Planted("drift.genres", "alarm", _described("genre_ids", "'{10770}'")),
    Planted("drift.languages", "alarm", _described("original_language", "'xx'")),
    Planted(
        "drift.votes",
        "alarm",
        ("UPDATE tmdb.movie_observations SET vote_average = vote_average / 2 WHERE :popular",),
    ),
    Planted(
        "drift.popularity",
        "warning",
        ("UPDATE tmdb.movie_observations SET popularity = 3 * popularity WHERE :popular",),
    ),
    Planted(
        "drift.popularity",
        "alarm",
        ("UPDATE tmdb.movie_observations SET popularity = popularity / 9 WHERE :popular",),
    ),
]
