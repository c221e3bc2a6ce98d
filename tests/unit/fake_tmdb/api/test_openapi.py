import jsonschema
import pytest

from fake_tmdb.api.openapi import description
from fake_tmdb.api.routes import ENDPOINTS, EXACT, route
from fake_tmdb.api.schemas import SCHEMAS

EXAMPLES = {
    described.path: example
    for endpoint in ENDPOINTS.values()
    for described, example in zip(endpoint.described(), endpoint.examples(), strict=True)
}


def test_it_describes_exactly_the_routes():
    """Every described path has a route, and every exact route is described."""
    paths = description()["paths"]

    assert all(route("GET", EXAMPLES[path]) for path in paths)
    assert set(EXACT) <= set(paths)


@pytest.mark.parametrize("path", sorted(path for path in description()["paths"] if not path.startswith("/search")))
def test_answers_hold_what_the_description_says(ask, path):
    """Each response is valid under its schema."""
    reply = ask(EXAMPLES[path] + ("?external_source=imdb_id" if path.startswith("/find") else ""))
    schema = description()["paths"][path]["get"]["responses"][str(reply.status)]["content"]["application/json"][
        "schema"
    ]

    jsonschema.validate(reply.json(), {**schema, "components": {"schemas": SCHEMAS}})
    assert reply.status == 200


def test_the_schema_refuses_what_tmdb_would_not_send(ask):
    """The description is strict enough to notice a missing field."""
    document = ask("/movie/popular").json()
    del document["results"][0]["title"]

    with pytest.raises(jsonschema.ValidationError, match="'title' is a required property"):
        jsonschema.validate(document, {"$ref": "#/components/schemas/Movies", "components": {"schemas": SCHEMAS}})
