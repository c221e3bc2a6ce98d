"""Entry points of the pipeline: settings, responses of TMDB, records, documents of the lake, its command line."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import msgspec
import orjson
from fuzz.commands import run
from fuzz.entry import SECRET, Entry, Refused
from fuzz.garbage import (
    DEEP,
    SPOILS,
    VALUES,
    WORDS,
    Edit,
    as_json,
    changed,
    commands,
    documents,
    edits,
    spoil,
    spoiled,
)
from hypothesis import strategies as st
from movie_lists import POPULAR
from strategies.movies import PLAIN
from support import HeldClock
from upath import UPath

from fake_tmdb import NO_LIMITS, FakeTmdb
from tmdb_pipeline.cli import program
from tmdb_pipeline.extract.checkpoint import Checkpoint
from tmdb_pipeline.extract.collect import collect
from tmdb_pipeline.extract.sources import genre, popular, top_rated, trending
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.movie_file import read_movies
from tmdb_pipeline.lake.quality_report import QualityReport, ValidatedFile
from tmdb_pipeline.lake.quarantine_file import read_quarantine
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.quality.batches.validator import EmptyBatch, validate
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.quality.gate import QualityFailed, check_run
from tmdb_pipeline.quality.report.html import render_html
from tmdb_pipeline.quality.report.place import Place
from tmdb_pipeline.quality.report.quarantine import quarantine_lines
from tmdb_pipeline.quality.report.report import build_report
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import Credential, Settings, SettingsError, is_tmdb
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.errors import BrokenResponse
from tmdb_pipeline.tmdb.response import MAX_BODY, Response, unpack
from tmdb_pipeline.transform.daily_summary import summarize_day
from tmdb_pipeline.transform.weekly_consolidation import consolidate_week

NOW = datetime(2024, 1, 6, 18, tzinfo=UTC)
RUN = Run("tmdb_daily_collection", "manual__1", date(2024, 1, 7))

# Settings

ENVIRONMENT = {
    "TMDB_READ_TOKEN": SECRET,
    "TMDB_API_KEY": "0123456789abcdef0123456789abcdef",
    "TMDB_BASE_URL": "https://api.themoviedb.org/3",
    "TMDB_LANGUAGE": "ko-KR",
    "TMDB_REGION": "KR",
    "TMDB_DATA_ROOT": "/data",
    "TMDB_REQUESTS_PER_SECOND": "40",
    "TMDB_CONNECTIONS": "20",
    "TMDB_EXPORTS_URL": "https://files.tmdb.org/p/exports",
    "HTTPS_PROXY": "http://proxy.invalid:3128",
    "HTTP_PROXY": "",
    "NO_PROXY": "localhost",
    "REQUESTS_CA_BUNDLE": "",
}
_VALUES = WORDS | st.sampled_from(
    [
        "http://[::1",
        "http://a:99999",
        "https://u@h/",
        "http://\u3002",
        "~nobody-here/x",
        "~",
        "inf",
        "nan",
        "1_0",
        "-1",
        "socks5h://127.0.0.1:1",
    ]
)


def settings(environ: dict[str, str], _stage: None) -> None:
    """Settings are within their limits, and do not show the key."""
    made = Settings.from_environment(environ)
    assert 1 <= made.connections <= 20
    assert 0 < made.share(2).requests_per_second <= 50
    assert SECRET not in repr(made)
    hosts = [urlsplit(url).hostname for url in (made.base_url, made.exports_address)]
    assert is_tmdb(hosts[0]) or not is_tmdb(hosts[1])


# Responses

PAGE = {"page": 1, "results": [PLAIN, {**PLAIN, "id": 2}], "total_pages": 1, "total_results": 2}


def page(body: bytes, _stage: None) -> None:
    """A page can be written into a file of ours, two levels down."""
    read = Response("/movie/popular?page=1", 200, None, NOW, body).page
    assert isinstance(read.total_pages, int)
    orjson.dumps([[read.results]])


def unpacked(body: bytes, _stage: None) -> None:
    """What is unpacked is of a size that fits."""
    assert len(unpack(body, "/movie/popular")) <= max(MAX_BODY, len(body))


_GZIP = st.sampled_from([0, 1, 20, 5_000]).map(lambda size: gzip.compress(b"[" * size, mtime=0))
_BOMB = gzip.compress(bytes(MAX_BODY + 1), mtime=0)

# Records


def quality(batch: list[Any], _stage: None) -> None:
    """Every record is accepted, rejected or a duplicate, and report, page and quarantine can be written."""
    validation = validate(batch, on=RUN.day)
    assert validation.passed + len(validation.rejected) + len(validation.duplicates) == len(batch)
    places = [Place(index, None) for index in range(len(batch))]
    lines = list(quarantine_lines(validation, file="f", places=places))
    written = [orjson.loads(line.to_json())["index"] for line in lines]
    assert written == [rejection.index for rejection in validation.rejected]
    report = build_report(
        validation,
        files=[ValidatedFile("f", len(batch))],
        validated_at=NOW.isoformat(),
        run={"run_id": "r", "run_date": RUN.day.isoformat()},
        thresholds=Thresholds(),
        places=places,
    )
    orjson.dumps(msgspec.to_builtins(report))
    for language in Language:
        render_html(report, language).encode()
    assert 0 <= report.overall_quality_score <= 100


# Documents of the lake


_Files = dict[str, bytes]


@contextmanager
def collected() -> Iterator[_Files]:
    """The files of two collections of a day, of two of a week, and of one that is unfinished, by their paths."""
    fake = FakeTmdb(movies=200, seed=7, limits=NO_LIMITS)
    with TemporaryDirectory() as folder, fake.serve() as server:
        lake = Lake(folder)
        made = Settings(Credential("read_token", fake.read_token), base_url=server.url)
        with TmdbClient(made, clock=HeldClock(NOW)) as client:
            weekly = (genre(RUN, GENRES[0], 2), top_rated(RUN, 1, 0.0))
            for source in (popular(RUN, 2), trending(RUN, "day"), *weekly):
                collect(client, lake, RUN, source, deduplicate=once_each(), clock=HeldClock(NOW))
            check_run(lake, RUN, FILES, thresholds=Thresholds(warn=0, fail=0), now=NOW, language=Language.KO)
            pages = Checkpoint(lake, RUN, "unfinished", PARAMETERS, NOW)
            for number in (1, 2):
                pages.keep(number, client.page(POPULAR, number), None)
        yield {
            str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*.json") if path.is_file()
        }


@contextmanager
def damaged(damage: tuple[int, list[Any]], whole: _Files, files: list[str]) -> Iterator[Lake]:
    """A lake with these files, one of which is damaged. In memory, since nobody asks about the disk here."""
    which, changes = damage
    path = files[which % len(files)]
    content = whole[path]
    if isinstance(changes[0], Edit):
        document = orjson.loads(content)
        for change in changes:
            document = change.applied(document)
        content = as_json(document)
    else:
        content = spoil(content, changes)
    lake = Lake("memory://fuzz/lake")
    for name, data in (whole | {path: content}).items():
        lake.write(name, data)
    yield lake
    UPath("memory://fuzz").fs.store.clear()


DAMAGES = st.tuples(st.integers(0, 5), edits(VALUES | DEEP.filter(lambda value: len(repr(value)) < 1500)) | SPOILS)
PARAMETERS = {"type": "x", "language": "ko-KR"}
FILES = [source.file for source in (popular(RUN, 2), trending(RUN, "day"))]
WEEKLY_FILES = [source.file for source in (genre(RUN, GENRES[0], 2), top_rated(RUN, 1, 0.0))]
REPORT = paths.report_file(RUN, "json")


def movies_read(damage: tuple[int, Any], whole: _Files) -> None:
    """A collection that is read back has a list of movies and says what it is."""
    with damaged(damage, whole, FILES) as lake:
        for file in FILES:
            content = read_movies(lake, RUN, file)
            assert content.info.dag_run_id == RUN.run_id
            orjson.dumps([[content.plain_movies]])
            assert all(record.received_on(RUN) for record in content.records)
            assert all(record.origin.place(RUN) for record in content.records if record.origin)


def gated(damage: tuple[int, Any], whole: _Files) -> None:
    """The quality gate refuses what is damaged or judges it, and what it writes can be read."""
    files = [*FILES, paths.page_file(RUN, "popular", 1), paths.page_file(RUN, "trending", 1)]
    with damaged(damage, whole, files) as lake:
        gate = check_run(lake, RUN, FILES, thresholds=Thresholds(), now=NOW, language=Language.KO)
        assert QualityReport.read(lake, gate.report).verdict == gate.verdict
        read_quarantine(lake, gate.quarantine)


def resumed(damage: tuple[int, Any], whole: _Files) -> None:
    """A damaged checkpoint or page is left out, and those cached are pages."""
    names = ["checkpoint.json", "page_001.json", "page_002.json"]
    with damaged(damage, whole, [f"{paths.pages_folder(RUN, 'unfinished')}/{name}" for name in names]) as lake:
        cached = Checkpoint(lake, RUN, "unfinished", PARAMETERS, NOW + timedelta(minutes=1)).cached(3)
        assert set(cached) <= {1, 2}
        assert all(response.page.results for response in cached.values())


def summarized(damage: tuple[int, Any], whole: _Files) -> None:
    """The summary of a day refuses what is damaged, or adds up."""
    with damaged(damage, whole, [*FILES, REPORT]) as lake:
        counts = summarize_day(lake, RUN, REPORT, NOW, NOW + timedelta(minutes=1)).collection_summary
        assert counts.total_collected == counts.popular_movies + counts.trending_movies


def consolidated(damage: tuple[int, Any], whole: _Files) -> None:
    """The consolidation of a week refuses what is damaged, or counts what it holds."""
    with damaged(damage, whole, WEEKLY_FILES) as lake:
        info = consolidate_week(lake, RUN, WEEKLY_FILES, NOW, deduplicate=once_each())
        assert info.total_unique_movies == len(read_movies(lake, RUN, paths.consolidated_file(RUN)).movies)


# The command line

_COMMANDS = [
    ["demo"],
    ["demo", "--date", "2024-01-07", "--seed", "7", "--movies", "100", "--no-faults", "--out", "x"],
    ["collect", "daily", "--date", "2024-01-07", "--out", "x"],
    ["collect", "all"],
    ["replay", "raw/metadata/quarantine/20240107/x.jsonl:1", "--data-root", "x", "--test", "x.py", "--force"],
    ["replay", "2024-01-07", "4711", "--test", "-"],
    ["audit", "--since", "2024-01-07", "--who", "lee", "--dag", "daily", "--json"],
    ["features", "build", "--as-of", "2024-01-07"],
    ["model", "train", "--as-of", "2024-01-07"],
    ["model", "score", "--as-of", "2024-01-07"],
    ["collections", "check", "--file", "x.yaml"],
]
_WORDS = sorted({word for line in _COMMANDS for word in line} | {"weekly", "--help", "-1", "0001-01-01", "5000001"})


def command_line(words: list[str], _stage: None) -> None:
    """The words are understood, or refused by the parser."""
    run(lambda: [program.parser().parse_args(words), 0][1])


ENTRIES = [
    Entry(
        "settings",
        st.dictionaries(st.sampled_from(sorted(ENVIRONMENT)), _VALUES, max_size=3).map(lambda over: ENVIRONMENT | over),
        settings,
        (SettingsError,),
    ),
    Entry("unpack", spoiled(_GZIP) | st.just(_BOMB) | st.binary(), unpacked, (BrokenResponse,), megabytes=80),
    Entry("page", documents(PAGE), page, (BrokenResponse,)),
    Entry(
        "quality",
        st.lists(changed(PLAIN, VALUES | DEEP, depth=2) | st.just(PLAIN), max_size=5) | st.lists(VALUES),
        quality,
        (EmptyBatch,),
    ),
    Entry("read_movies", DAMAGES, movies_read, (LakeError,), collected),
    Entry("gate", DAMAGES, gated, (LakeError, EmptyBatch, QualityFailed), collected, gate=40),
    Entry("checkpoint", DAMAGES, resumed, (LakeError,), collected, gate=60),
    Entry("summary", DAMAGES, summarized, (LakeError,), collected, gate=60),
    Entry("consolidation", DAMAGES, consolidated, (LakeError,), collected, gate=60),
    Entry("tmdb-pipeline", commands(_COMMANDS, _WORDS), command_line, (Refused,)),
]
