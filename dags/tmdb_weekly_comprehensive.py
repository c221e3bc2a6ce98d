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

from typing import Annotated, Any

from airflow.sdk import dag, task
from msgspec import Meta

from tmdb_pipeline.dags import WEEKLY, Stage
from tmdb_pipeline.extract import sources
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.orchestration import tasks
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.params import Pages, QualityParams, airflow_params
from tmdb_pipeline.orchestration.wiring import dag_arguments, schedule, task_arguments


class WeeklyParams(QualityParams, frozen=True, kw_only=True):
    """What a run may choose."""

    genre_pages: Annotated[Pages, Meta(description="Pages of 20 movies for a genre")] = 15
    top_rated_pages: Annotated[Pages, Meta(description="Pages of top rated movies")] = 20
    min_rating: Annotated[float, Meta(ge=0, le=10, description="Least average of top rated movies")] = 7.5


@dag(schedule=schedule(WEEKLY), doc_md=__doc__, params=airflow_params(WeeklyParams), **dag_arguments(WEEKLY))
def weekly_collection() -> None:
    """Eight genres and the top rated -> consolidation -> validation."""

    @task(**task_arguments(WEEKLY, Stage.PREFLIGHT))
    def start() -> dict[str, Any]:
        """Check that there is a key, that the settings can be used, and that the data root has room for a file."""
        return tasks.preflight(TaskContext.current(WeeklyParams))

    def genre(index: int) -> dict[str, Any]:
        """Collect `genre_pages` pages of the most popular movies of one genre, 20 a page."""
        this = TaskContext.current(WeeklyParams)
        return tasks.collect(this, sources.genre(this.run, GENRES[index], this.params.genre_pages))

    @task(**task_arguments(WEEKLY, Stage.COLLECT, "top_rated"))
    def top_rated() -> dict[str, Any]:
        """Collect `top_rated_pages` pages of the top rated movies, and keep those rated at least `min_rating`."""
        this = TaskContext.current(WeeklyParams)
        return tasks.collect(this, sources.top_rated(this.run, this.params.top_rated_pages, this.params.min_rating))

    @task(**task_arguments(WEEKLY, Stage.CONSOLIDATE))
    def consolidation(collections: list[dict[str, Any]]) -> dict[str, Any]:
        """Bring the nine collections together in one file, each movie once, by its best copy."""
        return tasks.consolidate(TaskContext.current(WeeklyParams), collections)

    @task(**task_arguments(WEEKLY, Stage.VALIDATE))
    def validation(consolidated: dict[str, Any]) -> dict[str, Any]:
        """Validate the consolidated movies; write the report and the quarantine; warn or fail below the thresholds."""
        return tasks.validate(TaskContext.current(WeeklyParams), [consolidated])

    @task(**task_arguments(WEEKLY, Stage.CONCLUDE))
    def end(quality: dict[str, Any]) -> dict[str, Any]:
        """Publish the asset `tmdb_weekly_movies` with the metrics of the run."""
        return tasks.conclude(TaskContext.current(WeeklyParams), quality)

    collections = [
        task(**task_arguments(WEEKLY, Stage.COLLECT, kind.slug))(genre)(index) for index, kind in enumerate(GENRES)
    ]
    collections.append(top_rated())
    start() >> collections
    end(validation(consolidation(collections)))


weekly_collection()
