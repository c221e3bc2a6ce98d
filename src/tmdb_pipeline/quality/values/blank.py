"""Texts that show nothing: empty, or made of spaces and invisible characters only."""

from collections.abc import Iterator
from typing import Final

#: First and last code points of what leaves no mark: Unicode 15.1's White_Space and Default_Ignorable_Code_Point (zero
#: width, direction, fillers of Hangul, variation selectors, tags), control characters, annotation marks, empty Braille.
#: Written out, since Python's own tables change with its version and know no such property.
_RANGES: Final = (
    *((0x0000, 0x0020), (0x007F, 0x00A0), (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160)),
    *((0x1680, 0x1680), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F)),
    *((0x2800, 0x2800), (0x3000, 0x3000), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0)),
    *((0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
)


def _characters() -> Iterator[str]:
    for first, last in _RANGES:
        yield from map(chr, range(first, last + 1))


BLANKS: Final = frozenset(_characters())


def is_blank(text: str) -> bool:
    """Say whether nothing of the text can be seen; so it is with an empty one."""
    return all(map(BLANKS.__contains__, text))
