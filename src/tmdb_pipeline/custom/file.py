"""``custom_collections.yaml``: what it asks for, and what is wrong with it. Reading it never raises."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tmdb_pipeline.custom.collection import CustomCollection, check
from tmdb_pipeline.custom.document import Piece, pieces, read
from tmdb_pipeline.custom.wrong import Wrong

#: Its name; it lies beside the DAG files.
NAME: Final = "custom_collections.yaml"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong in a line of the file, from 1; in its text as a compiler says it, ``file:line: sentence``."""

    line: int
    file: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class CustomCollections:
    """What the file holds.

    Attributes:
        file: its path.
        collections: the entries that can be used, in their order, switched off or not.
        faults: one for each that cannot, by their lines.
    """

    file: str
    collections: Sequence[CustomCollection]
    faults: Sequence[Fault]

    @property
    def enabled(self) -> list[CustomCollection]:
        """Those that are switched on."""
        return [each for each in self.collections if each.enabled]


def beside(dag_file: str) -> CustomCollections:
    """The collections of the file beside a DAG file, which passes its ``__file__``."""
    return load(Path(dag_file).with_name(NAME))


def load(file: Path) -> CustomCollections:
    """The collections of a file. A file that is not there has none."""
    try:
        text = file.read_bytes().removeprefix(b"\xef\xbb\xbf").decode()
    except FileNotFoundError:
        return CustomCollections(str(file), [], [])
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return CustomCollections(str(file), [], [Fault(line, str(file), "this is not UTF-8: save the file as UTF-8.")])
    except OSError as error:
        sentence = f"the file cannot be read ({error.strerror}): let Airflow read it."
        return CustomCollections(str(file), [], [Fault(1, str(file), sentence)])
    found: dict[str, CustomCollection] = {}
    faults = []
    for piece in pieces(text):
        try:
            _add(found, piece)
        except Wrong as wrong:
            faults.append(Fault(wrong.line, str(file), str(wrong)))
    return CustomCollections(str(file), [*found.values()], sorted(faults))


def _add(found: dict[str, CustomCollection], piece: Piece | Wrong) -> None:
    """Add what an entry describes.

    Raises:
        Wrong: it cannot be used, or its id is taken.
    """
    if isinstance(piece, Wrong):
        raise piece
    line, entry = read(piece)
    made = check(entry)
    if earlier := found.get(made.id):
        raise Wrong(line, f"id is {made.id}, as of the entry in line {earlier.line}: give each its own.")
    found[made.id] = made
