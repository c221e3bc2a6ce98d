import threading
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

import msgspec
import pytest
import requests
from support import HeldClock, wait_for

from fake_tmdb.faults.fault import Fault
from tmdb_pipeline.custom.collection import described
from tmdb_pipeline.extract.checkpoint import Checkpoint
from tmdb_pipeline.extract.collect import collect
from tmdb_pipeline.extract.errors import EmptyCollection, PageFailed
from tmdb_pipeline.extract.sources import custom, genre, popular, top_rated, trending
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError, MixedRuns, RunInProgress
from tmdb_pipeline.lake.file_info import CollectionInfo
from tmdb_pipeline.lake.movie_file import read_info, read_movies
from tmdb_pipeline.lake.records import Origin, digest
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.run import Run
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.errors import Unavailable

RUN = Run("tmdb_daily_collection", "manual__1", date(2024, 1, 2))


@pytest.fixture
def lake(settings):
    return Lake(settings.data_root)


@pytest.fixture
def clock():
    return HeldClock(datetime(2024, 1, 1, 17, 0, tzinfo=UTC))


@pytest.fixture
def client(settings, clock):
    with TmdbClient(settings, clock=clock, random=Random(7)) as made:
        yield made


@pytest.fixture
def gather(client, lake, clock):
    """Collect a source of a run: its file and what that says of itself, as it goes to the next task."""

    def gather(source, run=RUN):
        made = collect(client, lake, run, source, deduplicate=once_each(), clock=clock)
        return {"file": made.file, **msgspec.to_builtins(made.info)}

    return gather


def told(lake, file, run=RUN):
    """The movies of a file, and what it says of itself."""
    written = read_info(lake, file, CollectionInfo, run=run)
    return read_movies(lake, run, file).plain_movies, msgspec.to_builtins(written)


def test_popular_movies_are_collected_with_their_info(gather, lake):
    """Five pages of the fake become one file whose info says what really happened."""
    info = gather(popular(RUN, 5))

    movies, written = told(lake, paths.movies_file(RUN, "daily", "popular_movies"))
    assert info == {"file": "raw/movies/daily/popular_movies_20240102.json", **written}
    assert {key: value for key, value in written.items() if key not in {"base_url", "movies_sha256"}} == {
        "collection_type": "daily_popular",
        "source": "popular",
        "collection_date": "2024-01-02",
        "total_collected": len(movies),
        "records_received": 100,
        "duplicates_dropped": 100 - len(movies),
        "below_min_rating_dropped": 0,
        "pages_asked": 5,
        "pages_processed": 5,
        "pages_missing": [],
        "pages_resumed": 0,
        "ended_by": "all pages asked",
        "total_pages": written["total_pages"],
        "total_results": written["total_results"],
        "language": "ko-KR",
        "region": "KR",
        "dag_id": "tmdb_daily_collection",
        "dag_run_id": "manual__1",
        "start_time": "2024-01-02T02:00:00+09:00",
        "end_time": written["end_time"],
        "duration_seconds": written["duration_seconds"],
    }
    assert written["movies_sha256"] == digest(movies)
    assert written["total_results"] > 1000
    assert len({movie["id"] for movie in movies}) == len(movies)


def test_trending_movies_are_one_page(gather, lake, tmdb):
    """The trending movies are twenty, of the window that was asked for."""
    info = gather(trending(RUN, "week"))

    movies, _ = told(lake, paths.movies_file(RUN, "trending", "trending_movies"))
    assert len(movies) == 20
    assert info["time_window"] == "week"
    assert all(movie["media_type"] == "movie" for movie in movies)
    assert [call.path for call in tmdb.fake.journal.calls()] == ["/3/trending/movie/week"]


def test_genre_collection_says_which_genre(gather, lake):
    """All movies of a genre file are of that genre; its id, Korean name and week stand beside them."""
    info = gather(genre(RUN, GENRES[5], 2))

    movies, _ = told(lake, "raw/movies/genre/science_fiction_20240102.json")
    assert all(878 in movie["genre_ids"] for movie in movies)
    assert (info["collection_type"], info["genre_id"], info["genre_name"], info["week_number"]) == (
        "weekly_genre",
        878,
        "SF",
        1,
    )


