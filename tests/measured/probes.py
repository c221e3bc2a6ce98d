"""Puts probes into a module: what a run has to have seen of it is what coverage.py reports of a traced one."""

import ast
from dataclasses import dataclass
from enum import Enum

#: The list of a module's hits, under this name in its globals. Python does not mangle it in the body of a class.
HITS = "__hits__"
_DECORATED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Seen(Enum):
    """What a probe that was passed tells of a line."""

    RAN = "ran"
    #: It went into its own block, or
    ENTERED = "entered"
    #: past it.
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a probe tells: the number of a line, and what of it was seen."""

    line: int
    seen: Seen


def with_probes(tree: ast.Module, recorder: str) -> list[frozenset[Fact]]:
    """Put probes into a tree, in place, and return what each of them tells, by its number.

    The module takes its list of hits from ``recorder``, the source of an expression, in which ``{count}`` stands for
    the number of probes. What imports it from a cache finds its list in the same way.
    """
    probes = _Probes()
    head = _head(tree.body)
    before, rest = tree.body[:head], tree.body[head:]
    first = probes.probe({fact for statement in before for fact in _ran(statement)}, before[-1] if before else None)
    rest = probes.block(rest)
    begin = ast.parse(f"{HITS} = {recorder.format(count=len(probes.facts))}").body[0]
    for node in ast.walk(begin):
        ast.copy_location(node, first)
    tree.body = [*before, begin, first, *rest]
    ast.fix_missing_locations(tree)
    return probes.facts


def _head(body: list[ast.stmt]) -> int:
    """How many statements have to stay first: the docstring and imports from the future."""
    count = int(bool(body) and _is_docstring(body[0]))
    while count < len(body) and isinstance(body[count], ast.ImportFrom) and body[count].module == "__future__":
        count += 1
    return count


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _ran(statement: ast.stmt) -> set[Fact]:
    lines = {statement.lineno}
    if isinstance(statement, _DECORATED):
        lines |= {decorator.lineno for decorator in statement.decorator_list}
    return {Fact(line, Seen.RAN) for line in lines}


class _Probes:
    """Makes probes, numbered as they come."""

    def __init__(self) -> None:
        self.facts: list[frozenset[Fact]] = []

    def probe(self, facts: set[Fact], place: ast.AST | None) -> ast.stmt:
        """A statement that notes these facts."""
        line = getattr(place, "lineno", 1)
        where = {"lineno": line, "end_lineno": line, "col_offset": 0, "end_col_offset": 0}
        hits, number = ast.Name(HITS, ast.Load(), **where), ast.Constant(len(self.facts), **where)
        self.facts.append(frozenset(facts))
        target = ast.Subscript(hits, number, ast.Store(), **where)
        return ast.Assign([target], ast.Constant(1, **where), **where)

    def block(self, body: list[ast.stmt], entered: set[Fact] = frozenset()) -> list[ast.stmt]:
        """The statements of a block, each behind a probe; the first one tells what was entered, too."""
        found = []
        for statement in body:
            self.visit(statement)
            found += [self.probe(_ran(statement) | entered, statement), statement]
            entered = frozenset()
        return found

    def visit(self, statement: ast.stmt) -> None:
        """Put probes into the blocks of a statement."""
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                head = int(_is_docstring(statement.body[0]))
                statement.body = [*statement.body[:head], *self.block(statement.body[head:])]
            case ast.If() | ast.For() | ast.AsyncFor() | ast.While():
                entered, passed = (Fact(statement.lineno, seen) for seen in (Seen.ENTERED, Seen.PASSED))
                statement.body = self.block(statement.body, {entered})
                orelse = self.block(statement.orelse, {passed})
                statement.orelse = orelse or [self.probe({passed}, statement)]
            case ast.Match():
                self.cases(statement)
            case ast.With() | ast.AsyncWith():
                statement.body = self.block(statement.body)
            case ast.Try() | ast.TryStar():
                for name in ("body", "orelse", "finalbody"):
                    setattr(statement, name, self.block(getattr(statement, name)))
                tried: set[Fact] = set()
                for handler in statement.handlers:
                    tried |= {Fact(handler.lineno, Seen.RAN)}
                    handler.body = self.block(handler.body, tried)

    def cases(self, statement: ast.Match) -> None:
        """Whoever has come to a case has passed those before it."""
        passed: set[Fact] = set()
        for case in statement.cases:
            here = case.pattern.lineno
            case.body = self.block(case.body, passed | {Fact(here, Seen.RAN), Fact(here, Seen.ENTERED)})
            passed |= {Fact(here, Seen.RAN), Fact(here, Seen.PASSED)}
        last = statement.cases[-1]
        if last.guard or not _matches_anything(last.pattern):
            statement.cases.append(ast.match_case(ast.MatchAs(), body=[self.probe(passed, last.pattern)]))


def _matches_anything(pattern: ast.pattern) -> bool:
    if isinstance(pattern, ast.MatchOr):
        return _matches_anything(pattern.patterns[-1])
    return isinstance(pattern, ast.MatchAs) and (pattern.pattern is None or _matches_anything(pattern.pattern))
