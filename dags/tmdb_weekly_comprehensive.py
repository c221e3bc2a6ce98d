"""# Weekly collection by genre and rating

Every Sunday at 03:00 in Seoul: collect eight genres (15 pages each) and the top rated movies (20 pages, average at
least 7.5), bring them together with each movie once, validate the result and publish it.

| task | does | leaves behind, in the data root |
|---|---|---|
| `start_weekly_collection` | checks that there is a key, and room for a file | nothing |
| `collect_<genre>_movies` | `/discover/movie`, one genre | `raw/movies/genre/<genre>_<date>.json` |
| `collect_top_rated_movies` | `/movie/top_rated` | `raw/movies/weekly/top_rated_<date>.json` |
| `consolidate_weekly_data` | each movie once | `processed/weekly/consolidated_week_<week>_<date>.json` |
| `validate_weekly_data` | checks every record | `raw/metadata/quality_reports/validation_report_weekly_<date>.*` |
| | quarantines what is broken | `raw/metadata/quarantine/<date>/tmdb_weekly_comprehensive.jsonl` |
| `end_weekly_collection` | publishes `tmdb_weekly_movies` | nothing |

`<date>` is the day in Seoul, YYYYMMDD; `<week>` is the ISO week.

* **When a task fails**: what no retry can mend, such as a refused key or a bad setting, fails at once; anything else
  is tried two more times, ten minutes apart; a retried collection asks only for the pages that it does not hold
  yet.
* **When quality is low**: under 80 % passed there is a warning, under 50 % the run fails without a retry; the report
  says why.
* **To run a week again**, clear or trigger it: its files are replaced as a whole.
"""

from datetime import timedelta
from typing import Any

import pendulum
from airflow.sdk import CronTriggerTimetable, Param, dag, task

from tmdb_pipeline.extract.sources import genre, top_rated
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.orchestration import tasks
from tmdb_pipeline.orchestration.assets import WEEKLY_MOVIES, publish
from tmdb_pipeline.orchestration.hook import POOL


@dag(
    dag_id="tmdb_weekly_comprehensive",
    dag_display_name="TMDB 주간 종합 수집",
    description="Eight genres and the top rated movies, consolidated and validated",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 3 * * 0", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["tmdb", "data-collection", "weekly", "comprehensive"],
    default_args=tasks.task_defaults(retries=2, retry_delay=timedelta(minutes=10)),
    params={
        "genre_pages": Param(15, type="integer", minimum=1, maximum=500, description="Pages of 20 movies for a genre"),
        "top_rated_pages": Param(20, type="integer", minimum=1, maximum=500, description="Pages of top rated movies"),
        "min_rating": Param(7.5, type="number", minimum=0, maximum=10, description="Least average of top rated movies"),
        **tasks.quality_params(),
    },
)
def tmdb_weekly_comprehensive() -> None:
    """Eight genres and the top rated -> consolidation -> validation."""

    @task(task_display_name="주간 수집 시작", multiple_outputs=False)
    def start_weekly_collection() -> dict[str, Any]:
        """Check that there is a key, that the settings can be used, and that the data root has room for a file."""
        run, _ = tasks.this_run()
        return tasks.preflight(run)

    @task(pool=POOL, multiple_outputs=False)
    def collect_genre_movies(index: int) -> dict[str, Any]:
        """Collect `genre_pages` pages of the most popular movies of one genre, 20 a page."""
        run, params = tasks.this_run()
        return tasks.collect(run, params, genre(run, GENRES[index], int(params["genre_pages"])))

    @task(task_display_name="평점 상위 영화 수집", pool=POOL, multiple_outputs=False)
    def collect_top_rated_movies() -> dict[str, Any]:
        """Collect `top_rated_pages` pages of the top rated movies, and keep those rated at least `min_rating`."""
        run, params = tasks.this_run()
        return tasks.collect(run, params, top_rated(run, int(params["top_rated_pages"]), params["min_rating"]))

    @task(task_display_name="주간 데이터 통합", multiple_outputs=False)
    def consolidate_weekly_data(collections: list[dict[str, Any]]) -> dict[str, Any]:
        """Bring the nine collections together in one file, each movie once, by its best copy."""
        run, params = tasks.this_run()
        return tasks.consolidate(run, params, collections)

    @task(task_display_name="주간 데이터 검증", multiple_outputs=False)
    def validate_weekly_data(consolidation: dict[str, Any]) -> dict[str, Any]:
        """Validate the consolidated movies; write the report and the quarantine; warn or fail below the thresholds."""
        run, params = tasks.this_run()
        return tasks.validate(run, params, [consolidation["file"]], weekly=True)

    @task(task_display_name="주간 수집 종료", outlets=[WEEKLY_MOVIES], multiple_outputs=False)
    def end_weekly_collection(quality: dict[str, Any]) -> dict[str, Any]:
        """Publish the asset `tmdb_weekly_movies` with the figures of the run."""
        run, _ = tasks.this_run()
        figures = tasks.conclude(run, quality)
        publish(WEEKLY_MOVIES, figures)
        return figures

    collections = [
        collect_genre_movies.override(
            task_id=f"collect_{kind.slug}_movies", task_display_name=f"{kind.name} 영화 수집"
        )(index)
        for index, kind in enumerate(GENRES)
    ]
    collections.append(collect_top_rated_movies())
    start_weekly_collection() >> collections
    end_weekly_collection(validate_weekly_data(consolidate_weekly_data(collections)))


tmdb_weekly_comprehensive()
