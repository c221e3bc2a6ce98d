"""A site for the tests of backups, and what happens to it."""

import shutil
from datetime import date
from itertools import count

import psycopg
from e2e.warehouse.backup import world
from e2e.warehouse.small_runs import DAILY, SmallRuns, movie

from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.ops.backup.archives.shelf import Shelf
from tmdb_pipeline.ops.backup.site import METADATA, WAREHOUSE, Site
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.load.days import Which, load_run
from tmdb_pipeline.warehouse.schema import roles

_NUMBERS = count(1)
PASSWORDS = dict.fromkeys((roles.OWNER, roles.LOADER, roles.READER), "geheim")
#: In place of Airflow's tables, whose two hundred take seconds to restore: the stack's test has the real ones.
HISTORY = """
CREATE TABLE dag_run (id serial PRIMARY KEY, dag_id text NOT NULL, run_id text NOT NULL, state text, began timestamptz);
CREATE TABLE connection (conn_id text PRIMARY KEY, password bytea, extra json, weight double precision);
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
INSERT INTO dag_run (dag_id, run_id, state, began)
    SELECT 'tmdb_daily_collection', 'run_' || n, 'success', '2024-01-07 02:00+09'::timestamptz + n * interval '1 day'
    FROM generate_series(1, 400) AS n;
INSERT INTO connection VALUES ('tmdb_default', '\\xdeadbeef', '{"a": "비밀"}', 0.1), ('empty', NULL, NULL, 'NaN');
INSERT INTO alembic_version VALUES ('82dbd68e6171');
"""


class BackedUp:
    """A site of a test's own."""

    def __init__(self, server, folder):
        self.server, self.number = server, next(_NUMBERS)
        names = {METADATA: f"airflow_{self.number}", WAREHOUSE: f"warehouse_{self.number}"}
        server.create(names[METADATA], template="metadata_template")
        server.create(names[WAREHOUSE], template="warehouse_template")
        server.rows("postgres", f"ALTER DATABASE {names[WAREHOUSE]} OWNER TO tmdb_owner")
        server.rows("postgres", f"REVOKE ALL ON DATABASE {names[WAREHOUSE]} FROM PUBLIC")
        server.rows("postgres", f"GRANT CONNECT, TEMPORARY ON DATABASE {names[WAREHOUSE]} TO tmdb_loader")
        self.root = folder / f"data_{self.number}"
        self.site = Site(
            {part: Address.from_url("the test", server.url(name, "postgresql")) for part, name in names.items()},
            self.root,
            {"FERNET_KEY": "F" * 43 + "=", "ADMIN_PASSWORD": "the administrator's"},
        )
        self.shelf = Shelf(folder / "backups")
        self.runs = SmallRuns(Lake(str(self.root)))

    def collect(self, day, numbers=range(1, 60)):
        """Run a day, and load it."""
        movies = [movie(number, popularity=float(number % 7)) for number in numbers]
        self.runs.write(DAILY, day, {"popular": movies, "trending": [movie(9)]})
        return self.load(day)

    def load(self, day):
        """Load a day that was run."""
        return load_run(self.runs.lake, self.site.databases[WAREHOUSE], Which(day, DAILY))

    def execute(self, part, statement):
        """Run a statement in one of the databases."""
        return self.server.rows(self.site.databases[part].database, statement)

    def state(self):
        """All that a person would miss."""
        found = {}
        for part, address in self.site.databases.items():
            with psycopg.connect(self.server.url(address.database, "postgresql"), autocommit=True) as connection:
                found[part] = world.database(connection)
        return found | {"files": world.files(self.root)}

    def leftovers(self):
        """Databases and files of a restore."""
        return [
            name for (name,) in self.server.rows("postgres", "SELECT datname FROM pg_database WHERE datname ~ '[.]'")
        ] + [path.name for path in self.root.glob(".tmdb-restore*") if path.name != ".tmdb-restore.lock"]

    def disturb(self):
        """Change everything."""
        self.execute(METADATA, "DELETE FROM dag_run WHERE id > 200; UPDATE connection SET password = NULL")
        self.execute(METADATA, "CREATE TABLE later (n int)")
        self.collect(date(2024, 1, 9), range(30, 90))
        files = [path for path in sorted(self.root.rglob("*.json")) if path.is_file()]
        files[0].unlink()
        files[1].write_bytes(b"damaged")
        (self.root / "more").mkdir()
        (self.root / "more" / "other.txt").write_text("of later")

    def destroy(self):
        """Leave what a stack is that was started for the first time: empty databases, an empty folder."""
        shutil.rmtree(self.root)
        self.root.mkdir()
        for part, template in ((METADATA, "template1"), (WAREHOUSE, "warehouse_template")):
            name = self.site.databases[part].database
            self.server.rows("postgres", f"DROP DATABASE {name} WITH (FORCE)")
            self.server.create(name, template=template)
        self.server.rows("postgres", f"ALTER DATABASE {self.site.databases[WAREHOUSE].database} OWNER TO tmdb_owner")
        self.server.rows("postgres", f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        self.server.rows("postgres", f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO tmdb_loader")

    def drop(self):
        """Remove its databases."""
        for address in self.site.databases.values():
            self.server.rows("postgres", f"DROP DATABASE IF EXISTS {address.database} WITH (FORCE)")
