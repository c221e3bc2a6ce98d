"""``tmdb-pipeline audit``: who did what, in Airflow and by the commands of this project."""

import argparse
import os
import sys
from datetime import datetime, time, timedelta

import msgspec

from tmdb_pipeline.cli import form
from tmdb_pipeline.cli.noted import data_root
from tmdb_pipeline.cli.requirements import today
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import EVERY
from tmdb_pipeline.lake.operations import noted
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language, Said
from tmdb_pipeline.monitoring.audit.trail import Deed, Event, trail
from tmdb_pipeline.ops.airflow_api.access import URL, Access
from tmdb_pipeline.ops.airflow_api.client import AirflowApi, AirflowError
from tmdb_pipeline.ops.deeds import draw
from tmdb_pipeline.settings import Settings, SettingsError

_DESCRIPTION = """\
Show who triggered, paused or cleared what, changed a Connection, loaded,
migrated, backed up or restored: Airflow's event log, and the log of these
commands under TMDB_DATA_ROOT, the newest first, in Seoul's time.

Airflow is asked at TMDB_AIRFLOW_URL, such as http://127.0.0.1:8080, by
TMDB_AIRFLOW_USER and TMDB_AIRFLOW_PASSWORD, or by TMDB_AIRFLOW_TOKEN. Where
no address is set, the commands alone are shown. Airflow notes what it is asked
to do, and not whether it did it or refused."""
_STATUS = """\
exit status:
  0    the trail is shown
  1    Airflow was not asked or cannot be, or the data root cannot be read
  2    nothing was begun: what to set or to give is said
  130  stopped by Ctrl-C, a cancelled job or a closed terminal"""
#: Days that are shown unless somebody says otherwise.
_DAYS = 30
_NOT_ASKED = Said(
    f"Airflow was not asked, since {URL} is not set: only what the commands of this project did is known.",
    f"{URL}이(가) 설정되지 않아 Airflow를 조회하지 못했습니다. 이 프로젝트의 명령 기록만 확인할 수 있습니다.",
)
#: As in an alert, what the program said is a detail, and in English.
_NOT_READ = Said("{why}", "Airflow의 기록을 읽지 못해 이 프로젝트의 명령 기록만 확인할 수 있습니다. 상세: {why}")


def add(commands: form.Commands) -> None:
    """Declare the command."""
    audit = form.command(commands, "audit", run, help="show who did what", description=_DESCRIPTION, status=_STATUS)
    audit.add_argument(
        "--since", type=form.day, metavar="YYYY-MM-DD", help=f"the first day, in Seoul ({_DAYS} days ago)"
    )
    audit.add_argument("--who", default="", metavar="NAME", help="only what was done by whose name holds this")
    audit.add_argument("--dag", default="", metavar="DAG", help="only what was done to this DAG, by its id or name")
    audit.add_argument("--json", action="store_true", help="print a JSON list, in both languages")


def run(asked: argparse.Namespace) -> None:
    """Run it.

    Raises:
        SettingsError: an address or a data root is none, nobody is named who asks Airflow, or there is no such DAG.
        AirflowError: Airflow was not asked, or cannot be; what the commands did is shown.
        LakeError: the log of the commands cannot be read.
    """
    access = Access.from_environment(os.environ)
    locale = {name: os.environ.get(name, "") for name in ("TMDB_LOCALE",)}
    language = Settings.from_environment(locale).locale
    since = asked.since or today() - timedelta(days=_DAYS)
    operations = noted(Lake(data_root()), since, today())
    dag = next((spec.id for spec in EVERY if spec.name == asked.dag), asked.dag)
    events, unasked = list[Event](), _NOT_ASKED if access is None else None
    if access is not None:
        try:
            with AirflowApi(access) as api:
                events = api.events(datetime.combine(since, time(), SEOUL))
        except AirflowError as error:
            unasked = _NOT_READ.filled(why=str(error))
    if dag and unasked is None and dag not in {*(spec.id for spec in EVERY), *(event.dag_id for event in events)}:
        raise SettingsError(
            f"There is no DAG {dag} here, and Airflow has noted nothing of one since {since}: see its page of DAGs."
        )
    deeds = trail(events, operations, who=asked.who, dag=dag)
    if deeds or asked.json or unasked is None:  # where one of two logs could not be read, nothing is not nothing
        _show(deeds, language, as_json=asked.json)
    if unasked is not None:
        raise AirflowError(unasked.told(language))


def _show(deeds: list[Deed], language: Language, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(deeds)).decode() + "\n")
        return
    draw(form.console(), deeds, language)
