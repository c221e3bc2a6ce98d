"""What the checks are told: what differs from one company's DAGs to another's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

#: Names of the zone in which Airflow's ``ds`` is the day.
UTC = {"UTC", "Etc/UTC", "GMT", "Etc/GMT"}


class Level(StrEnum):
    """How bad it is."""

    #: It breaks, or it lies.
    ERROR = "error"
    #: It will break, or it costs.
    WARNING = "warning"
    #: It is against a rule of the house.
    ADVICE = "advice"

    def reaches(self, other: "Level") -> bool:
        """Whether it is as bad as another level, or worse."""
        levels = list(Level)
        return levels.index(self) <= levels.index(other)


@dataclass(frozen=True)
class Config:
    """The settings of a run of the checks."""

    #: The zone that every schedule must name; None where that is not asked.
    zone: str | None = None
    #: The pools that exist beside default_pool; None where that is not asked.
    pools: frozenset[str] | None = None
    #: Packages that are too slow to import at each parse.
    heavy: frozenset[str] = frozenset(
        {
            "dask",
            "matplotlib",
            "numpy",
            "pandas",
            "polars",
            "pyarrow",
            "pyspark",
            "scipy",
            "sklearn",
            "tensorflow",
            "torch",
        }
    )
    #: Seconds that a file may take to parse.
    slow: float = 2.0
    #: The least bad level that is judged.
    level: Level = Level.WARNING
    #: Levels that differ from a check's own.
    levels: Mapping[str, Level] = field(default_factory=dict)
    #: Checks to run, whatever their level; all of that level where there are none.
    select: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()

    @property
    def other_zone(self) -> str:
        """The zone whose day is not the day in UTC; empty where there is none."""
        return self.zone if self.zone and self.zone not in UTC else ""
