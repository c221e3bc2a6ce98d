"""Waiting for what other processes do, never without an end."""

import os
from functools import partial

import support

#: Seconds for anything that another process does; E2E_PATIENCE sets more on a machine that has much else to do.
PATIENCE = int(os.environ.get("E2E_PATIENCE") or 240)

wait_for = partial(support.wait_for, seconds=PATIENCE, pause=0.1)
