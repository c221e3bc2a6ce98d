"""Assets that functions make; Airflow makes the DAGs, which take no documentation, owner, retries or timeout."""

from datetime import timedelta

from airflow.sdk import Asset, CronTriggerTimetable, asset, task


@asset(schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"), tags=["good"])
def good_ratings() -> None:
    """Make an asset by the time."""


@asset(schedule=[Asset("good_ratings")], tags=["good"])
@task(owner="data-team", retries=1, execution_timeout=timedelta(minutes=5))
def good_averages() -> None:
    """Make an asset from another, in a task that is given what it takes."""


@asset.multi(schedule=None, outlets=[Asset("good_first"), Asset("good_last")], tags=["good"])
def good_ends() -> None:
    """Make two assets at once."""
