"""What the tasks of the DAGs do, in terms of the library: a function for each stage.

Here is Airflow's edge. Inside, tasks work with types; from task to task go plain dicts of a few numbers and paths,
which Airflow keeps in its own tables (XCom), and never movies. ``_plain`` is the one place where types become such
dicts. Of the dicts that come in, only the path of what an earlier task has left is read; the rest comes from the lake,
so that a file that another run has replaced meanwhile is noticed.
"""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from airflow.sdk import Asset

from tmdb_pipeline import dags
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.extract import collect as collecting
from tmdb_pipeline.extract.sources import Source
from tmdb_pipeline.lake import paths
from tmdb_pipeline.observability.resources import measure_disk
from tmdb_pipeline.observability.spans import phase
from tmdb_pipeline.orchestration.alerts.quality import tell_quality
from tmdb_pipeline.orchestration.assets import asset_of, publish
from tmdb_pipeline.orchestration.context import Handed, TaskContext
from tmdb_pipeline.orchestration.hook import TmdbHook
from tmdb_pipeline.orchestration.notifiers import announce_quality
from tmdb_pipeline.orchestration.observing.lineage import Lineage
from tmdb_pipeline.orchestration.params import Params, QualityParams
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.quality.gate import check_run
from tmdb_pipeline.run import Run
from tmdb_pipeline.transform import conclusion as conclusions
from tmdb_pipeline.transform.custom_summary import summarize_custom
from tmdb_pipeline.transform.daily_summary import summarize_day
from tmdb_pipeline.transform.weekly_consolidation import consolidate_week

#: Bytes that preflight writes. An empty file would not do, for a full disk still takes one.
_PROBE_SIZE = 512 * 1024


def now() -> datetime:
    """The current moment, in Seoul, where the people are who read it."""
    return datetime.now(SEOUL)


def preflight(this: TaskContext[Params]) -> Handed:
    """Check that there is a key and the data root has room for a file, so that one task fails without, and not nine.

    Raises:
        SettingsError: a value cannot be used, a proxy's or a CA bundle's included, or no key is set.
        LakeError: the data root cannot be written.
    """
    from tmdb_pipeline.tmdb.network_settings import NetworkSettings  # noqa: PLC0415 - brings requests

    this.settings.require_credential()
    NetworkSettings.from_environment(this.settings.base_url)
    probe = f"raw/pages/{this.run.dag_id}/{this.run.stamp}/.preflight"
    this.lake.write(probe, os.urandom(_PROBE_SIZE))  # random, for a file system may compress
    this.lake.delete(probe)
    return {
        "run_date": this.run.day.isoformat(),
        "week_number": this.run.week,
        "base_url": this.settings.base_url,
    }


def collect(this: TaskContext[QualityParams], source: Source) -> Handed:
    """Collect one source into the lake."""
    with TmdbHook(settings=this.settings).get_conn() as client:
        deduplicate = once_each(this.params.adult_movies)
        made = collecting.collect(client, this.lake, this.run, source, deduplicate=deduplicate)
    measure_disk(this.settings.data_root)
    lineage = Lineage(this.settings.data_root)
    lineage.read_pages(this.lake, this.run, source.name)
    lineage.made(made.file)
    return _handed(made.file, made.info)


def consolidate(this: TaskContext[QualityParams], collections: Sequence[Handed]) -> Handed:
    """Consolidate what the collecting tasks have left."""
    files = [collection["file"] for collection in collections]
    deduplicate = once_each(this.params.adult_movies)
    with phase("consolidate"):
        info = consolidate_week(this.lake, this.run, files, now(), deduplicate=deduplicate)
    lineage = Lineage(this.settings.data_root)
    lineage.read(*files)
    lineage.made(paths.consolidated_file(this.run))
    return _handed(paths.consolidated_file(this.run), info)


def validate(this: TaskContext[QualityParams], written: Sequence[Handed]) -> Handed:
    """Validate the files that tasks have left; warn below one threshold of the pass rate and fail below the other."""
    files = [each["file"] for each in written]
    params = this.params
    with phase("validate"):
        result = check_run(
            this.lake,
            this.run,
            files,
            thresholds=params.thresholds,
            now=now(),
            language=this.settings.locale,
            adult=params.adult_movies,
        )
    lineage = Lineage(this.settings.data_root)
    lineage.read(*files)
    lineage.made(result.report, result.quarantine)
    if result.verdict != "passed":
        announce_quality(result)
    tell_quality(this, result)
    return _plain(result)


def summarize(this: TaskContext[Params], quality: Handed) -> Handed:
    """Write the summary of a day, and publish it."""
    with phase("summarize"):
        summary = summarize_day(this.lake, this.run, quality["report"], this.started, now())
    return published(this.run, _handed(paths.summary_file(this.run), summary))


def summarize_collection(this: TaskContext[Params], quality: Handed) -> Handed:
    """Write the summary of a run of a custom collection. Publishing it is the caller's."""
    with phase("summarize"):
        summary = summarize_custom(this.lake, this.run, quality["report"], this.started, now())
    return _handed(paths.custom_summary_file(this.run), summary)


def conclude(this: TaskContext[Params], quality: Handed) -> Handed:
    """Publish what was collected and how good it is."""
    conclusion = conclusions.conclude(this.lake, this.run, quality["report"])
    metrics = _handed(conclusion.file, conclusion.info)
    return published(this.run, metrics | {"quality_summary": _plain(conclusion.quality_summary)})


def published(run: Run, metrics: Handed, outlets: Iterable[Asset] | None = None) -> Handed:
    """Send which run it was, and its metrics, with the event of its DAG's asset or of others; hand the metrics on."""
    which = {"dag_id": run.dag_id, "run_id": run.run_id, "run_date": run.day.isoformat()}
    for asset in [asset_of(dags.find(run.dag_id).outlet)] if outlets is None else outlets:
        publish(asset, which | metrics)
    return metrics


def _handed(file: str, info: object) -> Handed:
    """What a task hands on that has written a file: its path, and what it says of itself."""
    return {"file": file, **_plain(info)}


def _plain(value: object) -> Handed:
    """A type of this project as Airflow can keep it: dicts, lists, texts and numbers."""
    plain: Handed = msgspec.to_builtins(value)
    return plain
