"""The file of a checkpoint: which collection the pages beside it belong to, and whether it is complete."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from tmdb_pipeline.lake.store import Lake, to_json


class CheckpointFile(msgspec.Struct, kw_only=True):
    """The collection that is under way, or was completed last, for one source and date.

    Attributes:
        collection: its name, which each of its pages bears.
        dag_run_id: the run that began it.
        began: when, aware, written with Seoul's offset.
        request_parameters: what all its requests have in common. Pages of other parameters are not resumed.
        checksums: whether its pages have checksums; earlier versions wrote none.
        complete: whether the file of the collection has been written.
        question: the name of ``request_parameters`` in files of earlier versions; never written.
    """

    key: ClassVar = "collection"

    collection: str
    dag_run_id: str
    began: Annotated[datetime, msgspec.Meta(tz=True)]
    request_parameters: dict[str, Any] = {}
    checksums: bool = False
    complete: bool
    question: dict[str, Any] | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Take over what an earlier version has written under another name."""
        if self.question is not UNSET:
            self.request_parameters, self.question = self.question, UNSET

    @classmethod
    def read(cls, lake: Lake, file: str) -> "CheckpointFile":
        """The checkpoint in a file.

        Raises:
            LakeError: it is not there, damaged, or no checkpoint.
        """
        return lake.read_document(file, cls)

    def write(self, lake: Lake, file: str) -> None:
        """Write the checkpoint, over an earlier one.

        Raises:
            LakeError: it cannot be written.
        """
        lake.write(file, to_json(self))
