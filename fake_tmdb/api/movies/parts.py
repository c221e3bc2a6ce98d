"""The parts of a movie's details. The modules beside this one declare them."""

from __future__ import annotations

from fake_tmdb.api.parts import Parts

PARTS = Parts()
