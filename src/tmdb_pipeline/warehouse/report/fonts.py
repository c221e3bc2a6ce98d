"""A font with Korean letters for pictures: matplotlib's own has none, and would draw boxes."""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

#: The wheel that carries one. Its own code is not run: it needs distutils, which Python no longer has.
_WHEEL: Final = "koreanize_matplotlib"
#: What systems call theirs.
FAMILIES: Final = (
    "NanumGothic",
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "Apple SD Gothic Neo",
    "Malgun Gothic",
    "Noto Sans CJK JP",
)


def wheel_fonts() -> list[Path]:
    """The font files of the wheel, none where it is not installed."""
    spec = find_spec(_WHEEL)
    folders = spec.submodule_search_locations if spec and spec.submodule_search_locations else []
    return [file for folder in folders for file in sorted(Path(folder, "fonts").glob("NanumGothic*.ttf"))]


def choose(known: Iterable[str]) -> str | None:
    """The first family with Korean letters among those that are known, None where there is none."""
    names = set(known)
    return next((family for family in FAMILIES if family in names), None)
