"""What a cron string means that it does not look like; needs no Airflow."""

from collections.abc import Iterator

#: Values of each field: minute, hour, day of the month, month.
SIZES = (60, 24)
NAMES = ("minutes", "hours")


def oddity(cron: str) -> Iterator[str]:
    """What people do not expect of this string, each as the end of a sentence."""
    fields = cron.split()
    if len(fields) != 5:  # noqa: PLR2004 - the form of crontab
        return
    minute, hour, day, _, weekday = fields
    if minute == "*" and hour.isdigit():
        yield f"starts a run every minute of the hour {hour}: write a minute, as in 0 {hour}"
    if "*" not in day and "*" not in weekday and "#" not in weekday and "L" not in day + weekday:
        yield "runs on the days of the month and on the days of the week, not only where both fall together: write one"
    for field, size, name in zip((minute, hour), SIZES, NAMES, strict=True):
        step = field.removeprefix("*/")
        if step != field and step.isdigit() and int(step) and size % int(step):
            kept = f"write a divisor of {size}"
            if int(step) >= size:
                yield f"has a step of {step} {name}, which only ever means the first: {kept}"
            else:
                yield f"is not every {step} {name}, since it begins again at 0: {kept}"
