"""Who observes: reads each list of a lake once, for who builds day after day and looks back for weeks each time."""

from collections.abc import Iterable
from datetime import date, timedelta

from tmdb_pipeline.features.kept import Kept, name_of
from tmdb_pipeline.features.observations import Observed, read
from tmdb_pipeline.features.sources import BACK, collections
from tmdb_pipeline.lake.store import Lake


class Observer:
    """Reads what the lake holds, and what is kept of what it held."""

    def __init__(self, lake: Lake, *, top: int) -> None:
        """Read of a lake, where the first ``top`` places of the popular list count.

        Raises:
            LakeError: nobody can say what is kept.
        """
        self._lake = lake
        self._top = top
        self._read: dict[str, Observed] = {}
        self._kept = Kept(lake)

    def observe(self, day: date) -> list[Observed]:
        """The lists of what is read to build a day; of those that were collected anew, the earlier ones, too.

        What no day from this one on is made of is forgotten.

        Raises:
            LakeError: a file cannot be read.
        """
        found = {
            file: self._read.get(file) or read(self._lake, run, name, file, self._top)
            for name, run, file in collections(self._lake, day)
        }
        there = {name_of(each) for each in found.values()}
        earlier = {
            name: self._read.get(name) or self._kept.read(name)
            for name in self._kept.names(day - timedelta(days=BACK), day)
            if name not in there
        }
        self._read = {**earlier, **found}
        return list(self._read.values())

    def keep(self, used: Iterable[Observed]) -> None:
        """Keep what something is built of.

        Raises:
            LakeError: it cannot be written.
        """
        self._kept.keep(used)


def observe(lake: Lake, day: date, *, top: int) -> list[Observed]:
    """The popular and trending lists of what is read to build a day, as ``Observer.observe`` says.

    Raises:
        LakeError: a file cannot be read.
    """
    return Observer(lake, top=top).observe(day)
