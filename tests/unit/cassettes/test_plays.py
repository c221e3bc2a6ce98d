import logging
from datetime import date

import orjson
import pytest
from cassette_tools.play import cassette
from cassette_tools.plays import ANY_KEY, PLAYS, play
from cassette_tools.recipes import RECIPES
from cassette_tools.tape import tapes
from support import HeldClock

from tmdb_pipeline.extract.collect import collect
from tmdb_pipeline.extract.sources import popular
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import Credential, Settings
from tmdb_pipeline.tmdb.client import TmdbClient

RUN = Run("tmdb_daily_collection", "manual__1", date(2026, 1, 5))


@pytest.mark.parametrize("name", PLAYS)
def test_every_cassette_is_played_to_its_end(name):
    """The client makes of each cassette what the table says, asks for all that it holds, and needs no socket."""
    play(name)


def test_table_files_and_recipes_name_the_same_cassettes():
    """A cassette without a test, a test without a cassette, or one that cannot be recorded again is found by name."""
    files = {tape.name for tape in tapes()}

    assert files == set(PLAYS)
    assert files == set(RECIPES)


@pytest.mark.parametrize("kind", ["api_key", "read_token"])
def test_cassettes_do_not_care_which_key_plays_them(kind):
    """A v3 key in the query and a token in a header play the same cassette."""
    play("popular", Credential(kind, "some/other+key"))


def test_gzip_without_its_header_is_told(caplog):
    """The cassette of May 2026 is read, and the log says what was wrong with it."""
    with caplog.at_level(logging.WARNING):
        play("200_gzip_unlabelled")

    assert "gzip without its Content-Encoding header" in caplog.text


def test_whole_collection_runs_from_a_cassette(tmp_path):
    """Two pages are collected into a file of the lake, in threads, without a server: one file, forty movies."""
    settings = Settings(ANY_KEY, data_root=str(tmp_path))
    with cassette("popular_two_pages"), TmdbClient(settings, clock=HeldClock()) as client:
        info = collect(
            client, Lake(settings.data_root), RUN, popular(RUN, 2), deduplicate=once_each(), clock=HeldClock()
        ).as_dict()

    assert (info["records_received"], info["total_collected"], info["duplicates_dropped"]) == (40, 40, 0)
    assert len(orjson.loads((tmp_path / info["file"]).read_bytes())["movies"]) == 40
