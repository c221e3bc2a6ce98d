import ast
from textwrap import dedent

import pytest
from mutation.mutants import mutants_of


def changes(source, module="shop"):
    """What becomes of which line, by function."""
    return [tuple(mutant.change) for mutant in mutants_of(dedent(source), module)]


def becomes(source):
    return {after for _, _, after in changes(source)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("SIZE = 40", {"SIZE = None", "SIZE = 41"}),
        ("ON = True", {"ON = None", "ON = False"}),
        ("ON = False", {"ON = True"}),
        ("NAME = 'a'", {"NAME = None", "NAME = 'XXaXX'"}),
        ("NAME = b'a'", {"NAME = None", "NAME = b'XXaXX'"}),
        ("SIZE: int = n", {"SIZE: int = None"}),
        ("N = None", set()),
        ("n += m", {"n -= m"}),
        ("n = -m", {"n = None", "n = m"}),
        ("n = not m", {"n = None", "n = m"}),
        ("n = a < b", {"n = None", "n = a <= b"}),
        ("n = a is b", {"n = None", "n = a is not b"}),
        ("n = a in b", {"n = None", "n = a not in b"}),
        ("n = a and b", {"n = None", "n = a or b"}),
        ("n = a // b", {"n = None", "n = a / b"}),
        ("n = '%d s' % b", {"n = None", "n = 'XX%d sXX' % b"}),
        ("n = f'{a} s'", {"n = None", "n = f'{a}XX sXX'"}),
        ("n = (a, b)", {"n = None", "n = (b,)", "n = (a,)"}),
        ("n = (a,)", {"n = None"}),
        ("a, b = c", {"a, b = None"}),
        ("n = f(a)", {"n = None", "n = f(None)"}),
        ("n = f(*a)", {"n = None", "n = f()"}),
        ("n = f(a, a)", {"n = None", "n = f(a)"}),
        ("n = f(a, b)", {"n = None", "n = f(b)", "n = f(a)", "n = f(b, a)"}),
        ("n = f(a=b, help='c', encoding='d')", {"n = None", "n = f(help='c', encoding='d')"}),
        ("n = a if b else c", {"n = None", "n = a if not b else c"}),
        ("n = [a for a in b if c]", {"n = None", "n = [a for a in b if not c]"}),
        ("f()", {"pass"}),
        ("while a: break", {"while not a:", "continue"}),
        ("for a in b: continue", {"break"}),
        ("raise a", {"pass"}),
    ],
)
def test_small_mistakes(source, expected):
    """Each kind of node becomes what a person might have written by mistake."""
    assert becomes(source) == expected


def test_a_key_becomes_another_that_is_read_nearby():
    """Two params or figures are taken for each other, which tests notice only if they have different values."""
    source = """
        def f(params):
            return params["pages"], params["rating"]

        def g(params):
            return params["only"]
    """

    assert {
        ("shop.f", "return (params['pages'], params['rating'])", "return (params['rating'], params['rating'])"),
        ("shop.f", "return (params['pages'], params['rating'])", "return (params['pages'], params['pages'])"),
        ("shop.g", "return params['only']", "return params['XXonlyXX']"),
    } <= set(changes(source))


def test_two_steps_change_places():
    """What is done for its effect is done after the next step, which matters when that one fails."""
    source = """
        def f(lake):
            parser.add_argument("--a")
            parser.add_argument("--b")
            if lake:
                pass
            lake.write()
            answer = lake.read()
            if answer:
                lake.close()
            lake.write()
    """
    swapped = [change for change in changes(source) if ";" in change[1]]

    assert swapped == [
        ("shop.f", "lake.write(); answer = lake.read()", "answer = lake.read(); lake.write()"),
    ]


def test_decorators_and_data_of_classes_change_too():
    """Nothing is left out because of where it stands: decorators, class-level values, functions in functions."""
    source = """
        @task(pool=POOL)
        def f():
            class A:
                size: int = 3

                @property
                def g(self):
                    return 1
    """
    found = changes(source)

    assert ("shop.f", "@task(pool=POOL) def f():", "def f():") in found
    assert ("shop.f", "@task(pool=POOL) def f():", "@task() def f():") in found
    assert ("shop.f.A", "size: int = 3", "size: int = 4") in found
    assert ("shop.f.A.g", "@property def g(self):", "def g(self):") in found
    assert ("shop.f.A.g", "return 1", "return 2") in found


@pytest.mark.parametrize(
    "source",
    [
        "'''A docstring.'''",
        "import a",
        "from a import b",
        "def f(a: 'int') -> 'str': ...",
        "if TYPE_CHECKING:\n    a = 1",
        "def f():  # pragma: no cover - on one system only\n    a = 1\n    b = 2",
        f"TABLE = frozenset({ {*range(41)} })",
    ],
)
def test_what_is_left_alone(source):
    """What does nothing when the program runs, what the coverage leaves out and long tables do not change."""
    assert becomes(source) - {"TABLE = frozenset(None)", "TABLE = None"} == set()


def test_casts_keep_their_type():
    """Only a type checker reads the first argument of a cast, so it is not changed; the second is."""
    assert "n = cast('XXAXX', b)" not in becomes("n = cast('A', b)")


def test_each_mutant_is_the_whole_module_with_one_change():
    """A mutant can be written in the place of its module: it parses, and differs from it and from all the others."""
    source = "A = 1\n\n\ndef f(n):\n    return n < A\n"
    mutants = list(mutants_of(source, "shop"))

    assert len({mutant.source for mutant in mutants}) == len(mutants)
    assert ast.unparse(ast.parse(source)) not in {mutant.source for mutant in mutants}
    assert all(ast.parse(mutant.source).body for mutant in mutants)


def test_lines_are_those_of_the_statement_or_of_its_head():
    """The tests of a mutant are found by these lines; the body of a block is not part of its head."""
    source = "@a\n@b\ndef f(\n    n,\n):\n    if n:\n        return g(\n            n\n        )\n"

    assert {(mutant.change.becomes.partition(" ")[0], mutant.lines) for mutant in mutants_of(source, "shop")} == {
        ("@b", range(1, 6)),
        ("@a", range(1, 6)),
        ("if", range(6, 7)),
        ("return", range(7, 10)),
    }


def test_long_statements_are_cut_to_what_changes():
    """A survivor of a long declaration can be read: what changes, and some characters around it."""
    source = f"n = f(a='{'1' * 90}', b=2, c='{'3' * 90}')"
    ones, threes = "1" * 35, "3" * 35

    assert ("shop", f"…{ones}', b=2, c='{threes}…", f"…{ones}', b=3, c='{threes}…") in changes(source)
