"""What a command does, noted in the log of operations."""

import getpass
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from upath import UPath

from tmdb_pipeline.cli import form
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.operations import Action, Operation, Outcome, note
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.settings import Settings, SettingsError


@contextmanager
def noted(action: Action, subject: str, lake: Lake | None = None) -> Iterator[None]:
    """Note what the block does once it has ended, well or not; nothing where it says that nothing was begun.

    The log is that of the data root, ``lake`` if the command has opened it. Where that is a folder which is not there,
    nothing was ever collected into it, and nothing is noted. A log that cannot be written is said, and stops nobody.
    """
    began, outcome = datetime.now(SEOUL), Outcome.FAILED
    try:
        yield
        outcome = Outcome.DONE
    except SettingsError:
        raise
    except BaseException:
        _note(lake, Operation(at=began, who=_who(), action=action, subject=subject, outcome=outcome))
        raise
    else:
        _note(lake, Operation(at=began, who=_who(), action=action, subject=subject, outcome=outcome))


def data_root() -> str:
    """The data root that the environment names.

    Raises:
        SettingsError: it is none.
    """
    return Settings.from_environment({"TMDB_DATA_ROOT": os.environ.get("TMDB_DATA_ROOT", "")}).data_root


def _note(lake: Lake | None, operation: Operation) -> None:
    try:
        root = data_root()
        if lake is None and not _is_there(root):
            return
        note(lake or Lake(root), operation)
    except (LakeError, SettingsError) as error:
        said = f"The log of operations does not have this: {error}"
        form.console(stderr=True).print(said, markup=False, highlight=False, soft_wrap=True)


def _is_there(root: str) -> bool:
    place = UPath(root)
    return place.protocol not in {"", "file", "local"} or Path(place.path).is_dir()


def _who() -> str:
    """The user, and the machine: ``lee@laptop``."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # in a container, a user without a name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"
