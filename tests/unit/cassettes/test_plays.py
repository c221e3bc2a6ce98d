import logging
from datetime import date

import orjson
import pytest
from cassette_tools.play import cassette
from cassette_tools.recipe import ANY_KEY
from cassette_tools.recipes import ENDPOINTS, RECIPES
from cassette_tools.tape import tapes
from support import HeldClock

from tmdb_pipeline.custom.collection import LISTS, CustomCollection
from tmdb_pipeline.extract import sources
from tmdb_pipeline.extract.collect import collect
from tmdb_pipeline.extract.sources import popular
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import Credential, Settings
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.response import Response

RUN = Run("tmdb_daily_collection", "manual__1", date(2026, 1, 5))


@pytest.mark.parametrize("name", RECIPES)
def test_every_cassette_is_played_to_its_end(name):
    """The client makes of each cassette what its recipe says, asks for all that it contains, and needs no socket."""
    RECIPES[name].play()


def test_recipes_and_files_name_the_same_cassettes():
    """A cassette that no test plays, or one that is not there, is found by its name."""
    assert {tape.name for tape in tapes()} == set(RECIPES)
    assert all(recipe.name == name for name, recipe in RECIPES.items())


def test_every_request_that_the_client_has_a_method_for_is_recorded():
    """A new method of the client needs a cassette of what TMDB sends."""
    methods = {
        name
        for name, method in vars(TmdbClient).items()
        if not name.startswith("_") and _annotations(method).get("return") is Response
    }
    named = {name for recipe in ENDPOINTS for name in (recipe.ask.__name__, *recipe.ask.__code__.co_names)}

    assert "page" in methods
    assert methods - named == set()


def test_every_list_that_is_collected_is_recorded():
    """A new source needs a cassette of what TMDB sends."""
    of_people = [{"list": name} for name in LISTS] + [{"discover": {"with_original_language": "ko"}}]
    given = [
        {
            "run": RUN,
            "pages": 1,
            "window": "day",
            "kind": GENRES[0],
            "min_rating": 0.0,
            "collection": CustomCollection(id="any", display_name="any", schedule="0 4 * * *", **asked),
        }
        for asked in of_people
    ]
    made = [function for function in vars(sources).values() if _annotations(function).get("return") is sources.Source]
    chosen = [
        source(**{name: each[name] for name in _annotations(source) if name in each})
        for source in made
        for each in given
    ]
    paths = {source.movies.path for source in chosen}
    recorded = "\n".join(str(interaction) for tape in tapes() for interaction in tape.interactions)

    assert {"/movie/popular", "/movie/upcoming", "/discover/movie"} <= paths
    assert [path for path in paths if f"{path}?" not in recorded] == []


def _annotations(value):
    return getattr(value, "__annotations__", {})


@pytest.mark.parametrize("kind", ["api_key", "read_token"])
def test_cassettes_do_not_care_which_key_plays_them(kind):
    """A v3 key in the query and a token in a header play the same cassette."""
    RECIPES["popular"].play(Credential(kind, "some/other+key"))


def test_gzip_without_its_header_is_told(caplog):
    """The cassette of May 2026 is read, and the log says what was wrong with it."""
    with caplog.at_level(logging.WARNING):
        RECIPES["200_gzip_unlabelled"].play()

    assert "gzip without its Content-Encoding header" in caplog.text


def test_whole_collection_runs_from_a_cassette(tmp_path):
    """Two pages are collected into a file of the lake, in threads, without a server: one file, forty movies."""
    settings = Settings(ANY_KEY, data_root=str(tmp_path))
    with cassette("popular_two_pages"), TmdbClient(settings, clock=HeldClock()) as client:
        made = collect(
            client, Lake(settings.data_root), RUN, popular(RUN, 2), deduplicate=once_each(), clock=HeldClock()
        )

    assert (made.info.records_received, made.info.total_collected, made.info.duplicates_dropped) == (40, 40, 0)
    assert len(orjson.loads((tmp_path / made.file).read_bytes())["movies"]) == 40
