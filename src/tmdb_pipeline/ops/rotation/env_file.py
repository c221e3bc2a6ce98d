"""Settings in ``.env``: other values in the place of theirs, all of them or none, and no other byte changed."""

import errno
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tmdb_pipeline.ops.errors import Misused, NoRoom, OpsError


def replace(file: Path, values: Mapping[str, str]) -> None:
    """Give settings other values; the file has its owner and its mode as before.

    Whoever is killed meanwhile leaves the old file or the new one.

    Raises:
        Misused: a setting has no line in the file.
        OpsError: it cannot be written.
    """
    place = file.resolve()
    text = place.read_text(encoding="utf-8")
    for name, value in values.items():
        line = rf"(?m)^([^\S\n]*(?:export[^\S\n]+)?{name}[^\S\n]*=).*$"
        escaped = value.replace("\\", r"\\")
        text, found = re.subn(line, rf"\g<1>{escaped}", text)
        if not found:
            raise Misused(f"{file} has no line {name}=: add it with python3 deploy/make_env.py --add.")
    try:
        _write(place, text)
    except OSError as error:
        kind = NoRoom if error.errno in {errno.ENOSPC, errno.EDQUOT} else OpsError
        raise kind(
            f"{file} cannot be written: {error.strerror}. It is as it was; mend that, then run this again."
        ) from None


def _write(place: Path, text: str) -> None:
    new = place.with_name(f"{place.name}.new")
    was = place.stat()
    new.unlink(missing_ok=True)
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:  # noqa: PTH123
            os.fchmod(out.fileno(), was.st_mode & 0o777)
            with suppress(PermissionError):  # only root may; another user writes files of its own
                os.fchown(out.fileno(), was.st_uid, was.st_gid)
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        new.replace(place)
    except OSError:
        new.unlink(missing_ok=True)
        raise
