"""One record in quarantine: what it broke, where it came from, what it is, and what today's rules say of it."""

from datetime import date

import msgspec
import orjson

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.quality_report import BrokenRule
from tmdb_pipeline.language import Said
from tmdb_pipeline.page.facts.sources import Sources
from tmdb_pipeline.quality.replay.errors import UnknownRecord
from tmdb_pipeline.quality.replay.lookup import Quarantined, record_at
from tmdb_pipeline.quality.replay.replay import Replay, replay
from tmdb_pipeline.run import Run

_TODAY = {
    None: Said(
        "JSON cannot carry this record, so it cannot be judged again.",
        "JSON으로 표현할 수 없는 레코드여서 다시 판정할 수 없습니다.",
    ),
    True: Said("Today's rules still reject this record.", "현재 규칙으로도 이 레코드는 거부됩니다."),
    False: Said("Today's rules accept this record.", "현재 규칙으로는 이 레코드를 받아들입니다."),
}


class RecordView(msgspec.Struct, frozen=True, kw_only=True):
    """A record with all that its page tells.

    Attributes:
        id: TMDB's id as text, ``title`` its title; None where it has none. Anything may stand in them.
        rules: what it broke, errors first.
        page_file: the page where TMDB sent it; ``page_index`` is its place in the results of that, from 0.
        same: whether the page holds it still, as it stands in the quarantine.
        file: the file that was validated, by its path under the data root.
        json: the record, indented.
        today: what today's rules say.
        command: the command line that replays it, where ``TMDB_DATA_ROOT`` is set.
        lines: how many records the quarantine of its run holds.
    """

    id: str | None
    title: str | None
    rules: list[BrokenRule]
    page_file: str | None
    page_index: int | None
    same: bool
    file: str
    json: str
    today: Said
    command: str
    lines: int


def read_record(sources: Sources, dag_id: str, day: date, line: int) -> RecordView | None:
    """The record of a line, from 1, of the quarantine of a run; None where there is none, or it cannot be read."""
    with sources.going_without():
        if sources.lake:
            try:
                found = record_at(sources.lake, Run(dag_id, "", day), line)
            except UnknownRecord:
                return None
            return _told(replay(sources.lake, found))
    return None


def _told(replayed: Replay) -> RecordView:
    found = replayed.found
    entry = found.entry
    return RecordView(
        id=_text(found, "id"),
        title=_text(found, "title"),
        rules=sorted(entry.rules, key=lambda rule: rule.severity != "error"),
        page_file=replayed.page.file,
        page_index=entry.where.index if entry.where else None,
        same=replayed.page.same,
        file=entry.file,
        json=orjson.dumps(entry.record, option=orjson.OPT_INDENT_2).decode(),
        today=_TODAY[None if replayed.broken is None else replayed.rejects],
        command=f"tmdb-pipeline replay {paths.quarantine_file(Run(found.run.dag_id, '', found.run.day))}:{found.line}",
        lines=found.lines,
    )


def _text(found: Quarantined, name: str) -> str | None:
    record = found.entry.record
    value = record.get(name) if isinstance(record, dict) else None
    return value if isinstance(value, str) else None if value is None else orjson.dumps(value).decode()
