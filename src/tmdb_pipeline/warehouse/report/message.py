"""The mail: HTML with the picture in it, a text for programs that show no HTML, and the JSON attached."""

from collections.abc import Sequence
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from tmdb_pipeline.language import Count, Language, day
from tmdb_pipeline.warehouse.checks.check import LEVELS, Level
from tmdb_pipeline.warehouse.report import texts
from tmdb_pipeline.warehouse.report.document import WarehouseReport
from tmdb_pipeline.warehouse.report.files import as_json
from tmdb_pipeline.warehouse.report.html import PICTURE, render_mail


def message(
    report: WarehouseReport,
    picture: bytes,
    page: str,
    *,
    language: Language,
    sender: str,
    recipients: Sequence[str],
) -> EmailMessage:
    """The mail about a report.

    Args:
        report: what is told.
        picture: the PNG that is shown in it.
        page: where the whole page is, for people.
        language: of who reads it.
        sender: the address it comes from.
        recipients: those it goes to.
    """
    mail = EmailMessage()
    mail["Subject"] = subject(report, language)
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Date"] = format_datetime(datetime.fromisoformat(report.checked_at))
    mail.set_content(_text(report, language, page))
    mail.add_alternative(render_mail(report, language, page), subtype="html")
    html = mail.get_body(("html",))
    if html is not None:  # pragma: no branch - it was just added
        html.add_related(picture, "image", "png", cid=f"<{PICTURE}>", filename=PICTURE, disposition="inline")
    name = f"warehouse_quality_{report.run['run_date'].replace('-', '')}.json"
    mail.add_attachment(as_json(report), "application", "json", filename=name)
    return mail


def subject(report: WarehouseReport, language: Language) -> str:
    """The subject: the level first, for people read no more of it on a phone."""
    run_date = day(date.fromisoformat(report.run["run_date"]), language)
    said = texts.SUBJECT.told(language, level=LEVELS[report.level].told(language), day=run_date)
    found = ((texts.ALARMS, report.count(Level.ALARM)), (texts.WARNINGS, report.count(Level.WARNING)))
    counts = ", ".join(text.told(language, count=Count(count)) for text, count in found if count)
    return f"{said}: {counts}" if counts else said


def _text(report: WarehouseReport, language: Language, page: str) -> str:
    lines = [subject(report, language), ""]
    for check in report.checks:
        if check.level in {Level.ALARM, Level.WARNING}:
            lines += [
                f"{LEVELS[Level(check.level)].told(language)}: {check.said.told(language)}",
                f"  {check.name}",
            ]
    return "\n".join([*lines, "", texts.WHOLE_REPORT.told(language, page=page), ""])
