"""Reading fault plans: from JSON or YAML text, or from data, with errors that say which line and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import yaml
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError

from fake_tmdb.faults.fault import ALLOWED, Fault, mistake
from fake_tmdb.faults.values import shown


class PlanError(ValueError):
    """A fault plan that cannot be used; the message says where and why."""


#: So many openings without an end between them: PyYAML would take quadratic time for what is no plan.
_OPENINGS = re.compile(r"(?:[\[{][^\[\]{}]*){100}")


class _Loader(yaml.SafeLoader):
    """Tells with its line what PyYAML raises other errors for, and takes no aliases: they can grow without end."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # PyYAML's stubs leave it out
            raise ComposerError(None, None, "a plan has no aliases, write the value out", mark)
        return super().compose_node(parent, index)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 - as PyYAML calls it
        try:
            return super().construct_object(node, deep)
        except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
            kind = node.tag.rpartition(":")[2]
            written = shown(node.value) if isinstance(node, yaml.ScalarNode) else "this"
            problem = f"{written} cannot be read as {kind}, put it in quotes if it is a text"
            raise ConstructorError(None, None, problem, node.start_mark) from error


def faults_from(data: Any, where: Callable[[int, str | None], str] | None = None) -> list[Fault]:
    """Return the faults that plain data describes: a list of rules, or `{"faults": [...]}`.

    `where` names the place of a rule, or of a key in it, for the message of the PlanError.
    """
    rules = data.get("faults") if isinstance(data, Mapping) else data
    if not isinstance(rules, list):
        raise PlanError('A fault plan is a list of rules, or a mapping with such a list as "faults".')
    place = where or (lambda at, _key: f"rule {at + 1}")
    return [_fault(rule, at, place) for at, rule in enumerate(rules)]


def _fault(rule: Any, at: int, place: Callable[[int, str | None], str]) -> Fault:
    if not isinstance(rule, Mapping):
        raise PlanError(f"In {place(at, None)}: a rule is a mapping such as {{path: /movie/popular, status: 503}}.")
    for name, value in rule.items():
        if name not in ALLOWED:
            raise PlanError(f"In {place(at, str(name))}: there is no {shown(name)}; allowed are {', '.join(ALLOWED)}.")
        if wrong := mistake(name, value):
            raise PlanError(f"In {place(at, name)}: {wrong}.")
    return Fault(**rule)


def read_plan(text: str, source: str) -> list[Fault]:
    """Return the faults of a plan in YAML or JSON; `source` is its name in messages. Raises PlanError."""
    text = text.expandtabs(2)  # JSON may be indented with tabs, YAML may not
    if _OPENINGS.search(text):
        raise PlanError(f"{source} is nested too deeply to be a fault plan.")
    try:
        node, data = _loaded(text)
    except RecursionError:
        raise PlanError(f"{source} is nested too deeply to be a fault plan.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise PlanError(f"{source}{line} is neither YAML nor JSON: {problem}.") from error
    lines = _lines(node, source)
    return faults_from(data, lambda at, key: f"{source} line {lines.get((at, key), lines.get((at, None), 1))}")


def _loaded(text: str) -> tuple[yaml.Node | None, Any]:
    """Return the one document of a text, with its marks and as data."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _lines(node: yaml.Node | None, source: str) -> dict[tuple[int, str | None], int]:
    """Return the line of each rule and of each key in it. Raises PlanError for a key that a rule has twice."""
    if isinstance(node, yaml.MappingNode):
        node = next((value for key, value in node.value if key.value == "faults"), None)
    lines: dict[tuple[int, str | None], int] = {}
    for at, rule in enumerate(node.value if isinstance(node, yaml.SequenceNode) else ()):
        lines[at, None] = rule.start_mark.line + 1
        for key, _ in rule.value if isinstance(rule, yaml.MappingNode) else ():
            line = key.start_mark.line + 1
            if (at, key.value) in lines:
                raise PlanError(f"In {source} line {line}: {key.value} is there twice; a rule says each thing once.")
            lines[at, key.value] = line
    return lines
