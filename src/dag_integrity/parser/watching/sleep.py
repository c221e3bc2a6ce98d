"""How long a DAG file sleeps while it is parsed: time that is no work of the machine."""

import time
from typing import Any

from dag_integrity.parser.watching.watch import Watch


class Sleep:
    """Counts the seconds."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self.seconds = 0.0

    def install(self) -> None:
        """From now on, while a file is parsed."""
        sleep: Any = time.sleep

        def instead(seconds: Any) -> None:
            began = time.monotonic()
            sleep(seconds)
            self.seconds += (time.monotonic() - began) * self._watch.on

        time.sleep = instead
