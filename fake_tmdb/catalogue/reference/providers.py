"""Who lets people watch movies, and how."""

from __future__ import annotations

from fake_tmdb.catalogue.texts.lexicon import COMPANY_WORDS

PROVIDERS = (2, 3, 8, 9, 10, 11, 97, 119, 337, 350, 356, 531)
PROVIDER_NAMES = tuple(f"{words} Stream" for words in COMPANY_WORDS)
MONETIZATION = ("flatrate", "free", "ads", "rent", "buy")
