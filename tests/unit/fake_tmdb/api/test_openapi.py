import re

from fake_tmdb.api.openapi import description
from fake_tmdb.api.routes import ENDPOINTS, route
from fake_tmdb.schema.responses import RESPONSES

#: What needs a session: an error is all that it ever sends.
ONLY_ERRORS = "/movie/{id}/account_states"


def test_it_describes_exactly_the_routes():
    """Every described path has a route and a schema; every endpoint, and every part of details, is described."""
    paths = description()["paths"]

    assert [path for path in paths if not route("GET", path.replace("{id}", "550"))] == []
    assert {*paths} == {*RESPONSES}
    assert [path for path, endpoint in ENDPOINTS.items() if not endpoint.described()] == [ONLY_ERRORS]


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
