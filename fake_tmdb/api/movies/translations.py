"""What a movie is called elsewhere, and by which ids and keywords it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.api.groups.keywords import keyword_stub
from fake_tmdb.api.movies.parts import PARTS
from fake_tmdb.catalogue.facts.external_ids import imdb_id
from fake_tmdb.catalogue.facts.keywords import keywords
from fake_tmdb.catalogue.facts.production import runtime
from fake_tmdb.catalogue.facts.titles import original_language, title, title_and_overview
from fake_tmdb.catalogue.reference.language_names import LANGUAGE_NAMES
from fake_tmdb.catalogue.reference.languages import LANGUAGE_CODES, translation_country
from fake_tmdb.catalogue.texts.translations import has_translation, tagline

if TYPE_CHECKING:
    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.request import Request
    from fake_tmdb.catalogue.repository import Repository


@PARTS.part("alternative_titles")
def alternative_titles(repository: Repository, row: int, _request: Request) -> Json:
    """The titles in English and Korean, as other countries know the movie."""
    catalogue = repository.catalogue
    original = original_language(catalogue, row)
    return {
        "titles": [
            {"iso_3166_1": country, "title": title(catalogue, row, language), "type": ""}
            for language, country in (("en", "GB"), ("ko", "KR"))
            if language != original
        ]
    }


@PARTS.part("translations")
def translations(repository: Repository, row: int, _request: Request) -> Json:
    """Every language in which the title is translated; the original one has an empty title, as at TMDB."""
    catalogue, draws = repository.catalogue, repository.catalogue.draws
    original = original_language(catalogue, row)
    told = []
    for language in LANGUAGE_CODES:
        if not has_translation(draws, row, language, original)[0]:
            continue
        translated, overview = title_and_overview(catalogue, row, language)
        english, own = LANGUAGE_NAMES[language]
        told.append(
            {
                "iso_3166_1": translation_country(language),
                "iso_639_1": language,
                "name": own,
                "english_name": english,
                "data": {
                    "homepage": "",
                    "overview": overview,
                    "runtime": runtime.of(catalogue, row),
                    "tagline": tagline(draws, row, language, original),
                    "title": "" if language == original else translated,
                },
            }
        )
    return {"translations": told}


@PARTS.part("external_ids")
def external_ids(repository: Repository, row: int, _request: Request) -> Json:
    """The ids at other services; only the IMDb id is ever there."""
    return {
        "imdb_id": imdb_id(repository.catalogue, row),
        "wikidata_id": None,
        "facebook_id": None,
        "instagram_id": None,
        "twitter_id": None,
    }


@PARTS.part("keywords")
def keywords_of(repository: Repository, row: int, _request: Request) -> Json:
    """The keywords that discover finds the movie by."""
    return {"keywords": [keyword_stub(number) for number in keywords.distinct(repository.catalogue, row)]}
