"""What is said of an alert, in one language, before it is a mail or a message of Slack."""

from collections.abc import Sequence
from typing import Final

import msgspec

from tmdb_pipeline import dags
from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.catalogue import CATALOGUE, TONES, Tone
from tmdb_pipeline.alerts.ledger import Kept
from tmdb_pipeline.language import Language, Said, day, moment, short_day

_SINCE: Final = Said("Raised", "발생")
_MENDED: Final = Said("Resolved at", "해결")
_SUBJECT: Final = Said("About", "대상")
_DAG: Final = Said("DAG", "DAG")
_TASKS: Final = Said("Tasks", "태스크")
_RUN_DATE: Final = Said("Run date (Seoul)", "실행 날짜(서울)")
_TRY: Final = Said("Try", "시도")
_TRY_NUMBER: Final = Said("{number}, the last", "{number}번째(마지막)")
_MORE: Final = Said("{name} and {more} more", "{name} 외 {more}개")
_SUCCEEDS_AGAIN: Final = Said(
    "{what} succeeds again ({date} is not made up for)", "{what} 다시 성공({date} 데이터는 복구되지 않음)"
)
_RUN: Final = Said("Open the run in Airflow", "Airflow에서 실행 보기")
_LAST: Final = Said(
    "Many alerts came at once. More of them are held back for a minute, and one message will say how many.",
    "알림이 한꺼번에 많이 발생했습니다. 1분 동안 나머지는 보류하고, 몇 건인지 한 번에 알려 드립니다.",
)
_STILL_MISSING: Final = Said(
    "That run is not made up for by this: clear it in Airflow if its date is needed.",
    "이 실행 자체는 복구되지 않았습니다. 해당 날짜가 필요하면 Airflow에서 그 실행을 초기화(clear)해 주십시오.",
)
_NOTHING_TO_DO: Final = Said("There is nothing to do.", "조치할 것이 없습니다.")
#: Task names that are listed before the rest is only counted.
_LISTED: Final = 9


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is said, in one language.

    Attributes:
        language: which.
        tone: how grave it is.
        word: its tone, in a word.
        title: what it is about, in a line.
        cause: what happened, a sentence.
        advice: what to do, a sentence.
        facts: labels and values, in their order.
        detail: what the program said, in English, on lines; may be empty.
        note: what is to be known beside it; may be empty.
        link: where to look, if that is known, and how that is called.
    """

    language: Language
    tone: Tone
    word: str
    title: str
    cause: str
    advice: str
    facts: tuple[tuple[str, str], ...]
    detail: str = ""
    note: str = ""
    link: str | None = None
    link_label: str = ""

    @property
    def subject(self) -> str:
        """The line that is read on a phone's lock screen."""
        return f"[{self.word}] {self.title}"


def raised(kept: Kept, language: Language) -> Message:
    """What is said when an alert is raised."""
    alert = kept.alert
    entry = CATALOGUE[alert.kind]
    return Message(
        language=language,
        tone=entry.tone,
        word=TONES[entry.tone].told(language),
        title=title(alert, language),
        cause=alert.cause.told(language),
        advice=alert.advice.told(language),
        facts=(*_facts(alert, language), (_SINCE.told(language), moment(alert.raised_at, language))),
        detail=alert.detail,
        note=_LAST.told(language) if kept.is_last else "",
        link=alert.link,
        link_label=_RUN.told(language),
    )


def mended(closed: Sequence[Kept], language: Language) -> Message:
    """What is said when alerts about one subject are over, at least one, all closed at the same moment."""
    newest, *others = sorted(closed, key=lambda kept: kept.alert.raised_at, reverse=True)
    alert = newest.alert
    facts = [fact for fact in _facts(alert, language) if fact[0] != _TRY.told(language)]
    if others:
        facts += [(title(kept.alert, language), moment(kept.alert.raised_at, language)) for kept in (newest, *others)]
    else:
        facts.append((_SINCE.told(language), moment(alert.raised_at, language)))
    if newest.mended_at:  # pragma: no branch - else it would not be said
        facts.append((_MENDED.told(language), moment(newest.mended_at, language)))
    missing = any(_is_missing(kept) for kept in closed)
    name = title(alert, language)
    if alert.run_date and _is_missing(newest):  # or it would seem that this date is there now
        what, date = dags.name_of(alert.subject).told(language), short_day(alert.run_date, language)
        name = _SUCCEEDS_AGAIN.told(language, what=what, date=date)
    return Message(
        language=language,
        tone=Tone.OVER,
        word=TONES[Tone.OVER].told(language),
        title=name,
        cause=alert.cause.told(language),
        advice=(_STILL_MISSING if missing else _NOTHING_TO_DO).told(language),
        facts=tuple(facts),
        link=alert.link,
        link_label=_RUN.told(language),
    )


def title(alert: Alert, language: Language) -> str:
    """What an alert is about, in a line: a DAG by the name that people know, all else as it is."""
    name = CATALOGUE[alert.kind].name.told(language, what=dags.name_of(alert.subject).told(language))
    return f"{name} · {short_day(alert.run_date, language)}" if alert.run_date else name


def _spec(dag_id: str | None) -> dags.DagSpec | None:
    """The DAG of an id; None for what is none of ours."""
    try:
        return dags.find(dag_id or "")
    except LookupError:
        return None


def _facts(alert: Alert, language: Language) -> list[tuple[str, str]]:
    facts = []
    if alert.dag_id:
        facts.append((_DAG, alert.dag_id))
    elif alert.kind is not Kind.HELD_BACK:  # whose subject only tells them apart
        facts.append((_SUBJECT, alert.subject))
    if alert.run_date:
        facts.append((_RUN_DATE, day(alert.run_date, language)))
    if alert.task_ids:
        facts.append((_TASKS, _tasks(alert, language)))
    if alert.try_number:
        facts.append((_TRY, _TRY_NUMBER.told(language, number=alert.try_number)))
    return [(label.told(language), value) for label, value in facts]


def _tasks(alert: Alert, language: Language) -> str:
    """The tasks, with the names that people know in Korean; of many, only how many more there are."""
    spec = _spec(alert.dag_id)
    shown = {task.id: task.display_name for task in spec.tasks} if spec and language is Language.KO else {}
    names = [f"{shown[task_id]} ({task_id})" if task_id in shown else task_id for task_id in alert.task_ids]
    if len(names) <= _LISTED:
        return ", ".join(names)
    return _MORE.told(language, name=", ".join(names[:_LISTED]), more=len(names) - _LISTED)


def _is_missing(kept: Kept) -> bool:
    """Whether what was closed is a run that has left nothing, and that the success of another date does not mend."""
    alert = kept.alert
    return (
        alert.run_id is not None
        and kept.mended_by is not None
        and kept.mended_by != alert.run_id
        and (alert.run_date is None or kept.mended_date != alert.run_date)
        and (CATALOGUE[alert.kind].tone is Tone.ALARM)
    )
