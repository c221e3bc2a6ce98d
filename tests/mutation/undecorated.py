"""Functions freed of their decorators, since mutmut leaves decorated functions alone."""

import ast


def undecorated(source: str) -> str:
    """Rewrite ``@decorator`` above a function of a module or class as ``name = decorator(name)`` below it.

    The module means the same as before, and mutmut changes these functions like any other.
    """
    lines = source.splitlines(keepends=True)
    owners = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Module | ast.ClassDef))
    functions = [node for owner in owners for node in owner.body if isinstance(node, ast.FunctionDef)]
    for function in sorted(functions, key=lambda function: function.lineno, reverse=True):
        if function.decorator_list:
            indent, name = " " * function.col_offset, function.name
            calls = [f"{indent}{name} = {ast.unparse(call)}({name})\n" for call in reversed(function.decorator_list)]
            lines[function.end_lineno : function.end_lineno] = calls
            del lines[function.decorator_list[0].lineno - 1 : function.lineno - 1]
    return "".join(lines)
