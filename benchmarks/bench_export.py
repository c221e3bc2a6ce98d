"""A day's export on its way to a file of the lake, beside merely unpacking and parsing the same bytes.

The lines are invented, of about 100 bytes each and in no order, as TMDB's are; what is measured is all that is done
with them but the network: unpacking, decoding, judging, sorting, writing Parquet.

    python benchmarks/bench_export.py [--lines 1270000] [--rounds 3]

Rounds alternate, the time is the processor's and the fastest of each counts. Memory is the most that a process of its
own has had. Exit code 1 if a target is missed: at most 2.0 times as long as gunzip and `orjson.loads` of each line, and
no more memory for the whole than for 10,000 lines, but for what the process begins with.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW = 10_000
MOST_OF_PARSING = 2.0
#: MB more for the whole than for few lines: a bucket of the sort and a row group, not the lines.
MOST_MORE = 32
DAY = date(2026, 11, 27)
_SYLLABLES = "가나다라마바사아자차별빛바람숲길밤낮꿈 "
_LETTERS = "abcdefghijklmnopqrstuvwxyz QRSTUVW"


def make(file: Path, count: int, *, odd: float = 0.0) -> None:
    """Invent an export of this many lines, of which a share is odd."""
    rng = random.Random(7)  # noqa: S311 - the same in each run
    with gzip.open(file, "wb", compresslevel=6) as out:
        for number in rng.sample(range(1, count * 5 // 4 + 2), count):
            letters, least, most = (_SYLLABLES, 3, 14) if rng.random() < 0.3 else (_LETTERS, 5, 40)
            line = {
                "adult": rng.random() < 0.01,
                "id": -number if rng.random() < odd else number,
                "original_title": "".join(rng.choices(letters, k=rng.randint(least, most))),
                "popularity": round(rng.paretovariate(1.2) - 1, 4),
                "video": rng.random() < 0.03,
            }
            out.write(orjson.dumps(line) + b"\n")


def parse(file: Path) -> int:
    """Unpack a file and parse each line, and keep nothing."""
    count = 0
    with gzip.open(file) as lines:
        for line in lines:
            orjson.loads(line)
            count += 1
    return count


class Local:
    """What a client is for the collection, without a network: the file is here."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def movies(self, day, read):
        """Read the file as the client reads an export."""
        from tmdb_pipeline.tmdb.exports.client import ReceivedExport, _Stream  # noqa: PLC0415 - as in a task
        from tmdb_pipeline.tmdb.exports.gzip_stream import gunzipped  # noqa: PLC0415 - as above

        stream = _Stream(self._chunks())
        made = read(gunzipped("the file", stream))
        now = datetime.now(UTC)
        return ReceivedExport(str(self._file), day, stream.sha256.hexdigest(), stream.size, now, now), made

    def _chunks(self) -> Iterator[bytes]:
        with self._file.open("rb") as packed:
            while chunk := packed.read(64 * 1024):
                yield chunk


def collect(file: Path) -> int:
    """Take a file as the export of a day into a lake of its own, and say how many lines it had."""
    from tmdb_pipeline.extract.popularity_export.collect import collect_export  # noqa: PLC0415 - as in a task
    from tmdb_pipeline.lake.store import Lake  # noqa: PLC0415 - as above

    with TemporaryDirectory() as root:
        return collect_export(Local(file), Lake(root), DAY).info.lines


def read(file: Path) -> int:
    """The same, and then read it batch by batch."""
    from tmdb_pipeline.extract.popularity_export.collect import collect_export  # noqa: PLC0415 - as in a task
    from tmdb_pipeline.lake.exports.export_file import read_export  # noqa: PLC0415 - as above
    from tmdb_pipeline.lake.store import Lake  # noqa: PLC0415 - as above

    with TemporaryDirectory() as root:
        lake = Lake(root)
        collect_export(Local(file), lake, DAY)
        begun = time.process_time()
        count = sum(len(batch.ids) for batch in read_export(lake, DAY).batches())
        print(f"    read again: {time.process_time() - begun:.2f} s", file=sys.stderr)
        return count


