"""The checks of freshness."""

from tmdb_pipeline.dags import DAILY, WEEKLY
from tmdb_pipeline.language import Said
from tmdb_pipeline.warehouse.checks.check import Check, Dimension, Unit
from tmdb_pipeline.warehouse.checks.rules import AtMost
from tmdb_pipeline.warehouse.checks.sql import bound

#: Hours since a collection last ended. Not since the run date, which is a name: a day may be collected again later.
_AGE = """
SELECT (extract(epoch FROM :now - max(ended_at)) / 3600)::float8 AS value
FROM tmdb.collections
WHERE dag_id = :dag_id
"""

#: Limits in hours, for the report as well.
LIMITS = {DAILY.id: AtMost(26, 50), WEEKLY.id: AtMost(172, 340)}

CHECKS = tuple(
    Check(
        name=f"freshness.{spec.name}",
        dimension=Dimension.FRESHNESS,
        subject=spec.id,
        sql=bound(_AGE, dag_id=spec.id),
        rule=LIMITS[spec.id],
        unit=Unit.HOURS,
        said=Said(
            f"The latest {spec.name} collection ended {{value}} ago",
            f"가장 최근의 {korean} 수집이 끝난 지 {{value}} 지났습니다",
        ),
        reason=reason,
    )
    for spec, korean, reason in (
        (DAILY, "일일", "A day and two hours, which its retries take; an alarm once two days in turn are lost."),
        (WEEKLY, "주간", "A week and four hours, which its retries take; an alarm once two weeks in turn are lost."),
    )
)
