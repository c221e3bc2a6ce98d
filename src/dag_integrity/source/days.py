"""Names of files that hold Airflow's day, which is the day in UTC."""

import ast
import re
from collections.abc import Iterator

from dag_integrity.source.context import is_context
from dag_integrity.source.tree import Place, name_of, nodes

#: Airflow's names for the day of the logical date, which is the day in UTC.
UTC_DAYS = {"ds", "ds_nodash", "ts_nodash"}

#: Stands where a text shows such a day.
_DAY = "\0"
#: A path with that day in it, or a name that ends in an extension after it: no query of a URL, no schema.table.
_FILE_NAME = re.compile(rf"[^?]*({_DAY}[^?]*/|/[^?]*{_DAY}|{_DAY}[^?]*\.[a-z]\w{{1,6}}\b)")


def utc_file_names(tree: ast.AST) -> Iterator[Place]:
    """f-strings that put Airflow's UTC day into something like a file name."""
    for node in nodes(tree, ast.JoinedStr):
        text = "".join(
            str(part.value) if isinstance(part, ast.Constant) else _DAY if _used(part) in UTC_DAYS else "_"
            for part in node.values
        )
        if any(_FILE_NAME.match(word) for word in text.split()):
            yield ast.unparse(node), node.lineno


def utc_file_templates(template: str) -> Iterator[str]:
    """Words of a Jinja template that put Airflow's UTC day into something like a file name."""
    tight = re.sub(r"\{\{\s*(\w+)[^}]*\}\}", r"{{\1}}", template)
    for word in tight.split():
        if _FILE_NAME.match(re.sub(r"\{\{(\w+)\}\}", lambda found: _DAY if found[1] in UTC_DAYS else "_", word)):
            yield word


def _used(node: ast.AST) -> str:
    """The variable, or the key of a context, that a field of an f-string shows."""
    node = node.value if isinstance(node, ast.FormattedValue) else node
    if isinstance(node, ast.Subscript) and is_context(node.value) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return name_of(node)
