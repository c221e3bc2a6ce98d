"""The mail: HTML with the picture in it, a text for programs that show no HTML, and the JSON attached."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from tmdb_pipeline.warehouse.checks.check import Level
from tmdb_pipeline.warehouse.report.document import WarehouseReport
from tmdb_pipeline.warehouse.report.files import as_json
from tmdb_pipeline.warehouse.report.html import PICTURE, WORDS, render_mail


def message(
    report: WarehouseReport, picture: bytes, page: str, *, sender: str, recipients: Sequence[str]
) -> EmailMessage:
    """The mail about a report.

    Args:
        report: what is told.
        picture: the PNG that is shown in it.
        page: where the whole page is, for people.
        sender: the address it comes from.
        recipients: those it goes to.
    """
    mail = EmailMessage()
    mail["Subject"] = subject(report)
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Date"] = format_datetime(datetime.fromisoformat(report.checked_at))
    mail.set_content(_text(report, page))
    mail.add_alternative(render_mail(report, page), subtype="html")
    html = mail.get_body(("html",))
    if html is not None:  # pragma: no branch - it was just added
        html.add_related(picture, "image", "png", cid=f"<{PICTURE}>", filename=PICTURE, disposition="inline")
    name = f"warehouse_quality_{report.run['run_date'].replace('-', '')}.json"
    mail.add_attachment(as_json(report), "application", "json", filename=name)
    return mail


def subject(report: WarehouseReport) -> str:
    """The subject: the level first, for people read no more of it on a phone."""
    alarms, warnings = report.count(Level.ALARM), report.count(Level.WARNING)
    word = WORDS[report.level][1]
    counts = ", ".join(f"{name} {count}건" for name, count in (("경보", alarms), ("주의", warnings)) if count)
    return f"[{word}] TMDB 웨어하우스 {report.run['run_date']}" + (f": {counts}" if counts else "")


def _text(report: WarehouseReport, page: str) -> str:
    lines = [subject(report), ""]
    for check in report.checks:
        if check.level in {Level.ALARM, Level.WARNING}:
            lines += [f"{WORDS[Level(check.level)][1]}: {check.message_ko}", f"  {check.message} ({check.name})"]
    return "\n".join([*lines, "", f"전체 보고서: {page}", ""])
