"""What a check found, in words."""

from typing import Final

from tmdb_pipeline.language import Language, Said
from tmdb_pipeline.warehouse.checks.check import Check, Judgement, Level

_NONE: Final = Said("There should be none.", "하나도 없어야 합니다.")
_AT_MOST: Final = Said("At most {upper} would be ok.", "정상은 {upper} 이하입니다.")
_BETWEEN: Final = Said("{lower} to {upper} would be ok.", "정상 범위는 {lower}~{upper}입니다.")
_HELD: Final = Said("Not judged: {why}.", "판단 보류: {why}.")
_NOTHING: Final = Said("there is nothing to measure yet", "아직 측정할 것이 없습니다")
_TOO_LITTLE: Final = Said("there is too little to compare with", "비교할 이력이 아직 부족합니다")


def told(check: Check, value: float | None, judged: Judgement, language: Language) -> str:
    """What was found, with what would be ok where it is not, or why it is not judged.

    How many runs or movies are needed is told where the judgement says so, which it does in English.
    """
    parts = [] if value is None else [f"{check.said.told(language, value=check.unit.told(value, language))}."]
    if judged.level is Level.NOT_JUDGED:
        why = _NOTHING if value is None else _TOO_LITTLE
        needed = judged.needed if language is Language.EN else ""
        parts.append(_HELD.told(language, why=needed or why.told(language)))
    elif judged.level is not Level.OK:
        parts.append(_limits(check, judged, language))
    return " ".join(parts)


def _limits(check: Check, judged: Judgement, language: Language) -> str:
    if not judged.upper:
        return _NONE.told(language)
    lower, upper = (check.unit.told(limit, language) for limit in (judged.lower or 0.0, judged.upper))
    return (_AT_MOST if judged.lower is None else _BETWEEN).told(language, lower=lower, upper=upper)
