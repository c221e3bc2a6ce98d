"""When a movie comes out where, with which certification, and where it can be watched then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fake_tmdb.catalogue.dates import NO_DATE
from fake_tmdb.catalogue.facts.definition import View, either, fact, signed
from fake_tmdb.catalogue.reference.certifications import CERTIFICATIONS
from fake_tmdb.catalogue.reference.providers import MONETIZATION, PROVIDERS

if TYPE_CHECKING:
    from fake_tmdb.catalogue.catalogue import Catalogue

REGIONAL_DELAY = 90  # days within which a region follows the first release
RELEASE_TYPES = ("1", "2", "3", "4", "5", "6")
AVAILABLE_ONE_IN = 4  # one movie in this many can be watched in a region


@fact()
def regional_day(movies: View, region: str) -> Any:
    """The release in a region (ISO 3166-1) in days since 1970; NO_DATE for the half that has none there."""
    draw = movies.draw(f"release {region}")
    released = ((draw % 2 == 0) | movies.well_known) & (movies.day != NO_DATE)
    return either(released, movies.day + signed((draw >> 8) % REGIONAL_DELAY), NO_DATE)


@fact(np.int8)
def release_type(movies: View, region: str) -> Any:
    """The place in RELEASE_TYPES of the release in a region."""
    return movies.draw(f"release type {region}") % len(RELEASE_TYPES)


@fact(np.int8)
def certification(movies: View, country: str) -> Any:
    """The step on the country's ladder of CERTIFICATIONS, from 0; it counts where there is a release."""
    return movies.draw(f"certification {country}") % len(CERTIFICATIONS[country])


@fact(np.bool_)
def available(movies: View, region: str) -> Any:
    """Whether a movie can be watched in a region: well-known movies can everywhere."""
    return (movies.draw(f"available {region}") % AVAILABLE_ONE_IN == 0) | movies.well_known


@fact(np.int8)
def provider(movies: View, region: str) -> Any:
    """The place in PROVIDERS of the provider in a region, where the movie is available."""
    return movies.draw(f"provider {region}") % len(PROVIDERS)


@fact(np.int8)
def monetization(movies: View, region: str) -> Any:
    """The place in MONETIZATION of how the provider offers it."""
    return movies.draw(f"monetization {region}") % len(MONETIZATION)


def status(catalogue: Catalogue, row: int) -> str:
    """Return Released for what is out; otherwise one of TMDB's other five states."""
    day = int(catalogue.day[row])
    if day == NO_DATE:
        return ("Rumored", "Planned", "Canceled")[catalogue.draws.below("status", row, 3)]
    if day > catalogue.released_until:
        return ("In Production", "Post Production")[catalogue.draws.below("status", row, 2)]
    return "Released"
