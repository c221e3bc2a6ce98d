"""What a check found, in words: in English and in Korean."""

from tmdb_pipeline.warehouse.checks.check import Check, Judgement, Level


def told(check: Check, value: float | None, judged: Judgement) -> tuple[str, str]:
    """What was found, with what would be ok where it is not, or why it is not judged."""
    if value is None:
        english, korean = "", ""
    else:
        shown = check.unit.told(value)
        english, korean = f"{check.message.format(value=shown)}. ", f"{check.message_ko.format(value=shown)}. "
    if judged.needed is not None:
        return f"{english}Not judged: {judged.needed[0]}.", f"{korean}판단 보류: {judged.needed[1]}."
    if judged.level is Level.OK or judged.upper is None:
        return english.strip(), korean.strip()
    most = check.unit.told(judged.upper)
    if judged.lower is None:
        return f"{english}At most {most} would be ok.", f"{korean}정상은 {most} 이하입니다."
    least = check.unit.told(judged.lower)
    return f"{english}From {least} to {most} would be ok.", f"{korean}정상 범위는 {least}~{most}입니다."