def test_movies_of_another_genre_are_not_passed_off_as_those_asked_for(gather, tmdb):
    """A page that the edge serves for another genre is asked for again, and named if it stays so."""
    tmdb.fake.faults = [Fault(page=2, set={"results.*.genre_ids": [28]})]

    info = gather(genre(RUN, GENRES[1], 2))

    assert [(missing["source"], missing["page"]) for missing in info["pages_missing"]] == [("comedy", 2)]
    assert "not of the genre 35" in info["pages_missing"][0]["reason"]


def test_top_rated_movies_are_cut_at_the_minimum(gather, lake, tmdb):
    """Movies below the minimum are dropped and counted; one without a usable average is left for the validator."""
    tmdb.fake.faults = [Fault(page=1, set={"results.0.vote_average": 7.4, "results.1.vote_average": None})]

    info = gather(top_rated(RUN, 2, 7.5))

    movies, _ = told(lake, paths.movies_file(RUN, "weekly", "top_rated"))
    rated = [movie["vote_average"] for movie in movies if movie["vote_average"] is not None]
    assert min(rated) >= 7.5
    assert len(rated) == len(movies) - 1
    assert info["below_min_rating_dropped"] == 1
    assert info["records_received"] == 40
    assert info["total_collected"] + info["duplicates_dropped"] + info["below_min_rating_dropped"] == 40
    assert info["min_rating"] == 7.5


def test_movie_is_rated_by_its_best_copy(gather, lake, tmdb):
    """A movie whose best copy is below the minimum is dropped with all its copies, be one of them above or broken."""
    first = told(lake, gather(top_rated(RUN, 1, 0))["file"])[0]
    good, other = first[0], first[1]
    old = good | {"vote_average": 7.6, "vote_count": good["vote_count"] - 1}
    broken = other | {"vote_average": 9.9, "title": None}
    tmdb.fake.faults = [
        Fault(page=1, set={"results.0.vote_average": 7.4, "results.1.vote_average": 7.4}),
        Fault(page=2, set={"results.0": old, "results.1": broken}),
    ]

    info = gather(top_rated(RUN, 2, 7.5))

    content = read_movies(lake, RUN, info["file"])
    assert {good["id"], other["id"]} & {record.movie["id"] for record in content.records} == set()
    assert info["below_min_rating_dropped"] >= 4
    assert info["total_collected"] + info["duplicates_dropped"] + info["below_min_rating_dropped"] == 40


def test_same_answers_make_the_same_movies(gather, lake):
    """Collecting twice gives the same bytes of movies: only what it says of the run differs."""
    first = gather(popular(RUN, 3))
    before = lake.read(first["file"])

    second = gather(popular(RUN, 3))

    after = lake.read(second["file"])
    cut = before.index(b'"collection_info"')
    assert first["movies_sha256"] == second["movies_sha256"]
    assert before[:cut] == after[:cut]
    assert (first["pages_resumed"], second["pages_resumed"]) == (0, 0)


def test_duplicates_across_pages_are_dropped_and_counted(gather, lake, tmdb):
    """A movie that slid from one page to the next while the list was read is kept once."""
    tmdb.fake.faults = []
    first = gather(popular(RUN, 1))
    top = told(lake, first["file"])[0][0]["id"]
    tmdb.fake.faults = [Fault(page=2, set={"results.0.id": top})]

    info = gather(popular(RUN, 2))

    assert info["duplicates_dropped"] == 1
    assert info["total_collected"] == 39


def test_failing_page_is_named_and_the_rerun_asks_only_for_the_rest(gather, lake, tmdb):
    """A page that keeps failing is named; the next run asks only for pages not kept, and ends with the same movies."""
    undisturbed = gather(popular(RUN, 5))
    lake.delete(undisturbed["file"])
    tmdb.fake.journal.clear()
    tmdb.fake.faults = [Fault(page=3, status=503)]

    with pytest.raises(PageFailed, match="popular: page 3 of 5 could not be had") as raised:
        gather(popular(RUN, 5))
    asked = set(tmdb.fake.journal.pages("/movie/popular"))
    tmdb.fake.journal.clear()
    tmdb.fake.faults = []
    rerun = gather(popular(RUN, 5))

    kept = asked - {3}
    assert isinstance(raised.value.cause, Unavailable)
    assert f"{len(kept)} of 5 pages are kept" in str(raised.value)
    assert set(tmdb.fake.journal.pages("/movie/popular")) == {1, 2, 3, 4, 5} - kept
    assert rerun["pages_resumed"] == len(kept)
    assert rerun["movies_sha256"] == undisturbed["movies_sha256"]


