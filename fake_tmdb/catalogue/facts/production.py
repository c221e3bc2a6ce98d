"""How a movie was made: its length, its money, its companies and the countries it comes from."""

# ruff: noqa: PLR2004 - shares are drawn as `draw % 200 < 7`, and the docstring says which share that is
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_tmdb.catalogue.facts.definition import View, fact, several
from fake_tmdb.catalogue.facts.titles import original_language
from fake_tmdb.catalogue.reference.countries import MAKING_COUNTRIES
from fake_tmdb.catalogue.reference.languages import HOME_COUNTRY

if TYPE_CHECKING:
    from fake_tmdb.catalogue.catalogue import Catalogue

COMPANIES = 400
HIGHEST_REVENUE = 900_000_000


@fact()
def runtime(movies: View) -> Any:
    """The length in minutes; 0 (unknown) for 8 %."""
    draw = movies.draw("runtime")
    return (draw % 25 >= 2) * (75 + (draw >> 8) % 40 + (draw >> 16) % 40)


@fact()
def revenue(movies: View) -> Any:
    """The revenue in US dollars; 0 (unknown) for 70 %."""
    draw = movies.draw("revenue")
    return (draw % 10 >= 7) * ((draw >> 8) % HIGHEST_REVENUE)


@fact()
def budget(movies: View) -> Any:
    """The budget in US dollars; 0 (unknown) for 70 %."""
    draw = movies.draw("budget")
    return (draw % 10 >= 7) * ((draw >> 8) % 200_000 * 1_000)


@several
def companies(movies: View) -> list[Any]:
    """One to three companies, as numbers in 1..COMPANIES, which are also their ids."""
    draw = movies.draw("companies")
    count = 1 + draw % 3
    return [(count > place) * (1 + (draw >> shift) % COMPANIES) for place, shift in enumerate((8, 20, 32))]


def company_country(catalogue: Catalogue, company_id: int) -> str:
    """Return the country of a company (ISO 3166-1)."""
    return MAKING_COUNTRIES[catalogue.draws.below("company country", company_id, len(MAKING_COUNTRIES))]


def making_countries(catalogue: Catalogue, row: int) -> list[str]:
    """Return the one or two countries that made a movie; the first is that of its language."""
    draws = catalogue.draws
    home = HOME_COUNTRY[original_language(catalogue, row)]
    other = MAKING_COUNTRIES[draws.below("country", row, len(MAKING_COUNTRIES))]
    return list(dict.fromkeys([home, other]))[: 1 + draws.below("countries", row, 2)]
