"""What a reader of one language would stumble over in a document: words of another language."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from tmdb_pipeline import dags
from tmdb_pipeline.language import Language

#: Where names of files, fields and rules, statements and values stand as they are.
TECHNICAL = frozenset({"code", "pre", "style", "bdi", "dd"})
#: Attributes that people read, or have read to them.
TOLD = frozenset({"alt", "aria-label", "title"})
VOID = frozenset({"br", "img", "input", "link", "meta", "wbr"})
HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]+")
#: Latin words that Korean engineers use as they are; names with an underscore, a dot or a digit are technical too.
IN_KOREAN = frozenset(
    {"Airflow", "DAG", "ID", "JSON", "MM", "DD", "NUL", "PSI", "SF", "psql", "Slack", "TMDB", "TV", "UTF", "YYYY", "id"}
)
#: What Airflow calls its own.
IN_KOREAN |= {"Connection", "Pool", "Variable", "Viewer", "XCom", "clear"}
IN_KOREAN |= {"adult", "false", "genres", "movies", "popularity", "softcore", "title", "true", "video", "overview"}
LISTS = frozenset(task.source for spec in dags.COLLECTIONS for task in spec.tasks if task.source)


class _Told(HTMLParser):
    """What a page tells people: texts and attributes, without what is technical."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lang = ""
        self.told: list[str] = []
        self._open: list[str] = []
        self._goes_on = False  # after a place where a name may break
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.lang = given.get("lang", "") if tag == "html" else self.lang
        self.told += [value for name, value in given.items() if name in TOLD]
        self._goes_on = tag == "wbr"
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A shape of SVG, which tells nothing by itself."""

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not TECHNICAL.intersection(self._open):
            begun = self.told.pop() if self._goes_on else ""
            self.told.append(begun + data)
        self._goes_on = False


def foreign(text: str, language: Language, data: Iterable[str] = ()) -> list[str]:
    """The words of another language in a text, without those of ``data``, such as titles of movies."""
    for each in sorted(data, key=len, reverse=True):
        text = text.replace(each, " ")
    if language is Language.EN:
        return HANGUL.findall(text)
    words = re.findall(r"[A-Za-z0-9_./:@{}-]*[A-Za-z][A-Za-z0-9_./:@{}-]*", text)
    names = (word.strip(".:") for word in words)
    return [name for name in names if name not in IN_KOREAN | LISTS and not re.search(r"[-_./\d]", name)]


def foreign_in(page: str, language: Language, data: Iterable[str] = ()) -> Iterator[str]:
    """The same of an HTML page, with what else is wrong with it: another language than it says, a field left open."""
    told = _Told(page)
    if told.lang != language:
        yield f"lang={told.lang}"
    for text in told.told:
        yield from foreign(text, language, data)
        if re.search(r"\{\w*(:[^}]*)?\}", text):
            yield text
