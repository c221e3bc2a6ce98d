"""Every text that is declared in two languages, wherever it stands in the sources."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from readers import HANGUL, IN_KOREAN

SOURCES = Path(__file__).parents[3] / "src" / "tmdb_pipeline"


def literal(node):
    """The text of a literal, what an f-string fills in left out; None where it is made elsewhere."""
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) or "" for part in node.values)
    return node.value if isinstance(node, ast.Constant) else None


def texts():
    """Where each stands, and what it says in English and Korean."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Said":
                said = [literal(each) for each in (*node.args, *(word.value for word in node.keywords))]
                if None not in said and re.search(r"\w", "".join(said)):  # else it is put together of others
                    yield pytest.param(*said, id=f"{path.relative_to(SOURCES)}:{node.lineno}")


def texts_of_templates():
    """The same of texts that stand in a template itself."""
    pair = re.compile(r"""\bt\(\s*("|')(.*?)\1,\s*("|')(.*?)\3""", re.DOTALL)
    for path in sorted(SOURCES.rglob("*.j2")):
        for place, found in enumerate(pair.finditer(path.read_text(encoding="utf-8")), 1):
            yield pytest.param(found[2], found[4], id=f"{path.relative_to(SOURCES)}:{place}")


def fields(text):
    """The names of the fields of a text, with whether each only chooses a word."""
    for _, name, spec, _ in Formatter().parse(text):
        if name is not None:
            yield name, "|" in spec
            yield from fields(spec)


@pytest.mark.parametrize(("english", "korean"), [*texts(), *texts_of_templates()])
def test_a_text_says_the_same_in_both_languages(english, korean):
    """Each is there in its own letters, with the same fields, but that English alone chooses words by a number.

    A few names are the same in both.
    """
    asked, asked_in_korean = dict.fromkeys(fields(english)), dict.fromkeys(fields(korean))

    assert english.strip()
    assert not HANGUL.search(english)
    assert HANGUL.search(korean) or {english, korean} <= IN_KOREAN
    assert {name for name, _ in asked_in_korean} <= {name for name, _ in asked}
    assert {name for name, chooses in asked if not chooses} == {name for name, _ in asked_in_korean}
    assert not any(chooses for _, chooses in asked_in_korean)


@pytest.mark.parametrize("package", ["quality/report", "warehouse/report"])
def test_no_text_of_a_report_is_left_over(package):
    """What nobody says any more is taken out."""
    declared = re.findall(r"^([A-Z_0-9]+)(?:: Final)? = ", (SOURCES / package / "texts.py").read_text(), re.MULTILINE)
    used = [path.read_text(encoding="utf-8") for path in (SOURCES / package).iterdir() if path.suffix in {".py", ".j2"}]

    assert len(declared) > 10
    assert [name for name in declared if not re.search(rf"\b(say|texts)\.{name}\b", "".join(used))] == []
