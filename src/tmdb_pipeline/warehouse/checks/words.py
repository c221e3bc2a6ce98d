"""What a check found, in words: in English, which is kept, and in Korean, which follows from it."""

from typing import Final

from tmdb_pipeline.warehouse.checks.check import Check, Judgement, Level

#: What would be ok, where that is nothing at all, up to a limit, or between two.
_ENGLISH: Final = ("There should be none.", "At most {1} would be ok.", "{0} to {1} would be ok.")
_KOREAN: Final = ("하나도 없어야 합니다.", "정상은 {1} 이하입니다.", "정상 범위는 {0}~{1}입니다.")


def english(check: Check, value: float | None, judged: Judgement) -> str:
    """What was found, with what would be ok where it is not, or why it is not judged."""
    parts = [] if value is None else [f"{check.message.format(value=check.unit.told(value))}."]
    if judged.level is Level.NOT_JUDGED:
        parts.append(f"Not judged: {judged.needed}.")
    elif judged.level is not Level.OK:
        parts.append(_limits(check, judged, _ENGLISH))
    return " ".join(parts)


def korean(check: Check, value: float | None, judged: Judgement) -> str:
    """The same in Korean; of what is not judged, only that there is too little to judge by."""
    parts = [] if value is None else [f"{check.message_ko.format(value=check.unit.told(value))}."]
    if judged.level is Level.NOT_JUDGED:
        parts.append("판단 보류: 비교할 이력이 아직 부족합니다.")
    elif judged.level is not Level.OK:
        parts.append(_limits(check, judged, _KOREAN))
    return " ".join(parts)


def _limits(check: Check, judged: Judgement, said: tuple[str, str, str]) -> str:
    none, most, between = said
    if not judged.upper:
        return none
    lower, upper = (check.unit.told(limit) for limit in (judged.lower or 0.0, judged.upper))
    return (most if judged.lower is None else between).format(lower, upper)
