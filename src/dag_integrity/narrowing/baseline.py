"""Findings that were there when a folder was linted first, and that are passed over until they are mended."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from dag_integrity.lint import Verdict
from dag_integrity.targets import NothingToLintError


class Known(msgspec.Struct, frozen=True, order=True):
    """Findings in the same words in one file; lines move, so they do not count."""

    path: str
    check: str
    message: str
    times: int = 1


def write(file: Path, verdicts: Sequence[Verdict], root: Path) -> None:
    """Keep these findings in a file, in an order that makes small differences."""
    counted = Counter(_key(verdict, root) for verdict in verdicts)
    known = sorted(Known(*key, times) for key, times in counted.items())
    file.write_bytes(msgspec.json.format(msgspec.json.encode(known), indent=1) + b"\n")


def without_known(file: Path, verdicts: Sequence[Verdict], root: Path) -> list[Verdict]:
    """The findings that are not in a baseline, or more often than there.

    Raises:
        NothingToLintError: the file is missing, or is no baseline.
    """
    try:
        known = msgspec.json.decode(file.read_bytes(), type=list[Known])
    except FileNotFoundError:
        raise NothingToLintError(f"There is no baseline {file}: write it with --update-baseline.") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NothingToLintError(f"{file} is no baseline ({error}): write it again with --update-baseline.") from None
    left = Counter({(one.path, one.check, one.message): one.times for one in known})
    new = []
    for verdict in verdicts:
        key = _key(verdict, root)
        if left[key]:
            left[key] -= 1
        else:
            new.append(verdict)
    return new


def _key(verdict: Verdict, root: Path) -> tuple[str, str, str]:
    path = Path(verdict.path)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path), verdict.check, verdict.message
