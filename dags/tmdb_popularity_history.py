"""# Popularity of every movie, day by day

Every day at 18:30 in Seoul: fetch TMDB's daily export of movie ids, which tells the popularity of each of more than a
million movies, keep it as Parquet, and load the movies that the warehouse knows.

| task | does | leaves behind |
|---|---|---|
| `extract_popularity_export` | one request, read as a stream | `raw/exports/movie_ids/day=<date>.parquet` |
| `load_popularity_history` | loads the movies that the warehouse knows | rows of `movie_popularity` |

`<date>` is the day of the export, by TMDB's calendar (UTC), and the run date: at 18:30 in Seoul both are the same.

* **Movies that became known since an earlier day was loaded** are looked up in the exports of all days that are kept.
* **When the export is not there**: it is tried three more times, an hour apart. One that is older than three months is
  gone for good, and fails at once.
* **When there is no Connection `tmdb_warehouse`**: the export is kept, and the second task is skipped.
* **To fill the past**: each export is dated, so, unlike with lists of what is popular now, a backfill is honest:
  `airflow backfill create --dag-id tmdb_popularity_history --from-date 2026-09-01 --to-date 2026-11-26`.
* **To run a day again**, clear or trigger it: the export is asked for again only with the param `again`, and only what
  differs is written.
"""

from typing import Annotated, Any

from airflow.sdk import dag, task
from msgspec import Meta

from tmdb_pipeline.dags import HISTORY, Stage
from tmdb_pipeline.orchestration import popularity_tasks
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.params import Params, airflow_params
from tmdb_pipeline.orchestration.wiring import dag_arguments, schedule, task_arguments


class HistoryParams(Params, frozen=True, kw_only=True):
    """What a run may choose."""

    again: Annotated[bool, Meta(description="Ask TMDB for an export that is there already")] = False


@dag(schedule=schedule(HISTORY), doc_md=__doc__, params=airflow_params(HistoryParams), **dag_arguments(HISTORY))
def popularity_history() -> None:
    """The export of a day -> Parquet -> the warehouse."""

    @task(**task_arguments(HISTORY, Stage.EXTRACT))
    def extract() -> dict[str, Any]:
        """Fetch the export of the day, unless it is there, and keep it as Parquet."""
        this = TaskContext.current(HistoryParams)
        return popularity_tasks.extract(this, again=this.params.again)

    @task(**task_arguments(HISTORY, Stage.LOAD))
    def load(extracted: dict[str, Any]) -> dict[str, Any]:
        """Load the popularity of the movies that the warehouse knows, and say how many rows changed."""
        return popularity_tasks.load(TaskContext.current(HistoryParams), extracted)

    load(extract())


popularity_history()
