from hypothesis import find, given
from strategies.catalogues import World, catalogues
from strategies.drawing import drawn
from support import examples

from fake_tmdb.api.movies.lists import popular
from fake_tmdb.api.request import Request
from fake_tmdb.catalogue.repository import World as Fake


@examples(30)
@given(catalogues(most=60))
def test_world_has_as_many_movies_as_it_says(world):
    """The catalogue of a drawn world holds its movies, and an equal world has the very same one."""
    assert world.catalogue.size == world.movies <= 60
    assert World(world.movies, world.seed).catalogue is world.catalogue


def test_edges_of_pages_and_drift_are_drawn():
    """One movie, exactly a page, one more, several pages, moving and still: each is found."""
    worlds = drawn(catalogues(), 200)

    assert {1, 20, 21, 40, 41} <= {world.movies for world in worlds}
    assert any(world.movies > 200 and world.drift for world in worlds)
    assert not any(world.drift for world in drawn(catalogues(drift=False), 20))
    assert min(world.movies for world in drawn(catalogues(least=30), 50)) >= 30


def test_shrinking_ends_at_one_movie():
    """The simplest world is one movie that stands still."""
    assert find(catalogues(), lambda world: True) == World(movies=1, seed=1, drift=False)


@examples(30)
@given(catalogues(most=60, drift=False))
def test_worlds_can_be_asked(world):
    """Every drawn world answers its list of popular movies."""
    assert popular(Fake(world.catalogue), Request("/movie/popular", {}, 0.0)).status == 200
