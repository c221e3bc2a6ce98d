"""The checks of volume."""

from tmdb_pipeline.dags import COLLECTIONS, DAILY, Stage
from tmdb_pipeline.language import Said
from tmdb_pipeline.warehouse.checks.check import Check, Dimension, Unit
from tmdb_pipeline.warehouse.checks.rules import NearMedian
from tmdb_pipeline.warehouse.checks.sql import bound

#: Movies of the latest run, beside those of the 14 before it that asked for as many pages.
_MOVIES = """
WITH runs AS (
    SELECT c.pages_asked, o.movies, row_number() OVER (ORDER BY c.run_date DESC) AS age
    FROM tmdb.collections AS c
    CROSS JOIN LATERAL (
        SELECT count(*) AS movies FROM tmdb.movie_observations AS o
        WHERE o.run_date = c.run_date AND o.dag_id = c.dag_id AND o.source = c.source AND o.known_until = 'infinity'
    ) AS o
    WHERE c.dag_id = :dag_id AND c.source = :source
        AND c.run_date > (SELECT max(run_date) FROM tmdb.collections WHERE dag_id = :dag_id) - 200
), latest AS (
    SELECT * FROM runs WHERE age = 1
), earlier AS (
    SELECT runs.movies FROM runs JOIN latest USING (pages_asked) WHERE runs.age > 1 ORDER BY runs.age LIMIT 14
), middle AS (
    SELECT count(*) AS runs, percentile_cont(0.5) WITHIN GROUP (ORDER BY movies) AS median FROM earlier
)
SELECT
    latest.movies::float8 AS value, middle.runs, middle.median,
    (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(movies - middle.median)) FROM earlier) AS mad
FROM latest, middle
"""
#: A list is so many pages of 20. A quarter of the daily one is more than a page of five.
_DAILY_RULE = NearMedian(warn=0.25, alarm=0.5, least=7)
_WEEKLY_RULE = NearMedian(warn=0.25, alarm=0.5, least=4)

CHECKS = tuple(
    Check(
        name=f"volume.{spec.name}.{task.source}",
        dimension=Dimension.VOLUME,
        subject=f"{spec.id}/{task.source}",
        sql=bound(_MOVIES, dag_id=spec.id, source=str(task.source)),
        rule=_DAILY_RULE if spec is DAILY else _WEEKLY_RULE,
        unit=Unit.COUNT,
        said=Said(
            f"Movies on the latest list {task.source}: {{value}}", f"최근 {task.source} 목록의 영화는 {{value}}편입니다"
        ),
        reason="A list is so many pages of 20, so it hardly scatters. Runs that asked for other pages are left out.",
    )
    for spec in COLLECTIONS
    for task in spec.tasks
    if task.stage is Stage.COLLECT
)
