"""With which arguments a DAG file makes its DAGs, and where it makes them and their tasks."""

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

from dag_integrity.parser.places import own_place

#: Where ``@asset`` makes its DAGs.
ASSET_MODULE = "airflow.sdk.definitions.asset.decorators"


class Arguments:
    """Remembers with which arguments each DAG is made; the finished DAG does not tell given from defaulted ones."""

    def __init__(self) -> None:
        self._given: dict[int, tuple[Any, dict[str, Any]]] = {}
        self._order: dict[int, int] = {}
        self._by_asset: set[int] = set()
        #: The objects are kept, so that no other one gets the number of one that is gone.
        self._places: dict[int, tuple[Any, tuple[str, int]]] = {}

    def install(self) -> None:
        """Look on from now on."""
        from airflow.sdk import DAG

        kind: Any = DAG
        make, add = kind.__init__, kind.add_task

        @functools.wraps(make)
        def remember(dag: Any, *args: Any, **given: Any) -> None:
            self._given[id(dag)] = (dag, given)
            self._order[id(dag)] = len(self._order)
            self._places[id(dag)] = (dag, own_place(sys._getframe(1)))
            if sys._getframe(1).f_globals.get("__name__") == ASSET_MODULE:
                self._by_asset.add(id(dag))
            make(dag, *args, **given)

        kind.__init__ = remember
        kind.add_task = self._remembering(add)

    def _remembering(self, add: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(add)
        def remember(dag: Any, task: Any) -> None:
            self._places.setdefault(id(task), (task, own_place(sys._getframe(1))))
            add(dag, task)

        return remember

    def forget(self) -> None:
        """Start anew."""
        for kept in (self._given, self._order, self._by_asset, self._places):
            kept.clear()

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

    def place(self, thing: Any) -> tuple[str, int]:
        """Path and line where own code makes a DAG or task; empty and 0 where none does."""
        return self._places[id(thing)][1] if id(thing) in self._places else ("", 0)

    def order(self, dag: Any) -> tuple[int, str]:
        """The place of this DAG among all that were made, copies last; Airflow itself keeps them in a set."""
        return self._order.get(id(dag), len(self._order)), dag.dag_id

    def all_of(self, found: list[Any]) -> Iterator[Any]:
        """What Airflow found, each once, and what it dropped for another DAG of the same id, in order."""
        ids = {dag.dag_id for dag in found}
        made = [dag for dag, _ in self._given.values() if hasattr(dag, "dag_id")]  # not those that Airflow refused
        dropped = [dag for dag in made if dag.dag_id in ids and dag.tasks]
        yield from sorted({id(dag): dag for dag in [*found, *dropped]}.values(), key=self.order)
