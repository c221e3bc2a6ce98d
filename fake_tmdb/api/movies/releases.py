"""When a movie comes out where, and where it can be watched: what discover filters by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.api.movies.parts import PARTS
from fake_tmdb.catalogue.dates import NO_DATE, iso_day
from fake_tmdb.catalogue.facts.images import image_path
from fake_tmdb.catalogue.facts.releases import (
    RELEASE_TYPES,
    available,
    certification,
    monetization,
    provider,
    regional_day,
    release_type,
)
from fake_tmdb.catalogue.reference.certifications import CERTIFICATIONS
from fake_tmdb.catalogue.reference.countries import WATCH_REGIONS
from fake_tmdb.catalogue.reference.providers import MONETIZATION, PROVIDER_NAMES, PROVIDERS

if TYPE_CHECKING:
    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.request import Request
    from fake_tmdb.catalogue.catalogue import Catalogue
    from fake_tmdb.catalogue.repository import Repository


@PARTS.part("release_dates")
def release_dates(repository: Repository, row: int, _request: Request) -> Json:
    """The releases by country; dates are full timestamps."""
    catalogue = repository.catalogue
    results = []
    for country, ladder in CERTIFICATIONS.items():
        day = regional_day.of(catalogue, row, country)
        if day != NO_DATE:
            release = {
                "certification": ladder[certification.of(catalogue, row, country)],
                "descriptors": [],
                "iso_639_1": "",
                "note": "",
                "release_date": f"{iso_day(day)}T00:00:00.000Z",
                "type": int(RELEASE_TYPES[release_type.of(catalogue, row, country)]),
            }
            results.append({"iso_3166_1": country, "release_dates": [release]})
    return {"results": results}


@PARTS.part("releases")
def releases(repository: Repository, row: int, request: Request) -> Json:
    """The releases in the shape of before release_dates, which clients still ask for."""
    return {
        "countries": [
            {
                "certification": told["certification"],
                "descriptors": [],
                "iso_3166_1": country["iso_3166_1"],
                "primary": False,
                "release_date": told["release_date"][:10],
            }
            for country in release_dates(repository, row, request)["results"]
            for told in country["release_dates"]
        ]
    }


def provider_stub(catalogue: Catalogue, place: int) -> Json:
    """Return a provider by its place in PROVIDERS."""
    identifier = PROVIDERS[place]
    return {
        "logo_path": image_path(catalogue, "provider logo", identifier),
        "provider_id": identifier,
        "provider_name": PROVIDER_NAMES[place],
        "display_priority": place,
    }


@PARTS.part("watch/providers")
def watch_providers(repository: Repository, row: int, _request: Request) -> Json:
    """Where a movie can be watched, by country."""
    catalogue = repository.catalogue
    offers: Json = {}
    for country in WATCH_REGIONS:
        if available.of(catalogue, row, country):
            kind = MONETIZATION[monetization.of(catalogue, row, country)]
            link = f"https://movies.example/{int(catalogue.ids[row])}/watch?locale={country}"
            offers[country] = {"link": link, kind: [provider_stub(catalogue, provider.of(catalogue, row, country))]}
    return {"results": offers}
