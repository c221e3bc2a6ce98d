"""Videos and images of a movie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.api.movies.parts import PARTS
from fake_tmdb.catalogue.dates import NO_DATE, iso_day
from fake_tmdb.catalogue.facts.external_ids import credit_id
from fake_tmdb.catalogue.facts.images import backdrop, image_path, poster, title_logo
from fake_tmdb.catalogue.facts.titles import original_language
from fake_tmdb.catalogue.reference.languages import translation_country

if TYPE_CHECKING:
    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.request import Request
    from fake_tmdb.catalogue.catalogue import Catalogue
    from fake_tmdb.catalogue.repository import Repository


@PARTS.part("videos")
def videos(repository: Repository, row: int, request: Request) -> Json:
    """Up to three videos; none for a third of the movies, and only in the language asked for."""
    draws = repository.catalogue.draws
    language, _, country = request.language.partition("-")
    day = int(repository.catalogue.day[row])
    count = draws.below("videos", row, 3) + (draws.below("more videos", row, 3) > 0)
    if row in repository.catalogue.well_known:
        count = max(count, 1)
    published = "2020-01-01" if day == NO_DATE else iso_day(day - 60)
    return {
        "results": [
            {
                "iso_639_1": language,
                "iso_3166_1": country or "US",
                "name": ("Official Trailer", "Teaser", "Behind the Scenes")[number],
                "key": image_path(repository.catalogue, f"video {number}", row)[1:12],
                "site": "YouTube",
                "size": 1080,
                "type": ("Trailer", "Teaser", "Featurette")[number],
                "official": True,
                "published_at": f"{published}T12:00:00.000Z",
                "id": credit_id(repository.catalogue, f"video {number}", row),
            }
            for number in range(count)
        ]
    }


def image(catalogue: Catalogue, row: int, kind: str, path: str, *, language: str | None) -> Json:
    """Return an image as lists of images show it: wide without language, a poster with one."""
    width, height = (3840, 2160) if language is None else (2000, 3000)
    return {
        "aspect_ratio": round(width / height, 3),
        "height": height,
        "iso_3166_1": None if language is None else translation_country(language),
        "iso_639_1": language,
        "file_path": path,
        "vote_average": catalogue.draws.below(f"{kind} vote", row, 10_001) / 1_000,
        "vote_count": catalogue.draws.below(f"{kind} votes", row, 40),
        "width": width,
    }


@PARTS.part("images")
def images(repository: Repository, row: int, _request: Request) -> Json:
    """The backdrop (without language), posters in the original language, English and Korean, and some logos."""
    catalogue = repository.catalogue
    wide, logo = backdrop(catalogue, row), title_logo(catalogue, row)
    languages = dict.fromkeys((original_language(catalogue, row), "en", "ko"))
    posters = {language: poster(catalogue, row, language) for language in languages}
    return {
        "backdrops": [image(catalogue, row, "backdrop", wide, language=None)] if wide else [],
        "logos": [image(catalogue, row, "logo", logo, language="en")] if logo else [],
        "posters": [
            image(catalogue, row, f"poster {language}", path, language=language)
            for language, path in posters.items()
            if path
        ],
    }
