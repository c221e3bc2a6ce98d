"""The checks of drift, asked of the popular movies of a day: other lists are short, or chosen by a kind."""

from tmdb_pipeline.dags import DAILY
from tmdb_pipeline.language import Said
from tmdb_pipeline.warehouse.checks.check import Check, Dimension, Unit
from tmdb_pipeline.warehouse.checks.rules import StableShares, WithinFactor
from tmdb_pipeline.warehouse.checks.sql import bound, fragments

_REASON = "0.1 and 0.25 are what is usual for this index; below what chance does to a hundred movies nothing is said."

#: Population stability index of the latest run against the 28 before. Kinds with under 5 % there are taken together.
_INDEX = """
WITH days AS (
    SELECT run_date, row_number() OVER (ORDER BY run_date DESC) AS age
    FROM tmdb.collections
    WHERE dag_id = :dag_id AND source = 'popular'
), listed AS (
    SELECT d.age = 1 AS is_latest, o.movie_id, :label AS label
    FROM days AS d
    JOIN tmdb.movie_observations AS o ON o.run_date = d.run_date AND o.dag_id = :dag_id AND o.source = 'popular'
        AND o.known_until = 'infinity'
    JOIN tmdb.movie_versions AS v USING (version_id)
    :kinds
    WHERE d.age <= 29
), counts AS (
    SELECT label, count(*) FILTER (WHERE is_latest) AS latest, count(*) FILTER (WHERE NOT is_latest) AS earlier
    FROM listed
    GROUP BY label
), frequent AS (
    SELECT CASE WHEN earlier >= 0.05 * sum(earlier) OVER () THEN label ELSE 'other' END AS label, latest, earlier
    FROM counts
), kinds AS (
    SELECT sum(latest) + 0.5 AS latest, sum(earlier) + 0.5 AS earlier FROM frequent GROUP BY label
), shares AS (
    SELECT latest / sum(latest) OVER () AS latest, earlier / sum(earlier) OVER () AS earlier FROM kinds
)
SELECT
    sum((latest - earlier) * ln(latest / earlier))::float8 AS value,
    (SELECT count(*) FROM days WHERE age BETWEEN 2 AND 29) AS runs,
    (SELECT count(DISTINCT movie_id) FROM listed WHERE is_latest) AS sample,
    (SELECT count(DISTINCT movie_id) FROM listed WHERE NOT is_latest) AS reference,
    count(*) AS categories
FROM shares
"""

#: Median popularity of the latest run, and of those before it.
_POPULARITY = """
WITH days AS (
    SELECT run_date, row_number() OVER (ORDER BY run_date DESC) AS age
    FROM tmdb.collections
    WHERE dag_id = :dag_id AND source = 'popular'
), medians AS (
    SELECT d.age, percentile_cont(0.5) WITHIN GROUP (ORDER BY o.popularity) AS popularity
    FROM days AS d
    JOIN tmdb.movie_observations AS o ON o.run_date = d.run_date AND o.dag_id = :dag_id AND o.source = 'popular'
        AND o.known_until = 'infinity'
    WHERE d.age <= 29
    GROUP BY d.age
)
SELECT
    max(popularity) FILTER (WHERE age = 1) AS value,
    count(*) FILTER (WHERE age > 1) AS runs,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY popularity) FILTER (WHERE age > 1) AS median
FROM medians
"""


def _index(name: str, label: str, what: Said, kinds: str = "") -> Check:
    sql = bound(fragments(_INDEX, label=label, kinds=kinds), dag_id=DAILY.id)
    return Check(
        name=f"drift.{name}",
        dimension=Dimension.DRIFT,
        subject=f"{DAILY.id}/popular",
        sql="\n".join(line for line in sql.splitlines() if line.strip()),
        rule=StableShares(),
        unit=Unit.NUMBER,
        said=Said(
            f"The {what.en} of the popular movies differ from the last four weeks by an index of {{value}}",
            f"인기 영화의 {what.ko} 지난 4주와 다른 정도(PSI)는 {{value}}입니다",
        ),
        reason=_REASON,
    )


CHECKS = (
    _index(
        "genres",
        "genre_id::text",
        Said("genres", "장르가"),
        "CROSS JOIN LATERAL unnest(v.genre_ids) AS of_movie (genre_id)",
    ),
    _index("languages", "coalesce(v.original_language, '')", Said("languages", "원어가")),
    _index(
        "votes",
        "CASE WHEN o.vote_count > 0 THEN floor(o.vote_average)::text ELSE 'none' END",
        Said("averages of the votes", "평점이"),
    ),
    Check(
        name="drift.popularity",
        dimension=Dimension.DRIFT,
        subject=f"{DAILY.id}/popular",
        sql=bound(_POPULARITY, dag_id=DAILY.id),
        rule=WithinFactor(warn=2, alarm=5, least=14),
        unit=Unit.NUMBER,
        said=Said(
            "The median popularity of the popular movies is {value}", "인기 영화의 인기도 중앙값은 {value}입니다"
        ),
        reason="TMDB has changed the scale of its popularity before: whatever compares days is wrong from then on.",
    ),
)
