"""What does not depend on movies: configuration, genres and the check of the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.api.endpoint import endpoint
from fake_tmdb.api.movies.releases import provider_stub
from fake_tmdb.api.responses import Response, found
from fake_tmdb.catalogue.reference.certifications import CERTIFICATIONS
from fake_tmdb.catalogue.reference.countries import COUNTRY_NAMES, WATCH_REGIONS
from fake_tmdb.catalogue.reference.genres import TV_GENRES, genre_names
from fake_tmdb.catalogue.reference.language_names import LANGUAGE_NAMES
from fake_tmdb.catalogue.reference.providers import PROVIDERS
from fake_tmdb.catalogue.reference.timezones import TIMEZONES

if TYPE_CHECKING:
    from fake_tmdb.api.request import Request
    from fake_tmdb.catalogue.repository import Repository

CHANGE_KEYS = (
    "adult", "air_date", "also_known_as", "alternative_titles", "biography", "birthday", "budget", "cast",
    "certifications", "character_names", "created_by", "crew", "deathday", "episode", "episode_number",
    "episode_run_time", "freebase_id", "freebase_mid", "general", "genres", "guest_stars", "homepage", "images",
    "imdb_id", "languages", "name", "network", "origin_country", "original_name", "original_title", "overview",
    "parts", "place_of_birth", "plot_keywords", "production_code", "production_companies", "production_countries",
    "releases", "revenue", "runtime", "season", "season_number", "season_regular", "softcore", "spoken_languages",
    "status", "tagline", "title", "translations", "tvdb_id", "tvrage_id", "type", "video", "videos",
)  # fmt: skip

IMAGES = {
    "base_url": "http://image.tmdb.org/t/p/",
    "secure_base_url": "https://image.tmdb.org/t/p/",
    "backdrop_sizes": ["w300", "w780", "w1280", "original"],
    "logo_sizes": ["w45", "w92", "w154", "w185", "w300", "w500", "original"],
    "poster_sizes": ["w92", "w154", "w185", "w342", "w500", "w780", "original"],
    "profile_sizes": ["w45", "w185", "h632", "original"],
    "still_sizes": ["w92", "w185", "w300", "original"],
}

_TRANSLATIONS = (
    "af-ZA ar-AE ar-BH ar-EG ar-IQ ar-JO ar-LY ar-MA ar-QA ar-SA ar-TD ar-YE be-BY bg-BG bn-BD br-FR ca-AD ca-ES ch-GU "
    "cs-CZ cy-GB da-DK de-AT de-CH de-DE el-CY el-GR en-AG en-AU en-BB en-BZ en-CA en-CM en-GB en-GH en-GI en-GY en-IE "
    "en-JM en-KE en-LC en-MW en-NZ en-PG en-TC en-US en-ZM en-ZW es-AR es-CL es-DO es-EC es-ES es-GQ es-GT es-HN es-MX "
    "es-NI es-PA es-PE es-PY es-SV es-UY et-EE eu-ES fa-IR fi-FI fr-BF fr-CA fr-CD fr-CI fr-FR fr-GF fr-GP fr-MC fr-ML "
    "fr-MU fr-PF ga-IE gd-GB gl-ES he-IL hi-IN hr-HR hu-HU id-ID it-IT it-VA ja-JP ka-GE kk-KZ kn-IN ko-KR ku-TR ky-KG "
    "lt-LT lv-LV ml-IN mr-IN ms-MY ms-SG nb-NO nl-BE nl-NL no-NO pa-IN pl-PL pt-AO pt-BR pt-MZ pt-PT ro-MD ro-RO ru-RU "
    "si-LK sk-SK sl-SI so-SO sq-AL sq-XK sr-ME sr-RS sv-SE sw-TZ ta-IN te-IN th-TH tl-PH tr-TR uk-UA ur-PK uz-UZ vi-VN "
    "zh-CN zh-HK zh-SG zh-TW zu-ZA"
)
PRIMARY_TRANSLATIONS = tuple(_TRANSLATIONS.split())

JOBS = {
    "Actors": ["Actor", "Stunt Double", "Voice"],
    "Art": ["Art Direction", "Production Design", "Set Decoration"],
    "Camera": ["Camera Operator", "Director of Photography"],
    "Costume & Make-Up": ["Costume Design", "Hairstylist", "Makeup Artist"],
    "Crew": ["Stunts", "Thanks"],
    "Directing": ["Assistant Director", "Director"],
    "Editing": ["Colorist", "Editor"],
    "Lighting": ["Best Boy Electric", "Gaffer"],
    "Production": ["Casting", "Executive Producer", "Producer"],
    "Sound": ["Foley", "Original Music Composer", "Sound Designer"],
    "Visual Effects": ["Animation", "VFX Supervisor"],
    "Writing": ["Author", "Novel", "Screenplay", "Writer"],
}


@endpoint("/configuration", paged=False)
def configuration(_repository: Repository, _request: Request) -> Response:
    """Base addresses and sizes of images, and the keys of changes."""
    return found({"change_keys": CHANGE_KEYS, "images": IMAGES})


@endpoint("/genre/movie/list", paged=False)
def genre_list(_repository: Repository, request: Request) -> Response:
    """The genres of movies, in English unless another language is asked for."""
    names = genre_names(request.language)
    return found({"genres": [{"id": genre, "name": name} for genre, name in names.items()]})


@endpoint("/genre/tv/list", paged=False)
def tv_genre_list(_repository: Repository, _request: Request) -> Response:
    """The genres of series, in English only: clients ask for it though the fake has no series."""
    return found({"genres": [{"id": genre, "name": name} for genre, name in TV_GENRES.items()]})


@endpoint("/authentication", paged=False)
def authentication(_repository: Repository, _request: Request) -> Response:
    """Whether the key is valid: who arrives here has one."""
    return Response(200, b'{"success":true}', headers=(("cache-control", "max-age=0, private"),))


@endpoint("/configuration/countries", paged=False)
def countries(_repository: Repository, _request: Request) -> Response:
    """The countries."""
    return found(
        [
            {"iso_3166_1": code, "english_name": english, "native_name": native}
            for code, (english, native) in COUNTRY_NAMES.items()
        ],
    )


@endpoint("/configuration/languages", paged=False)
def languages(_repository: Repository, _request: Request) -> Response:
    """The languages."""
    return found(
        [{"iso_639_1": code, "english_name": english, "name": own} for code, (english, own) in LANGUAGE_NAMES.items()],
    )


@endpoint("/configuration/primary_translations", paged=False)
def primary_translations(_repository: Repository, _request: Request) -> Response:
    """The languages of the site."""
    return found(PRIMARY_TRANSLATIONS)


@endpoint("/configuration/timezones", paged=False)
def timezones(_repository: Repository, _request: Request) -> Response:
    """The time zones by country."""
    return found([{"iso_3166_1": country, "zones": zones} for country, zones in TIMEZONES.items()])


@endpoint("/configuration/jobs", paged=False)
def jobs(_repository: Repository, _request: Request) -> Response:
    """The jobs by department."""
    return found([{"department": department, "jobs": names} for department, names in JOBS.items()])


@endpoint("/certification/movie/list", "/certification/tv/list", paged=False)
def certifications(_repository: Repository, _request: Request) -> Response:
    """The certifications by country."""
    told = {
        country: [{"certification": name, "meaning": "", "order": order} for order, name in enumerate(ladder, 1)]
        for country, ladder in CERTIFICATIONS.items()
    }
    return found({"certifications": told})


@endpoint("/watch/providers/movie", "/watch/providers/tv", paged=False)
def watch_providers(repository: Repository, _request: Request) -> Response:
    """The providers that let people watch movies."""
    results = []
    for at in range(len(PROVIDERS)):
        stub = provider_stub(repository.catalogue, at)
        priorities = dict.fromkeys(WATCH_REGIONS, at)
        results.append({"display_priorities": priorities, "display_priority": stub.pop("display_priority"), **stub})
    return found({"results": results})


@endpoint("/watch/providers/regions", paged=False)
def watch_regions(_repository: Repository, _request: Request) -> Response:
    """The countries that have providers."""
    results = [
        {"iso_3166_1": code, "english_name": COUNTRY_NAMES[code][0], "native_name": COUNTRY_NAMES[code][1]}
        for code in WATCH_REGIONS
    ]
    return found({"results": results})
