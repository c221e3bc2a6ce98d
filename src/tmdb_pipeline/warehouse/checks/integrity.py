"""The checks of integrity."""

from tmdb_pipeline.language import Said
from tmdb_pipeline.warehouse.checks.check import Check, Dimension, Unit
from tmdb_pipeline.warehouse.checks.rules import AtMost
from tmdb_pipeline.warehouse.checks.sql import counted


def _disagree(name: str, subject: str, rows: str, said: Said, reason: str, *, alarm: float = 0) -> Check:
    return Check(
        name=f"integrity.{name}",
        dimension=Dimension.INTEGRITY,
        subject=subject,
        sql=counted(rows),
        rule=AtMost(0, alarm),
        unit=Unit.COUNT,
        said=said,
        reason=reason,
    )


CHECKS = (
    _disagree(
        "genre_names",
        "genres",
        """
SELECT DISTINCT mg.genre_id
FROM tmdb.movie_genres AS mg
LEFT JOIN tmdb.genres AS g USING (genre_id)
WHERE g.name IS NULL
""",
        Said("Genres of movies that have no name: {value}", "이름 없는 장르가 {value}개 쓰이고 있습니다"),
        "TMDB has a new genre, or sends ids that are none; a migration gives it a name.",
        alarm=float("inf"),
    ),
    _disagree(
        "genres",
        "movie_genres",
        """
SELECT m.movie_id
FROM tmdb.movies AS m
WHERE array(SELECT DISTINCT unnest(m.genre_ids) ORDER BY 1)
    <> array(SELECT mg.genre_id FROM tmdb.movie_genres AS mg WHERE mg.movie_id = m.movie_id ORDER BY 1)
""",
        Said(
            "Movies that have other genres in movie_genres than in movies: {value}",
            "movies와 movie_genres의 장르가 다른 영화가 {value}편입니다",
        ),
        "The loader writes both at once.",
    ),
    _disagree(
        "versions",
        "movie_observations",
        """
SELECT o.movie_id, o.run_date, o.dag_id, o.source
FROM tmdb.movie_observations AS o
WHERE o.known_until = 'infinity'
    AND NOT EXISTS (SELECT 1 FROM tmdb.movie_versions AS v WHERE v.version_id = o.version_id)
""",
        Said("Observations that have no description: {value}", "설명이 없는 관측이 {value}건입니다"),
        "A description is never deleted, so somebody has.",
    ),
    _disagree(
        "observed_movies",
        "movies",
        """
SELECT DISTINCT o.movie_id
FROM tmdb.movie_observations AS o
WHERE o.known_until = 'infinity'
    AND NOT EXISTS (SELECT 1 FROM tmdb.movies AS m WHERE m.movie_id = o.movie_id)
""",
        Said(
            "Movies that were observed and are not in movies: {value}",
            "관측되었으나 movies에 없는 영화가 {value}편입니다",
        ),
        "The loader writes both in one transaction.",
    ),
    _disagree(
        "unobserved_movies",
        "movies",
        """
SELECT m.movie_id
FROM tmdb.movies AS m
WHERE NOT EXISTS (
    SELECT 1 FROM tmdb.movie_observations AS o WHERE o.movie_id = m.movie_id AND o.known_until = 'infinity'
)
""",
        Said("Movies that are on no list of any day: {value}", "어느 날의 목록에도 없는 영화가 {value}편입니다"),
        "A movie that only a replaced collection had is taken out with that.",
    ),
    _disagree(
        "latest_state",
        "movies",
        """
SELECT m.movie_id
FROM tmdb.movies AS m
WHERE m.last_seen <> (
    SELECT max(o.run_date) FROM tmdb.movie_observations AS o
    WHERE o.movie_id = m.movie_id AND o.known_until = 'infinity'
)
""",
        Said(
            "Movies that were last seen on another day than movies says: {value}",
            "마지막 관측일이 다른 영화가 {value}편입니다",
        ),
        "The latest state is that of the latest observation, also after an older day was loaded late.",
    ),
    _disagree(
        "accepted",
        "collections",
        """
SELECT c.dag_id, c.run_date, c.source
FROM tmdb.collections AS c
WHERE c.movies_accepted <> (
    SELECT count(*) FROM tmdb.movie_observations AS o
    WHERE o.run_date = c.run_date AND o.dag_id = c.dag_id AND o.source = c.source AND o.known_until = 'infinity'
)
""",
        Said(
            "Collections that have another number of movies than they have accepted: {value}",
            "받아들인 영화 수와 관측 수가 다른 수집이 {value}건입니다",
        ),
        "Rows were lost, or are left of an earlier collection of the day.",
    ),
    _disagree(
        "collected",
        "movie_observations",
        """
SELECT run_date, dag_id, source FROM tmdb.movie_observations WHERE known_until = 'infinity'
EXCEPT
SELECT run_date, dag_id, source FROM tmdb.collections
""",
        Said("Lists of a day that belong to no collection: {value}", "수집 기록이 없는 하루치 목록이 {value}개입니다"),
        "The loader writes both in one transaction.",
    ),
    _disagree(
        "ledger",
        "load_ledger",
        """
SELECT dag_id, run_date, l.run_id AS loaded, r.run_id AS held
FROM (
    SELECT DISTINCT ON (dag_id, run_date) dag_id, run_date, run_id
    FROM tmdb.load_ledger
    ORDER BY dag_id, run_date, load_id DESC
) AS l
FULL JOIN tmdb.collection_runs AS r USING (dag_id, run_date)
WHERE l.run_id IS DISTINCT FROM r.run_id
""",
        Said(
            "Runs that are not those that were loaded last for their day: {value}",
            "마지막으로 적재한 것과 다른 실행이 {value}건입니다",
        ),
        "Each load leaves a line in the ledger, in the same transaction.",
    ),
    _disagree(
        "quarantined",
        "quarantined_records",
        """
SELECT r.dag_id, r.run_date
FROM tmdb.collection_runs AS r
WHERE r.records_quarantined <> (
    SELECT count(*) FROM tmdb.quarantined_records AS q WHERE q.dag_id = r.dag_id AND q.run_date = r.run_date
)
""",
        Said(
            "Runs that have another number of records in quarantine than their report counts: {value}",
            "보고서와 격리된 레코드 수가 다른 실행이 {value}건입니다",
        ),
        "What a run rejected is all here, or it cannot be gone through.",
    ),
    _disagree(
        "predictions",
        "predictions",
        """
SELECT day, movie_id
FROM tmdb.predictions
WHERE day IN (SELECT day FROM tmdb.predictions WHERE role = 'challenger')
GROUP BY day, movie_id
HAVING count(*) <> 2 OR count(outcome) = 1 OR count(DISTINCT outcome) > 1
""",
        Said(
            "Movies of a day that not both champion and challenger have answered, or with different outcomes: {value}",
            "챔피언과 도전자의 답이 짝이 맞지 않는 영화가 {value}편입니다",
        ),
        "Both are asked of the same movies, and what came of one has come of both.",
    ),
)
