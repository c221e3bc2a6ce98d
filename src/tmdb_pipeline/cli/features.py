"""``tmdb-pipeline features``: what models are fed with, made of the lake's collections, where that is permitted."""

import argparse
import os
import sys
from datetime import date

from tmdb_pipeline.cli import form, requirements
from tmdb_pipeline.features.permission import require_permission
from tmdb_pipeline.features.sources import addresses
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.settings import Settings

_DESCRIPTION = """\
Make features of the daily collections under TMDB_DATA_ROOT: a row for each
movie on the popular or trending list of a day, of what was known by its end,
and the labels that are known since. Only of a fake's collections, or where
TMDB_ML_PERMISSION says who has allowed it, and when.

  build  make those of --as-of
  list   show which there are
  show   print the manifests of --as-of"""
_STATUS = """\
exit status:
  0    they are made, or shown
  1    they cannot be: why is said
  2    it is not permitted, or what to set or to give is said
  130  stopped by Ctrl-C, a cancelled job or a closed terminal"""


def add(commands: form.Commands) -> None:
    """Declare the command."""
    command = form.command(
        commands,
        "features",
        run,
        help="make features of the collections, where that is permitted",
        description=_DESCRIPTION,
        status=_STATUS,
    )
    command.add_argument("action", choices=("build", "list", "show"), metavar="build|list|show", help="what to do")
    command.add_argument("--as-of", type=form.day, metavar="YYYY-MM-DD", help="the day, in Seoul (today)")


def run(asked: argparse.Namespace) -> None:
    """Run it.

    Raises:
        NotPermitted: features may not be made of these collections.
        SettingsError: a setting cannot be used, or the day has not come yet.
        LakeError: the lake cannot be read or written, or what is needed was not observed.
    """
    day: date = asked.as_of or requirements.today()
    names = ("TMDB_BASE_URL", "TMDB_DATA_ROOT", "TMDB_ML_PERMISSION")
    settings = Settings.from_environment({name: os.environ.get(name, "") for name in names})
    lake = Lake(settings.data_root)
    if asked.action == "build":
        _build(lake, settings, day)
    elif asked.action == "list":
        _list(lake)
    else:
        _show(lake, day)


def _build(lake: Lake, settings: Settings, day: date) -> None:
    requirements.require_that_it_has_come(day)
    permission = require_permission(settings, addresses(lake, day))
    from tmdb_pipeline.features.build import build  # noqa: PLC0415 - what makes features begins only where it may

    made, left = build(lake, day, today=requirements.today(), permission=permission)
    for each in made:
        _say(f"{each.view} {each.as_of}: {each.rows} rows, version {each.version}")
    for why in left:
        _say(why)


def _list(lake: Lake) -> None:
    from tmdb_pipeline.features.build import latest  # noqa: PLC0415 - as above

    for view, found in latest(lake):
        if found is None:
            _say(f"{view.name}: none")
            continue
        old = "" if found.version == view.version else " (of an earlier definition)"
        _say(f"{view.name}, version {found.version}{old}:")
        for day in found.days:
            _say(f"  {day}")


def _show(lake: Lake, day: date) -> None:
    from tmdb_pipeline.features.build import manifests  # noqa: PLC0415 - as above

    for each in manifests(lake, day):
        sys.stdout.write(to_json(each).decode())


def _say(line: str) -> None:
    form.console().print(line, highlight=False, markup=False, soft_wrap=True)
