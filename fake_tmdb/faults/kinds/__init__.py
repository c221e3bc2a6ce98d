"""The kinds of faults. Each is one function; importing its module registers it."""

from __future__ import annotations

from fake_tmdb.faults.kinds import bodies, delivery, documents, instead, pages
from fake_tmdb.faults.kinds.registry import KINDS

__all__ = ["FAMILIES", "KINDS"]

FAMILIES = (instead, pages, documents, bodies, delivery)