def test_failed_rerun_leaves_the_earlier_file(gather, lake, tmdb):
    """When a date is run again and fails, what the first run collected is still there, whole."""
    info = gather(popular(RUN, 2))
    before = lake.read(info["file"])
    tmdb.fake.faults = [Fault(page=2, status=503)]

    with pytest.raises(PageFailed):
        gather(popular(RUN, 2))

    assert lake.read(info["file"]) == before


def test_list_without_movies_is_refused_and_overwrites_nothing(gather, lake, tmdb):
    """TMDB answering nothing at all is an error, not an empty file in the place of a good one."""
    info = gather(popular(RUN, 2))
    before = lake.read(info["file"])
    tmdb.fake.faults = [Fault(empty=True)]

    with pytest.raises(EmptyCollection, match="popular: TMDB answered no movies at all"):
        gather(popular(RUN, 2))

    assert lake.read(info["file"]) == before


def test_query_without_movies_names_what_was_asked(gather, lake):
    """Where somebody has chosen the parameters it may be that TMDB has none: the sentence says which to change."""
    query = described("old", discover={"primary_release_year": 1871, "with_origin_country": "KR"})

    with pytest.raises(EmptyCollection) as raised:
        gather(custom(RUN, query, 2))

    assert str(raised.value) == (
        "old: TMDB has no movie with primary_release_year=1871, with_origin_country=KR; no file was written, and an "
        "earlier one of this date stays as it was. Ask for less, then run again."
    )
    assert not lake.exists("raw/movies/custom/old/old_20240102.json")


def test_collection_says_what_was_asked(gather, lake, tmdb):
    """Path, parameters and the region that it was asked for stand in the file, whatever the settings are."""
    query = described("us", discover={"region": "US", "with_genres": 18})

    info = gather(custom(RUN, query, 1))

    assert (info["path"], info["parameters"]) == ("/discover/movie", {"region": "US", "with_genres": "18"})
    assert (info["region"], info["language"]) == ("US", "ko-KR")
    assert all(18 in movie["genre_ids"] for movie in told(lake, info["file"])[0])


def test_empty_answer_is_not_taken_up_again(gather, tmdb):
    """An empty page that was kept as evidence does not stand in the way once TMDB has recovered."""
    tmdb.fake.faults = [Fault(empty=True)]
    with pytest.raises(EmptyCollection):
        gather(popular(RUN, 2))
    tmdb.fake.faults = []

    assert gather(popular(RUN, 2))["records_received"] == 40


def test_collection_is_complete_only_once_its_file_is_there(gather, tmdb, monkeypatch):
    """A process that dies before the collection's file is written leaves pages that the next run takes up."""
    write = Lake.write

    def die(self, path, data, *, key=None):
        if path == paths.movies_file(RUN, "daily", "popular_movies"):
            raise KeyboardInterrupt
        write(self, path, data, key=key)

    monkeypatch.setattr(Lake, "write", die)
    with pytest.raises(KeyboardInterrupt):
        gather(popular(RUN, 3))
    monkeypatch.undo()
    tmdb.fake.journal.clear()

    assert gather(popular(RUN, 3))["pages_resumed"] == 3
    assert tmdb.fake.journal.calls() == []


