"""The checks of uniqueness."""

from tmdb_pipeline.language import Said
from tmdb_pipeline.warehouse.checks.check import Check, Dimension, Unit
from tmdb_pipeline.warehouse.checks.rules import AtMost
from tmdb_pipeline.warehouse.checks.sql import counted

_NEVER = AtMost(0, 0)

CHECKS = (
    Check(
        name="uniqueness.observations",
        dimension=Dimension.UNIQUENESS,
        subject="movie_observations",
        sql=counted("""
SELECT run_date, dag_id, source, movie_id
FROM tmdb.movie_observations
WHERE known_until = 'infinity'
GROUP BY run_date, dag_id, source, movie_id
HAVING count(*) > 1
"""),
        rule=_NEVER,
        unit=Unit.COUNT,
        said=Said(
            "Movies that are twice on a list of a day: {value}", "같은 날 같은 목록에 두 번 있는 영화가 {value}편입니다"
        ),
        reason="A unique index forbids it: somebody has dropped that, or writes beside the loader.",
    ),
    Check(
        name="uniqueness.ranks",
        dimension=Dimension.UNIQUENESS,
        subject="movie_observations",
        sql=counted("""
SELECT run_date, dag_id, source, rank
FROM tmdb.movie_observations
WHERE known_until = 'infinity'
GROUP BY run_date, dag_id, source, rank
HAVING count(*) > 1
"""),
        rule=_NEVER,
        unit=Unit.COUNT,
        said=Said(
            "Places on a list of a day that two movies hold: {value}",
            "같은 날 같은 목록에서 두 영화가 차지한 순위가 {value}개입니다",
        ),
        reason="A place is where TMDB sent one movie; two on it are a mixture of two collections.",
    ),
    Check(
        name="uniqueness.versions",
        dimension=Dimension.UNIQUENESS,
        subject="movie_versions",
        sql=counted("""
SELECT movie_id
FROM tmdb.movie_versions
GROUP BY movie_id, title, original_title, original_language, overview, release_date, adult, video, poster_path,
    backdrop_path, genre_ids
HAVING count(*) > 1
"""),
        rule=_NEVER,
        unit=Unit.COUNT,
        said=Said("Descriptions of a movie that are there twice: {value}", "두 번 저장된 영화 설명이 {value}개입니다"),
        reason="A description is named by what it says: two equal ones mean that the naming has changed.",
    ),
    Check(
        name="uniqueness.predictions",
        dimension=Dimension.UNIQUENESS,
        subject="predictions",
        sql=counted("""
SELECT day, role
FROM tmdb.predictions
GROUP BY day, role
HAVING count(DISTINCT version) > 1
"""),
        rule=_NEVER,
        unit=Unit.COUNT,
        said=Said(
            "Days on which several versions of the model answered in one role: {value}",
            "한 역할에 모델 버전이 둘 이상 답한 날이 {value}일입니다",
        ),
        reason="Who answers of a day is decided once: two versions are a mixture of two runs.",
    ),
)
