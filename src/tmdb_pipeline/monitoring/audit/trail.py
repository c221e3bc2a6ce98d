"""The trail: what people asked of Airflow and did by the commands of this project, the newest first."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec

from tmdb_pipeline.lake.operations import Operation, Outcome
from tmdb_pipeline.lake.stores.store import printable
from tmdb_pipeline.language import Said
from tmdb_pipeline.monitoring.audit import words

#: Events that are no deed of anybody's, the commonest of them by name: what became of tasks, and looking at something.
UNDONE: Final = (
    "running",
    "success",
    "failed",
    "skipped",
    "up_for_retry",
    "up_for_reschedule",
    "deferred",
    "awaiting_input",
    "state mismatch",
    "heartbeat timeout",
    "get_task_instances_batch",
    "favorite_dag",
    "unfavorite_dag",
)
#: Commands of Airflow's that are services, which start by themselves.
_SERVICES = {"scheduler", "api-server", "dag-processor", "triggerer", "celery", "standalone", "kerberos", "edge"}
#: Commands that change nothing, by their first word or their second.
_READING = {"check", "check-migrations", "details", "failed-deps", "get", "get-value", "lint", "next-execution"}
_READING |= {"report", "show", "show-dependencies", "state", "states-for-dag-run"}
_READING |= {"cheat-sheet", "config", "info", "jobs", "plugins", "providers", "version"}
#: A word of a command, and nothing that somebody chose, such as an address.
_WORD = re.compile(r"[a-z][a-z-]*")
#: What is said of an event beside DAG, run and task: the names of things, and never a value, which may be secret.
_NAMES = ("connection_id", "variable_key", "pool_name", "asset_id", "backfill_id", "dag_id_pattern")
#: The same where it means that only for some events, by the end of their names.
_NAMES_OF = {"_variable": "key", "_pool": "name", "_dag_run": "state", "_instance": "new_state"}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A line of Airflow's event log, as its API sends it.

    Attributes:
        when: aware.
        owner: the name of the user; of a command the user of the machine.
        extra: JSON or any text. It may hold what was sent, secrets too.
    """

    when: Annotated[datetime, msgspec.Meta(tz=True)]
    event: str
    owner: str | None = None
    dag_id: str | None = None
    task_id: str | None = None
    run_id: str | None = None
    extra: str | None = msgspec.field(default=None)


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody did.

    Attributes:
        at: when, aware.
        what: in plain words.
        subject: to what: a DAG with run and task, the name of a Connection, a table's version. Printable.
        dag_id: the DAG, if it is about one.
    """

    at: datetime
    who: str
    what: Said
    subject: str
    dag_id: str | None = None


def trail(events: Iterable[Event], operations: Iterable[Operation], *, who: str = "", dag: str = "") -> list[Deed]:
    """What people did, the newest first.

    Args:
        events: of Airflow; those that are nobody's deed are left out.
        operations: of the commands of this project.
        who: a part of the name of whoever did it; upper and lower case are the same.
        dag: the id of the DAG that it is about.
    """
    deeds = [deed for event in events if (deed := _of_event(event)) is not None]
    deeds += map(_of_operation, operations)
    wanted = [deed for deed in deeds if who.casefold() in deed.who.casefold() and dag in {"", deed.dag_id}]
    return sorted(wanted, key=lambda deed: deed.at, reverse=True)


def _of_event(event: Event) -> Deed | None:
    extra = _object(event.extra)
    what = _what(event, extra)
    if what is None:
        return None
    named = [
        extra.get(name) for name in (*_NAMES, *(name for end, name in _NAMES_OF.items() if event.event.endswith(end)))
    ]
    about = dict.fromkeys(
        [event.dag_id, event.run_id, event.task_id, *filter(lambda name: isinstance(name, str), named)]
    )
    subject = " ".join(printable(each)[:250] for each in about if isinstance(each, str) and each)
    return Deed(at=event.when, who=printable(event.owner or "?"), what=what, subject=subject, dag_id=event.dag_id)


def _what(event: Event, extra: dict[str, Any]) -> Said | None:
    """What was asked for or done; None if it was nobody's deed."""
    if event.event in UNDONE:
        return None
    if event.event in {"patch_dag", "patch_dags"} and "is_paused" in extra:
        return _asked(words.PAUSE if str(extra["is_paused"]).lower() in {"true", "1"} else words.UNPAUSE)
    if event.event == "paused":  # by the scheduler, after too many failures
        return words.PAUSED
    if (known := words.EVENTS.get(event.event)) is not None:
        return _asked(known)
    if event.event.startswith("cli_"):
        return _command(event, extra)
    # What a person did by the API says by which method; what Airflow notes by itself does not.
    return words.OTHER.filled(what=printable(event.event)) if "method" in extra else None


def _asked(what: Said) -> Said:
    """That somebody asked for it: Airflow does not note whether it refused."""
    return Said(words.ASKED.en.format(what=what.en), words.ASKED.ko.format(what=what.ko))


def _command(event: Event, extra: dict[str, Any]) -> Said | None:
    """A command of Airflow's: its first two words, for the others may be secret."""
    words_of = [word for word in _list(extra.get("full_command"))[1:3] if _WORD.fullmatch(word)]
    if _SERVICES & {*words_of[:1]} or _READING & {*words_of} or any(word.startswith("list") for word in words_of):
        return None
    said = " ".join(words_of) or event.event.removeprefix("cli_").replace("_", " ")
    return words.COMMAND.filled(what=printable(said))


def _of_operation(operation: Operation) -> Deed:
    what = words.ACTIONS[operation.action]
    if operation.outcome is Outcome.FAILED:
        what = Said(words.FAILED.en.format(what=what.en), words.FAILED.ko.format(what=what.ko))
    return Deed(at=operation.at, who=printable(operation.who), what=what, subject=printable(operation.subject))


def _object(text: str | None) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text or "{}")
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _list(value: object) -> list[str]:
    """A command as Airflow notes it: a list as Python writes it, in a text."""
    return re.findall(r"'([^']*)'", value) if isinstance(value, str) else []