@pytest.mark.parametrize(
    ("changes", "window"),
    [
        ({"language": "en-US"}, "day"),
        ({"region": "US"}, "day"),
        ({"base_url": "localhost"}, "day"),
        ({}, "week"),
    ],
    ids=["language", "region", "address", "window"],
)
def test_pages_of_other_parameters_are_not_resumed(lake, settings, clock, monkeypatch, changes, window):
    """What was kept for another language, region, address or window is no response to this request."""
    if "base_url" in changes:
        changes = {"base_url": settings.base_url.replace("127.0.0.1", "localhost")}
    monkeypatch.setattr(Checkpoint, "complete", lambda self: None)
    with TmdbClient(replace(settings, **changes), clock=clock) as client:
        collect(client, lake, RUN, trending(RUN, window), deduplicate=once_each(), clock=clock)

    with TmdbClient(settings, clock=clock) as client:
        another = collect(client, lake, RUN, trending(RUN, "day"), deduplicate=once_each(), clock=clock)
        same = collect(client, lake, RUN, trending(RUN, "day"), deduplicate=once_each(), clock=clock)

    assert (another.info.pages_resumed, same.info.pages_resumed) == (0, 1)


def test_interrupted_collection_leaves_nothing_going_and_frees_its_folder(settings, lake, tmdb, monkeypatch):
    """After Ctrl-C in the middle of a list no thread goes on, and another may collect at once."""
    tmdb.fake.faults = [Fault(page=2, status=429, headers={"Retry-After": "100"})]
    result = Future.result
    waited = []

    def interrupt(future, timeout=None):
        waited.append(future)
        if len(waited) == 1:
            return result(future, timeout)
        wait_for(lambda: len(tmdb.fake.journal.calls()) >= 2, "two requests")
        raise KeyboardInterrupt

    monkeypatch.setattr(Future, "result", interrupt)
    with pytest.raises(KeyboardInterrupt):
        collect(TmdbClient(settings), lake, RUN, popular(RUN, 3), deduplicate=once_each())
    monkeypatch.undo()
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("tmdb_")]
    tmdb.fake.faults = []

    assert left == []
    with TmdbClient(settings) as another:
        assert collect(another, lake, RUN, popular(RUN, 3), deduplicate=once_each()).info.pages_resumed >= 1


def test_exactly_the_minimum_is_good_enough(gather, tmdb):
    """A movie rated exactly the minimum is kept."""
    tmdb.fake.faults = [Fault(page=1, set={"results.0.vote_average": 7.5})]

    assert gather(top_rated(RUN, 1, 7.5))["below_min_rating_dropped"] == 0


def listed(tmdb, path, pages, **parameters):
    """The ids of the movies that the fake lists on each page, read past the client and past all faults."""
    faults, tmdb.fake.faults = tmdb.fake.faults, []
    ask = {"language": "ko-KR", "region": "KR", "api_key": tmdb.fake.api_key, **parameters}
    found = {}
    for page in pages:
        response = requests.get(f"{tmdb.url}{path}", params={**ask, "page": page}, timeout=5)
        found[page] = [movie["id"] for movie in response.json()["results"]]
    tmdb.fake.faults = faults
    return found


