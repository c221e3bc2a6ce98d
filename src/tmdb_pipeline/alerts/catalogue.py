"""What each kind of alert is called, how grave it is, and when it is raised and over: for messages, page and docs."""

from enum import StrEnum
from typing import Final

import msgspec

from tmdb_pipeline.alerts.alert import Kind
from tmdb_pipeline.language import Said


class Tone(StrEnum):
    """How grave a message is; its colour, and the word that its subject begins with."""

    ALARM = "alarm"
    """Somebody has to do something."""
    WARNING = "warning"
    """Somebody should look."""
    OVER = "over"
    """What was told before is over."""


TONES: Final = {
    Tone.ALARM: Said("Alarm", "경보"),
    Tone.WARNING: Said("Warning", "주의"),
    Tone.OVER: Said("Resolved", "해결"),
}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of alert.

    Attributes:
        name: what it is called, about ``{what}``.
        short: what it is called in a table that names the rest beside it.
        tone: how grave it is.
        when: when it is raised, in English.
        over: by what it is over, in English.
    """

    name: Said
    short: Said
    tone: Tone
    when: str
    over: str


CATALOGUE: Final[dict[Kind, Entry]] = {
    Kind.RUN_FAILED: Entry(
        name=Said("{what} failed", "{what} 실패"),
        short=Said("Run failed", "실행 실패"),
        tone=Tone.ALARM,
        when="a run has ended, and a task of it has failed for good",
        over="a run of the DAG succeeds",
    ),
    Kind.RUN_SLOW: Entry(
        name=Said("{what} takes too long", "{what} 지연"),
        short=Said("Run past its deadline", "실행 지연"),
        tone=Tone.WARNING,
        when="a run still runs, or waits, at the deadline that the registry names",
        over="a run of the DAG succeeds; if it fails, that is told instead",
    ),
    Kind.QUALITY_WARNED: Entry(
        name=Said("{what}: quality is low", "{what} 품질 주의"),
        short=Said("Quality low", "품질 주의"),
        tone=Tone.WARNING,
        when="fewer records passed than the mark that warns, pages are missing, or a check of the warehouse warns",
        over="a run of the DAG has nothing to warn of",
    ),
    Kind.QUALITY_FAILED: Entry(
        name=Said("{what}: quality has failed", "{what} 품질 미달"),
        short=Said("Quality failed", "품질 미달"),
        tone=Tone.ALARM,
        when="so few records passed, or a check of the warehouse found so much, that the run has failed",
        over="a run of the DAG succeeds",
    ),
    Kind.NOTHING_SUCCEEDED: Entry(
        name=Said("{what} has not succeeded for long", "{what} 성공 없음"),
        short=Said("Nothing succeeded", "성공한 실행 없음"),
        tone=Tone.ALARM,
        when="a DAG with a schedule has not succeeded for 26 hours beyond its schedule",
        over="a run of the DAG succeeds",
    ),
    Kind.DISK_FILLING: Entry(
        name=Said("Disk of {what} will be full", "{what} 디스크 부족 예상"),
        short=Said("Disk filling up", "디스크 부족"),
        tone=Tone.ALARM,
        when="the disk of the data root will be full within days, as it grows now",
        over="it has room again",
    ),
    Kind.TASK_SLOW: Entry(
        name=Said("{what} is slower than usual", "{what} 평소보다 느림"),
        short=Said("Slower than usual", "평소보다 느림"),
        tone=Tone.WARNING,
        when="a task or a run took much longer than it usually does",
        over="it takes no longer than usual",
    ),
    Kind.RESOURCES_SHORT: Entry(
        name=Said("Resources of {what} are short", "{what} 자원 부족"),
        short=Said("Resources short", "자원 부족"),
        tone=Tone.WARNING,
        when="CPU or memory are short, or a process of Airflow's gives no sign of life",
        over="there is enough again",
    ),
    Kind.BACKUP_FAILED: Entry(
        name=Said("{what} failed", "{what} 실패"),
        short=Said("Backup failed", "백업 실패"),
        tone=Tone.ALARM,
        when="a backup could not be made, or one could not be restored",
        over="one is made, or restored",
    ),
    Kind.COLLECTION_LEFT_OUT: Entry(
        name=Said("{what}: an entry is left out", "{what} 항목 제외"),
        short=Said("Collection left out", "수집 항목 제외"),
        tone=Tone.WARNING,
        when="an entry of `custom_collections.yaml` cannot be used, so that nothing collects what it asks for",
        over="every entry can be used",
    ),
    Kind.MODEL_DRIFTED: Entry(
        name=Said("{what} has drifted", "{what} 예측 성능 저하"),
        short=Said("Model drifted", "모델 성능 저하"),
        tone=Tone.WARNING,
        when="over two weeks, the champion's answers were 1.6 times as far off as on the days that it was judged by",
        over="they are not any more, or another version is the champion",
    ),
    Kind.HELD_BACK: Entry(
        name=Said("Alerts held back", "알림 보류"),
        short=Said("Alerts held back", "알림 보류"),
        tone=Tone.WARNING,
        when="more alerts came within a minute than are sent: one message says how many were not",
        over="it is told once, and is over",
    ),
}
