"""What a check found, in words: in English, which is kept, and in Korean, which follows from it."""

from tmdb_pipeline.warehouse.checks.check import Check, Judgement, Level


def english(check: Check, value: float | None, judged: Judgement) -> str:
    """What was found, with what would be ok where it is not, or why it is not judged."""
    parts = [] if value is None else [f"{check.message.format(value=check.unit.told(value))}."]
    if judged.level is Level.NOT_JUDGED:
        parts.append(f"Not judged: {judged.needed}.")
    elif judged.level is not Level.OK:
        parts.append(
            _limits(check, judged, "There should be none.", "At most {1} would be ok.", "{0} to {1} would be ok.")
        )
    return " ".join(parts)


def korean(check: Check, value: float | None, judged: Judgement) -> str:
    """The same in Korean; of what is not judged, only that there is too little to judge by."""
    parts = [] if value is None else [f"{check.message_ko.format(value=check.unit.told(value))}."]
    if judged.level is Level.NOT_JUDGED:
        parts.append("판단 보류: 비교할 이력이 아직 부족합니다.")
    elif judged.level is not Level.OK:
        parts.append(
            _limits(check, judged, "하나도 없어야 합니다.", "정상은 {1} 이하입니다.", "정상 범위는 {0}~{1}입니다.")
        )
    return " ".join(parts)


def _limits(check: Check, judged: Judgement, none: str, most: str, between: str) -> str:
    """What would be ok, by the words for nothing at all, for up to a limit, and for between two."""
    if not judged.upper:
        return none
    return (most if judged.lower is None else between).format(
        check.unit.told(judged.lower or 0.0), check.unit.told(judged.upper)
    )
