"""A module that its neighbour imports."""

from airflow.utils.session import provide_session


@provide_session
def work(session: object = None) -> None:
    """Work."""
    print(session)
