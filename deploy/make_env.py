#!/usr/bin/env python3
"""Write a .env with secrets of your own, readable by you alone, from .env.example. Needs Python and nothing else.

``--fake``, ``--celery`` and ``--monitoring`` fill in what these profiles need, so that plain ``docker compose up``
starts them. ``--add`` brings a .env of an earlier version up to date: it adds the lines that it lacks, and changes no
other.
"""

import argparse
import base64
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: The invented token that the fake takes, from fake_tmdb/http/keys.py; it opens nothing but the fake.
FAKE_TOKEN = (
    "eyJhbGciOiJIUzI1NiJ9."  # noqa: S105
    "eyJhdWQiOiJmYTRlZmE0ZWZhNGVmYTRlZmE0ZWZhNGVmYTRlZmE0ZSIsIm5iZiI6MTcwNDA2NzIwMC41LCJzdWIiOiJmYTRlZmE0"
    "ZWZhNGVmYTRlZmE0ZWZhNGUiLCJzY29wZXMiOlsiYXBpX3JlYWQiXSwidmVyc2lvbiI6MX0."
    "ZmFrZS10bWRiOiBzaWduZWQgYnkgbm9ib2R5IGhlcmU"
)


def fresh_secrets() -> dict[str, str]:
    """New random values for everything that .env.example marks with change-me."""
    return {
        "ADMIN_PASSWORD": secrets.token_urlsafe(18),
        "POSTGRES_PASSWORD": secrets.token_urlsafe(24),
        "WAREHOUSE_OWNER_PASSWORD": secrets.token_urlsafe(24),
        "WAREHOUSE_LOADER_PASSWORD": secrets.token_urlsafe(24),
        "WAREHOUSE_READER_PASSWORD": secrets.token_urlsafe(24),
        "REDIS_PASSWORD": secrets.token_urlsafe(24),
        "GRAFANA_PASSWORD": secrets.token_urlsafe(18),
        "FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "JWT_SECRET": secrets.token_urlsafe(64),
        "API_SECRET_KEY": secrets.token_urlsafe(32),
    }


def fill(example: str, values: Mapping[str, str]) -> str:
    """The example with ``values`` in place of its own, line by line.

    Raises:
        ValueError: a value has no line in the example.
    """
    left = dict(values)
    lines = []
    for line in example.splitlines():
        name = line.partition("=")[0]
        lines.append(f"{name}={left.pop(name)}" if name in left else line)
    if left:
        raise ValueError(f"There is no line for {', '.join(left)} in .env.example.")
    return "\n".join(lines) + "\n"


def chosen(*, fake: bool, celery: bool, monitoring: bool, uid: int) -> dict[str, str]:
    """Settings for the profiles that were asked for, and for this machine's user."""
    profiles = {"fake": fake, "celery": celery, "monitoring": monitoring}
    values = {"COMPOSE_PROFILES": ",".join(name for name, asked in profiles.items() if asked)}
    if uid:
        values["AIRFLOW_UID"] = str(uid)
    if fake:
        values |= {"TMDB_BASE_URL": "http://fake-tmdb:8080/3", "TMDB_READ_TOKEN": FAKE_TOKEN}
    if celery:
        values["EXECUTOR"] = "CeleryExecutor"
    if monitoring:
        values["STATSD_ON"] = "True"
    return values


def added(env: str, example: str) -> str:
    """What a .env lacks of the example, as lines to put behind it: secrets anew, the rest as the example has it."""
    there, values = set(_settings(env)), _settings(example) | fresh_secrets()
    return "".join(f"{name}={value}\n" for name, value in values.items() if name not in there)


def _settings(text: str) -> dict[str, str]:
    """The settings of an env file."""
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))


def add(out: Path, example: str) -> str:
    """Put behind a .env what it lacks of the example, whole or not at all; what was put.

    Raises:
        OSError: it is not there, or cannot be written.
        UnicodeDecodeError: it is no text.
    """
    env = out.read_text(encoding="utf-8")
    lines = added(env, example)
    if lines:
        end = "" if env.endswith("\n") else "\n"
        new = out.with_name(f"{out.name}.new")
        write(new, f"{env}{end}\n# Added by make_env.py --add\n{lines}")
        new.replace(out)
    return lines


def write(out: Path, text: str) -> None:
    """Write a new file that its owner alone can read, whole or not at all.

    Raises:
        FileExistsError: there is one.
        OSError: it cannot be written.
    """
    if out.is_dir():
        raise IsADirectoryError(0, "it is a folder")
    file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(file, "w", encoding="utf-8") as new:  # noqa: PTH123 - a descriptor, opened with its mode
            new.write(text)
    except OSError:
        out.unlink()
        raise


def main(arguments: list[str]) -> int:
    """Write the file; 1 if there is one already, 2 if it cannot be written."""
    parser = argparse.ArgumentParser(description="Write a .env with secrets of your own.")
    parser.add_argument("--fake", action="store_true", help="against the fake TMDB")
    parser.add_argument("--celery", action="store_true", help="with Redis and two workers")
    parser.add_argument("--monitoring", action="store_true", help="with Prometheus and Grafana")
    parser.add_argument("--add", action="store_true", help="add what a .env of an earlier version lacks")
    parser.add_argument("--out", default=str(ROOT / ".env"), help="the file (%(default)s)")
    asked = parser.parse_args(arguments)
    profiles = chosen(fake=asked.fake, celery=asked.celery, monitoring=asked.monitoring, uid=os.getuid())
    values = fresh_secrets() | profiles
    example = ROOT / ".env.example"
    try:
        text = fill(example.read_text(encoding="utf-8"), values)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        sys.stderr.write(f"{example} cannot be used: {why}. Get .env.example anew with: git checkout .env.example\n")
        return 2
    try:
        out = Path(asked.out).expanduser()
        if asked.add:
            lines = add(out, example.read_text(encoding="utf-8"))
            names = ", ".join(line.partition("=")[0] for line in lines.splitlines())
            sys.stdout.write(f"{out} now has {names}.\n" if names else f"{out} lacks nothing.\n")
            return 0
        write(out, text)
    except FileExistsError:
        sys.stderr.write(f"{out} is there already: remove it if you want new secrets.\n")
        return 1
    except UnicodeDecodeError:
        sys.stderr.write(f"{asked.out} is not text in UTF-8: save it in that encoding.\n")
        return 2
    except (OSError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else "its home folder is not known"
        sys.stderr.write(
            f"{asked.out or '.'} cannot be written: {why}. Name a file in a folder that is there with --out.\n"
        )
        return 2
    sys.stdout.write(f"{out} is written. Sign in as admin with the ADMIN_PASSWORD in it.\n")
    if not asked.fake:
        sys.stdout.write("Set TMDB_READ_TOKEN or TMDB_API_KEY in it, then run: docker compose up --build -d --wait\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
