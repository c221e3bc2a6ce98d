"""Ids that the test suites of TMDB clients ask for. They exist in every catalogue, with invented contents."""

from __future__ import annotations

# Movies, with the IMDb ids by which they are known.
WELL_KNOWN_IDS = {
    11: "tt0076759",
    12: "tt0266543",
    111: "tt0086250",
    550: "tt0137523",
    603: "tt0133093",
    680: "tt0110912",
    103_332: "tt1839492",
    343_611: "tt3393786",
}

WELL_KNOWN_KEYWORDS = (1_721, 180_547, 4_270)

# Reviews, each the first one of a movie.
WELL_KNOWN_REVIEWS = {"5013bc76760ee372cb00253e": 550, "5db0d60bcb30840013aba0d4": 111}
