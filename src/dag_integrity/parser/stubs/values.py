"""What stands in for the names of a package that is not installed here: it says of itself that it does."""

from collections.abc import Iterator
from typing import Any

#: How every stand-in begins: its class, its text, and what Python says of it.
MARK = "stand-in for "
#: Where the class of an operator keeps what it stands in for.
STUB = "__dag_integrity_stub__"
#: Of names like these classes are made that can be raised and caught.
_RAISED = ("Error", "Exception", "Warning")
#: Names of stand-ins that were asked what is in them or whether they are true: from then on, a file may not go the
#: way that it goes with the package.
ANSWERED: list[str] = []


def answered(name: str) -> None:
    """Remember that a stand-in has answered for its package."""
    ANSWERED.append(name)


def kind_of(name: str) -> Any:
    """A class that stands in for this dotted name."""
    return Kind(f"{MARK}{name}", (StandInError if name.endswith(_RAISED) else StandIn,), {})


def name_of(kind: type) -> str:
    """What a class, or the one that it is derived from, stands in for; empty for any other."""
    names = (base.__name__ for base in kind.__mro__)
    return next((name.removeprefix(MARK) for name in names if name.startswith(MARK)), "")


class Kind(type):
    """A class that has whatever is asked of it."""

    def __getattr__(cls, name: str) -> Any:
        return _part(cls, name)

    def __getitem__(cls, _: Any) -> Any:
        return cls

    def __bool__(cls) -> bool:
        answered(name_of(cls))
        return True

    def __iter__(cls) -> Iterator[Any]:
        answered(name_of(cls))
        return iter(())

    def __repr__(cls) -> str:
        return cls.__name__


class StandInError(Exception, metaclass=Kind):
    """Stands in for the errors of a package."""


class StandIn(metaclass=Kind):
    """Takes anything, and does nothing; among tasks it is what it would be there, a link between those around it."""

    roots = leaves = ()

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __call__(self, *given: Any, **_: Any) -> Any:
        """What is decorated by it, or itself again."""
        return given[0] if len(given) == 1 and callable(given[0]) else self

    def __getattr__(self, name: str) -> Any:
        return _part(type(self), name)

    def __getitem__(self, _: Any) -> Any:
        return self

    def __bool__(self) -> bool:
        answered(name_of(type(self)))
        return True

    def __eq__(self, other: object) -> bool:
        answered(name_of(type(self)))
        return self is other

    __hash__ = object.__hash__

    def __iter__(self) -> Iterator[Any]:
        answered(name_of(type(self)))
        return iter(())

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __repr__(self) -> str:
        return f"{MARK}{name_of(type(self))}"

    def __rshift__(self, other: Any) -> Any:
        self.set_downstream(other)
        return other

    def __lshift__(self, other: Any) -> Any:
        self.set_upstream(other)
        return other

    def __rrshift__(self, other: Any) -> Any:
        self.set_upstream(other)
        return self

    def __rlshift__(self, other: Any) -> Any:
        self.set_downstream(other)
        return self

    def set_upstream(self, others: Any, _: Any = None, **__: Any) -> None:
        """Come after these tasks, and let them come before those that come after this."""
        self._link(others, "above", "below")

    def set_downstream(self, others: Any, _: Any = None, **__: Any) -> None:
        """Come before these tasks, and let them come after those that come before this."""
        self._link(others, "below", "above")

    def update_relative(self, other: Any, upstream: bool = True, **_: Any) -> None:  # noqa: FBT001, FBT002 - Airflow's
        """What Airflow calls on the other side of an edge."""
        self._link(other, *(("above", "below") if upstream else ("below", "above")))

    def _link(self, others: Any, side: str, across: str) -> None:
        links = self._links()
        for other in others if isinstance(others, list | tuple) else [others]:
            if any(one is other for one in links[side]):
                continue
            links[side].append(other)
            if isinstance(other, StandIn):
                other._links()[across].append(self)
            for far in links[across]:
                (far.set_downstream if side == "below" else far.set_upstream)(other)

    def _links(self) -> dict[str, list[Any]]:
        """The tasks above and below; a class of the DAG file's own may have forgotten our ``__init__``."""
        found: dict[str, list[Any]] = vars(self).setdefault("_dag_integrity_links", {"above": [], "below": []})
        return found


def _part(kind: type, name: str) -> Any:
    """What stands in for an attribute, unless Python asks by it what a thing is."""
    if name.startswith("__"):
        raise AttributeError(f"{MARK}{name_of(kind)} has no {name}")
    return kind_of(f"{name_of(kind)}.{name}")
