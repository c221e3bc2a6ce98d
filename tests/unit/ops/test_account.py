from datetime import date

import orjson
import pytest

from tmdb_pipeline import layout
from tmdb_pipeline.collection import genre, popular, top_rated, trending
from tmdb_pipeline.lake import Lake
from tmdb_pipeline.layout import Run
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.ops.account import DAILY, WEEKLY, TaskAccount, account

DAY = date(2024, 1, 7)


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


def write(lake, file, **content):
    """Write a file of the lake."""
    lake.write(file, orjson.dumps(content))


def collected(lake, source, seed):
    """Write a collection in whose account no two figures are the same, nor those of another seed."""
    info = {
        "pages_asked": seed + 1,
        "records_received": seed * 1000,
        "duplicates_dropped": seed + 20,
        "below_min_rating_dropped": seed + 300,
        "total_collected": seed * 1000 - 320 - 2 * seed,
    }
    write(lake, source.file, collection_info=info)


def report(lake, run, *, weekly, **content):
    """Write the report of a run."""
    write(lake, layout.report_file(run, "json", weekly=weekly), overall_quality_score=99, **content)


def test_account_of_a_day(lake):
    """Every figure of the table is the one of its own task, read from the file of its own."""
    run = Run(DAILY, "", DAY)
    sources = popular(run, 1), trending(run, "day")
    for source, seed in zip(sources, (5, 3), strict=True):
        collected(lake, source, seed)
    report(
        lake,
        run,
        weekly=False,
        files_validated=[{"file": sources[1].file, "quarantined": 11}, {"file": sources[0].file, "quarantined": 7}],
        total_movies_validated=4660,
        total_movies_passed=4642,
    )

    assert account(lake, run) == [
        TaskAccount("collect_popular_movies", 6, 5000, 330, 4663, 7, sources[0].file),
        TaskAccount("collect_trending_movies", 4, 3000, 326, 2663, 11, sources[1].file),
        TaskAccount(
            "validate_collected_data", None, 4660, None, 4642, 18, layout.report_file(run, "html", weekly=False)
        ),
        TaskAccount("generate_daily_summary", file=layout.summary_file(run)),
    ]


def test_account_of_a_week(lake):
    """The same for the weekly run: collections of which nothing is quarantined yet, and the week made of them."""
    run = Run(WEEKLY, "", DAY)
    sources = [*(genre(run, kind, 1) for kind in GENRES), top_rated(run, 1, 0)]
    for seed, source in enumerate(sources, start=1):
        collected(lake, source, seed)
    info = {"records_received": 36000, "duplicates_dropped": 704, "total_unique_movies": 35296}
    write(lake, layout.consolidated_file(run), consolidation_info=info)
    report(lake, run, weekly=True, total_movies_validated=35296, total_movies_passed=35290)

    tasks = account(lake, run)

    names = [*(f"collect_{kind.slug}_movies" for kind in GENRES), "collect_top_rated_movies"]
    assert tasks[0] == TaskAccount("start_weekly_collection")
    assert tasks[1:-3] == [
        TaskAccount(name, seed + 1, seed * 1000, 320 + 2 * seed, seed * 1000 - 320 - 2 * seed, None, source.file)
        for seed, (name, source) in enumerate(zip(names, sources, strict=True), start=1)
    ]
    assert tasks[-3:] == [
        TaskAccount("consolidate_weekly_data", None, 36000, 704, 35296, None, layout.consolidated_file(run)),
        TaskAccount("validate_weekly_data", None, 35296, None, 35290, 6, layout.report_file(run, "html", weekly=True)),
        TaskAccount("end_weekly_collection"),
    ]
