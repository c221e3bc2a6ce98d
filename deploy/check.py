#!/usr/bin/env python3
"""What is looked at before the stack starts: secrets that must not be used, settings that cannot work, a small machine.

``check.py stack`` runs before anything else, ``check.py celery``, ``check.py monitoring`` and ``check.py tls`` before
the services of these profiles. Refusals go to standard error and the status is 1, or 2 where nothing could be looked
at; warnings go there as well and change nothing. Standard library only, but for certificates.
"""

import base64
import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

SECRETS = Path("/run/secrets")
DATA = Path("/opt/airflow/data")
#: Where TLS_FOLDER is mounted.
CERTIFICATES = Path("/etc/nginx/tls")
HELP = "python3 deploy/make_env.py makes a .env with secrets of your own."
#: Compose puts secrets into a container when it makes it, and does not make it anew because a secret has changed.
AGAIN = "When that is mended: docker compose up -d --wait --force-recreate"
EXECUTORS = ("LocalExecutor", "CeleryExecutor")

#: What bytes become that are not UTF-8.
_UNREADABLE = re.compile("[\udc80-\udcff]")
#: The largest user that Docker takes.
_LARGEST_UID = 2**31 - 1

_GIB = 1024**3
#: Below this the stack starts, but runs badly. Measured: 1.0 GiB at rest, 1.5 after both DAGs ran, 1.7 with Celery.
_MEMORY, _DISK, _CPUS = 4 * _GIB, 10 * _GIB, 2


def _fernet(secret: str) -> bool:
    """Whether it is a key; or two, of which the second is on its way out: ``tmdb-ops rotate fernet``."""
    return secret.count(",") <= 1 and all(map(_one_fernet, secret.split(",")))


def _one_fernet(secret: str) -> bool:
    try:
        return len(base64.b64decode(secret, altchars=b"-_", validate=True)) == 32  # noqa: PLR2004 - Fernet's key size
    except ValueError:
        return False


def _shape(pattern: str) -> Callable[[str], bool]:
    return lambda secret: re.fullmatch(pattern, secret) is not None


#: They become part of an address, where other characters mean something.
_IN_ADDRESSES = (
    *("POSTGRES_PASSWORD", "WAREHOUSE_OWNER_PASSWORD", "WAREHOUSE_LOADER_PASSWORD", "WAREHOUSE_READER_PASSWORD"),
    "REDIS_PASSWORD",
)
#: What each secret has to look like, and how that is said.
_RULES: dict[str, tuple[Callable[[str], bool], str]] = {
    "ADMIN_PASSWORD": (_shape(r".{12,}"), "at least 12 characters"),
    **dict.fromkeys(_IN_ADDRESSES, (_shape(r"[A-Za-z0-9_-]{16,}"), "at least 16 letters from a to z, digits, - and _")),
    "GRAFANA_PASSWORD": (_shape(r".{12,}"), "at least 12 characters"),
    "FERNET_KEY": (_fernet, "32 bytes in URL-safe base64"),
    "JWT_SECRET": (_shape(r".{64,}"), "at least 64 characters"),
    "API_SECRET_KEY": (_shape(r".{32,}"), "at least 32 characters"),
}


def refused_secrets(secrets: Mapping[str, str]) -> list[str]:
    """A message for each secret that must not be used; never the secret itself."""
    unreadable = [name for name, secret in sorted(secrets.items()) if _UNREADABLE.search(secret)]
    found = [f"{name} is not text in UTF-8: save .env in that encoding, or set it anew." for name in unreadable]
    for name, (fits, shape) in _RULES.items():
        secret = secrets.get(name, "")
        twin = next((other for other in _RULES if other != name and secret and secrets.get(other) == secret), None)
        if name in unreadable:
            continue
        if not secret:
            found.append(f"{name} is not set. {HELP}")
        elif "change-me" in secret:
            found.append(f"{name} is still the example of .env.example, which everybody knows. {HELP}")
        elif not fits(secret):
            found.append(f"{name} has to be {shape}. {HELP}")
        elif len(set(secret)) < 8:  # noqa: PLR2004 - a random secret of the lengths above always has more
            found.append(f"{name} repeats a few characters: anybody can guess it. {HELP}")
        elif twin:
            found.append(f"{name} is the same as {twin}: who learns one has both. {HELP}")
    return found


def refused_settings(settings: Mapping[str, str]) -> list[str]:
    """A message for each setting that cannot work."""
    found = []
    if (executor := settings.get("EXECUTOR", "")) not in EXECUTORS:
        found.append(f"EXECUTOR={_short(executor)} is unknown here: set {' or '.join(EXECUTORS)} in .env.")
    numbers = {name: settings.get(name, "") for name in ("PARALLELISM", "MAX_ACTIVE_RUNS_PER_DAG")}
    found += [
        f"{name}={_short(value)} is no such number: set one like 16 in .env."
        for name, value in numbers.items()
        if not re.fullmatch(r"[1-9][0-9]{0,4}", value)
    ]
    uid = settings.get("AIRFLOW_UID", "")
    if uid and not (re.fullmatch(r"[1-9][0-9]{0,9}", uid) and int(uid) <= _LARGEST_UID):
        found.append(
            f"AIRFLOW_UID={_short(uid)} cannot be: it is the number of a user who is not root. Set what `id -u` prints."
        )
    return found


