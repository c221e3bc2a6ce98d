"""What of a stack has to be the same before and after."""

from e2e.stack.stack import DATA

#: Without how often somebody has signed in, for who upgrades does, and without the hash that each start makes anew.
_USERS = "(SELECT id, username, email, active, created_on FROM ab_user)"
#: What people would miss of Airflow's tables; in others it notes how its own services live.
KEPT = (_USERS, "asset_event", "connection", "dag_run", "slot_pool", "task_instance", "variable", "xcom")


def contents(stack):
    """Digests of what people would miss: Airflow's tables of it, every table of the warehouse, every file."""
    listed = (
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'tmdb' AND table_type = 'BASE TABLE'"
    )
    tables = [("airflow", name) for name in KEPT]
    tables += [("tmdb_warehouse", f"tmdb.{name}") for name in sorted(stack.warehouse(listed))]
    found = {f"{database}.{name}": stack.sql(database, _DIGEST.format(name)) for database, name in tables}
    # The log of operations is the one thing that a restore does not take back; locks are of processes.
    files = (
        f"cd {DATA} && find . -type f ! -path '*/operations/*' ! -name '.tmdb-*' ! -name .lock -exec sha256sum {{}} +"
    )
    digests = (line.split(maxsplit=1) for line in stack.run("scheduler", ["sh", "-c", files]).splitlines())
    return found | {path: digest for digest, path in digests}


_DIGEST = "SELECT count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY t::text), '')) FROM {} AS t"


def differing(before, after):
    """The names of what is not the same."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
