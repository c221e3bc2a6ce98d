"""Reports of a warehouse for tests, made without one."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tmdb_pipeline.dags import DAILY, WAREHOUSE_QUALITY, WEEKLY
from tmdb_pipeline.run import Run
from tmdb_pipeline.warehouse.report.document import WarehouseReport, build
from tmdb_pipeline.warehouse.report.facts import (
    Facts,
    FindingRow,
    Freshness,
    GenreShare,
    LevelCount,
    MoviesOfDay,
    PassRate,
    PopularMovie,
    Table,
    Totals,
)

DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=ZoneInfo("Asia/Seoul"))
RUN = Run(WAREHOUSE_QUALITY.id, "manual__1", DAY)


def finding(name="completeness.overview", level="ok", observed=25.0, lower=None, upper=60.0, message="Fine."):
    """What a check found."""
    return FindingRow(
        name=name,
        dimension=name.split(".")[0],
        subject="movies",
        level=level,
        observed=observed,
        lower_limit=lower,
        upper_limit=upper,
        message=message,
        statement=f"SELECT '{name}'",
    )


def pass_rate(days_ago, dag_id=DAILY.id, rate=98.5):
    """The pass rate of a run."""
    day = DAY - timedelta(days=days_ago)
    return PassRate(
        run_date=day,
        dag_id=dag_id,
        pass_rate=rate,
        records_validated=200,
        records_passed=197,
        verdict="passed",
        report_file=f"raw/metadata/quality_reports/validation_report_{day:%Y%m%d}.json",
    )


def popular_movie(rank=1, title="지어낸 영화", popularity=100.0, average=7.5, votes=1200):
    """A movie of the popular list."""
    return PopularMovie(
        rank=rank,
        movie_id=10 * rank,
        title=title,
        popularity=popularity,
        vote_average=average,
        vote_count=votes,
        page_file="raw/pages/page_001.json",
        page_index=rank - 1,
    )


def freshness(source="popular", hours=2.0, dag_id=DAILY.id):
    """When a list was collected."""
    return Freshness(dag_id=dag_id, source=source, run_date=DAY, ended_at=NOW - timedelta(hours=hours), hours=hours)


def report(*findings, **tables) -> WarehouseReport:
    """A report with these findings, and these rows in its tables instead of a few."""
    levels = [row.level for row in findings]
    rows = {
        "levels": [LevelCount(level, levels.count(level)) for level in sorted({*levels})],
        "findings": [*findings],
        "totals": [Totals(movies=1234, observations=5678, quarantined=9, runs=60, first_day=DAY, last_day=DAY)],
        "movies_a_day": [MoviesOfDay(DAY, DAILY.id, 110), MoviesOfDay(DAY, WEEKLY.id, 2345)],
        "pass_rates": [pass_rate(1), pass_rate(0), pass_rate(0, WEEKLY.id, 99.5)],
        "genre_shares": [GenreShare("드라마", "Drama", 500, 40.5), GenreShare("SF", "SF", 100, 8.1)],
        "popular": [popular_movie(), popular_movie(2, popularity=50.0)],
        "freshness": [freshness(), freshness("horror", 1.0, WEEKLY.id)],
    } | tables
    facts = {name: Table(name, each) for name, each in rows.items()}
    return build(RUN, NOW, Facts(**facts, queries={name: f"SELECT '{name}'" for name in rows}))
