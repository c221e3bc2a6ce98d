"""What can be appended to a movie's details, or asked for on its own: credits, videos, images and so on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from fake_tmdb.api import changes
from fake_tmdb.api.movies import reviews
from fake_tmdb.api.paging import envelope, page_number
from fake_tmdb.catalogue import movies
from fake_tmdb.catalogue.catalogue import NO_DATE
from fake_tmdb.catalogue.queries import filters
from fake_tmdb.catalogue.reference.certifications import CERTIFICATIONS
from fake_tmdb.catalogue.reference.countries import WATCH_REGIONS
from fake_tmdb.catalogue.reference.language_names import LANGUAGE_NAMES
from fake_tmdb.catalogue.reference.languages import LANGUAGE_CODES
from fake_tmdb.catalogue.texts import lexicon, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_tmdb.api.request import Request
    from fake_tmdb.catalogue.catalogue import Catalogue
    from fake_tmdb.catalogue.movies import Json
    from fake_tmdb.catalogue.repository import World

    Block = Callable[[World, int, Request], Json]

JOBS = (("Directing", "Director"), ("Writing", "Screenplay"), ("Production", "Producer"))
PROVIDER_NAMES = tuple(f"{words} Stream" for words in lexicon.COMPANY_WORDS)
# A translation is filed under a language and a country.
_TRANSLATION_COUNTRIES = {
    "en": "US",
    "ko": "KR",
    "ja": "JP",
    "zh": "CN",
    "pt": "BR",
    "hi": "IN",
    "cn": "HK",
    "xx": "US",
}


def person(catalogue: Catalogue, person_id: int, department: str) -> Json:
    """Return the first fields of a credit."""
    draws = catalogue.draws
    name = texts.person_name(draws, person_id)
    photo = None if draws.below("no photo", person_id, 3) == 0 else movies.image_path(catalogue, "photo", person_id)
    return {
        "adult": False,
        "gender": draws.below("gender", person_id, 4),
        "id": person_id,
        "known_for_department": department,
        "name": name,
        "original_name": name,
        "popularity": draws.below("person popularity", person_id, 100_000) / 10_000,
        "profile_path": photo,
    }


def credit_id(catalogue: Catalogue, column: str, row: int) -> str:
    """Return an invented credit id of 24 hexadecimal digits."""
    return f"{catalogue.draws.one(f'{column} a', row):016x}{catalogue.draws.one(f'{column} b', row) >> 32:08x}"


def credits_of(world: World, row: int, _request: Request) -> Json:
    """Return cast and crew; the persons are those that discover finds the movie by."""
    catalogue = world.catalogue
    draws = catalogue.draws
    cast = [
        {
            **person(catalogue, 1 + draws.below(column, row, movies.PEOPLE), "Acting"),
            "cast_id": order + 1,
            "character": texts.person_name(draws, movies.PEOPLE + row * 8 + order).split()[0],
            "credit_id": credit_id(catalogue, column, row),
            "order": order,
        }
        for order, column in enumerate(movies.CAST_COLUMNS)
    ]
    crew = [
        {
            **person(catalogue, 1 + draws.below(column, row, movies.PEOPLE), department),
            "credit_id": credit_id(catalogue, column, row),
            "department": department,
            "job": job,
        }
        for column, (department, job) in zip(movies.CREW_COLUMNS, JOBS, strict=True)
    ]
    return {"cast": cast, "crew": crew}


def videos(world: World, row: int, request: Request) -> Json:
    """Return up to three videos; none for a third of the movies, and only in the language asked for."""
    draws = world.catalogue.draws
    language, _, country = request.language.partition("-")
    day = int(world.catalogue.day[row])
    count = draws.below("videos", row, 3) + (draws.below("more videos", row, 3) > 0)
    if row in world.catalogue.well_known:
        count = max(count, 1)
    published = "2020-01-01" if day == NO_DATE else movies.iso_day(day - 60)
    return {
        "results": [
            {
                "iso_639_1": language,
                "iso_3166_1": country or "US",
                "name": ("Official Trailer", "Teaser", "Behind the Scenes")[number],
                "key": movies.image_path(world.catalogue, f"video {number}", row)[1:12],
                "site": "YouTube",
                "size": 1080,
                "type": ("Trailer", "Teaser", "Featurette")[number],
                "official": True,
                "published_at": f"{published}T12:00:00.000Z",
                "id": credit_id(world.catalogue, f"video {number}", row),
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
        "iso_3166_1": None if language is None else _TRANSLATION_COUNTRIES.get(language, language.upper()),
        "iso_639_1": language,
        "file_path": path,
        "vote_average": catalogue.draws.below(f"{kind} vote", row, 10_001) / 1_000,
        "vote_count": catalogue.draws.below(f"{kind} votes", row, 40),
        "width": width,
    }


def images(world: World, row: int, _request: Request) -> Json:
    """Return the backdrop (without language), posters in the original language, English and Korean, and some logos."""
    catalogue = world.catalogue
    original = movies.original_language(catalogue, row)
    backdrop = movies.backdrop(catalogue, row)
    has_logo = row in catalogue.well_known or catalogue.draws.below("has logo", row, 3) == 0
    logo = movies.image_path(catalogue, "title logo", row).replace(".jpg", ".png") if has_logo else None
    shown = {language: movies.poster(catalogue, row, language) for language in dict.fromkeys((original, "en", "ko"))}
    return {
        "backdrops": [image(catalogue, row, "backdrop", backdrop, language=None)] if backdrop else [],
        "logos": [image(catalogue, row, "logo", logo, language="en")] if logo else [],
        "posters": [
            image(catalogue, row, f"poster {language}", path, language=language)
            for language, path in shown.items()
            if path
        ],
    }


def release_dates(world: World, row: int, _request: Request) -> Json:
    """Return the releases by country; dates are full timestamps, certifications those that discover filters by."""
    catalogue = world.catalogue
    results = []
    for country, ladder in CERTIFICATIONS.items():
        day = movies.regional_day(catalogue, row, country)
        if day is not None:
            release = {
                "certification": ladder[catalogue.draws.below(f"certification {country}", row, len(ladder))],
                "descriptors": [],
                "iso_639_1": "",
                "note": "",
                "release_date": f"{movies.iso_day(day)}T00:00:00.000Z",
                "type": 1 + catalogue.draws.below(f"release type {country}", row, 6),
            }
            results.append({"iso_3166_1": country, "release_dates": [release]})
    return {"results": results}


def keyword(number: int) -> Json:
    """Return the id and the name of the keyword with a number in 1..400."""
    words = lexicon.KEYWORD_WORDS
    again, word = divmod(number - 1, len(words))
    return {"id": movies.keyword_id(number), "name": words[word] + (f" {again}" if again else "")}


def keywords(world: World, row: int, _request: Request) -> Json:
    """Return the keywords that discover finds the movie by."""
    numbers = [1 + world.catalogue.draws.below(column, row, movies.KEYWORDS) for column in movies.KEYWORD_COLUMNS]
    return {"keywords": [keyword(number) for number in dict.fromkeys(numbers)]}


def external_ids(world: World, row: int, _request: Request) -> Json:
    """Return the ids at other services; only the IMDb id is ever there."""
    return {
        "imdb_id": movies.imdb_id(world.catalogue, row),
        "wikidata_id": None,
        "facebook_id": None,
        "instagram_id": None,
        "twitter_id": None,
    }


def alternative_titles(world: World, row: int, _request: Request) -> Json:
    """Return the titles in English and Korean, as other countries know the movie."""
    draws = world.catalogue.draws
    original = movies.original_language(world.catalogue, row)
    return {
        "titles": [
            {"iso_3166_1": country, "title": texts.title_in(draws, row, language, original), "type": ""}
            for language, country in (("en", "GB"), ("ko", "KR"))
            if language != original
        ]
    }


def translations(world: World, row: int, _request: Request) -> Json:
    """Return every language in which the title is translated; the original one has an empty title, as at TMDB."""
    draws = world.catalogue.draws
    original = movies.original_language(world.catalogue, row)
    told = []
    for language in LANGUAGE_CODES:
        if not texts.has_translation(draws, row, language, original)[0]:
            continue
        title, overview = texts.texts(draws, row, language, original)
        english, own = LANGUAGE_NAMES[language]
        told.append(
            {
                "iso_3166_1": _TRANSLATION_COUNTRIES.get(language, language.upper()),
                "iso_639_1": language,
                "name": own,
                "english_name": english,
                "data": {
                    "homepage": "",
                    "overview": overview,
                    "runtime": movies.runtime(world.catalogue, row),
                    "tagline": texts.tagline(draws, row, language, original),
                    "title": "" if language == original else title,
                },
            }
        )
    return {"translations": told}


def _related(kind: str, item: Callable[[Catalogue, int, str], Json]) -> Block:
    def block(world: World, row: int, request: Request) -> Json:
        catalogue = world.catalogue
        page = page_number(request.query) or 1
        popular = world.discovery.rows({})[:2_000]
        chosen = [int(popular[catalogue.draws.below(f"{kind} {number}", row, len(popular))]) for number in range(40)]
        rows = [other for other in dict.fromkeys(chosen) if other != row]
        shown = rows[(page - 1) * 20 : page * 20]
        items = [item(catalogue, other, request.language) for other in shown]
        return envelope(page, items, len(rows))

    return block


def releases(world: World, row: int, request: Request) -> Json:
    """Return the releases in the shape of before release_dates, which clients still ask for."""
    return {
        "countries": [
            {
                "certification": told["certification"],
                "descriptors": [],
                "iso_3166_1": country["iso_3166_1"],
                "primary": False,
                "release_date": told["release_date"][:10],
            }
            for country in release_dates(world, row, request)["results"]
            for told in country["release_dates"]
        ]
    }


def watch_providers(world: World, row: int, _request: Request) -> Json:
    """Return where a movie can be watched, in the countries whose providers discover filters by."""
    draws = world.catalogue.draws
    found: Json = {}
    for country in WATCH_REGIONS:
        if draws.below(f"available {country}", row, filters.AVAILABLE_ONE_IN) and row not in world.catalogue.well_known:
            continue
        at = draws.below(f"provider {country}", row, len(filters.PROVIDERS))
        kind = filters.MONETIZATION[draws.below(f"monetization {country}", row, len(filters.MONETIZATION))]
        provider = provider_stub(world.catalogue, at)
        link = f"https://movies.example/{int(world.catalogue.ids[row])}/watch?locale={country}"
        found[country] = {"link": link, kind: [provider]}
    return {"results": found}


def provider_stub(catalogue: Catalogue, at: int) -> Json:
    """Return a provider by its place in `filters.PROVIDERS`."""
    number = filters.PROVIDERS[at]
    return {
        "logo_path": movies.image_path(catalogue, "provider logo", number),
        "provider_id": number,
        "provider_name": PROVIDER_NAMES[at],
        "display_priority": at,
    }


def changes_of(world: World, row: int, request: Request) -> Json:
    """Return what changed in the window asked for: a title or an overview on the days on which the movie changed."""
    window = changes.window(request)
    days = [] if isinstance(window, int) else changes.days_of(world.catalogue, row, window)
    items = [
        {
            "id": credit_id(world.catalogue, f"change {day}", row),
            "action": "updated",
            "time": (dt.datetime(1970, 1, 1, 9, 30, tzinfo=dt.UTC) + dt.timedelta(days=day)).strftime(
                "%Y-%m-%d %H:%M:%S UTC"
            ),
            "iso_639_1": "",
            "iso_3166_1": "",
            "value": movies.runtime(world.catalogue, row),
            "original_value": 0,
        }
        for day in days
    ]
    return {"changes": [{"key": "runtime", "items": items}] if items else []}


BLOCKS: dict[str, Block] = {
    "alternative_titles": alternative_titles,
    "changes": changes_of,
    "credits": credits_of,
    "external_ids": external_ids,
    "images": images,
    "keywords": keywords,
    "lists": reviews.lists,
    "recommendations": _related("recommendation", movies.trending_item),
    "release_dates": release_dates,
    "releases": releases,
    "reviews": reviews.reviews,
    "similar": _related("similar", movies.list_item),
    "similar_movies": _related("similar", movies.list_item),
    "translations": translations,
    "videos": videos,
    "watch/providers": watch_providers,
}


def with_id(block: str, movie_id: int, document: Json) -> Json:
    """Return a block as it is answered on its own: most have the movie's id, first or, for images, in their midst."""
    if block in {"recommendations", "similar", "similar_movies", "changes"}:
        return document
    if block == "images":
        return {"backdrops": document["backdrops"], "id": movie_id, **document}
    return {"id": movie_id, **document}
