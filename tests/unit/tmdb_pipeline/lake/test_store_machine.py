"""The lake under runs of several dates that follow one another in any order, and break off anywhere."""

import errno
import os
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from support import examples

from tmdb_pipeline import file_lock
from tmdb_pipeline.extract.collect import collect
from tmdb_pipeline.extract.sources import Source
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError, MixedRuns
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.run import Run
from tmdb_pipeline.tmdb.movie_list import MovieList
from tmdb_pipeline.tmdb.response import Response
from tmdb_pipeline.transform.weekly_consolidation import consolidate_week

DAYS = [date(2024, 1, 7), date(2024, 1, 14)]
NAMES = ["drama", "top_rated"]
TYPES = {"drama": "weekly_genre", "top_rated": "weekly_top_rated"}
OPEN = Path.open


@pytest.fixture(scope="module", autouse=True)
def _no_waiting_for_the_disk():
    """That data is flushed before it is renamed is asked in test_lake; here flushing is a step that can fail."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


class Killed(BaseException):
    """The process ends here: nothing of what it would still have done happens."""


class Disk:
    """The disk of a process that dies, or that is full, at one of the steps of writing."""

    def __init__(self):
        self.step = 0

    @contextmanager
    def breaking(self, how, at):
        """Let the step ``at`` (from 1) fail and, for a process that was killed or a disk that stays full, all later."""
        self.step = 0
        with pytest.MonkeyPatch.context() as patch:
            for where, name, kinds in (
                (Path, "open", {"killed", "full", "full once"}),
                (os, "fsync", {"killed", "full", "full once"}),
                (Path, "replace", {"killed", "full", "full once"}),
                (Path, "unlink", {"killed"}),
            ):
                if how in kinds:
                    patch.setattr(where, name, self._broken(getattr(where, name), how, at))
            yield

    def _broken(self, real, how, at):
        def call(*args, **kwargs):
            reads = real is OPEN and (kwargs.get("mode") or [*args[1:], "r"][0]) in {"r", "rb"}
            if how != "killed" and reads:
                return real(*args, **kwargs)  # a full disk can be read
            self._pass(how, at)
            result = real(*args, **kwargs)
            if how == "killed":
                try:
                    self._pass(how, at)
                except Killed:
                    if hasattr(result, "close"):
                        result.close()  # as the system does
                    raise
            return result

        return call

    def _pass(self, how, at):
        self.step += 1
        if self.step == at or (self.step > at and how != "full once"):
            raise Killed if how == "killed" else OSError(errno.ENOSPC, "No space left on device")


breaks = st.none() | st.tuples(st.sampled_from(["killed", "full", "full once"]), st.integers(1, 60))


@dataclass
class Expected:
    """What is known of one list of one day: its file, and the pages of a collection that did not end."""

    file: object = None  # (run id, movies), or None where there is none
    kept: dict = field(default_factory=dict)  # number: version
    began: datetime | None = None


class Caller:
    """Stands in for the client: it asks ``page`` for one page after the other."""

    def __init__(self, page):
        self.page = page

    default_parameters = {"base_url": "", "language": "ko-KR", "region": "KR"}  # noqa: RUF012 - never changed

    pause = None  # no two pages contradict each other here

    def parallel(self, call, numbers):
        for number in numbers:
            call(number)


def page_of(name, number, version):
    """Page ``number`` of a list in a version; neighbouring pages share a movie, and so do the two lists."""
    first = 19 * number + 30 * NAMES.index(name)
    results = [{"id": first + at, "from": f"{name} {number} {version}"} for at in range(20)]
    return {"page": number, "results": results, "total_pages": 100, "total_results": 2000}


def once(movies):
    """Of each movie the copy with the greatest content, for all of them are equally bad; at its own place."""
    best = {}
    for movie in movies:
        best[movie["id"]] = max(best.get(movie["id"], movie), movie, key=lambda copy: copy["from"])
    return [movie for movie in movies if movie is best[movie["id"]]]


class LakeMachine(RuleBasedStateMachine):
    """Collections and consolidations of two Sundays by two runs each; after each step the lake is what it should be."""

    def __init__(self):
        super().__init__()
        self.folder = TemporaryDirectory()
        self.root = Path(self.folder.name)
        self.lake = Lake(self.folder.name)
        self.disk = Disk()
        self.time = datetime(2024, 1, 6, 18, tzinfo=UTC)
        self.version = 0
        self.lists = {(day, name): Expected() for day in DAYS for name in NAMES}
        self.weeks = dict.fromkeys(DAYS)

    def teardown(self):
        self.folder.cleanup()

    # What a clock gives: the machine is the clock of the collections.

    def now(self):
        return self.time

    def attempt(self, day, breaking, work):
        """Do something of one day, perhaps on a disk that breaks: what went wrong, or None. Other days stay as is."""
        others = self.of_other_days(day)
        try:
            with self.disk.breaking(*breaking) if breaking else nullcontext():
                work()
        except (Killed, LakeError) as error:
            failed = error
        else:
            failed = None
        assert self.of_other_days(day) == others
        return failed

    def of_other_days(self, day):
        """The files of all other days, byte for byte."""
        paths = [path for path in self.root.rglob("[!.]*") if path.is_file() and f"{day:%Y%m%d}" not in str(path)]
        return {path: path.read_bytes() for path in paths}

    def rubbish(self, *paths):
        """What is left of writing in the folders of these files."""
        folders = {(self.root / path).parent for path in paths}
        return [found for folder in folders for found in folder.glob(".*") if found.name != ".lock"]

    @rule(
        day=st.sampled_from(DAYS),
        name=st.sampled_from(NAMES),
        run_id=st.sampled_from("AB"),
        breaking=breaks,
        pages=st.sampled_from([1, 2, 3, 3]),
    )
    def collect(self, day, name, run_id, breaking, pages=3):
        run, known, fetched = Run("weekly", run_id, day), self.lists[day, name], []
        file = paths.movies_file(run, "genre", name)

        def fetch(_, number):
            fetched.append(number)
            document = page_of(name, number, self.version)
            return Response(f"/{name}?page={number}", 200, None, self.time, orjson.dumps(document))

        if known.began is None or self.time - known.began >= timedelta(hours=8):
            known.kept, known.began = {}, None
        source = Source(name, TYPES[name], MovieList(f"/{name}"), pages, file)
        failed = self.attempt(
            day, breaking, lambda: collect(Caller(fetch), self.lake, run, source, deduplicate=once_each(), clock=self)
        )

        versions = known.kept | dict.fromkeys(fetched, self.version)
        whole = set(range(1, pages + 1)) <= set(versions)
        numbers = range(1, pages + 1) if whole else []
        movies = once([movie for at in numbers for movie in page_of(name, at, versions[at])["results"]])
        assert not set(fetched) & set(known.kept)
        assert fetched == sorted(set(fetched))
        if failed:
            self.after_a_failure(day, name, fetched, whole, (run_id, movies))
        else:
            assert whole
            assert self.collected(day, name) == (run_id, movies)
            assert not self.rubbish(file, f"{paths.pages_folder(run, name)}/page")
            known.file, known.kept, known.began = (run_id, movies), {}, None

    def after_a_failure(self, day, name, fetched, whole, new):
        """The file is as before or the new one, whole; pages that were kept stay kept."""
        known, there = self.lists[day, name], self.collected(day, name)
        assert there == known.file or (whole and there == new)
        known.file = there
        folder = self.root / paths.pages_folder(Run("weekly", "", day), name)
        state = self.document(folder / "checkpoint.json")
        if fetched:
            known.kept |= dict.fromkeys(fetched[:-1], self.version)
            # Nobody but the disk knows how far the last page came, and whether the collection was begun or ended.
            page = self.document(folder / f"page_{fetched[-1]:03d}.json")
            if page and page["collection"] == state["collection"]:
                known.kept[fetched[-1]] = self.version
        if whole and state["complete"]:
            known.kept = {}
        known.began = None if state is None or state["complete"] else datetime.fromisoformat(state["began"])

    @staticmethod
    def document(path):
        """A file as it stands there, read without the lake, or None."""
        return orjson.loads(path.read_bytes()) if path.exists() else None

    def collected(self, day, name):
        """The run and the movies of a file as they stand there, read without the lake."""
        document = self.document(self.root / paths.movies_file(Run("weekly", "", day), "genre", name))
        return document and (document["collection_info"]["dag_run_id"], document["movies"])

    @rule(day=st.sampled_from(DAYS), run_id=st.sampled_from("AB"), breaking=breaks)
    def consolidate(self, day, run_id, breaking):
        run = Run("weekly", run_id, day)
        sources = [paths.movies_file(run, "genre", name) for name in NAMES]
        files = [self.lists[day, name].file for name in NAMES]

        failed = self.attempt(
            day, breaking, lambda: consolidate_week(self.lake, run, sources, self.time, deduplicate=once_each())
        )

        there = self.consolidated(day)
        if None in files or {writer for writer, _ in files} != {run_id}:
            assert failed is not None
            assert isinstance(failed, Killed) or None in files or isinstance(failed, MixedRuns)
            assert there == self.weeks[day]
            return
        new = (run_id, once([movie for _, movies in files for movie in movies]))
        assert there == new or (failed and there == self.weeks[day])
        assert not isinstance(failed, LakeError) or there == self.weeks[day]
        if not failed:
            assert not self.rubbish(paths.consolidated_file(run))
        self.weeks[day] = there

    @rule(
        day=st.sampled_from(DAYS),
        name=st.sampled_from(NAMES),
        at=st.integers(10, 60),
        hours=st.sampled_from([7, 8]),
    )
    def break_off_and_come_back(self, day, name, at, hours):
        self.collect(day=day, name=name, run_id="A", breaking=("killed", at))
        self.tmdb_changes()
        self.hours_pass(hours=hours)
        self.collect(day=day, name=name, run_id="B", breaking=None)

    @rule(day=st.sampled_from(DAYS), run_id=st.sampled_from("AB"), breaking=breaks)
    def run_a_whole_week(self, day, run_id, breaking):
        for name in NAMES:
            self.collect(day=day, name=name, run_id=run_id, breaking=None)
        self.consolidate(day=day, run_id=run_id, breaking=breaking)

    def consolidated(self, day):
        """The same of the consolidated file."""
        document = self.document(self.root / paths.consolidated_file(Run("weekly", "", day)))
        return document and (document["consolidation_info"]["dag_run_id"], document["movies"])

    @rule()
    def tmdb_changes(self):
        self.version += 1

    @rule(hours=st.sampled_from([1, 5, 8]))
    def hours_pass(self, hours):
        self.time += timedelta(hours=hours)

    @rule(day=st.sampled_from(DAYS), name=st.sampled_from(NAMES))
    def writer_dies(self, day, name):
        """A process that was killed long ago has left a temporary file."""
        path = self.root / paths.movies_file(Run("weekly", "", day), "genre", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(f".{path.name}.0000dead.tmp").write_bytes(b'{"movies": [')

    @invariant()
    def files_are_what_is_known(self):
        """Whatever was done, each file holds what the last run that wrote it meant to write, whole."""
        for key, known in self.lists.items():
            assert self.collected(*key) == known.file
        assert {day: self.consolidated(day) for day in DAYS} == self.weeks


TestLakeMachine = LakeMachine.TestCase
TestLakeMachine.settings = settings(examples(12), stateful_step_count=30)


def test_error_of_a_write_means_that_nothing_has_changed(tmp_path):
    """When the disk breaks at any step of writing, an error says that the file is as before, and it is."""
    lake, disk = Lake(str(tmp_path)), Disk()
    errors = 0
    for step in range(1, 20):
        lake.write("file", b"before")
        try:
            with disk.breaking("full once", step):
                lake.write("file", b"after")
        except LakeError:
            errors += 1
            assert lake.read("file") == b"before"
        else:
            assert lake.read("file") == b"after"

    assert errors == 3  # making, filling and renaming the temporary file


def test_error_of_setting_a_file_aside_means_that_nothing_has_changed(tmp_path):
    """When the disk breaks at any step of replacing a foreign file, it keeps its name, and no copy lies about."""
    disk, errors = Disk(), 0
    for step in range(1, 20):
        folder = tmp_path / str(step)
        lake = Lake(str(folder))
        lake.write("file", b"my own notes")
        try:
            with disk.breaking("full once", step):
                lake.write("file", b'{"movies": []}', key="movies")
        except LakeError:
            errors += 1
            assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"file": b"my own notes"}
        else:
            assert lake.read("file") == b'{"movies": []}'
            assert lake.read("file.set-aside-1") == b"my own notes"

    assert errors == 6  # making, filling and renaming a temporary file, for the copy and for the new one


def test_killed_while_setting_a_file_aside_leaves_a_file_of_that_name(tmp_path):
    """At each moment a file that is set aside stands under its own name, or whole under the new one and replaced."""
    disk, seen = Disk(), set()
    for step in range(1, 40):
        lake = Lake(str(tmp_path / str(step)))
        lake.write("file", b"my own notes")
        with suppress(Killed), disk.breaking("killed", step):
            lake.write("file", b'{"movies": []}', key="movies")
        seen.add(lake.read("file"))
        assert b"my own notes" in {lake.read(name) for name in lake.files("")}

    assert seen == {b"my own notes", b'{"movies": []}'}


def test_rubbish_of_dead_writers_is_swept_and_that_of_the_living_is_not(tmp_path):
    """A writer removes temporary files whose writer has died, of other files too, but none that is being written."""
    lake, disk = Lake(str(tmp_path)), Disk()
    with pytest.raises(Killed), disk.breaking("killed", 3):
        lake.write("folder/one", b"never there")
    left = [path.name for path in (tmp_path / "folder").iterdir()]
    written = []

    def other_writes(descriptor):
        if not written:
            written.append("other")
            lake.write("folder/two", b"two")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", other_writes)
        lake.write("folder/three", b"three")

    assert len(left) == 1
    assert left[0].startswith(".one.")
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == ["three", "two"]
    assert lake.read("folder/three") == b"three"


def test_temporary_file_that_was_swept_before_it_was_locked_is_made_again(tmp_path, monkeypatch):
    """Between making a temporary file and locking it another writer may take it for rubbish: nothing is lost."""
    real, swept = file_lock.lock, []

    def sweep_first(file):
        if not swept:
            swept.append(Path(file.name))
            Path(file.name).unlink()
        return real(file)

    monkeypatch.setattr(file_lock, "lock", sweep_first)
    Lake(str(tmp_path)).write("file", b"there")

    assert len(swept) == 1
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"there")]


@pytest.mark.parametrize(
    ("step", "work", "message"),
    [
        ("unlink", lambda lake: lake.delete("folder/file"), "file cannot be removed: Permission denied"),
        ("iterdir", lambda lake: lake.files("folder"), "folder cannot be read: Permission denied"),
    ],
)
def test_trouble_with_removing_and_listing_is_one_message(tmp_path, monkeypatch, step, work, message):
    """A collection promises to raise nothing but LakeError over its disk, so removing and listing have to."""

    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    lake = Lake(str(tmp_path))
    lake.write("folder/file", b"there")
    monkeypatch.setattr(Path, step, refuse)

    with pytest.raises(LakeError, match=message):
        work(lake)
