"""# Daily collection of popular and trending movies

Every day at 02:00 in Seoul: collect the popular movies (five pages) and today's trending movies, validate what arrived,
and write a summary of the day.

| task | does | leaves behind, under `raw/` in the data root |
|---|---|---|
| `collect_popular_movies` | `/movie/popular`, pages 1 to 5 | `movies/daily/popular_movies_<date>.json` |
| `collect_trending_movies` | `/trending/movie/day`, page 1 | `movies/trending/trending_movies_<date>.json` |
| `validate_collected_data` | checks every record | `metadata/quality_reports/validation_report_<date>.json`, `.html` |
| | quarantines what is broken | `metadata/quarantine/<date>/tmdb_daily_collection.jsonl` |
| `generate_daily_summary` | publishes `tmdb_daily_movies` | `metadata/daily_summaries/daily_summary_<date>.json` |

`<date>` is the day in Seoul, YYYYMMDD.

* **When a task fails**: what no retry can mend, such as a refused key or a bad setting, fails at once; anything else
  is tried three more times, five minutes apart; a retried collection asks only for the pages that it does not hold
  yet.
* **When quality is low**: under 80 % passed there is a warning, under 50 % the run fails without a retry; the report
  says why.
* **To run a day again**, clear or trigger it: its files are replaced as a whole.
"""

from typing import Annotated, Any, Literal

from airflow.sdk import dag, task
from msgspec import Meta

from tmdb_pipeline.dags import DAILY, Stage
from tmdb_pipeline.extract import sources
from tmdb_pipeline.orchestration import tasks
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.params import Pages, QualityParams, airflow_params
from tmdb_pipeline.orchestration.wiring import dag_arguments, schedule, task_arguments


class DailyParams(QualityParams, frozen=True, kw_only=True):
    """What a run may choose."""

    popular_pages: Annotated[Pages, Meta(description="Pages of 20 popular movies")] = 5
    time_window: Annotated[Literal["day", "week"], Meta(description="Window of the trending movies")] = "day"


@dag(schedule=schedule(DAILY), doc_md=__doc__, params=airflow_params(DailyParams), **dag_arguments(DAILY))
def daily_collection() -> None:
    """Popular and trending movies -> validation -> summary."""

    @task(**task_arguments(DAILY, Stage.COLLECT, "popular"))
    def popular() -> dict[str, Any]:
        """Collect `popular_pages` pages of the popular movies, 20 a page."""
        this = TaskContext.current(DailyParams)
        return tasks.collect(this, sources.popular(this.run, this.params.popular_pages))

    @task(**task_arguments(DAILY, Stage.COLLECT, "trending"))
    def trending() -> dict[str, Any]:
        """Collect the trending movies of the day, or of the week if `time_window` says so."""
        this = TaskContext.current(DailyParams)
        return tasks.collect(this, sources.trending(this.run, this.params.time_window))

    @task(**task_arguments(DAILY, Stage.VALIDATE))
    def validation(collections: list[dict[str, Any]]) -> dict[str, Any]:
        """Validate both collections; write the report and the quarantine; warn or fail below the thresholds."""
        return tasks.validate(TaskContext.current(DailyParams), collections)

    @task(**task_arguments(DAILY, Stage.SUMMARIZE))
    def summary(quality: dict[str, Any]) -> dict[str, Any]:
        """Write the summary of the day and publish the asset `tmdb_daily_movies` with it."""
        return tasks.summarize(TaskContext.current(DailyParams), quality)

    summary(validation([popular(), trending()]))


daily_collection()
