"""Who takes part in a movie. The persons are those that discover finds it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.api.movies.parts import PARTS
from fake_tmdb.catalogue.facts.external_ids import credit_id
from fake_tmdb.catalogue.facts.images import image_path
from fake_tmdb.catalogue.facts.people import CAST_DRAWS, CREW_DRAWS, CREW_JOBS, FIRST_CHARACTER, cast, crew
from fake_tmdb.catalogue.texts.names import person_name

if TYPE_CHECKING:
    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.request import Request
    from fake_tmdb.catalogue.catalogue import Catalogue
    from fake_tmdb.catalogue.repository import Repository


def person(catalogue: Catalogue, person_id: int, department: str) -> Json:
    """Return the first fields of a credit."""
    draws = catalogue.draws
    name = person_name(draws, person_id)
    photo = None if draws.below("no photo", person_id, 3) == 0 else image_path(catalogue, "photo", person_id)
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


@PARTS.part("credits")
def credits_of(repository: Repository, row: int, _request: Request) -> Json:
    """Cast and crew."""
    catalogue = repository.catalogue
    acting = [
        {
            **person(catalogue, identifier, "Acting"),
            "cast_id": order + 1,
            "character": person_name(catalogue.draws, FIRST_CHARACTER + row * 8 + order).split()[0],
            "credit_id": credit_id(catalogue, draw, row),
            "order": order,
        }
        for order, (draw, identifier) in enumerate(zip(CAST_DRAWS, cast.of(catalogue, row), strict=True))
    ]
    making = [
        {
            **person(catalogue, identifier, department),
            "credit_id": credit_id(catalogue, draw, row),
            "department": department,
            "job": job,
        }
        for draw, identifier, (department, job) in zip(CREW_DRAWS, crew.of(catalogue, row), CREW_JOBS, strict=True)
    ]
    return {"cast": acting, "crew": making}
