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

from datetime import timedelta
from typing import Any

import pendulum
from airflow.sdk import CronTriggerTimetable, Param, dag, task

from tmdb_pipeline.extract.sources import popular, trending
from tmdb_pipeline.orchestration import tasks
from tmdb_pipeline.orchestration.assets import DAILY_MOVIES, publish
from tmdb_pipeline.orchestration.hook import POOL


@dag(
    dag_id="tmdb_daily_collection",
    dag_display_name="TMDB 일일 수집",
    description="Popular and trending movies of the day, validated and summarised",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["tmdb", "data-collection", "daily"],
    default_args=tasks.task_defaults(retries=3, retry_delay=timedelta(minutes=5)),
    params={
        "popular_pages": Param(5, type="integer", minimum=1, maximum=500, description="Pages of 20 popular movies"),
        "time_window": Param("day", enum=["day", "week"], description="Window of the trending movies"),
        **tasks.quality_params(),
    },
)
def tmdb_daily_collection() -> None:
    """Popular and trending movies -> validation -> summary."""

    @task(task_display_name="인기 영화 수집", pool=POOL, multiple_outputs=False)
    def collect_popular_movies() -> dict[str, Any]:
        """Collect `popular_pages` pages of the popular movies, 20 a page."""
        run, params = tasks.this_run()
        return tasks.collect(run, params, popular(run, int(params["popular_pages"])))

    @task(task_display_name="트렌딩 영화 수집", pool=POOL, multiple_outputs=False)
    def collect_trending_movies() -> dict[str, Any]:
        """Collect the trending movies of the day, or of the week if `time_window` says so."""
        run, params = tasks.this_run()
        return tasks.collect(run, params, trending(run, params["time_window"]))

    @task(task_display_name="수집 데이터 검증", multiple_outputs=False)
    def validate_collected_data(collections: list[dict[str, Any]]) -> dict[str, Any]:
        """Validate both collections; write the report and the quarantine; warn or fail below the thresholds."""
        run, params = tasks.this_run()
        return tasks.validate(run, params, [collection["file"] for collection in collections])

    @task(task_display_name="일일 요약 생성", outlets=[DAILY_MOVIES], multiple_outputs=False)
    def generate_daily_summary(quality: dict[str, Any]) -> dict[str, Any]:
        """Write the summary of the day and publish the asset `tmdb_daily_movies` with it."""
        run, _ = tasks.this_run()
        summary = tasks.summarize(run, quality)
        publish(DAILY_MOVIES, summary)
        return summary

    generate_daily_summary(validate_collected_data([collect_popular_movies(), collect_trending_movies()]))


tmdb_daily_collection()
