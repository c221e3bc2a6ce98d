"""The pass rates below which a batch is warned about or failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from tmdb_pipeline.language import Said

_ALL: Final = 100

Verdict = Literal["passed", "warned", "failed"]
#: What readers call each.
VERDICTS: Final[Mapping[str, Said]] = MappingProxyType(
    {
        "passed": Said("Passed", "통과"),
        "warned": Said("Warning", "주의"),
        "failed": Said("Failed", "실패"),
    }
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Pass rates in percent: under ``fail`` a batch has failed, under ``warn`` it is warned about, else it has passed.

    Raises ValueError unless 0 <= fail <= warn <= 100.
    """

    warn: float = 80.0
    fail: float = 50.0

    def __post_init__(self) -> None:
        # Written so that NaN is refused as well.
        if not 0 <= self.fail <= self.warn <= _ALL:
            raise ValueError(
                f"The pass-rate thresholds warn={self.warn} and fail={self.fail} do not fit together; "
                "set them so that 0 <= fail <= warn <= 100 (percent)."
            )

    def verdict(self, passed: int, total: int, *, complete: bool = True) -> Verdict:
        """Judge a batch of ``total`` records, of which ``passed`` were accepted; to be on a threshold is enough.

        A batch that is not complete, since pages of it are missing, is never better than warned about.
        """
        rate = passed * 100 / total
        if rate < self.fail:
            return "failed"
        return "passed" if rate >= self.warn and complete else "warned"
