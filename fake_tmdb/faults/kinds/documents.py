"""Changes to the JSON document. What is not there is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_tmdb.catalogue.queries.values import whole
from fake_tmdb.faults.kinds.registry import Example, Stage, kind
from fake_tmdb.faults.values import CHANGES, FIELDS, FLAG, RENAMES, RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@kind(Stage.DOCUMENT, FLAG, Example({"empty": True}, 200, b'{"page":1,"results":[]'))
def empty(_value: bool, document: Any) -> None:  # noqa: FBT001 - a kind's value comes first
    """Leave no results; neither `page` nor the totals change."""
    short(0, document)


@kind(Stage.DOCUMENT, RESULTS, Example({"short": 3}, 200, b'{"page":1,"results":[{'))
def short(value: int, document: Any) -> None:
    """Leave so many of the first results; neither `page` nor the totals change, which `set: {total_pages: 1}` would."""
    if isinstance(document, dict) and isinstance(document.get("results"), list):
        document["results"] = document["results"][:value]


@kind(Stage.DOCUMENT, CHANGES, Example({"set": {"page": "one"}}, 200, b'{"page":"one"'))
def set_(value: Mapping[str, Any], document: Any) -> None:
    """Set fields. A dotted path such as `results.*.title` names them, where `*` is every element."""
    for path, new in value.items():
        for container, key in _targets(document, path.split(".")):
            container[key] = new


@kind(Stage.DOCUMENT, FIELDS, Example({"remove": ["page"]}, 200, b'{"results":'))
def remove(value: Sequence[str], document: Any) -> None:
    """Remove fields, or elements of a list."""
    for path in value:
        for container, key in reversed(list(_targets(document, path.split(".")))):
            if isinstance(container, list) or key in container:
                del container[key]


@kind(Stage.DOCUMENT, RENAMES, Example({"rename": {"page": "seite"}}, 200, b'{"seite":1'))
def rename(value: Mapping[str, str], document: Any) -> None:
    """Rename fields, which stay in their place."""
    for path, name in value.items():
        for container, key in _targets(document, path.split(".")):
            if isinstance(container, dict) and key in container:
                renamed = {name if old == key else old: content for old, content in container.items()}
                container.clear()
                container.update(renamed)


def _targets(document: Any, path: list[str]) -> Iterator[tuple[Any, Any]]:
    """Yield the containers and keys that a dotted path means; `*` is every element, a number one element."""
    head, *rest = path
    keys: list[Any]
    if isinstance(document, list):
        place = whole(head)
        if head == "*":
            keys = list(range(len(document)))
        else:
            keys = [place] if place is not None and place < len(document) else []
    elif isinstance(document, dict):
        keys = list(document) if head == "*" else [head]
    else:
        return
    for key in keys:
        if not rest:
            yield document, key
        elif isinstance(document, list) or key in document:
            yield from _targets(document[key], rest)
