from datetime import date
from typing import get_type_hints

import msgspec
import orjson
import pytest
from file_infos import collection_info, consolidation_info
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UnsetType

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError, MixedRuns
from tmdb_pipeline.lake.file_info import (
    CollectionInfo,
    ConsolidatedSource,
    ConsolidationInfo,
    FileInfo,
    MissingPage,
    SourceMetadata,
)
from tmdb_pipeline.lake.movie_file import MovieFile, read_info, read_movies, write_movies
from tmdb_pipeline.lake.records import Origin, PagePlace, Record
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.run import Run

RUN = Run("tmdb_daily_collection", "manual__1", date(2024, 1, 7))
FILE = paths.movies_file(RUN, "daily", "popular_movies")
ORIGINS = {"sources": ["popular"], "days": ["2024-01-07"], "movies": [[0, 1, 0, 0]], "copies": []}

origins = st.none() | st.builds(
    Origin,
    st.sampled_from(["popular", "drama", "top_rated"]),
    st.integers(1, 500),
    st.integers(0, 19),
    st.dates(date(2024, 1, 6), date(2024, 1, 8)),
)
records = st.lists(st.builds(Record, st.none() | st.fixed_dictionaries({"id": st.integers(1, 9)}), origins), max_size=6)


@given(movies=records, copies=records)
def test_file_of_movies_is_read_as_it_was_written(tmp_path_factory, movies, copies):
    """Records, their origins, their copies and what the file says of itself come back as they were."""
    lake = Lake(str(tmp_path_factory.mktemp("lake")))
    missing = [MissingPage("popular", 3, "it is empty")]
    content = MovieFile(movies, copies, collection_info(dag_run_id=RUN.run_id, pages_missing=missing))

    write_movies(lake, FILE, content)

    told = FileInfo(RUN.run_id, missing, "daily_popular", content.info.movies_sha256)
    assert read_movies(lake, RUN, FILE) == MovieFile(movies, copies, told)
    assert content.records == [*movies, *copies]


def test_origins_are_short(tmp_path):
    """An origin costs a few bytes in the file, on one line with the others: the movies are what a reader looks for."""
    lake = Lake(str(tmp_path))
    movies = [Record({"id": at}, Origin("popular", 1 + at // 20, at % 20, RUN.day)) for at in range(100)]

    write_movies(lake, FILE, MovieFile(movies, [], collection_info(dag_run_id=RUN.run_id)))

    document = lake.read(FILE)
    assert document.count(b"[0,1,0,0],[0,1,1,0]") == 1
    assert len(document) < 7000


def test_record_without_an_origin_counts_for_the_run_date():
    """Where the day of receipt is not known, as in files of earlier versions, the run date stands for it."""
    assert Record({}, None).received_on(RUN) == RUN.day
    assert Record({}, Origin("popular", 1, 0, date(2024, 3, 1))).received_on(RUN) == date(2024, 3, 1)


def test_place_names_the_kept_page():
    """An origin leads to the file of the page and the index on it."""
    origin = Origin("popular", 12, 3, RUN.day)

    assert origin.place(RUN) == PagePlace("raw/pages/tmdb_daily_collection/20240107/popular/page_012.json", 3)


def test_file_of_an_earlier_version_is_read(tmp_path):
    """A file from before copies and origins has its movies and says nothing of where they came from."""
    lake = Lake(str(tmp_path))
    lake.write(FILE, to_json({"movies": [{"id": 1}], "consolidation_info": {"dag_run_id": RUN.run_id}}))

    content = read_movies(lake, RUN, FILE)

    assert content == MovieFile([Record({"id": 1}, None)], [], FileInfo(RUN.run_id, []))


def test_file_of_another_run_is_refused(tmp_path):
    """A file that another run of the date has written meanwhile is not taken for ours, and both runs are named."""
    lake = Lake(str(tmp_path))
    write_movies(lake, FILE, MovieFile([], [], collection_info(dag_run_id="manual__2")))

    for read in (read_movies, lambda lake, run, file: read_info(lake, file, CollectionInfo, run=run)):
        with pytest.raises(MixedRuns, match="was written by run manual__2, not by this run manual__1"):
            read(lake, RUN, FILE)
    assert read_info(lake, FILE, CollectionInfo).dag_run_id == "manual__2"


@pytest.mark.parametrize(
    "info",
    [
        collection_info(time_window="day", pages_missing=[MissingPage("popular", 3, "it is empty")]),
        consolidation_info(
            sources_processed=["a.json"], sources=[ConsolidatedSource("a.json", 3)], by_category={"a": 3}
        ),
    ],
    ids=lambda info: info.key,
)
def test_info_is_read_without_its_movies(tmp_path, info):
    """What a file says of itself comes back as it was, whatever stands beside it: that is skipped, not read."""
    lake = Lake(str(tmp_path))
    write_movies(lake, FILE, MovieFile([], [], info))
    lake.write(FILE, lake.read(FILE).replace(b'"movies": []', b'"movies": [{"id": 1, "id": 2}, 1e999]', 1))

    assert read_info(lake, FILE, type(info)) == info
    with pytest.raises(LakeError):
        read_movies(lake, RUN, FILE)


def test_info_of_an_earlier_version_is_read(tmp_path):
    """Files from before missing pages were named, and from before a consolidation named its sources."""
    lake = Lake(str(tmp_path))
    collection = msgspec.to_builtins(collection_info(total_collected=7))
    consolidation = msgspec.to_builtins(consolidation_info(sources_processed=9))
    for info in (collection, consolidation):
        del info["pages_missing"]
    del collection["source"]
    lake.write("a", to_json({"movies": [], "collection_info": collection}))
    lake.write("b", to_json({"movies": [], "consolidation_info": consolidation}))

    read = read_info(lake, "a", CollectionInfo)
    assert (read.total_collected, read.source, read.pages_missing) == (7, None, [])
    assert read_info(lake, "b", ConsolidationInfo).sources_processed == 9


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"movies": [], "consolidation_info": {}}, "missing required field `collection_info`"),
        ({"collection_info": {"dag_run_id": RUN.run_id}}, "missing required field `collection_type`"),
        ({"collection_info": 5}, "Expected `object`"),
        ([], "Expected `object`"),
    ],
)
def test_file_without_such_an_info_is_refused(tmp_path, content, why):
    """A file of another kind, or a damaged one, is named with what to do."""
    lake = Lake(str(tmp_path))
    lake.write(FILE, orjson.dumps(content))

    with pytest.raises(LakeError, match=rf"not a file of this pipeline \(.*{why}.*\): run its date again"):
        read_info(lake, FILE, CollectionInfo)


