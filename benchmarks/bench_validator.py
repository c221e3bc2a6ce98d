"""The validator beside orjson, which merely parses the same pages, and beside pandera on the same rules.

The pages are invented movies in Korean, 20 on a page of about 13 kB, with TMDB's oddities and 5 % bad records.

    python benchmarks/bench_validator.py [--rounds 9] [--large]

`--large` measures memory on 1,000,000 records as well (about 2 GB). Rounds alternate, the time is the processor's and
the fastest of each counts; seconds depend on the machine, the ratios are what matters. Exit code 1 if a target is
missed: parsing and validating a page in at most 3.0 times the time of parsing it, at least 1.5 times as fast as
pandera, and no memory kept for records that are good.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
import tracemalloc
from datetime import UTC, date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import orjson
import pandas as pd
import pandera.pandas as pa

from tmdb_pipeline.quality.batches.validator import validate

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = 1000
ON = date(2026, 1, 1)
MOST_OF_PARSING = 3.0
LEAST_OF_PANDERA = 1.5
MOST_KEPT = 20_000  # bytes, whatever the size of a batch without bad records

Movie = dict[str, Any]
_SYLLABLES = "가나다라마바사아자차별빛바람숲길밤낮꿈 "
_SPOILERS: list[Movie] = [
    {"id": None},
    {"id": "17"},
    {"title": ""},
    {"vote_average": 11.5},
    {"vote_average": "8.1"},
    {"vote_count": -1},
    {"popularity": None},
    {"release_date": "2024-02-30"},
    {"genre_ids": "18"},
    {"id": 1},
]


def movies(count: int, *, bad: float = 0.05) -> list[Movie]:
    """Invent this many movies, always the same."""
    rng = random.Random(7)  # noqa: S311 - the same movies in each run

    def text(least: int, most: int) -> str:
        return "".join(rng.choices(_SYLLABLES, k=rng.randint(least, most))).strip() or "별"

    overviews = ["", *(text(60, 200) for _ in range(500))]
    days = [f"{rng.randint(1960, 2025)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}" for _ in range(5000)]
    made = []
    for number in range(1, count + 1):
        movie: Movie = {
            "adult": False,
            "backdrop_path": None if rng.random() < 0.15 else f"/backdrop{number:020}.jpg",
            "genre_ids": rng.sample([28, 35, 18, 27, 10749, 878, 53, 16], rng.randint(1, 4)),
            "id": number,
            "title": text(3, 14),
            "original_language": rng.choice(["ko", "en", "ja", "cn"]),
            "original_title": text(3, 14),
            "overview": "" if rng.random() < 0.25 else rng.choice(overviews),
            "popularity": round(rng.uniform(0.1, 600), 4),
            "poster_path": None if rng.random() < 0.035 else f"/poster{number:020}.jpg",
            "release_date": rng.choice(days),
            "softcore": False,
            "video": rng.random() < 0.03,
            "vote_average": round(rng.uniform(1, 10), 3),
            "vote_count": rng.randint(1, 30_000),
        }
        if rng.random() < bad:
            movie |= rng.choice(_SPOILERS)
        made.append(movie)
    return made


def pages(records: list[Movie]) -> list[bytes]:
    """Put the records on pages as TMDB sends them."""
    return [
        orjson.dumps({"page": 1, "results": records[at : at + 20], "total_pages": 500, "total_results": 10_000})
        for at in range(0, len(records), 20)
    ]


def fastest(rounds: int, *functions: Callable[[], object]) -> list[float]:
    """Time the functions in turn and return the fastest time of each in seconds."""
    times = [float("inf")] * len(functions)
    for _ in range(rounds):
        for place, function in enumerate(functions):
            gc.collect()
            start = time.process_time()
            function()
            times[place] = min(times[place], time.process_time() - start)
    return times


def measure_parsing(rounds: int) -> float:
    """Compare parsing with parsing and validating, page by page and as one batch; return the first ratio."""
    sent = pages(movies(PAGES * 20))

    def parse() -> None:
        for page in sent:
            orjson.loads(page)

    def parse_and_validate() -> None:
        for page in sent:
            validate(orjson.loads(page)["results"], on=ON)

    def parse_all() -> list[Movie]:
        return list(chain.from_iterable(orjson.loads(page)["results"] for page in sent))

    def parse_and_validate_all() -> None:
        validate(parse_all(), on=ON)

    times = fastest(rounds, parse, parse_and_validate, parse_all, parse_and_validate_all)
    per_record = [seconds / PAGES / 20 * 1e6 for seconds in times]
    print(f"{PAGES} pages of {sum(map(len, sent)) / PAGES / 1000:.1f} kB, microseconds a record")
    print(f"  page by page: parse {per_record[0]:.2f}, parse and validate {per_record[1]:.2f}")
    print(f"    ratio {times[1] / times[0]:.2f} (at most {MOST_OF_PARSING})")
    print(f"  one batch:    parse {per_record[2]:.2f}, parse and validate {per_record[3]:.2f}")
    print(f"    ratio {times[3] / times[2]:.2f}")
    return times[1] / times[0]


def _types(*types: type) -> pa.Check:
    return pa.Check(lambda column: column.map(type).isin(types), ignore_na=False)


def _within(low: float, high: float) -> pa.Check:
    return pa.Check(lambda column: pd.to_numeric(column, errors="coerce").between(low, high), ignore_na=False)


def _text(check: Callable[[Any], Any]) -> pa.Check:
    return pa.Check(lambda column: check(column.astype("str").str), ignore_na=False)


def pandera_schema() -> pa.DataFrameSchema:
    """Return the errors of the catalogue, as far as a table can state them, in vectorised checks."""
    maybe = pa.Check(lambda column: column.isna() | pd.to_numeric(column, errors="coerce").between(0, 1e9))
    image = [pa.Check(lambda column: column.isna() | column.map(type).eq(str), ignore_na=False)]
    day = pa.Check(
        lambda column: pd.to_datetime(column, format="%Y-%m-%d", errors="coerce").notna() | column.eq(""),
        ignore_na=False,
    )
    filled = _text(lambda text: text.strip() != "")
    return pa.DataFrameSchema(
        {
            "adult": pa.Column(checks=[_types(bool)]),
            "backdrop_path": pa.Column(checks=image, nullable=True),
            "genre_ids": pa.Column(checks=[_types(list)], nullable=True),
            "id": pa.Column(checks=[_types(int), _within(1, 2**31 - 1)], nullable=True, unique=True),
            "title": pa.Column(checks=[_types(str), filled]),
            "original_language": pa.Column(checks=[_types(str), _text(lambda text: text.fullmatch("[a-z]{2}"))]),
            "original_title": pa.Column(checks=[_types(str), filled]),
            "overview": pa.Column(checks=[_types(str)], nullable=True),
            "popularity": pa.Column(checks=[_types(int, float, type(None)), maybe], nullable=True),
            "poster_path": pa.Column(checks=image, nullable=True),
            "release_date": pa.Column(checks=[_types(str), day]),
            "softcore": pa.Column(checks=[_types(bool)]),
            "video": pa.Column(checks=[_types(bool)]),
            "vote_average": pa.Column(checks=[_types(int, float), _within(0, 10)], nullable=True),
            "vote_count": pa.Column(checks=[_types(int), _within(0, 2**31 - 1)], nullable=True),
        }
    )


def pandera_rejects(schema: pa.DataFrameSchema, records: list[Movie]) -> set[int]:
    """Return the places of the records in which pandera finds an error."""
    try:
        schema.validate(pd.DataFrame(records, dtype=object), lazy=True)
    except pa.errors.SchemaErrors as errors:
        return set(errors.failure_cases["index"].dropna())
    return set()


def measure_pandera(rounds: int) -> float:
    """Compare the validator with pandera on the same records; return how many times as fast it is."""
    records = movies(20_000)
    schema = pandera_schema()
    validation = validate(records, on=ON)
    ours = {found.index for found in (*validation.rejected, *validation.duplicates)}
    theirs = pandera_rejects(schema, records)
    # Of records with one id pandera rejects every copy but the first, we every copy but the best, and bad ones first.
    assert len(ours ^ theirs) <= 0.002 * len(records), "the two do not check the same"
    times = fastest(rounds, lambda: validate(records, on=ON), lambda: pandera_rejects(schema, records))
    print(f"{len(records)} records: ours {times[0] * 1e3:.0f} ms, pandera {times[1] * 1e3:.0f} ms")
    print(f"  {len(ours)} and {len(theirs)} rejected; ratio {times[1] / times[0]:.1f} (at least {LEAST_OF_PANDERA})")
    return times[1] / times[0]


def measure_memory(sizes: list[int]) -> int:
    """Show the memory that validation needs beside the batch; return the most bytes kept for good records alone."""
    most = 0
    for bad in (0.0, 0.05):
        for size in sizes:
            records = movies(size, bad=bad)
            gc.collect()
            tracemalloc.start()
            validation = validate(records, on=ON)
            kept, peak = tracemalloc.get_traced_memory()
            ids = sys.getsizeof(set(range(size)))
            tracemalloc.stop()
            rejected = len(validation.rejected)
            print(
                f"{size:>9,} records, {bad:.0%} bad: kept {kept / 1e6:.2f} MB for {rejected:,} rejected, "
                f"at most {peak / 1e6:.1f} MB (a set of the ids: {ids / 1e6:.1f} MB)"
            )
            if not rejected:
                most = max(most, kept)
            del records, validation
    return most


def main() -> int:
    """Run all measurements and say whether the targets are met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--large", action="store_true")
    arguments = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d} python {sys.version.split()[0]}")
    parsing = measure_parsing(arguments.rounds)
    pandera = measure_pandera(min(3, arguments.rounds))
    kept = measure_memory([10_000, 100_000, *([1_000_000] if arguments.large else [])])
    met = parsing <= MOST_OF_PARSING and pandera >= LEAST_OF_PANDERA and kept <= MOST_KEPT
    print("targets met" if met else "TARGETS MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