def _short(value: str) -> str:
    """A value as it is said again."""
    return value if len(value) <= 40 else f"{value[:30]}..."  # noqa: PLR2004 - longer than any that is right


def refused_celery(settings: Mapping[str, str]) -> list[str]:
    """A message if the profile celery is on, but the scheduler would not use it."""
    if settings.get("EXECUTOR") == "CeleryExecutor":
        return []
    return ["The profile celery is on, but its workers would get nothing to do: set EXECUTOR=CeleryExecutor in .env."]


def refused_monitoring(settings: Mapping[str, str]) -> list[str]:
    """A message if the profile monitoring is on, but nobody would send it anything."""
    if settings.get("STATSD_ON") == "True":
        return []
    return ["The profile monitoring is on, but Airflow sends no metrics: set STATSD_ON=True in .env."]


def judged_tls(settings: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Refusals and warnings for the reverse proxy of the profile tls."""
    import certifi  # noqa: PLC0415 - only in the image

    from deploy.tls import certificate  # noqa: PLC0415 - the same

    now, roots = datetime.now(UTC), Path(certifi.where())
    if refusals := certificate.refused_address(settings):
        return refusals, []
    return certificate.refused_pair(CERTIFICATES, settings["TLS_HOST"], now, roots)


@dataclass(frozen=True, slots=True)
class Room:
    """What the machine has: bytes of memory and of free disk, and CPUs."""

    memory: int
    disk: int
    cpus: int

    @classmethod
    def here(cls, data: Path, meminfo: Path = Path("/proc/meminfo")) -> "Room":
        """What this container may use; Docker Desktop's virtual machine counts as the machine."""
        kilobytes = re.search(r"^MemTotal:\s+(\d+) kB", meminfo.read_text(encoding="ascii"), re.MULTILINE)
        memory = int(kilobytes[1]) * 1024 if kilobytes else sys.maxsize
        return cls(memory, shutil.disk_usage(data).free, len(os.sched_getaffinity(0)))


def warnings(settings: Mapping[str, str], secrets: Mapping[str, str], room: Room) -> list[str]:
    """A message for each thing that will work badly."""
    found = []
    if room.memory < _MEMORY:
        found.append(
            f"There are {room.memory / _GIB:.1f} GiB of memory; the stack wants {_MEMORY // _GIB}. Give Docker more, "
            "or lower PARALLELISM."
        )
    if room.disk < _DISK:
        found.append(f"{room.disk / _GIB:.1f} GiB of disk are free; the stack wants {_DISK // _GIB}. Free some.")
    if room.cpus < _CPUS:
        found.append(f"There is {room.cpus} CPU; the stack wants {_CPUS}. Everything will take its time.")
    if not settings.get("AIRFLOW_UID"):
        found.append("AIRFLOW_UID is not set: files will belong to user 50000. Set what `id -u` prints to own them.")
    if not (secrets.get("TMDB_READ_TOKEN") or secrets.get("TMDB_API_KEY")):
        found.append(
            "Neither TMDB_READ_TOKEN nor TMDB_API_KEY is set in .env: unless there is a Connection tmdb_default, "
            "collecting will fail."
        )
    return found


def refused_folder(folder: Path) -> list[str]:
    """A message if this user cannot write to the data folder."""
    if os.access(folder, os.W_OK | os.X_OK):
        return []
    uid = os.getuid()
    sentence = (
        f"User {uid} cannot write to the data folder. If DATA_VOLUME is a folder of yours, set AIRFLOW_UID to what "
        f"`id -u` prints, or give it away: sudo chown -R {uid}:0 FOLDER."
    )
    return [sentence]


def read_secrets(folder: Path) -> dict[str, str]:
    """The secrets that this container was given, by the names that they have in .env.

    Raises:
        OSError: they cannot be read.
    """
    return {
        file.name.upper(): file.read_bytes().decode("utf-8", "surrogateescape")
        for file in folder.iterdir()
        if file.is_file()
    }


def main(arguments: list[str]) -> int:
    """Run the check that ``arguments`` name; 1 if it refuses, 2 if it cannot look."""
    settings = dict(os.environ)
    doubts: list[str] = []
    if arguments == ["celery"]:
        refusals = refused_celery(settings)
    elif arguments == ["monitoring"]:
        refusals = refused_monitoring(settings)
    elif arguments == ["tls"]:
        refusals, doubts = judged_tls(settings)
    elif arguments == ["stack"]:
        try:
            secrets = read_secrets(SECRETS)
        except OSError as error:
            sys.stderr.write(f"Refused: The secrets in {SECRETS} cannot be read: {error.strerror}. {AGAIN}\n")
            return 2
        refusals = refused_secrets(secrets) + refused_settings(settings) + refused_folder(DATA)
        doubts = warnings(settings, secrets, Room.here(DATA))
    else:
        sys.stderr.write("Refused: There is no such check: give stack, celery, monitoring or tls.\n")
        return 2
    for doubt in doubts:
        sys.stderr.write(f"Warning: {doubt}\n")
    for refusal in refusals:
        sys.stderr.write(f"Refused: {refusal}\n")
    if refusals:
        sys.stderr.write(f"{AGAIN}\n")
    return 1 if refusals else 0


if __name__ == "__main__":  # pragma: no cover - tests run the script in an environment of its own
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # for the other modules of this folder
    sys.exit(main(sys.argv[1:]))
