"""README.ko.md says in Korean what README.md says, no less and no more."""

import re
from collections import Counter
from pathlib import Path

import pytest
from readers import HANGUL

ROOT = Path(__file__).parents[2]
ENGLISH, KOREAN = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.ko.md"))
BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
#: What a page has in the order in which it stands there, by what a reader would call it.
IN_ORDER = {
    "command block": BLOCK.findall,
    "heading": lambda page: re.findall(r"^(#+) ", BLOCK.sub("", page), re.MULTILINE),
    "table row": lambda page: [first_cells(row) for row in re.findall(r"^\|(?!-).*\|$", page, re.MULTILINE)],
}
#: What it has somewhere: a sentence in Korean may name things in another order.
ANYWHERE = {
    "link": lambda page: [link.replace(".ko.", ".") for link in re.findall(r"\]\(([^)\s]+)\)", page)],
    "name": lambda page: [" ".join(name.split()) for name in re.findall(r"`([^`]+)`", BLOCK.sub("", page))],
}


def first_cells(row):
    """A row of a table by what is the same in each language: what it is about, and a default; nothing of a header."""
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    return [cell for cell in cells[:2] if not cell or cell.startswith("`")]


def differences(english, korean):
    """A sentence for each thing that only one of the pages has."""
    for what, of in IN_ORDER.items():
        ours, theirs = of(english), of(korean)
        for place, (one, other) in enumerate(zip(ours, theirs, strict=False), 1):
            if one != other:
                yield f"The {what} {place} of README.ko.md is {other!r}, and that of README.md is {one!r}."
        if len(ours) != len(theirs):
            yield f"README.ko.md has {len(theirs)} of the kind {what}, and README.md has {len(ours)}."
    for what, of in ANYWHERE.items():
        ours, theirs = Counter(of(english)), Counter(of(korean))
        yield from (f"README.ko.md lacks the {what} {each} of README.md." for each in ours - theirs)
        yield from (f"README.md lacks the {what} {each} of README.ko.md." for each in theirs - ours)
    for paragraph in BLOCK.sub("", korean).split("\n\n"):
        if paragraph.strip() and not HANGUL.search(paragraph) and not paragraph.startswith("# "):
            yield f"README.ko.md has a paragraph without a Korean word: {paragraph!r}."


def test_the_readme_in_korean_is_kept_in_step():
    """The same commands, sections, tables, settings with their defaults, links and names."""
    assert list(differences(ENGLISH, KOREAN)) == []


@pytest.mark.parametrize(
    ("taken_out", "sentence"),
    [
        (
            r"\$ nox -s collect .*\n",
            r"The command block \d+ of README\.ko\.md is '```console\\n\$ export TMDB_READ_TOKEN",
        ),
        (r"## 설정\n", r"README\.ko\.md has \d+ of the kind heading, and README\.md has \d+\."),
        (r"`20`", r"The table row \d+ of README\.ko\.md is \['`TMDB_CONNECTIONS`', ''\], and that of README\.md is "),
        (r"\| `TMDB_BASE_URL` .*\n", r"README\.ko\.md has \d+ of the kind table row, and README\.md has \d+\."),
        (r"`AIRFLOW_CONN_TMDB_DEFAULT`", r"README\.ko\.md lacks the name AIRFLOW_CONN_TMDB_DEFAULT of README\.md\."),
        (r"\]\(docs/network.md\)", r"README\.ko\.md lacks the link docs/network\.md of README\.md\."),
        (r"!\[품질 보고서.*\n", r"README\.ko\.md lacks the link docs/images/quality-report\.png of README\.md\."),
    ],
)
def test_what_lags_behind_is_named(taken_out, sentence):
    """Whatever is taken out of a page that is in step, one sentence says what, and where."""
    lagging, count = re.subn(taken_out, "", KOREAN, count=1)

    told = list(differences(KOREAN, lagging))

    assert count == 1
    assert any(re.match(sentence, each) for each in told), told


def test_what_is_not_translated_is_named():
    """A paragraph that is English alone, and a name that the page in English does not have."""
    more = f"{KOREAN}\nSee also `nowhere`.\n"

    assert list(differences(KOREAN, more)) == [
        "README.md lacks the name nowhere of README.ko.md.",
        "README.ko.md has a paragraph without a Korean word: 'See also `nowhere`.\\n'.",
    ]
