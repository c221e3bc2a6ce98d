"""What the fake sends, held to the wire schema: every endpoint, every field."""

import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from cassette_tools.schema import findings

from fake_tmdb.api import routes
from fake_tmdb.schema.parts import COLLECTION_PARTS, COMPANY_PARTS, KEYWORD_PARTS, MOVIE_PARTS
from fake_tmdb.schema.responses import RESPONSES

#: By family of paths the id of what is there; the movie is one that has all that the fake knows of a movie.
IDS = {
    "collection": "10",
    "company": "1",
    "find": "tt0137523",
    "genre": "28",
    "keyword": "1721",
    "movie": "517851",
    "review": "5013bc76760ee372cb00253e",
}
QUERIES = {
    "/collection/{id}": {"append_to_response": ",".join(COLLECTION_PARTS)},
    "/company/{id}": {"append_to_response": ",".join(COMPANY_PARTS)},
    "/find/{id}": {"external_source": "imdb_id"},
    "/keyword/{id}": {"append_to_response": ",".join(KEYWORD_PARTS)},
    "/movie/changes": {"start_date": "2023-12-20"},
    "/movie/{id}": {"append_to_response": ",".join(MOVIE_PARTS), "start_date": "2023-12-20"},
    "/movie/{id}/changes": {"start_date": "2023-12-20"},
    "/search/collection": {"query": "the"},
    "/search/company": {"query": "pictures"},
    "/search/keyword": {"query": "a"},
    "/search/movie": {"query": "lantern"},
    "/search/multi": {"query": "lantern"},
    "/search/person": {"query": "a"},
    "/search/tv": {"query": "a"},
}
#: What the schema allows and the fake has not.
NEVER_SENT = re.compile(r"\$\.parent_company|.*\.descriptors\[\]")
#: The paths of each schema: some endpoints send the same.
SHARED: dict[int, list[str]] = {}
for template, described in RESPONSES.items():
    SHARED.setdefault(id(described), []).append(template)


@pytest.fixture
def body_of(ask):
    """A function that gives what the fake sends for a path of the schema, as full as it can be."""

    def body_of(path):
        target = path.replace("{id}", IDS.get(path.split("/")[1], ""))
        reply = ask(f"{target}?{urlencode(QUERIES.get(path, {}))}")
        assert reply.status == 200
        return reply.json()

    return body_of


@pytest.mark.parametrize("path", RESPONSES)
def test_fake_sends_what_the_schema_says(body_of, path):
    """Each endpoint of the fake has the fields of the schema and no others; numbers have their point."""
    assert findings(body_of(path), RESPONSES[path], pointed=True) == []


def untried(schema, values, place="$"):
    """The places of a schema that none of some values has."""
    objects = [value for value in values if isinstance(value, dict)]
    if not (objects if "properties" in schema else values):
        yield place
        return
    for branch in schema.keys() & {"then", "else"}:
        chosen = [value for value in values if not findings(value, schema[branch])]
        yield from untried(schema[branch], chosen, f"{place}({branch})")
    for key, inner in schema.get("properties", {}).items():
        yield from untried(inner, [each[key] for each in objects if key in each], f"{place}.{key}")
    if inner := schema.get("additionalProperties"):
        yield from untried(inner, [value for each in objects for value in each.values()], f"{place}.*")
    if inner := schema.get("items"):
        yield from untried(inner, [item for value in values for item in value], f"{place}[]")


@pytest.mark.parametrize("paths", SHARED.values(), ids=lambda paths: paths[0])
def test_what_the_fake_sends_tries_the_whole_schema(body_of, paths):
    """No list is empty and no field missing where fake and schema are compared, or that would prove less."""
    places = untried(RESPONSES[paths[0]], [body_of(path) for path in paths])

    assert [place for place in places if not NEVER_SENT.fullmatch(place)] == []


def first_items(document):
    """A document with only the first item of each list, and the first country: as many fields, far fewer values."""
    if isinstance(document, list):
        return [first_items(item) for item in document[:1]]
    if isinstance(document, dict):
        kept = [key for key in document if not re.fullmatch("[A-Z]{2}", key)] or [*document][:1]
        return {key: first_items(document[key]) for key in kept}
    return document


def fields_of(document, place="$"):
    """Every field of a document: its object, the place of that, and its key."""
    if isinstance(document, list):
        for number, item in enumerate(document):
            yield from fields_of(item, f"{place}[{number}]")
    elif isinstance(document, dict):
        for key, value in document.items():
            yield document, place, key
            yield from fields_of(value, f"{place}.{key}")


RETYPED = {str: 7, int: "7", float: "7.5", bool: "yes", list: {}, dict: []}


@pytest.mark.parametrize("paths", SHARED.values(), ids=lambda paths: paths[0])
def test_a_single_changed_field_of_the_fake_is_found_in_its_place(body_of, paths):
    """Renaming or retyping any one field of any response is found, and the finding names the place."""
    schema, document = RESPONSES[paths[0]], first_items(body_of(paths[0]))
    noticed = {}

    for container, place, key in [*fields_of(document)]:
        before = dict(container)
        container[f"{key}_new"] = container.pop(key)
        noticed[f"{place}.{key} renamed"] = any(
            found.startswith(f"{place}: ") and f"{key}_new" in found for found in findings(document, schema)
        )
        container.clear()
        container.update(before)
        if before[key] is not None:
            container[key] = RETYPED[type(before[key])]
            noticed[f"{place}.{key} retyped"] = any(
                found.startswith(f"{place}.{key}: ") for found in findings(document, schema)
            )
            container[key] = before[key]

    assert [change for change, found in noticed.items() if not found] == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda body: body.replace(b'"vote_count"', b'"votes"'), "$.results[0]"),
        (lambda body: body.replace(b'"page":1', b'"page":"1"'), "$.page"),
        (lambda body: body.replace(b'"adult":false', b'"adult":0'), "$.results[0].adult"),
        (lambda body: body.replace(b'"total_results"', b'"new":null,"total_results"'), "$"),
        (lambda body: re.sub(rb'"popularity":[\d.]+', b'"popularity":7', body), "$.results[0].popularity"),
    ],
)
def test_a_fake_that_sends_something_else_is_found(monkeypatch, body_of, change, place):
    """The fake itself, changed behind its route, no longer sends what the schema says."""
    popular = routes.EXACT["/movie/popular"]

    def changed(repository, request):
        sent = popular(repository, request)
        return replace(sent, body=change(sent.body))

    monkeypatch.setitem(routes.EXACT, "/movie/popular", changed)

    found = findings(body_of("/movie/popular"), RESPONSES["/movie/popular"], pointed=True)

    assert any(finding.startswith(f"{place}: ") for finding in found)
