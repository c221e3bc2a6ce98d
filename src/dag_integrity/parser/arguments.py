"""With which arguments a DAG file makes its DAGs."""

import functools
import inspect
import sys
from typing import Any

#: Where ``@asset`` makes its DAGs.
ASSET_MODULE = "airflow.sdk.definitions.asset.decorators"


class Arguments:
    """Remembers with which arguments each DAG is made; the finished DAG does not tell given from defaulted ones."""

    def __init__(self) -> None:
        self._given: dict[int, tuple[Any, dict[str, Any]]] = {}
        self._by_asset: set[int] = set()

    def install(self) -> None:
        """Look on from now on."""
        from airflow.sdk import DAG

        kind: Any = DAG
        make = kind.__init__

        @functools.wraps(make)
        def remember(dag: Any, *args: Any, **given: Any) -> None:
            self._given[id(dag)] = (dag, given)
            if sys._getframe(1).f_globals.get("__name__") == ASSET_MODULE:
                self._by_asset.add(id(dag))
            make(dag, *args, **given)

        kind.__init__ = remember

    def of(self, dag: Any) -> dict[str, Any]:
        """The keyword arguments that made this DAG; of a copy of a DAG, all that it has."""
        if id(dag) in self._given:
            return self._given[id(dag)][1]
        names = inspect.signature(type(dag)).parameters
        held = {name: value for name in names if (value := getattr(dag, name, None)) is not None}
        return {"schedule": dag.schedule, **held}

    def by_asset(self, dag: Any) -> bool:
        """Whether ``@asset`` made this DAG."""
        return id(dag) in self._by_asset

    def order(self, dag: Any) -> tuple[int, str]:
        """The place of this DAG among all that were made, copies last; Airflow itself keeps them in a set."""
        made = list(self._given)
        return made.index(id(dag)) if id(dag) in self._given else len(made), dag.dag_id
