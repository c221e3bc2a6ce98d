"""The checks of completeness."""

from tmdb_pipeline.dags import DAILY, WEEKLY
from tmdb_pipeline.language import Said
from tmdb_pipeline.warehouse.checks.check import Check, Dimension, Unit
from tmdb_pipeline.warehouse.checks.rules import AtMost
from tmdb_pipeline.warehouse.checks.sql import bound, counted, fragments

_SHARE = """
SELECT (100.0 * count(*) FILTER (WHERE :condition) / nullif(count(*), 0))::float8 AS value
FROM tmdb.movies
"""

#: Pages of the latest run from which movies are missing, of a hundred that were asked for.
_PAGES = """
SELECT (100.0 * sum(pages_missing) / nullif(sum(pages_asked), 0))::float8 AS value
FROM tmdb.collections
WHERE dag_id = :dag_id
    AND run_date = (SELECT max(run_date) FROM tmdb.collections WHERE dag_id = :dag_id)
"""

#: Periods without a run, of those that lie between the first and the latest of the last runs.
_GAPS = """
WITH runs AS (
    SELECT run_date, run_date - lag(run_date) OVER (ORDER BY run_date) AS days
    FROM tmdb.collection_runs
    WHERE dag_id = :dag_id
        AND run_date > (SELECT max(run_date) FROM tmdb.collection_runs WHERE dag_id = :dag_id) - :window
)
SELECT sum(greatest(ceil(days / :period.0) - 1, 0))::float8 AS value
FROM runs
"""


def _share(name: str, condition: str, rule: AtMost, what: Said, reason: str) -> Check:
    return Check(
        name=f"completeness.{name}",
        dimension=Dimension.COMPLETENESS,
        subject="movies",
        sql=fragments(_SHARE, condition=condition),
        rule=rule,
        unit=Unit.PERCENT,
        said=Said(f"{{value}} of the movies have no {what.en}", f"영화의 {{value}}에 {what.ko} 없습니다"),
        reason=reason,
    )


CHECKS = (
    _share(
        "title",
        r"title !~ '\S'",
        AtMost(0, 0),
        Said("title", "제목이"),
        "A record without a title is quarantined, so none gets here but by a fault of ours.",
    ),
    _share(
        "release_date",
        "release_date IS NULL",
        AtMost(10, 30),
        Said("release date", "개봉일이"),
        "TMDB knows the date of nearly every movie that is on a list; where a tenth lack it, TMDB sends it otherwise.",
    ),
    _share(
        "overview",
        r"overview IS NULL OR overview !~ '\S'",
        AtMost(60, 90),
        Said("overview in Korean", "한국어 줄거리가"),
        "About a third lack a translation; nearly all lack it where the language was lost on the way.",
    ),
    _share(
        "genres",
        "genre_ids = '{}'",
        AtMost(10, 30),
        Said("genre", "장르가"),
        "A few movies have none; where many do, TMDB sends the genres in another field.",
    ),
    *(
        Check(
            name=f"completeness.pages.{spec.name}",
            dimension=Dimension.COMPLETENESS,
            subject=spec.id,
            sql=bound(_PAGES, dag_id=spec.id),
            rule=AtMost(0, 20),
            unit=Unit.PERCENT,
            said=Said(
                "Pages of the latest run from which movies are missing: {value}",
                "최근 실행에서 영화가 빠진 페이지는 {value}입니다",
            ),
            reason="Each page that is missing has been asked for several times; a fifth of them is one list in five.",
        )
        for spec in (DAILY, WEEKLY)
    ),
    *(
        Check(
            name=f"completeness.gaps.{spec.name}",
            dimension=Dimension.COMPLETENESS,
            subject=spec.id,
            sql=fragments(bound(_GAPS, dag_id=spec.id), window=window, period=period),
            rule=AtMost(0, alarm),
            unit=Unit.COUNT,
            said=Said(
                f"Runs that are missing in the last {window} days up to the latest one: {{value}}",
                f"최근 실행까지 {window}일 동안 실행이 {{value}}회 빠졌습니다",
            ),
            reason="A day that was missed cannot be collected afterwards, so a few gaps only warn until they are past.",
        )
        for spec, period, window, alarm in ((DAILY, "1", "30", 6), (WEEKLY, "7", "91", 3))
    ),
    Check(
        name="completeness.outcomes",
        dimension=Dimension.COMPLETENESS,
        subject="predictions",
        sql=counted("""
SELECT day
FROM tmdb.predictions
WHERE day BETWEEN (SELECT max(day) FROM tmdb.predictions) - 35 AND (SELECT max(day) FROM tmdb.predictions) - 8
GROUP BY day
HAVING count(outcome) = 0
"""),
        rule=AtMost(3),
        unit=Unit.COUNT,
        said=Said(
            "Days of the last five weeks whose predictions have no outcome, though it is time: {value}",
            "최근 5주 중 때가 지났는데 예측의 결과가 없는 날이 {value}일입니다",
        ),
        reason="An outcome is known a week later, unless the collection of that day was missed.",
    ),
)
