"""What the API server of the tests finds in Airflow's database: tables, people, DAGs and some runs. A process."""

import contextlib
import io
import sys
from datetime import UTC, datetime, timedelta

#: People by their name, which is their password as well, and their role.
PEOPLE = {
    "admin": "Admin",
    "op": "Op",
    "user": "User",
    "viewer": "Viewer",
    "nobody": "Public",
    "daily": "DailyReader",
}


def airflow(*arguments):
    """Run a command of Airflow in this process."""
    from airflow.cli.cli_parser import get_parser

    parsed = get_parser().parse_args(arguments)
    with contextlib.redirect_stdout(io.StringIO()):
        parsed.func(parsed)


def make_people():
    """A user for each role; the last role may read everything of one DAG alone."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    with get_application_builder() as builder:
        security = builder.sm
        daily = security.create_permission("can_read", "DAG:tmdb_daily_collection")
        allowed = [daily, *(security.create_permission("can_read", name) for name in ("DAG Runs", "Website"))]
        role = security.add_role("DailyReader")
        for permission in allowed:
            security.add_permission_to_role(role, permission)
        for name, role_name in PEOPLE.items():
            role = security.find_role(role_name)
            assert security.add_user(name, name, name, f"{name}@localhost", role, password=name)


def make_runs():
    """Some runs of the DAGs: one that failed, one that runs, and the loads of three months; DAGs that may go."""
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from airflow.utils.types import DagRunType

    now = datetime.now(UTC)
    made = [
        ("tmdb_daily_collection", "success", now - timedelta(hours=5), 184),
        ("tmdb_weekly_comprehensive", "success", now - timedelta(days=5), 1460),
        ("tmdb_popularity_history", "running", now - timedelta(minutes=4), None),
    ]
    made += [
        ("tmdb_warehouse_load", "success", now - timedelta(days=age, hours=4), 21 + 9 * (age % 7 == 2) + age % 5)
        for age in range(90)
    ]
    with create_session() as session:
        gone = [DagModel(dag_id=f"gone_of_{name}", bundle_name="dags-folder", is_stale=True) for name in PEOPLE]
        session.add_all(gone)
        for dag_id, state, began, seconds in made:
            run = DagRun(
                dag_id=dag_id,
                run_id=f"manual__{began.isoformat()}",
                run_type=DagRunType.MANUAL,
                state=state,
                run_after=began - timedelta(seconds=2),
                start_date=began,
            )
            run.end_date = seconds and began + timedelta(seconds=seconds)
            session.add(run)


if __name__ == "__main__":
    airflow("db", "migrate")
    airflow("dags", "reserialize")
    make_people()
    for role in ("Viewer", "User"):  # as deploy/init.py does
        airflow("roles", "add-perms", role, "--resource", "Plugins", "--action", "can_read")
    make_runs()
    sys.stdout.write("ready\n")
