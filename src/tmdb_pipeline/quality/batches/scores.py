"""Scores out of 100, for one record, a batch and each dimension of quality.

A record that breaks an error scores 0; otherwise each warning takes its weight, and what is left is the score. The
score of a batch is the mean over its records, never over checks, so that a huge easy rule cannot drown a small vital
one; the score of a dimension is the same mean over that dimension's rules alone, so the overall score is never above
the weakest dimension. All sums are sums of ints: the order of records changes nothing. Percentages are cut, not
rounded, to two decimals: 100 means that nothing at all was found.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from tmdb_pipeline.language import Said
from tmdb_pipeline.quality.rules.catalogue import EVERY_RULE, Dimension, mask_of, rules_in

BINS: Final = (("excellent", 90), ("good", 75), ("fair", 50), ("poor", 0))  # name and lowest score
#: What readers call them.
BIN_NAMES: Final[Mapping[str, Said]] = MappingProxyType(
    {
        "excellent": Said("excellent", "우수"),
        "good": Said("good", "양호"),
        "fair": Said("fair", "보통"),
        "poor": Said("poor", "미흡"),
    }
)

_DIMENSIONS: Final = {
    dimension: mask_of(rule for rule in EVERY_RULE if rule.dimension is dimension) for dimension in Dimension
}


@lru_cache(maxsize=4096)
def record_score(mask: int) -> int:
    """Return the score, 0 to 100, of a record with this rule mask."""
    return max(0, 100 - sum(rule.weight for rule in rules_in(mask)))


def percentage(part: int, whole: int) -> float:
    """Return how many of a hundred ``part`` is of ``whole``, cut to two decimals."""
    return part * 10_000 // whole / 100


def overall_score(mask_counts: Mapping[int, int]) -> float:
    """Return the mean record score, 0.0 to 100.0, of a batch with so many records of each rule mask."""
    return _mean(mask_counts, -1)  # all bits


def dimension_scores(mask_counts: Mapping[int, int]) -> dict[str, float]:
    """Return the mean record score by dimension, each as if the other dimensions' rules did not exist."""
    return {str(dimension): _mean(mask_counts, bits) for dimension, bits in _DIMENSIONS.items()}


def distribution(mask_counts: Mapping[int, int]) -> dict[str, int]:
    """Return how many records are excellent (90 and up), good (75), fair (50) and poor."""
    counts = {name: 0 for name, _ in BINS}
    for mask, count in mask_counts.items():
        score = record_score(mask)
        counts[next(name for name, lowest in BINS if score >= lowest)] += count
    return counts


def _mean(mask_counts: Mapping[int, int], bits: int) -> float:
    total = sum(record_score(mask & bits) * count for mask, count in mask_counts.items())
    return percentage(total, 100 * sum(mask_counts.values()))
