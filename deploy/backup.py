#!/usr/bin/env python3
"""Backups of the stack, in a container of it: ``tmdb-ops backup`` and ``tmdb-ops restore`` run this.

``backup.py make`` makes one, ``backup.py nightly`` does so every night at BACKUP_AT, in Seoul, and removes old ones,
``backup.py restore NAME`` puts one back once Airflow's services are stopped, ``backup.py settle`` completes or takes
back a restore that was interrupted. Each notes what it did in the log of operations, and alerts where it fails.
It prints one JSON document: what was done, or ``{"error", "status"}``.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.operations import Action, Operation, Outcome, note
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Said
from tmdb_pipeline.ops.backup import journal
from tmdb_pipeline.ops.backup.archives import retention
from tmdb_pipeline.ops.backup.archives.shelf import Shelf
from tmdb_pipeline.ops.backup.create import create
from tmdb_pipeline.ops.backup.nightly import AT, seconds_until, time_of_day
from tmdb_pipeline.ops.backup.restore import restore
from tmdb_pipeline.ops.backup.site import PASSPHRASE, Site, of_stack, who
from tmdb_pipeline.ops.errors import Misused, OpsError, Status
from tmdb_pipeline.settings import Settings

SECRETS = Path("/run/secrets")
#: Where the backups lie in the container.
BACKUPS = Path("/opt/airflow/backups")
#: The server of all databases of the stack, and the warehouse on it.
POSTGRES, WAREHOUSE = ("postgres", 5432), "tmdb_warehouse"
#: Is there as long as the last backup of the night has failed: the health check of compose.yaml looks for it.
FAILED = Path("/tmp/backup-failed")  # noqa: S108 - of this container alone
#: What alerts are about.
_SUBJECTS = {Action.BACKUP: "tmdb-backup", Action.RESTORE: "tmdb-restore"}
_HAPPENED = {
    Action.BACKUP: Said("A backup could not be made.", "백업을 만들지 못했습니다."),
    Action.RESTORE: Said("A backup could not be restored.", "백업을 복원하지 못했습니다."),
}
_ADVICE = Said("Mend what the detail says, then run it again.", "상세 내용을 고친 뒤 다시 실행해 주십시오.")

Document = dict[str, Any]


def secrets_of(folder: Path) -> dict[str, str]:
    """The secrets that this container was given, by the names that they have in .env."""
    return {file.name.upper(): file.read_text(encoding="utf-8") for file in sorted(folder.iterdir()) if file.is_file()}


def now() -> datetime:
    """Now, in Seoul."""
    return datetime.now(SEOUL)


def tell(settings: Settings, action: Action, failure: OpsError | None) -> None:
    """Note what was done, and raise an alert where it failed, or close one. Never fails."""
    from tmdb_pipeline.orchestration.alerts import telling  # noqa: PLC0415 - seconds, after the work is done

    at, outcome = now(), Outcome.FAILED if failure else Outcome.DONE
    subject = _SUBJECTS[action]
    try:
        lake = Lake(settings.data_root)
        note(lake, Operation(at=at, who=who(), action=action, subject="the stack", outcome=outcome))
    except LakeError as error:
        sys.stderr.write(f"The log of operations does not have this: {error}\n")
        return
    if failure is None:
        telling.tell_mended(lake, settings, Kind.BACKUP_FAILED, subject, at)
        return
    alert = Alert(
        kind=Kind.BACKUP_FAILED,
        raised_at=at,
        subject=subject,
        cause=_HAPPENED[action],
        advice=_ADVICE,
        detail=str(failure),
    )
    telling.tell(lake, settings, alert)


class Backups:
    """What can be done with the backups of a site."""

    def __init__(
        self, site: Site, shelf: Shelf, settings: Settings, environ: Mapping[str, str], passphrase: str
    ) -> None:
        self._site = site
        self._shelf = shelf
        self._settings = settings
        self._environ = environ
        self._passphrase = passphrase

    def make(self) -> Document:
        """Make one."""
        made = self._told(Action.BACKUP, lambda: create(self._site, self._shelf, self._passphrase, now))
        return {"made": made.path.name, "size": made.size, "absent": made.manifest.absent}

    def prune(self) -> Document:
        """Remove those that retention does not keep."""
        days, weeks = self._number("BACKUP_DAYS", retention.DAYS), self._number("BACKUP_WEEKS", retention.WEEKS)
        with self._shelf.locked():
            removed, damaged = self._shelf.prune(days, weeks)
        return {"removed": [path.name for path in removed], "damaged": [one.path.name for one in damaged]}

    def nightly(self, sleep: Callable[[float], None] = time.sleep) -> Document:
        """Make one every night, and remove old ones; say so where it fails. Does not end."""
        at = time_of_day(self._environ.get("BACKUP_AT") or AT)
        while True:
            sleep(seconds_until(at, now()))
            try:
                told = self.make() | self.prune()
                FAILED.unlink(missing_ok=True)
            except OpsError as error:
                told = {"error": str(error)}
                FAILED.touch()
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
            sys.stdout.flush()

    def restore(self, name: str, *, other_key: bool) -> Document:
        """Put one back."""

        def run() -> list[Any]:
            path = self._shelf.named(name)
            return restore(self._site, self._shelf, path, now, other_key=other_key, say=_progress)

        compared = self._told(Action.RESTORE, run)
        return {"restored": name, "compared": [[one.part, one.things, one.size] for one in compared]}

    def settle(self, *, undo: bool) -> Document:
        """Complete a restore that was interrupted, or take it back."""
        return {"settled": journal.settle(self._site, undo=undo)}

    def _told(self, action: Action, run: Callable[[], Any]) -> Any:
        try:
            done = run()
        except OpsError as error:
            tell(self._settings, action, error)
            raise
        tell(self._settings, action, None)
        return done

    def _number(self, name: str, default: int) -> int:
        text = self._environ.get(name) or str(default)
        if not text.isascii() or not text.isdigit() or len(text) > 4:  # noqa: PLR2004 - days of a life
            raise Misused(f"{name}={text[:20]} is no number: set one such as {default} in .env.")
        return int(text)


def _progress(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def run(arguments: list[str], backups: Backups) -> Document:
    """Do what was asked.

    Raises:
        OpsError: it cannot be done.
    """
    match arguments:
        case ["make"]:
            return backups.make()
        case ["nightly"]:
            return backups.nightly()
        case ["restore", name, *options] if {*options} <= {"--other-key"}:
            return backups.restore(name, other_key=bool(options))
        case ["settle", *options] if {*options} <= {"--undo"}:
            return backups.settle(undo=bool(options))
    raise Misused("There is no such thing to do: give make, nightly, restore NAME or settle.")


def main(arguments: list[str]) -> int:
    """Do what was asked, and print what came of it; the status is that of ``tmdb-ops``."""
    try:
        secrets = secrets_of(SECRETS)
        settings = Settings.from_environment(os.environ)
        site = of_stack(POSTGRES, WAREHOUSE, secrets, settings.data_root)
        shelf = Shelf(BACKUPS, os.environ.get("BACKUPS", ""))
        backups = Backups(site, shelf, settings, os.environ, secrets.get(PASSPHRASE, ""))
        told = run(arguments, backups)
        status = Status.DONE
    except (OpsError, OSError, ValueError) as error:
        status = error.status if isinstance(error, OpsError) else Status.MISUSED
        told = {"error": str(error), "status": int(status)}
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return status


if __name__ == "__main__":  # pragma: no cover - tests run the script in an environment of its own
    sys.exit(main(sys.argv[1:]))
