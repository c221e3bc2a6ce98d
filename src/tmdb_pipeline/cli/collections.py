"""``tmdb-pipeline collections``: what the entries of ``custom_collections.yaml`` ask TMDB for, and what is wrong."""

import argparse
import os
from pathlib import Path
from urllib.parse import urlencode

from rich.text import Text

from tmdb_pipeline.cli import form
from tmdb_pipeline.custom.collection import CustomCollection
from tmdb_pipeline.custom.file import NAME, CustomCollections, load
from tmdb_pipeline.settings import Settings, SettingsError

_DESCRIPTION = f"""\
Look at {NAME}, whose entries become DAGs. TMDB is not asked.

  list   show each entry: its DAG, when it runs, and what it asks TMDB for
  check  say what is wrong, a line for each entry that cannot be used"""
_STATUS = """\
exit status:
  0    every entry can be used
  1    an entry cannot be used: in which line, and why, is said
  2    there is no such file, or a setting cannot be used
  130  stopped by Ctrl-C, a cancelled job or a closed terminal"""


def add(commands: form.Commands) -> None:
    """Declare the command."""
    command = form.command(
        commands,
        "collections",
        run,
        help="show and check the entries of custom_collections.yaml",
        description=_DESCRIPTION,
        status=_STATUS,
    )
    command.add_argument("action", choices=("list", "check"), metavar="list|check", help="what to do")
    command.add_argument("--file", type=Path, default=f"dags/{NAME}", metavar="PATH", help="the file (%(default)s)")


def run(asked: argparse.Namespace) -> int:
    """Run it.

    Raises:
        SettingsError: there is no such file, or a setting cannot be used.
    """
    if not asked.file.is_file():
        raise SettingsError(f"{form.shown(asked.file)} is not there: change to the project's folder, or give --file.")
    names = ("TMDB_LANGUAGE", "TMDB_REGION")
    settings = Settings.from_environment({name: os.environ.get(name, "") for name in names})
    found = load(asked.file)
    if asked.action == "list":
        for each in found.collections:
            form.console().print(Text(_shown(each, settings)), highlight=False, soft_wrap=True)
    for fault in found.faults:
        form.console(stderr=True).print(Text(str(fault)), highlight=False, soft_wrap=True)
    form.console().print(_summary(found), highlight=False, soft_wrap=True)
    return 1 if found.faults else 0


def _shown(collection: CustomCollection, settings: Settings) -> str:
    """An entry in three lines."""
    when = f"at {collection.schedule} ({collection.zone})"
    return (
        f"{collection.spec.id}  {collection.display_name}\n"
        f"  {when if collection.enabled else f'switched off, else {when}'}\n"
        f"  {_request(collection, settings)}, pages 1 to {collection.pages}"
    )


def _request(collection: CustomCollection, settings: Settings) -> str:
    """What is asked, with what is always sent."""
    region = {"region": settings.region} if collection.regional else {}
    query = urlencode({"language": settings.language, **region, **collection.discover}, safe=",|")
    return f"{collection.path}?{query}"


def _summary(found: CustomCollections) -> str:
    good, on = len(found.collections), len(found.enabled)
    wrong = f"; {len(found.faults)} wrong" if found.faults else ""
    return f"{good} {'entry' if good == 1 else 'entries'} can be used, {on} switched on{wrong}."
