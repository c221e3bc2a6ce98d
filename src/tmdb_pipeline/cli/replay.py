"""``tmdb-pipeline replay``: from a quarantined record to its page, its rules and a test."""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from tmdb_pipeline.cli import form
from tmdb_pipeline.cli.noted import noted
from tmdb_pipeline.cli.record_view import print_replay
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.operations import Action
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.quality.replay.address import Address, parse_address
from tmdb_pipeline.quality.replay.errors import ReplayError, UnknownRecord
from tmdb_pipeline.quality.replay.lookup import find
from tmdb_pipeline.quality.replay.replay import Replay, replay
from tmdb_pipeline.quality.replay.reproduction import reproduction
from tmdb_pipeline.settings import Settings, SettingsError

_DESCRIPTION = """\
Show a record that was rejected: the rules that it broke, the page on which
TMDB sent it, and whether today's rules still reject it. With --test, write a
unit test that fails as long as they do.

RECORD is one of
  raw/metadata/quarantine/20240107/tmdb_daily_collection.jsonl:3
           a line of a quarantine, as grep -n prints it; a data root may stand
           in front, and without :LINE all records of the file are listed
  2024-01-07 4711
           a date and the id of a movie, whatever DAG has rejected it
  2024-01-07
           lists all records of a date"""
_STATUS = """\
exit status:
  0    the record is shown, and the test is written; or records are listed
  1    it cannot be had, or the test not be written: why is said
  2    RECORD names none, or several for --test, or what to set is said
  130  stopped by Ctrl-C, a cancelled job or a closed terminal"""


def add(commands: form.Commands) -> None:
    """Declare the command."""
    command = form.command(
        commands,
        "replay",
        run,
        help="show a quarantined record, its page and its rules, and make a test of it",
        description=_DESCRIPTION,
        status=_STATUS,
    )
    command.add_argument("record", nargs="*", metavar="RECORD", help="which record: see above")
    command.add_argument(
        "--data-root",
        metavar="ROOT",
        help="where the files are, a folder or s3://bucket/prefix (TMDB_DATA_ROOT, or data)",
    )
    command.add_argument(
        "--test",
        type=_test_file,
        metavar="FILE",
        help="write a pytest module that reproduces the rejection; - prints it, and all else to standard error",
    )
    command.add_argument("--force", action="store_true", help="let --test write over a file that is there")


def run(asked: argparse.Namespace) -> None:
    """Run it.

    Raises:
        UnknownRecord: no record is named, or a test is to be made of one of several.
        SettingsError: the data root cannot be used, or the file of the test is there.
        LakeError: the quarantine, or the line, cannot be had.
        ReplayError: no test can be made of the record, or it cannot be written.
    """
    test: Path | None = asked.test
    on_screen = test == Path("-")
    if test and not on_screen and not asked.force and os.path.lexists(test):
        raise SettingsError(_taken(test))
    address = parse_address(asked.record)
    lake = _lake(address, asked.data_root)
    found = find(lake, address)
    console = form.console(stderr=on_screen)
    if isinstance(found, str):
        if test is not None:
            raise UnknownRecord(found)
        console.print(found, markup=False, highlight=False, soft_wrap=True)
        return
    with noted(Action.REPLAY, " ".join(asked.record), lake):
        replayed = replay(lake, found)
        print_replay(console, replayed, lake)
        if test is not None:
            _make_test(console, replayed, test, over=asked.force)


def _make_test(console: Console, replayed: Replay, test: Path, *, over: bool) -> None:
    source = reproduction(replayed)
    if test == Path("-"):
        sys.stdout.write(source)
        return
    _write(test, source, over=over)
    ends = "fails, as the record is rejected" if replayed.rejects else "passes, as the record is accepted by now"
    console.print(f"\nThe test is in {form.shown(test)}; it {ends}.", markup=False, highlight=False, soft_wrap=True)


def _lake(address: Address, given: str | None) -> Lake:
    """The lake of the record: what stands in front of its path, else what is given, else what is set."""
    settings = Settings.from_environment({"TMDB_DATA_ROOT": os.environ.get("TMDB_DATA_ROOT", "")})
    root = given if address.root is None else address.root
    try:
        lake = Lake(settings.data_root if root is None else replace(settings, data_root=root).data_root)
        if address.root is not None and given is not None:
            other = Lake(replace(settings, data_root=given).data_root)
            if other.locate("") != lake.locate(""):
                raise SettingsError(
                    f"RECORD stands in {lake.locate('')}, and --data-root is {other.locate('')}: give only one of them."
                )
    except LakeError as error:
        raise SettingsError(str(error)) from error
    return lake


def _test_file(text: str) -> Path:
    if text != "-" and not text.endswith(".py"):
        raise argparse.ArgumentTypeError(f"{text!r} is no name that pytest takes: give one such as test_record.py")
    return Path(text).expanduser() if text.startswith("~/") else Path(text)


def _write(file: Path, source: str, *, over: bool) -> None:
    try:
        with file.open("w" if over else "x", encoding="utf-8") as module:
            module.write(source)
    except FileExistsError:
        raise SettingsError(_taken(file)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReplayError(
            f"{form.shown(file)} cannot be written: {reason}. Give --test a file in a folder that can be written."
        ) from error


def _taken(file: Path) -> str:
    return f"{form.shown(file)} is there already: give --test another name, or --force to write over it."
