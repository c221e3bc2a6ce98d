"""Three witnesses of each endpoint: what its cassette holds, what the schema says, and what the fake answers now."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from cassette_tools import schema
from cassette_tools.recipes import ENDPOINTS, NOT_RECORDED
from cassette_tools.record import MOMENT, make_fake
from cassette_tools.shape import allowed, beyond, differences, shape
from cassette_tools.tape import CASSETTES, Tape

from fake_tmdb.api import routes
from fake_tmdb.api.request import Request
from tmdb_pipeline.tmdb.answer import Answer

NAMES = [recipe.name for recipe in ENDPOINTS]


@pytest.fixture(scope="module")
def world():
    return make_fake().repository


def load(name):
    path = CASSETTES / f"{name}.json"
    return Tape(path, path.read_text(encoding="utf-8")).interactions[0]


def inner(uri):
    return urlsplit(uri).path.removeprefix("/3")


def ask_fake(world, uri):
    """What the fake answers now to the request of a cassette."""
    request = Request(inner(uri), dict(parse_qsl(urlsplit(uri).query)), MOMENT.timestamp())
    return json.loads(routes.route("GET", request.path)(world, request).body)


def disagreements(uri, recorded, answered):
    """All that the three witnesses do not agree on, by path."""
    said = allowed(schema.endpoint(uri))
    one, other = shape(recorded), shape(answered)
    return [*beyond(one, said), *beyond(other, said), *differences(one, other, schema=said)]


@pytest.mark.parametrize("name", NAMES)
def test_cassette_schema_and_fake_agree(name, world):
    """All three have the same paths with the same types."""
    recorded = load(name)

    assert disagreements(recorded.uri, json.loads(recorded.plain), ask_fake(world, recorded.uri)) == []


def test_reader_of_the_pipeline_takes_what_the_cassettes_hold():
    """Every body is read as it was recorded, and as a page of movies where it is a page."""
    pages = 0
    for name in NAMES:
        recorded = load(name)
        answer = Answer(name, recorded.status, None, MOMENT, recorded.plain)
        assert answer.data == json.loads(recorded.plain)
        if "total_pages" in answer.data:
            pages += 1
            assert answer.page.results == answer.object["results"]

    assert pages > 15


def first_items(document):
    """A document with only the first item of each list: as many paths, and far fewer values."""
    if isinstance(document, list):
        return [first_items(item) for item in document[:1]]
    if isinstance(document, dict):
        return {key: first_items(value) for key, value in document.items()}
    return document


def fields_of(document, path="$"):
    """Every field of a document: its object, its key, and its path as shapes have it."""
    if isinstance(document, list):
        for item in document:
            yield from fields_of(item, f"{path}[]")
    elif isinstance(document, dict):
        for key, value in document.items():
            inside = f"{path}.{'*' if len(key) == 2 and key.isupper() else key}"
            yield document, key, inside
            yield from fields_of(value, inside)


RETYPED = {str: 7, int: "7", float: "7.5", bool: "yes", list: {}, dict: []}


@pytest.mark.parametrize("name", NAMES)
def test_a_single_changed_field_of_the_fake_is_found_and_named(name):
    """Renaming or retyping any one field of any answer breaks the agreement, and the finding names its path."""
    recorded = load(name)
    document = first_items(json.loads(recorded.plain))
    said, one = allowed(schema.endpoint(recorded.uri)), shape(document)

    def names(path):
        other = shape(document)
        found = [*beyond(other, said), *differences(one, other, schema=said)]
        return any(finding.startswith(f"{path}: ") for finding in found)

    seen = {}
    for container, key, path in list(fields_of(document)):
        before = dict(container)
        if not path.endswith("*"):
            container[f"{key}_new"] = container.pop(key)
            seen[f"{path} renamed"] = names(f"{path}_new")
        container.clear()
        container.update(before)
        if before[key] is not None:
            container[key] = RETYPED[type(before[key])]
            seen[f"{path} retyped"] = names(path)
            container[key] = before[key]

    assert [change for change, found in seen.items() if not found] == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda body: body.replace(b'"vote_count"', b'"votes"'), "$.results[].vote_count"),
        (lambda body: body.replace(b'"page":1', b'"page":"1"'), "$.page"),
        (lambda body: body.replace(b'"adult":false', b'"adult":0'), "$.results[].adult"),
        (lambda body: body.replace(b'"total_results"', b'"new":null,"total_results"'), "$.new"),
    ],
)
def test_a_fake_that_answers_otherwise_breaks_the_agreement(monkeypatch, world, change, path):
    """The fake itself, changed behind its route, no longer agrees with the two others, who name the path."""
    recorded = load("popular")
    answering = routes.EXACT["/movie/popular"]

    class Changed:
        def __init__(self, world, request):
            self.body = change(answering(world, request).body)

    monkeypatch.setitem(routes.EXACT, "/movie/popular", Changed)
    found = disagreements(recorded.uri, json.loads(recorded.plain), ask_fake(world, recorded.uri))

    assert any(finding.startswith(f"{path}: ") for finding in found)


def test_every_route_of_the_fake_has_a_cassette():
    """A new route is recorded, or says why not; a reason for a route that is recorded, or gone, is taken out."""
    recorded = {inner(load(name).uri) for name in NAMES} | {"/movie/550/account_states"}  # which only errors
    exact = set(routes.EXACT) - recorded
    patterns = [pattern.pattern for pattern, _ in routes.PATTERNS if not any(map(pattern.fullmatch, recorded))]

    assert exact == set(NOT_RECORDED)
    assert patterns == []
