"""``tmdb-pipeline alert-test``: one alert of each kind, to see that they arrive and what they look like."""

import argparse
from collections.abc import Sequence
from datetime import datetime

from tmdb_pipeline import dags
from tmdb_pipeline.alerts.message import Message
from tmdb_pipeline.alerts.post import Channel, NotSent
from tmdb_pipeline.alerts.samples import samples
from tmdb_pipeline.cli import form
from tmdb_pipeline.cli.requirements import require_packages
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.settings import SettingsError

_DESCRIPTION = """\
Send one alert of each kind, each saying that it is a test, by every channel
that is set up: Slack by the Connection slack_ops, mail by smtp_default. Run it
where Airflow's settings are those of the tasks, for instance by
docker compose run --rm cli tmdb-pipeline alert-test"""
_STATUS = """\
exit status:
  0    all are sent
  1    a channel has not sent them all: why is said
  2    no channel is set up: what to set is said
  130  stopped by Ctrl-C, a cancelled job or a closed terminal"""


def add(commands: form.Commands) -> None:
    """Declare the command."""
    form.command(
        commands,
        "alert-test",
        run,
        help="send one alert of each kind, to see that they arrive",
        description=_DESCRIPTION,
        status=_STATUS,
    )


def run(_asked: argparse.Namespace) -> int:
    """Run it: 1 if something could not be sent.

    Raises:
        SettingsError: there is no channel, or what is needed is not installed.
    """
    require_packages("alert-test", {"airflow": "'.[airflow,alerts]'"})
    from tmdb_pipeline.orchestration.alerts.channels import find_channels  # noqa: PLC0415 - Airflow is an extra
    from tmdb_pipeline.orchestration.alerts.links import run_link  # noqa: PLC0415 - as above
    from tmdb_pipeline.orchestration.task_settings import settings_in_force  # noqa: PLC0415 - as above

    console = form.console()
    found = find_channels(with_database=True)
    for sentence in (*found.wrong.values(), *found.absent):
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    if not found.channels:
        raise SettingsError("No alert can be sent: docs/alerts.md says how to set up Slack and mail.")
    link = run_link(dags.DAILY.id, "alert-test")
    messages = samples(settings_in_force().locale, datetime.now(SEOUL), link)
    told = [send(channel, messages) for channel in found.channels]
    for sentence, _ in told:
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    return 0 if all(all_are_sent for _, all_are_sent in told) and not found.wrong else 1


def send(channel: Channel, messages: Sequence[Message]) -> tuple[str, bool]:
    """Send all messages by one channel: what is said of it, and whether all are sent."""
    for number, message in enumerate(messages):
        try:
            channel.send(message)
        except NotSent as error:
            return f"{channel.name}: {number} of {len(messages)} alerts are sent. {error}.", False
    return f"{channel.name}: {len(messages)} alerts are sent.", True
