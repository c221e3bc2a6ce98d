"""Commands as entries: their status, and what they say on standard error."""

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout

from fuzz.entry import Refused

#: What a command of ours may end with: all went well, it failed, it was used wrongly.
STATUSES = {0, 1, 2}


def run(command: Callable[[], int]) -> str:
    """Run a command; what it wrote.

    Raises:
        Refused: its status is not 0; the message is the last line that it wrote to standard error.
    """
    out, err = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = command()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    assert status in STATUSES
    if status == 0:
        return out.getvalue()
    said = err.getvalue().strip().splitlines()
    raise Refused(ascii(said[-1])[1:1000] if said else "")  # it may repeat what was typed
