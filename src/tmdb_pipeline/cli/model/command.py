"""``tmdb-pipeline model``: train, judge and ask the model of which movies stay popular, where that is permitted."""

import argparse
import os
import sys
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from tmdb_pipeline.cli import form, requirements
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.features.permission import Permission, require_permission
from tmdb_pipeline.features.sources import addresses
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.settings import Settings, SettingsError

if TYPE_CHECKING:
    from tmdb_pipeline.model.scoring import Drift

_DESCRIPTION = """\
Train a model on the daily collections under TMDB_DATA_ROOT, judge it, keep it
and ask it: which movies will be in the popular list's first 100 in a week.
Only of a fake's collections, or where TMDB_ML_PERMISSION says who has allowed
it, and when.

  train     train and judge one as of --as-of, and let it answer if it passed
  list      show every version, and which is in use
  show      print the card of VERSION (the champion)
  promote   make VERSION the champion, which the gate must have passed
  rollback  make the champion before this one the champion again
  predict   print what VERSION (the champion) says of --as-of, and keep it
            unless it has answered of that day already
  score     show how good the daily answers were, as far as known by --as-of,
            and whether the champion has drifted"""
_STATUS = """\
exit status:
  0    it is done, or shown
  1    it cannot be: why is said; of train, also that the gate refused it
  2    it is not permitted, or what to set or to give is said
  130  stopped by Ctrl-C, a cancelled job or a closed terminal"""
_ACTIONS = ("train", "list", "show", "promote", "rollback", "predict", "score")
_BY_HAND = "by hand"
_ROW = "{:<10}  {:<10}  {:<17}  {:>4}  {:>6}  {:>9}  {:>8}"


def add(commands: form.Commands) -> None:
    """Declare the command."""
    command = form.command(
        commands,
        "model",
        run,
        help="train, judge and ask a model of the collections, where that is permitted",
        description=_DESCRIPTION,
        status=_STATUS,
    )
    command.add_argument("action", choices=_ACTIONS, metavar="|".join(_ACTIONS), help="what to do")
    command.add_argument("version", nargs="?", metavar="VERSION", help="which version, as `list` shows it")
    command.add_argument("--as-of", type=form.day, metavar="YYYY-MM-DD", help="the day, in Seoul (today)")


def run(asked: argparse.Namespace) -> None:
    """Run it.

    Raises:
        NotPermitted: nothing may be learned from these collections.
        SettingsError: a setting cannot be used, the day has not come yet, or no version is given.
        LakeError: the lake cannot be read or written, there is no such model, or the gate refused it.
    """
    day: date = asked.as_of or requirements.today()
    requirements.require_that_it_has_come(day)
    if asked.action == "promote" and not asked.version:
        raise SettingsError("Which version is to be promoted? `tmdb-pipeline model list` shows them.")
    names = ("TMDB_BASE_URL", "TMDB_DATA_ROOT", "TMDB_ML_PERMISSION")
    settings = Settings.from_environment({name: os.environ.get(name, "") for name in names})
    lake = Lake(settings.data_root)
    if asked.action == "train":
        _train(lake, day, require_permission(settings, addresses(lake, day)))
    elif asked.action == "predict":
        _predict(lake, asked.version, day, require_permission(settings, addresses(lake, day)))
    elif asked.action == "score":
        _score(lake, day, require_permission(settings, addresses(lake, day)))
    elif asked.action == "list":
        _list(lake)
    elif asked.action == "show":
        _show(lake, asked.version)
    elif asked.action == "promote":
        _promote(lake, asked.version)
    else:
        _rollback(lake)


