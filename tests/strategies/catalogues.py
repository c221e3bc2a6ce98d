"""Small catalogues for the fake: how many movies, which ones, and whether its lists drift while they are read."""

from dataclasses import dataclass
from functools import lru_cache

from hypothesis import strategies as st

from fake_tmdb.catalogue.catalogue import Catalogue


@dataclass(frozen=True)
class CatalogueSpec:
    """What a fake is made of. Plain figures, so that a counterexample can be read and typed again."""

    movies: int
    seed: int = 1
    drift: bool = False

    @property
    def catalogue(self):
        """The movies themselves; equal ones share them."""
        return _catalogue(self.seed, self.movies)


@lru_cache(maxsize=256)
def _catalogue(seed, movies):
    return Catalogue(seed=seed, movies=movies)


def catalogues(*, least=1, most=300, drift=None):
    """Catalogues of ``least`` to ``most`` movies; often of about one page: pagination goes wrong at the ends of pages.

    ``drift`` says whether lists move while they are read; None leaves it open.
    """
    few = st.integers(least, max(least, min(most, 25)))
    ends = st.sampled_from([least, *(number for number in (20, 21, 40, 41) if least <= number <= most)])
    moving = st.booleans() if drift is None else st.just(drift)
    return st.builds(CatalogueSpec, few | st.integers(least, most) | ends, st.integers(1, 50), moving)
