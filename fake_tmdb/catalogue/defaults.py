"""Which catalogue a fake has unless it is told another one. Nothing heavy is imported here."""

from __future__ import annotations

DEFAULT_MOVIES = 20_000
DEFAULT_SEED = 1
