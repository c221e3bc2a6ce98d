"""What the Jinja templates of a task ask for; nothing is rendered."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from dag_integrity.facts import Pull

#: What a task's own objects are called, and what Airflow 3 took away from them.
OWN_OBJECTS = {"ti", "task_instance", "dag_run"}
REMOVED_ATTRIBUTES = {"execution_date", "next_execution_date", "prev_execution_date", "external_trigger"}
#: Arguments whose text is for people, or is a template by nature and rendered elsewhere.
NOT_FOR_AIRFLOW = ("doc", "description", "params", "default_args", "map_index_template", "on_", "python_callable")


@dataclass
class Asked:
    """What a template asks for."""

    variables: set[str] = field(default_factory=set)
    params: set[str] = field(default_factory=set)
    pulls: list[Pull] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    error: str = ""


class Templates:
    """The templates of a DAG, which many of its tasks may share."""

    def __init__(self, environment: Environment, searched: Sequence[str] = ()) -> None:
        self._environment = environment
        #: Whether Airflow would see the same template files here as where the DAG runs.
        self._sees_all = all(os.path.isdir(folder) for folder in searched)  # noqa: PTH112
        self._asked: dict[str, Asked] = {}

    def ask(self, texts: Sequence[str]) -> list[tuple[str, Asked]]:
        """Each text with what it asks for."""
        return [(text, self._of(text)) for text in texts]

    def missing(self, texts: Sequence[str], endings: tuple[str, ...]) -> Iterator[str]:
        """Texts that are taken for the names of files, and there is no such file."""
        loader: Any = self._environment.loader
        for text in texts:
            if endings and text.endswith(endings) and self._sees_all:
                try:
                    loader.get_source(self._environment, text)
                except Exception:  # noqa: BLE001 - whatever it is, Airflow will meet it too
                    yield text

    def _of(self, text: str) -> Asked:
        if text not in self._asked:
            self._asked[text] = self._parse(text)
        return self._asked[text]

    def _parse(self, text: str) -> Asked:
        if "{" not in text:
            return Asked()
        asked = Asked()
        try:
            tree = self._environment.parse(text)
            self._look_at_all(tree, asked)
            asked.variables = meta.find_undeclared_variables(tree)  # which changes the tree
        except TemplateSyntaxError as error:
            return Asked(error=f"{error.message}")
        return asked

    def _look_at_all(self, tree: nodes.Template, asked: Asked) -> None:
        for node in tree.find_all((nodes.Getattr, nodes.Getitem, nodes.Call)):
            self._look(node, asked)
        for inner in tree.find_all((nodes.Filter, nodes.Test)):
            asked.params -= _defaulted(inner)

    def _look(self, node: Any, asked: Asked) -> None:
        if isinstance(node, nodes.Call):
            if isinstance(node.node, nodes.Getattr) and node.node.attr == "xcom_pull":
                asked.pulls.append(_pull(node))
            return
        owner, name = getattr(node.node, "name", ""), _key(node)
        if owner == "params" and name:
            asked.params.add(name)
        if owner in OWN_OBJECTS and name in REMOVED_ATTRIBUTES:
            asked.removed.add(f"{owner}.{name}")


def unrendered(given: Mapping[str, Any], rendered: Sequence[str]) -> list[str]:
    """Arguments that hold a template although the operator does not render them."""
    return sorted(
        name
        for name, value in given.items()
        if name not in rendered and not name.startswith(NOT_FOR_AIRFLOW) and any(map(_is_template, strings(value)))
    )


def strings(value: Any) -> Iterator[str]:
    """Every string in a value, as Airflow renders it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple | set):
        for inner in value:
            yield from strings(inner)


def _is_template(text: str) -> bool:
    return "{{" in text and "}}" in text.partition("{{")[2]


def _key(node: Any) -> str:
    if isinstance(node, nodes.Getattr):
        return node.attr if node.attr not in dir(dict) else ""
    return str(node.arg.value) if isinstance(node.arg, nodes.Const) else ""


def _defaulted(node: Any) -> set[str]:
    """Params that a template is ready to miss, as in ``params.day | default('today')``."""
    if node.name not in {"default", "d", "defined", "undefined"}:
        return set()
    return {_key(node.node)} if isinstance(node.node, nodes.Getattr | nodes.Getitem) else set()


def _pull(call: Any) -> Pull:
    given = {keyword.key: keyword.value for keyword in call.kwargs}
    if call.args:
        given["task_ids"] = call.args[0]
    ids = given.get("task_ids")
    none = isinstance(ids, nodes.Const) and ids.value is None
    return Pull(
        task_ids=None if none else _constants(ids),
        whose=(ids is not None and not none) or call.dyn_args is not None or call.dyn_kwargs is not None,
        elsewhere=bool({"dag_id", "run_id", "include_prior_dates"} & given.keys()) or len(call.args) > 1,
    )


def _constants(node: Any) -> list[str] | None:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, nodes.List | nodes.Tuple):
        found = [item.value for item in node.items if isinstance(item, nodes.Const)]
        return found if len(found) == len(node.items) else None
    return None
