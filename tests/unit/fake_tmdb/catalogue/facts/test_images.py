import re

import pytest

from fake_tmdb.catalogue.catalogue import Catalogue
from fake_tmdb.catalogue.facts.images import backdrop, image_path, poster


def lacking(catalogue, rows):
    """Return the shares of some rows that lack the poster and that lack the backdrop."""
    rows = list(rows)
    return (
        sum(poster(catalogue, row, "en") is None for row in rows) / len(rows),
        sum(backdrop(catalogue, row) is None for row in rows) / len(rows),
    )


def test_images_lack_as_often_as_measured(catalogue):
    """Of all movies 3.5 % have no poster and 15 % no backdrop, in the proportions of 3,829 recorded list objects."""
    posters, backdrops = lacking(catalogue, range(catalogue.size))

    assert posters == pytest.approx(0.035, abs=0.005)
    assert backdrops == pytest.approx(0.15, abs=0.01)


@pytest.mark.parametrize("seed", range(1, 8))
def test_popular_movies_have_images(seed):
    """Of 780 recorded popular movies no poster and one backdrop lacked; here hardly any, and of the first 100 none."""
    catalogue = Catalogue(seed=seed)

    assert lacking(catalogue, range(100)) == (0, 0)
    assert max(lacking(catalogue, range(780))) <= 2 / 780


def test_images_lack_the_more_the_less_popular_a_movie_is(catalogue):
    """From quarter to quarter of the ranks more images lack; well-known movies have theirs at any rank."""
    quarters = [lacking(catalogue, range(at, at + 5_000)) for at in range(0, 20_000, 5_000)]

    assert quarters == sorted(quarters)
    assert [share[1] for share in quarters] == sorted(share[1] for share in quarters)
    assert lacking(catalogue, catalogue.well_known) == (0, 0)


def test_images_look_like_images(catalogue):
    """Image paths are a slash, 27 characters and an ending; some posters differ by language."""
    posters = [(poster(catalogue, row, "en"), poster(catalogue, row, "ko")) for row in range(60)]

    assert re.fullmatch(r"/[0-9A-Za-z]{27}\.jpg", image_path(catalogue, "poster", 1))
    assert any(english != korean for english, korean in posters)
    assert any(english == korean for english, korean in posters)
