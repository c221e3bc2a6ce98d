"""The cheapest rung: what both DAGs do, by the library alone, in this process, without Airflow."""

from datetime import UTC, date, datetime

from e2e.digest import DAILY, WEEKLY

from tmdb_pipeline.extract.collect import collect
from tmdb_pipeline.extract.sources import genre, popular, top_rated, trending
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.quality.gate import check_run
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import Credential, Settings
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.transform.daily_summary import summarize_day
from tmdb_pipeline.transform.weekly_consolidation import consolidate_week


def run_daily(server, root, day: date) -> None:
    """What the daily DAG does for a day."""
    lake, run, now = Lake(str(root)), Run(DAILY, "library", day), datetime.now(UTC)
    with _client(server) as client:
        files = [
            collect(client, lake, run, source, deduplicate=once_each()).file
            for source in (popular(run, 5), trending(run, "day"))
        ]
    quality = check_run(lake, run, files, thresholds=Thresholds(warn=80, fail=50), now=now, language=Language.KO)
    summarize_day(lake, run, quality.report, now, now)


def run_weekly(server, root, day: date) -> None:
    """What the weekly DAG does for a day."""
    lake, run, now = Lake(str(root)), Run(WEEKLY, "library", day), datetime.now(UTC)
    sources = [*(genre(run, kind, 15) for kind in GENRES), top_rated(run, 20, 7.5)]
    with _client(server) as client:
        files = [collect(client, lake, run, source, deduplicate=once_each()).file for source in sources]
    consolidate_week(lake, run, files, now, deduplicate=once_each())
    check_run(
        lake,
        run,
        [paths.consolidated_file(run)],
        thresholds=Thresholds(warn=80, fail=50),
        now=now,
        language=Language.KO,
    )


def _client(server) -> TmdbClient:
    return TmdbClient(Settings(Credential("read_token", server.fake.read_token), base_url=server.url))
