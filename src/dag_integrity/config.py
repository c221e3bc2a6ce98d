"""What the checks are told: what differs from one company's DAGs to another's."""

from dataclasses import dataclass

#: Names of the zone in which Airflow's ``ds`` is the day.
UTC = {"UTC", "Etc/UTC", "GMT", "Etc/GMT"}


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

    @property
    def other_zone(self) -> str:
        """The zone whose day is not the day in UTC; empty where there is none."""
        return self.zone if self.zone and self.zone not in UTC else ""
