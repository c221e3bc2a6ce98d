"""What an alert is: one message about one cause, however many tasks it stops.

An alert has a *key*. Of all that is raised under one key, while it is open, the first is sent and the rest is not. It
is open until it is *mended*: what it tells of is over, and that is told, too, once.
"""

import re
import zlib
from datetime import date, datetime
from enum import StrEnum

import msgspec

from tmdb_pipeline.language import Said


class Kind(StrEnum):
    """What an alert tells of."""

    RUN_FAILED = "run_failed"
    """A run of a DAG has failed for good."""
    RUN_SLOW = "run_slow"
    """A run takes longer than its deadline, and still runs."""
    QUALITY_WARNED = "quality_warned"
    """Quality is below the mark that warns, or pages are missing; the run goes on."""
    QUALITY_FAILED = "quality_failed"
    """Quality is below the mark that fails."""
    NOTHING_SUCCEEDED = "nothing_succeeded"
    """A DAG that should have has not succeeded for too long."""
    DISK_FILLING = "disk_filling"
    """The disk of the data root will soon be full."""
    TASK_SLOW = "task_slow"
    """A task or a run took much longer than it usually does."""
    RESOURCES_SHORT = "resources_short"
    """The machine is short of CPU or memory, or a process of Airflow's gives no sign of life."""
    BACKUP_FAILED = "backup_failed"
    """A backup could not be made, or not be restored."""
    COLLECTION_LEFT_OUT = "collection_left_out"
    """An entry of ``custom_collections.yaml`` cannot be used."""
    MODEL_DRIFTED = "model_drifted"
    """The model in use answers worse than it did when it was judged."""
    HELD_BACK = "held_back"
    """More alerts came at once than are sent; it tells how many."""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert.

    Attributes:
        kind: what it tells of.
        raised_at: when, aware.
        subject: what it is about, and by what it is mended: the id of a DAG, or the name of a machine or a part of it.
        dag_id: the DAG, if it is about one.
        run_id: Airflow's id of the run, if it is about one.
        run_date: the run date in Asia/Seoul.
        task_ids: the tasks that it is about, in the order of the registry.
        try_number: at which try, from 1.
        cause: one sentence: what happened.
        advice: one sentence: what to do.
        detail: what the program said, in English, on a line each.
        link: where in Airflow's UI to look.
    """

    kind: Kind
    raised_at: datetime
    subject: str
    dag_id: str | None = None
    run_id: str | None = None
    run_date: date | None = None
    task_ids: tuple[str, ...] = ()
    try_number: int | None = None
    cause: Said
    advice: Said
    detail: str = ""
    link: str | None = None

    @property
    def key(self) -> str:
        """One message goes out for each key while it is open: kind, subject and run date, as a file may be named."""
        return ".".join(
            [
                key_prefix(self.kind, self.subject),
                *([self.run_date.strftime("%Y%m%d")] if self.run_date else []),
            ]
        )


def key_prefix(kind: Kind, subject: str) -> str:
    """How the keys of all alerts of a kind about a subject begin."""
    plain = re.sub(r"[^A-Za-z0-9_.-]", "_", subject)
    # Else /data/a and /data_a would be one, and of two subjects in Hangul one would never be told.
    return f"{kind}.{plain}" if plain == subject else f"{kind}.{plain}.{zlib.crc32(subject.encode()):08x}"
