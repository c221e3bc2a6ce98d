"""What the tables hold, to be compared: without what says when and by which load it came."""

from psycopg import sql

#: By table or view, the columns that differ by history.
IGNORED = {
    "movie_observations": {"known_at", "known_until", "load_id"},
    "fct_movie_list_day": {"load_id"},
    "collection_runs": set(),
    "collections": set(),
}
TABLES = ("movies", "movie_genres", "genres", "collections", "collection_runs", "quarantined_records")
MARTS = ("dim_movie", "bridge_movie_genre", "fct_movie_list_day", "fct_movie_day", "movie_history")
#: Everything that a load writes.
WRITTEN = (*TABLES, "movie_versions", "movie_observations", "load_ledger")


def state(connection):
    """The rows of every table and mart, of the observations those that hold now, with their descriptions."""
    found = {name: _rows(connection, name) for name in (*TABLES, *MARTS)}
    found["movie_versions"] = _rows(
        connection,
        "movie_versions",
        "WHERE version_id IN (SELECT version_id FROM movie_observations WHERE known_until = 'infinity')",
    )
    found["movie_observations"] = _rows(connection, "movie_observations", "WHERE known_until = 'infinity'")
    return found


def everything(connection):
    """Every row that a load writes, with its place on the disk and the transaction that wrote it."""
    return {
        name: connection.execute(
            sql.SQL("SELECT ctid::text, xmin::text, t::text FROM {} AS t ORDER BY ctid").format(sql.Identifier(name))
        ).fetchall()
        for name in WRITTEN
    }


def empty(connection):
    """Remove all that was ever loaded."""
    connection.execute("TRUNCATE movies, movie_genres, collections, collection_runs, quarantined_records")
    connection.execute("TRUNCATE movie_versions, movie_observations, load_ledger, movie_popularity")
    connection.execute("DELETE FROM genres WHERE name IS NULL")


def _rows(connection, name, where=""):
    columns = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped", [name]
    ).fetchall()
    chosen = [column for (column,) in columns if column not in IGNORED.get(name, ())]
    query = sql.SQL("SELECT {} FROM {} {} ORDER BY {}").format(
        sql.SQL(", ").join(map(sql.Identifier, chosen)),
        sql.Identifier(name),
        sql.SQL(where),
        sql.SQL(", ").join(sql.Literal(at) for at in range(1, len(chosen) + 1)),
    )
    return connection.execute(query).fetchall()
