"""Variables and Connections that a DAG file looks up while it is parsed: what the settings give, or a placeholder."""

import json
import os
from collections.abc import Mapping
from typing import Any, Self

from dag_integrity.parser.places import own_place
from dag_integrity.parser.watching.unset import Unset
from dag_integrity.parser.watching.watch import Watch


class Placeholder(str):
    """Stands for a Variable that nobody gave; text, number and JSON at once."""

    __slots__ = ()

    def __new__(cls) -> Self:
        """Make one; as text it is a number, as JSON too."""
        return super().__new__(cls, "1")

    def __index__(self) -> int:
        return 1

    def get(self, _: Any, default: Any = None) -> Any:
        """Nothing is known to be in it."""
        return Placeholder() if default is None else default


class Placeholders(dict[Any, Any]):
    """Stands for a Variable in JSON that nobody gave; whatever is looked up in it is another placeholder."""

    def __missing__(self, _: Any) -> Placeholder:
        return Placeholder()

    def get(self, key: Any, default: Any = None) -> Any:
        """Nothing is known to be in it."""
        return super().get(key, Placeholder() if default is None else default)


class Lookups:
    """Answers in place of Airflow's metadata database and secrets backends."""

    def __init__(self, watch: Watch, variables: Mapping[str, Any], connections: Mapping[str, str]) -> None:
        self._watch, self._variables, self._connections = watch, variables, connections
        #: What was answered by a placeholder.
        self.unset: list[Unset] = []

    def install(self) -> None:
        """From now on; DAG files may use the names of Airflow 2 and 3."""
        from airflow.models import Connection as OrmConnection
        from airflow.models import Variable as OrmVariable
        from airflow.sdk import Connection, Variable

        for owner, name, replacement in (
            (Variable, "get", self.variable),
            (Variable, "set", self.nothing),
            (Variable, "delete", self.nothing),
            (OrmVariable, "get", self.variable),  # noqa: AIR311 - DAG files may still use it
            (OrmVariable, "set", self.nothing),  # noqa: AIR311 - as above
            (OrmVariable, "delete", self.nothing),  # noqa: AIR311 - as above
            (Connection, "get", self.connection),
            (OrmConnection, "get_connection_from_secrets", self.connection),  # noqa: AIR311 - as above
        ):
            setattr(owner, name, classmethod(replacement))

    def variable(self, _: type, key: str, *args: Any, **options: Any) -> Any:
        """What the settings or the environment give, else the default, else a placeholder."""
        as_json = options.get("deserialize_json", args[1] if args[1:] else False)
        default = [*args[:1], *(options[name] for name in ("default", "default_var") if name in options)]
        told = f"Variable {key!r}{' as JSON' if as_json else ''}{', with a default' if default else ''}"
        self._watch.note("variable", told)
        if (given := self._given(key)) is not None:
            return json.loads(given) if as_json and isinstance(given, str) else given
        if not default or default[0] is None:
            self.unset.append(Unset(f"the Variable {key}", str(key), *own_place()))
        if default:
            return default[0]
        return Placeholders() if as_json else Placeholder()

    def connection(self, _: type, conn_id: str, *__: Any, **___: Any) -> Any:
        """What the settings or the environment give, else one that leads nowhere."""
        from airflow.sdk import Connection

        self._watch.note("variable", f"Connection {conn_id!r}")
        uri = self._connections.get(conn_id) or os.environ.get(f"AIRFLOW_CONN_{conn_id.upper()}")
        if uri:
            make: Any = getattr(Connection, "from_json" if uri.lstrip().startswith("{") else "from_uri", None)
            return make(uri, conn_id=conn_id) if make else Connection(conn_id=conn_id, conn_type="generic", host=uri)
        self.unset.append(Unset(f"the Connection {conn_id}", str(conn_id), *own_place()))
        return Connection(
            conn_id=conn_id, conn_type="generic", host="localhost", login="user", password=Placeholder(), port=1
        )

    def nothing(self, _: type, key: str, *__: Any, **___: Any) -> None:
        """Change no Variable."""
        self._watch.note("variable", f"Variable {key!r}, changed")

    def _given(self, key: str) -> Any:
        return self._variables.get(key, os.environ.get(f"AIRFLOW_VAR_{key.upper()}"))
