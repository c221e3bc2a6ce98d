"""Companies that made movies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.api.endpoint import endpoint
from fake_tmdb.api.groups.members import number_of, page_of, part_of
from fake_tmdb.api.parts import Parts
from fake_tmdb.api.responses import failure
from fake_tmdb.api.statuses import NOT_FOUND
from fake_tmdb.catalogue.facts.definition import having
from fake_tmdb.catalogue.facts.external_ids import credit_id
from fake_tmdb.catalogue.facts.images import company_logo
from fake_tmdb.catalogue.facts.production import COMPANIES, companies, company_country
from fake_tmdb.catalogue.texts.names import company_name

if TYPE_CHECKING:
    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Response
    from fake_tmdb.catalogue.catalogue import Catalogue
    from fake_tmdb.catalogue.repository import Repository

PARTS = Parts()


def company_stub(catalogue: Catalogue, company_id: int) -> Json:
    """Return a company as `production_companies` lists it."""
    return {
        "id": company_id,
        "logo_path": company_logo(catalogue, company_id),
        "name": company_name(catalogue.draws, company_id),
        "origin_country": company_country(catalogue, company_id),
    }


@PARTS.part("alternative_names")
def alternative_names(repository: Repository, number: int, _request: Request) -> Json:
    """The name in capitals."""
    return {"results": [{"name": company_name(repository.catalogue.draws, number).upper(), "type": ""}]}


@PARTS.part("images")
def images(repository: Repository, number: int, _request: Request) -> Json:
    """The logo, where there is one."""
    path = company_logo(repository.catalogue, number)
    logo = {
        "aspect_ratio": 4.0,
        "file_path": path,
        "height": 200,
        "id": credit_id(repository.catalogue, "company logo", number),
        "file_type": ".png",
        "vote_average": 0.0,
        "vote_count": 0,
        "width": 800,
    }
    return {"logos": [logo] if path else []}


@PARTS.part("movies")
def movies(repository: Repository, number: int, request: Request) -> Json:
    """The movies of the company."""
    mask = having(companies.columns(repository.catalogue), [number], alternatives=True)
    return page_of(repository, request, repository.catalogue.ranked(mask).tolist())


@endpoint("/company/{id}", parameters={"append_to_response": None}, example="1")
def company(repository: Repository, request: Request) -> Response:
    """A company, with the parts that are appended."""
    number = number_of(request)
    if not 1 <= number <= COMPANIES:
        return failure(NOT_FOUND)
    stub = company_stub(repository.catalogue, number)
    document = {
        "description": "",
        "headquarters": "",
        "homepage": f"https://companies.example/{number}",
        "id": number,
        "logo_path": stub["logo_path"],
        "name": stub["name"],
        "origin_country": stub["origin_country"],
        "parent_company": None,
    }
    return PARTS.appended(document, repository, number, request)


@endpoint("/company/{id}/{part}", parts=PARTS, example="1")
def part(repository: Repository, request: Request) -> Response:
    """A part of a company's details on its own."""
    number = number_of(request)
    return part_of(PARTS, repository, number, request) if 1 <= number <= COMPANIES else failure(NOT_FOUND)