#: The slips that cost 60 of 100 movies: an empty page, a page that repeats the one before, an empty last page, and a
#: first page that counts itself alone.
SLIPS = {
    "empty page": {"page": 3, "empty": True},
    "repeated page": {"page": 3, "repeat_page": 2},
    "empty last page": {"page": 5, "empty": True},
    "one page counted": {"page": 1, "set": {"total_pages": 1}},
    "another page": {"page": 2, "serve_page": 4},
    "short page": {"page": 4, "short": 7},
    "end of a shorter list": {"page": 4, "empty": True, "set": {"total_pages": 3, "total_results": 60}},
    "a shorter list": {"page": 1, "set": {"total_pages": 1, "total_results": 20}},
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_page_that_is_wrong_once_costs_nothing(gather, lake, tmdb, slip):
    """A response that was wrong once is asked for again: all the movies are there that TMDB lists, none is missing."""
    tmdb.fake.faults = [Fault(times=1, **slip)]

    info = gather(popular(RUN, 5))

    on_pages = listed(tmdb, "/movie/popular", range(1, 6))
    movies, _ = told(lake, info["file"])
    assert [movie["id"] for movie in movies] == [number for ids in on_pages.values() for number in ids]
    assert len(movies) == 100
    assert info["pages_missing"] == []


@pytest.mark.parametrize(
    ("slip", "reason", "lost"),
    [
        ("empty page", "has 0 movies, where by its own totals", [3]),
        ("repeated page", "it shares 20 movies with page 2", [3]),
        ("empty last page", "has 0 movies, where by its own totals", [5]),
        ("one page counted", "movies on 1 page", []),
        ("another page", "says that it is page 4, where page 2 was asked for", [2]),
        ("short page", "has 7 movies, where by its own totals", [4]),
        ("end of a shorter list", "it has 0 movies, but page 5 counts", [4]),
    ],
)
def test_page_that_stays_wrong_is_named_and_costs_no_other(gather, lake, tmdb, caplog, slip, reason, lost):
    """A page that is wrong for ever is named where people look, and every other page's movies are in the file."""
    tmdb.fake.faults = [Fault(**SLIPS[slip])]

    info = gather(popular(RUN, 5))

    named = {missing["page"]: missing["reason"] for missing in info["pages_missing"]}
    assert SLIPS[slip]["page"] in named
    assert reason in named[SLIPS[slip]["page"]]
    assert {missing["source"] for missing in info["pages_missing"]} == {"popular"}
    movies, written = told(lake, info["file"])
    assert written["pages_missing"] == info["pages_missing"]
    there = {movie["id"] for movie in movies}
    for page, ids in listed(tmdb, "/movie/popular", range(1, 6)).items():
        assert page in lost or there.issuperset(ids)
    assert "movies of page" in caplog.text
    pages = [name for name in lake.files(paths.pages_folder(RUN, "popular")) if name.startswith("page_")]
    assert [name for name in pages if "earlier" not in name] == [f"page_00{number}.json" for number in range(1, 6)]


def test_short_list_ends_where_an_empty_page_proves_it(gather, tmdb):
    """A list with fewer pages than asked for costs one request beyond its end, and brings all it has."""
    small = [Fault(page=page, set={"total_pages": 2, "total_results": 40}) for page in (1, 2)]
    tmdb.fake.faults = [*small, Fault(page=3, empty=True, set={"total_pages": 2, "total_results": 40})]

    info = gather(popular(RUN, 5))

    assert (info["pages_processed"], info["ended_by"]) == (2, "page 2 is the last one that TMDB has")
    assert info["pages_missing"] == []
    assert sorted(tmdb.fake.journal.pages("/movie/popular")) == [1, 2, 3]


def test_page_that_proves_the_end_is_kept_when_it_is_asked_for_again(gather, lake, tmdb, monkeypatch):
    """What the page after those asked for answered is evidence, too: a resumed collection does not write over it."""
    seven = {"total_pages": 1, "total_results": 7}
    tmdb.fake.faults = [Fault(page=1, short=7, set=seven), Fault(page=2, empty=True, set=seven)]
    with monkeypatch.context() as patch:
        patch.setattr("tmdb_pipeline.extract.collect.write_movies", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            gather(popular(RUN, 1))

    info = gather(popular(RUN, 1))

    assert (info["records_received"], info["pages_processed"], info["pages_resumed"]) == (7, 1, 1)
    assert sorted(tmdb.fake.journal.pages("/movie/popular")) == [1, 2, 2]
    pages = [name for name in lake.files(paths.pages_folder(RUN, "popular")) if name.startswith("page_")]
    assert sorted(pages) == ["page_001.json", "page_002.earlier-1.json", "page_002.json"]


def test_every_record_tells_its_origin(gather, lake, clock):
    """The file says of each movie on which page it came, at which place, and for which day in Seoul that page holds."""
    gather(popular(RUN, 2))

    content = read_movies(lake, RUN, paths.movies_file(RUN, "daily", "popular_movies"))
    for record in content.records:
        page = lake.read_document(paths.page_file(RUN, "popular", record.origin.page), dict)
        assert page["body"]["results"][record.origin.index] == record.movie
        assert record.origin.day == datetime.fromisoformat(page["date"]).date()
    assert content.movies[0].origin == Origin("popular", 1, 0, content.movies[0].origin.day)


def test_best_copy_of_a_movie_stays_and_the_others_stand_beside_it(gather, lake, tmdb):
    """A whole copy is not lost to a broken one that came first, and the broken one does not vanish either."""
    tmdb.fake.faults = []
    first = gather(popular(RUN, 1))
    top = told(lake, first["file"])[0][0]
    tmdb.fake.faults = [
        Fault(page=1, set={"results.0.title": None}),
        Fault(page=2, set={"results.3": top}),
    ]

    info = gather(popular(RUN, 2))

    content = read_movies(lake, RUN, info["file"])
    assert content.plain_movies.count(top) == 1
    assert [record.movie["title"] for record in content.copies] == [None]
    assert content.copies[0].origin == Origin("popular", 1, 0, content.copies[0].origin.day)
    assert (info["records_received"], info["total_collected"], info["duplicates_dropped"]) == (40, 39, 1)


def test_second_collection_of_a_date_at_once_is_told_so(gather, lake):
    """While one process collects a source of a date, another gets one message and changes nothing."""
    info = gather(popular(RUN, 1))
    before = lake.read(info["file"])

    with (
        lake.exclusive(paths.pages_folder(RUN, "popular"), "popular"),
        pytest.raises(RunInProgress, match="popular of 2024-01-02 is being collected by another process"),
    ):
        gather(popular(RUN, 1))

    assert lake.read(info["file"]) == before


def test_movies_of_another_run_are_not_taken_for_ours(gather, lake):
    """A file that another run of the date has replaced meanwhile is refused, naming both runs."""
    info = gather(popular(RUN, 1), run=Run(RUN.dag_id, "manual__2", RUN.day))

    with pytest.raises(MixedRuns, match=r"was written by run manual__2, not by this run manual__1"):
        read_movies(lake, RUN, info["file"])


def test_unwritable_root_is_one_message_and_asks_nothing(client, tmdb, tmp_path, clock):
    """When the data root cannot be written nobody is asked, and the message says what to do."""
    (tmp_path / "root").write_text("a file, not a folder")

    with pytest.raises(LakeError, match="TMDB_DATA_ROOT"):
        collect(client, Lake(str(tmp_path / "root")), RUN, popular(RUN, 1), deduplicate=once_each(), clock=clock)

    assert tmdb.fake.journal.calls() == []


def test_foreign_file_in_place_is_set_aside(gather, lake, tmp_path):
    """Somebody's own file under our name is moved, not lost."""
    lake.write(paths.movies_file(RUN, "daily", "popular_movies"), b"my notes")

    gather(popular(RUN, 1))

    assert lake.read(f"{paths.movies_file(RUN, 'daily', 'popular_movies')}.set-aside-1") == b"my notes"


def test_disk_that_fills_up_keeps_what_was_there(gather, lake, tmdb, monkeypatch):
    """When a page cannot be kept the lake's own message goes up, and the next run completes the date."""
    write = Lake.write

    def full(self, path, data, *, key=None):
        if path.endswith("page_002.json"):
            raise LakeError("the disk is full")
        write(self, path, data, key=key)

    monkeypatch.setattr(Lake, "write", full)
    with pytest.raises(LakeError, match="the disk is full"):
        gather(popular(RUN, 3))
    monkeypatch.undo()
    info = gather(popular(RUN, 3))

    assert info["pages_resumed"] >= 1
    assert info["total_collected"] + info["duplicates_dropped"] == 60


def test_collection_works_on_an_object_store(client, clock):
    """The same collection lies in an object store as in a folder."""
    lake = Lake("memory://movies/raw")

    collected = collect(client, lake, RUN, popular(RUN, 2), deduplicate=once_each(), clock=clock)

    movies, _ = told(lake, collected.file)
    assert digest(movies) == collected.info.movies_sha256


def test_one_bad_record_does_not_stop_a_collection(gather, lake, tmdb):
    """Records of any shape get through to the file: judging them is the validator's work."""
    tmdb.fake.faults = [Fault(page=1, set={"results.0": None, "results.1": 5, "results.2.id": True})]

    info = gather(top_rated(RUN, 1, 7.5))

    movies, _ = told(lake, info["file"])
    assert movies[:2] == [None, 5]
    assert info["total_collected"] == 20
