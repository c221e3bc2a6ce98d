"""The trail of who did what, drawn for people: for ``tmdb-ops audit`` and ``tmdb-pipeline audit``."""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from tmdb_pipeline.language import Language, Said, moment
from tmdb_pipeline.monitoring.audit.trail import Deed
from tmdb_pipeline.ops.output import table

_HEADS: Final = (Said("when", "시각"), Said("who", "수행자"), Said("what", "작업"), Said("to what", "대상"))
_NOTHING: Final = Said("Nobody did anything that is noted.", "기록된 작업이 없습니다.")


def draw(console: Console, deeds: Sequence[Deed], language: Language) -> None:
    """Draw a trail, in the language of its reader."""
    if not deeds:
        console.print(_NOTHING.told(language))
        return
    drawn = table(*(head.told(language) for head in _HEADS))
    for deed in deeds:
        told = (moment(deed.at, language), deed.who, deed.what.told(language), deed.subject)
        drawn.add_row(*(Text(each, overflow="fold") for each in told))
    console.print(drawn)
