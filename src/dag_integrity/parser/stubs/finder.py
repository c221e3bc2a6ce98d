"""Makes modules of what is not installed here."""

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from dag_integrity.parser.places import frames, is_own
from dag_integrity.parser.stubs.operators import decorator_of, operator_of
from dag_integrity.parser.stubs.values import answered, kind_of
from dag_integrity.source.providers import of_decorator

_OPERATORS = ("Operator", "Sensor", "OperatorAsync", "SensorAsync")


class Stubs:
    """Makes a module of whatever lacks, as the last of Python's finders."""

    def __init__(self) -> None:
        #: Names of the modules that stand in.
        self.made: set[str] = set()

    def install(self) -> None:
        """Stand in from now on, for modules and for the decorators of tasks that providers bring."""
        from airflow.sdk.definitions.decorators import TaskDecoratorCollection

        kind: Any = TaskDecoratorCollection
        known = kind.__getattr__

        def lookup(decorators: Any, name: str) -> Any:
            try:
                return known(decorators, name)
            except AttributeError:
                if not (module := of_decorator(name)):
                    raise
                self.made.add(module)
                return decorator_of(decorators)

        kind.__getattr__ = lookup
        sys.meta_path.append(self)

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        """A stand-in for a module that own code imports, or that lies in another stand-in; none of Airflow's core."""
        parent, last = name.rpartition(".")[::2]
        core = name.partition(".")[0] == "airflow" and not name.startswith("airflow.providers.")
        if core or last.startswith("__") or (parent not in self.made and not _asked_by_own_code()):
            return None
        self.made.add(name)
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module."""
        return StubModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


class StubModule(ModuleType):
    """Has every name but those by which Python asks what a thing is."""

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            answered(self.__name__)  # from acme import *
        if name.startswith("__"):
            raise AttributeError(name)
        dotted = f"{self.__name__}.{name}"
        made = operator_of(dotted) if name.endswith(_OPERATORS) else kind_of(dotted)
        setattr(self, name, made)
        return made


def _asked_by_own_code() -> bool:
    """Whether the import statement stands in own code."""
    paths = (frame.f_code.co_filename for frame in frames(sys._getframe(2)))
    return is_own(next(path for path in paths if not path.startswith("<frozen") and not path.endswith("/imports.py")))
