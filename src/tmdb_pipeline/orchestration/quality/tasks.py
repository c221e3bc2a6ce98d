"""What the tasks of ``tmdb_warehouse_quality`` do. Findings go by ``quality_runs``; from task to task go a few numbers.

What reaches the database, and what draws, is imported in the tasks, which no parse needs.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tmdb_pipeline.dags import WAREHOUSE_QUALITY, Stage
from tmdb_pipeline.lake import paths
from tmdb_pipeline.language import Language
from tmdb_pipeline.observability.messages import one_line
from tmdb_pipeline.observability.spans import phase
from tmdb_pipeline.orchestration.alerts import mail
from tmdb_pipeline.orchestration.alerts.channels import Mail
from tmdb_pipeline.orchestration.alerts.quality import tell_warehouse
from tmdb_pipeline.orchestration.context import Handed, TaskContext
from tmdb_pipeline.orchestration.params import Params
from tmdb_pipeline.orchestration.tasks import now
from tmdb_pipeline.orchestration.warehouse_address import warehouse_address
from tmdb_pipeline.warehouse.errors import WarehouseAlarm

if TYPE_CHECKING:
    from tmdb_pipeline.warehouse.report.document import WarehouseReport

log = logging.getLogger(__name__)

#: Which task tells of each level of a run.
_TELLS = {"ok": "quiet", "not_judged": "quiet", "warning": "warning", "alarm": "alarm"}


def check(this: TaskContext[Params]) -> Handed:
    """Ask every check, and keep what it found in ``quality_runs``.

    Returns:
        The level of the run, when it was checked, how many checks ended at each level, and the messages of those that
        warn or alarm.

    Raises:
        WarehouseError: the warehouse cannot be used.
    """
    from tmdb_pipeline.warehouse.checks.run import keep, run_checks, worst  # noqa: PLC0415 - as the module says
    from tmdb_pipeline.warehouse.database import connected  # noqa: PLC0415

    moment = now()
    with phase("check"), connected(warehouse_address(), "tmdb-pipeline checks") as connection:
        found = run_checks(connection, moment)
        keep(connection, this.run.run_id, moment, found)
    levels = [finding.level for finding in found]
    return {
        "level": str(worst(levels)),
        "checked_at": moment.isoformat(),
        "checks": {str(level): levels.count(level) for level in dict.fromkeys(sorted(levels))},
        "messages": {
            level: [f"{finding.check.name}: {finding.message}" for finding in found if finding.level == level]
            for level in ("warning", "alarm")
        },
    }


def choose(checked: Mapping[str, Any]) -> str:
    """The id of the task that tells of the level."""
    return WAREHOUSE_QUALITY.task(Stage.LEVEL, _TELLS[checked["level"]]).id


def tell(this: TaskContext[Params], checked: Mapping[str, Any]) -> None:
    """Say in the log what was found: a line for each check that warns or alarms, or one that all is quiet.

    Where there are warnings, people are told of them; of an alarm they are once the run has failed of it.
    """
    messages = checked["messages"]
    for message in messages["alarm"]:
        log.error("%s", message)
    for message in messages["warning"]:
        log.warning("%s", message)
    if not messages["alarm"] and not messages["warning"]:
        counts = ", ".join(f"{count} {level.replace('_', ' ')}" for level, count in checked["checks"].items())
        log.info("No check of the warehouse warns: %s.", counts)
    tell_warehouse(this, checked)


def report(this: TaskContext[Params], checked: Mapping[str, Any]) -> Handed:
    """Write the report, mail it, and fail the run if there is an alarm. Each of these only after the one before.

    Who gets the report by mail is told by it what the checks found, and gets no alert of that beside it. Where an alarm
    cannot be mailed the run fails of it at once, and its alert goes by mail as soon as that is possible.

    Returns:
        Where the report is, and how many were mailed.

    Raises:
        WarehouseAlarm: a check raises an alarm.
        WarehouseError: the warehouse cannot be used.
        LakeError: the lake cannot be written.
        SettingsError: somebody is to be mailed, and nobody said who sends.
        OSError: the mail could not be sent, and there is no alarm; the report is written.
    """
    from tmdb_pipeline.warehouse.database import connected  # noqa: PLC0415 - as the module says
    from tmdb_pipeline.warehouse.report.document import build  # noqa: PLC0415
    from tmdb_pipeline.warehouse.report.facts import read_facts  # noqa: PLC0415
    from tmdb_pipeline.warehouse.report.files import write_report  # noqa: PLC0415

    moment = datetime.fromisoformat(checked["checked_at"])
    with phase("report"), connected(warehouse_address(), "tmdb-pipeline report") as connection:
        facts = read_facts(connection, this.run.run_id, moment)
    made = build(this.run, moment, facts)
    language = this.settings.locale
    write_report(this.lake, this.run, made, language)
    page = paths.warehouse_report_file(this.run, "html")
    alarms = checked["messages"]["alarm"]
    try:
        mailed = _mail(made, this.lake.locate(page), language)
    except OSError as error:
        if not alarms:
            raise
        log.warning("The report cannot be mailed: %s", one_line(error))
        mailed = 0
    if alarms:
        raise WarehouseAlarm(
            f"{len(alarms)} of {len(made.checks)} checks of the warehouse raise an alarm: {alarms[0]} All of them are "
            f"in {this.lake.locate(page)}; mend what they name, then clear data_quality_check.",
            told_by=(Mail.name,) if mailed else (),
        )
    if mailed and checked["messages"]["warning"]:
        tell_warehouse(this, checked, mailed=True)
    return {"report": paths.warehouse_report_file(this.run, "json"), "report_html": page, "mailed": mailed}


def _mail(made: "WarehouseReport", where: str, language: Language) -> int:
    """Mail a report that lies there: to how many.

    Raises:
        SettingsError: nobody said who sends.
        OSError: it could not be sent.
    """
    to = mail.postbox()
    if isinstance(to, str):
        log.info("%s", to)
        return 0
    from tmdb_pipeline.warehouse.report.message import message  # noqa: PLC0415 - as the module says
    from tmdb_pipeline.warehouse.report.picture import draw  # noqa: PLC0415

    drawn = draw(made, language)
    mail.send(message(made, drawn, where, language=language, sender=to.sender, recipients=to.recipients))
    return len(to.recipients)