def _train(lake: Lake, day: date, permission: Permission) -> None:
    from tmdb_pipeline.model import stages  # noqa: PLC0415 - what learns begins only where it may
    from tmdb_pipeline.model.errors import NoModel  # noqa: PLC0415 - as above

    prepared = stages.prepare(lake, day, permission=permission)
    _say(f"{prepared.days} days with labels, {prepared.rows} rows")
    candidate = stages.train(lake, day, permission=permission)
    verdict = stages.evaluate_candidate(lake, candidate, permission=permission)
    if not verdict.passed:
        raise NoModel(f"The gate refused {verdict.version}: {'; '.join(verdict.refusals)}.")
    _say(stages.deploy(lake, verdict.version, day, at=datetime.now(SEOUL)))


def _list(lake: Lake) -> None:
    from tmdb_pipeline.model import stages  # noqa: PLC0415 - as above

    shelf = stages.shelf_of(lake)
    state = shelf.state()
    challenger = state.challenger.version if state.challenger else None
    held = shelf.versions()
    for version in held:
        role = {state.champion: "  champion", challenger: "  challenger"}.get(version, "")
        _say(f"{version}{role}")
    if not held:
        _say("none: `tmdb-pipeline model train` makes one")


def _show(lake: Lake, version: str | None) -> None:
    from tmdb_pipeline.model import stages  # noqa: PLC0415 - as above
    from tmdb_pipeline.model.registry.keep import read  # noqa: PLC0415 - as above

    shelf = stages.shelf_of(lake)
    sys.stdout.write(read(shelf, version or shelf.champion()).card)


def _promote(lake: Lake, version: str) -> None:
    from tmdb_pipeline.model import stages  # noqa: PLC0415 - as above

    shelf = stages.shelf_of(lake)
    stages.require_passed(shelf, version)
    shelf.promote(version, at=datetime.now(SEOUL), why=_BY_HAND)
    _say(f"{version} is the champion.")


def _rollback(lake: Lake) -> None:
    from tmdb_pipeline.model import stages  # noqa: PLC0415 - as above
    from tmdb_pipeline.model.registry.keep import trouble  # noqa: PLC0415 - as above

    shelf = stages.shelf_of(lake)
    state = shelf.rollback(at=datetime.now(SEOUL), why=_BY_HAND, trouble=partial(trouble, shelf))
    _say(f"{state.champion} is the champion again.")


def _predict(lake: Lake, version: str | None, day: date, permission: Permission) -> None:
    from tmdb_pipeline.model import answers, predictions, stages  # noqa: PLC0415 - as above

    shelf = stages.shelf_of(lake)
    asked = version or shelf.champion()
    is_kept = not answers.has_answered(shelf, asked, day)
    ask = predictions.predict if is_kept else predictions.ask
    made = ask(lake, shelf, asked, day, permission=permission)
    if not is_kept:
        sys.stderr.write(f"{asked} has answered of {day} already: that stays as it is, and this is not kept.\n")
    sys.stdout.write(to_json(made).decode())


def _score(lake: Lake, day: date, permission: Permission) -> None:
    from tmdb_pipeline.model import scoring, stages  # noqa: PLC0415 - as above

    shelf = stages.shelf_of(lake)
    drift = scoring.score_drift(lake, shelf, today=day, permission=permission)
    rows = scoring.day_scores(lake, shelf, today=day, permission=permission)
    if not rows:
        _say("none: `tmdb_predictions` answers each day, and a week later it is known what came")
    else:
        _say(_ROW.format("day", "role", "version", "rows", "Brier", "base rate", "possible"))
    for each in rows:
        told = each.score
        numbers = (f"{value:.4f}" if value is not None else "-" for value in (told.brier, each.base, told.best))
        _say(_ROW.format(str(told.day), each.role, told.version, told.rows, *numbers))
    _say(_drift(drift))


def _drift(drift: "Drift") -> str:
    if drift.brier is None:
        return f"{drift.version}: it is not known yet how good its answers were."
    found = f"{drift.brier:.4f} on the last {drift.days} days, the alarm is above {drift.limit:.4f}"
    return f"{drift.version} has {'' if drift.has_drifted else 'not '}drifted: {found}."


def _say(line: str) -> None:
    form.console().print(line, highlight=False, markup=False, soft_wrap=True)