def test_every_source_says_only_what_the_info_has_a_field_for():
    """``SourceMetadata`` names fields of ``CollectionInfo``, with their types."""
    fields = {field.name: field.type for field in msgspec.structs.fields(CollectionInfo)}

    assert {name: fields[name] for name in SourceMetadata.__annotations__} == {
        name: kind | UnsetType for name, kind in get_type_hints(SourceMetadata).items()
    }


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"movies": 5, "collection_info": {"dag_run_id": RUN.run_id}}, r"array.*\$\.movies"),
        ({"movies": [], "consolidation_info": 5}, r"object.*\$\.consolidation_info"),
        ({"movies": [], "copies": {}, "collection_info": {"dag_run_id": RUN.run_id}}, r"array.*\$\.copies"),
        ({"collection_info": {"dag_run_id": RUN.run_id}}, "movies"),
        ([], "object"),
        (5, "object"),
    ],
)
def test_document_of_another_shape_is_no_file_of_movies(tmp_path, document, why):
    """Whatever lies under the name of a file of movies, it is read or refused with a message that says what to do."""
    lake = Lake(str(tmp_path))
    lake.write(FILE, orjson.dumps(document))

    with pytest.raises(LakeError, match=rf"not a file of this pipeline \(.*{why}.*\): run its date again"):
        read_movies(lake, RUN, FILE)


def test_movies_of_nobody_are_refused(tmp_path):
    """A file that does not say which run wrote it was not written by ours."""
    lake = Lake(str(tmp_path))
    lake.write(FILE, orjson.dumps({"movies": [], "a_info": {"dag_run_id": RUN.run_id}}))

    with pytest.raises(MixedRuns, match="was written by run None"):
        read_movies(lake, RUN, FILE)


@pytest.mark.parametrize(
    ("packed", "why"),
    [
        ({}, "sources"),
        (5, "object"),
        ({**ORIGINS, "movies": [[0, 1, 0]]}, "length"),
        ({**ORIGINS, "movies": [[0, 1, 0, -1]]}, ">= 0"),
        ({**ORIGINS, "movies": [7]}, "array"),
        ({**ORIGINS, "movies": 7}, "array"),
        ({**ORIGINS, "days": ["yesterday"]}, "date"),
        ({**ORIGINS, "days": [5]}, "date"),
        ({**ORIGINS, "movies": []}, "does not say where its movies came from"),
        ({**ORIGINS, "movies": [[0, 1, 0, 0]] * 2}, "does not say where its movies came from"),
        ({**ORIGINS, "movies": [[1, 1, 0, 0]]}, "does not say where its movies came from"),
        ({**ORIGINS, "movies": [[0, 1, 0, 1]]}, "does not say where its movies came from"),
    ],
)
def test_origins_that_do_not_fit_are_refused(tmp_path, packed, why):
    """Origins that are damaged would name wrong pages: one message says so."""
    lake = Lake(str(tmp_path))
    info = {"dag_run_id": RUN.run_id}
    lake.write(FILE, orjson.dumps({"movies": [{"id": 1}], "origins": packed, "collection_info": info}))

    with pytest.raises(LakeError, match=f"{why}.*run its date again"):
        read_movies(lake, RUN, FILE)
