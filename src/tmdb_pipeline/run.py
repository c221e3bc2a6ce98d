"""The run of a DAG: what every file, report and message belongs to."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one DAG for one day.

    Attributes:
        dag_id: ASCII id of the DAG.
        run_id: Airflow's id of the run.
        day: the run date, in Asia/Seoul.
    """

    dag_id: str
    run_id: str
    day: date

    @property
    def stamp(self) -> str:
        """The run date as it stands in file names."""
        return self.day.strftime("%Y%m%d")

    @property
    def week(self) -> int:
        """The ISO week number of the run date."""
        return self.day.isocalendar().week
