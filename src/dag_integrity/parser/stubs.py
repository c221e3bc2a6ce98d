"""Stand-ins for packages that are not installed here, so that the rest of a file can be judged."""

import inspect
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from dag_integrity.parser.places import frames, is_own

_OPERATORS = ("Operator", "Sensor", "OperatorAsync", "SensorAsync")


class Stubs:
    """Makes a module of whatever lacks, as the last of Python's finders."""

    def __init__(self) -> None:
        #: Names of the modules that stand in.
        self.made: set[str] = set()

    def install(self) -> None:
        """Stand in from now on."""
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
        return _StubModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


class _StubModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _operator(name) if name.endswith(_OPERATORS) else _Anything(name, (_Base,), {})
        setattr(self, name, made)
        return made


class _Anything(type):
    """A class that has whatever is asked of it."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything(name, (_Base,), {})


class _Base(metaclass=_Anything):
    """Takes anything, and does nothing."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __call__(self, *given: Any, **_: Any) -> Any:
        return given[0] if len(given) == 1 and callable(given[0]) else self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything(name, (_Base,), {})

    def __iter__(self) -> Any:
        return iter(())

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def _operator(name: str) -> Any:
    from airflow.sdk import BaseOperator

    known = set(inspect.signature(BaseOperator.__init__).parameters) - {"self", "kwargs"}

    def make(self: Any, **given: Any) -> None:
        BaseOperator.__init__(self, **{key: value for key, value in given.items() if key in known})

    kind: Any = type(BaseOperator)
    return kind(name, (BaseOperator,), {"__init__": make, "__dag_integrity_stub__": True})


def _asked_by_own_code() -> bool:
    """Whether the import statement stands in own code."""
    paths = (frame.f_code.co_filename for frame in frames(sys._getframe(2)))
    return is_own(next(path for path in paths if not path.startswith("<frozen") and not path.endswith("/imports.py")))
