import re

from fake_tmdb.blocks import BLOCKS
from fake_tmdb.groups import COLLECTION_BLOCKS, COMPANY_BLOCKS, KEYWORD_BLOCKS
from fake_tmdb.openapi import description
from fake_tmdb.routes import EXACT, PATTERNS, route

#: What needs a session: an error is all that it ever sends.
ONLY_ERRORS = "/movie/[^/]+/account_states"


def test_it_describes_exactly_the_routes():
    """Every described path has a route, and every route and every part of a movie or a group is described."""
    paths = [path.replace("{id}", "550") for path in description()["paths"]]
    parts = {"movie": BLOCKS, "collection": COLLECTION_BLOCKS, "company": COMPANY_BLOCKS, "keyword": KEYWORD_BLOCKS}

    assert [path for path in paths if not route("GET", path)] == []
    assert {*EXACT, *(f"/{group}/550/{name}" for group, names in parts.items() for name in names)} <= {*paths}
    undescribed = [pattern.pattern for pattern, _ in PATTERNS if not any(map(pattern.fullmatch, paths))]
    assert undescribed == [ONLY_ERRORS]


def test_every_operation_describes_its_success_and_its_errors():
    """A response is described in the place, an error once for all."""
    document = description()

    assert document["components"]["schemas"]["Error"]
    for operation in (path["get"] for path in document["paths"].values()):
        schemas = {
            status: response["content"]["application/json"]["schema"]
            for status, response in operation["responses"].items()
        }
        assert schemas.pop("200")["type"] in {"object", "array"}
        assert {re.sub(".*/", "", schema["$ref"]) for schema in schemas.values()} == {"Error"}
