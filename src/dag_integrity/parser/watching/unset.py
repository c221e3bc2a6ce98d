"""What a DAG file looks up and nobody has set here."""

import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from dag_integrity.parser.places import frames, is_own, own_place
from dag_integrity.parser.watching.watch import Watch

#: Where the look-up in the environment is written, between the caller and us.
_BETWEEN = ("/os.py", "/_collections_abc.py", "<frozen os>", "<frozen _collections_abc>")


class Unset(NamedTuple):
    """Something that is set where the DAGs run, and not here."""

    #: As it is told, such as "the environment variable HOST".
    what: str
    key: str
    #: Where the DAG file, or a module of its own, looks it up.
    path: str
    line: int


class Environment:
    """Remembers which variables of the environment were asked for in vain."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        #: Those that own code was given None for, instead of a value or a default.
        self.unset: list[Unset] = []

    def install(self) -> None:
        """From now on, while a file is parsed."""
        kind: Any = type(os.environ)
        kind.get = self._getting(kind.get)

    def _getting(self, get: Callable[..., Any]) -> Callable[..., Any]:
        def instead(environ: Any, key: Any, default: Any = None) -> Any:
            found = get(environ, key, default)
            if found is None and self._watch.on and _asked_by_own_code():
                self.unset.append(Unset(f"the environment variable {key}", str(key), *own_place()))
            return found

        return instead


def _asked_by_own_code() -> bool:
    paths = (frame.f_code.co_filename for frame in frames(sys._getframe(2)))
    return is_own(next(path for path in paths if not path.endswith(_BETWEEN)))