def duckdb_alone(file: Path) -> int:
    """Let DuckDB read the lines itself, on one thread, sort them and write them; it would not say which are odd."""
    import duckdb  # noqa: PLC0415 - as in a task

    with TemporaryDirectory() as folder:
        connection = duckdb.connect(config={"threads": 1})
        connection.execute("set enable_progress_bar = false")
        connection.execute(
            "copy (select id, popularity, adult, video from read_json($file, format='newline_delimited', "
            "compression='gzip', columns={id: 'bigint', popularity: 'double', adult: 'boolean', video: 'boolean'}) "
            "order by id) to $out (format parquet, compression zstd)",
            {"file": str(file), "out": f"{folder}/out.parquet"},
        )
        return connection.execute("select count(*) from read_parquet(?)", [f"{folder}/out.parquet"]).fetchall()[0][0]


WAYS = {"parse": parse, "collect": collect, "read": read, "duckdb": duckdb_alone}
PROBE = """
import json, pathlib, resource, sys, time
sys.path.insert(0, sys.argv[1])
import bench_export
way, file = sys.argv[2:]
bench_export.WAYS[way](pathlib.Path(file).with_name("warm"))
begun = time.process_time()
count = bench_export.WAYS[way](pathlib.Path(file))
print(json.dumps([time.process_time() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, count]))
"""


def measured(way: str, file: Path) -> tuple[float, float]:
    """The seconds and the most MB of a process that goes one of the ways, imports left out of the time."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", PROBE, str(Path(__file__).parent), way, str(file)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds, megabytes, _ = json.loads(done.stdout.splitlines()[-1])
    return seconds, megabytes


def main() -> int:
    """Measure, and say whether the targets are met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lines", type=int, default=1_270_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d} python {sys.version.split()[0]}")
    with TemporaryDirectory() as folder:
        files = {name: Path(folder) / name for name in ("warm", "few", "whole", "odd")}
        make(files["warm"], 100)
        make(files["few"], FEW)
        make(files["whole"], arguments.lines)
        make(files["odd"], arguments.lines, odd=0.009)
        cases = [
            *(("parse", "whole"), ("collect", "whole"), ("duckdb", "whole")),
            *(("parse", "odd"), ("collect", "odd"), ("collect", "few")),
        ]
        found = {case: [] for case in cases}
        for _ in range(arguments.rounds):
            for case in cases:
                found[case].append(measured(case[0], files[case[1]]))
        seconds = {case: min(time for time, _ in rounds) for case, rounds in found.items()}
        memory = {case: max(size for _, size in rounds) for case, rounds in found.items()}
        read_again = measured("read", files["whole"])[1]
        size = files["whole"].stat().st_size
    ratio = seconds["collect", "whole"] / seconds["parse", "whole"]
    odd = seconds["collect", "odd"] / seconds["parse", "odd"]
    more = memory["collect", "whole"] - memory["collect", "few"]
    print(f"{arguments.lines:,} lines, {size / 1e6:.1f} MB packed")
    print(f"  unpack and parse {seconds['parse', 'whole']:.2f} s, collect {seconds['collect', 'whole']:.2f} s")
    print(f"    ratio {ratio:.2f} (at most {MOST_OF_PARSING}); with 0.9 % odd lines {odd:.2f}")
    alone = seconds["duckdb", "whole"] / seconds["parse", "whole"]
    print(f"    DuckDB reading the lines itself: ratio {alone:.2f}, {memory['duckdb', 'whole']:.0f} MB")
    print(f"  memory: {memory['collect', 'few']:.0f} MB for {FEW:,} lines, {memory['collect', 'whole']:.0f} MB for all")
    print(f"    {more:.0f} MB more (at most {MOST_MORE}); collected and read again {read_again:.0f} MB")
    met = ratio <= MOST_OF_PARSING and more <= MOST_MORE
    print("targets met" if met else "TARGETS MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
