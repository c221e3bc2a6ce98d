from hypothesis import find, given
from strategies.catalogues import CatalogueSpec, catalogues
from strategies.drawing import drawn
from support import examples

from fake_tmdb.api.movies.lists import popular
from fake_tmdb.api.request import Request
from fake_tmdb.catalogue.repository import Repository


@examples(30)
@given(catalogues(most=60))
def test_catalogue_has_as_many_movies_as_it_says(spec):
    """The catalogue of a spec has its movies, and an equal spec has the very same one."""
    assert spec.catalogue.size == spec.movies <= 60
    assert CatalogueSpec(spec.movies, spec.seed).catalogue is spec.catalogue


def test_edges_of_pages_and_drift_are_drawn():
    """One movie, exactly a page, one more, several pages, moving and still: each is found."""
    specs = drawn(catalogues(), 200)

    assert {1, 20, 21, 40, 41} <= {spec.movies for spec in specs}
    assert any(spec.movies > 200 and spec.drift for spec in specs)
    assert not any(spec.drift for spec in drawn(catalogues(drift=False), 20))
    assert min(spec.movies for spec in drawn(catalogues(least=30), 50)) >= 30


def test_shrinking_ends_at_one_movie():
    """The simplest spec is one movie that stands still."""
    assert find(catalogues(), lambda spec: True) == CatalogueSpec(movies=1, seed=1, drift=False)


@examples(30)
@given(catalogues(most=60, drift=False))
def test_catalogues_can_be_asked(spec):
    """Every drawn spec answers its list of popular movies."""
    assert popular(Repository(spec.catalogue), Request("/movie/popular", {}, 0.0)).status == 200
