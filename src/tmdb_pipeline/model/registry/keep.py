"""A version: its files in the lake, proved whole by the digests in its manifest whenever it is read."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import msgspec

from tmdb_pipeline.features.permission import Permission
from tmdb_pipeline.lake import document
from tmdb_pipeline.lake.document import DocumentError
from tmdb_pipeline.lake.store import to_json
from tmdb_pipeline.model.errors import NoModel
from tmdb_pipeline.model.evaluation.drift import Baseline
from tmdb_pipeline.model.evaluation.evaluation import Evaluation
from tmdb_pipeline.model.evaluation.gate import Judged
from tmdb_pipeline.model.learning.design import COLUMNS
from tmdb_pipeline.model.learning.logistic import Logistic

if TYPE_CHECKING:
    from tmdb_pipeline.model.registry.state import Shelf

_T = TypeVar("_T")
_DIGITS = 8
_ADVICE = "train anew or roll back"


class Days(msgspec.Struct, frozen=True):
    """From which day to which, both included."""

    first: date
    last: date


class Manifest(msgspec.Struct, kw_only=True):
    """What a version is and how it came about; nothing of when, so that the same inputs are the same bytes.

    Attributes:
        sources: the parts of features and labels that were read, with the SHA-256 of each.
        files: the version's own, with the SHA-256 of each.
        seed: none is drawn by.
    """

    name: str
    version: str
    as_of: date
    code_version: str
    permission: Permission
    features_version: str
    labels_version: str
    trained: Days
    judged: Days
    rows: int
    sources: dict[str, str]
    baseline: Baseline
    files: dict[str, str]
    seed: int | None = None


class Report(msgspec.Struct):
    """What ``evaluation.json`` holds: how good the version is, and what the gate said."""

    evaluation: Evaluation
    gate: Judged


class Kept(msgspec.Struct, frozen=True):
    """A version as it was read back."""

    manifest: Manifest
    model: Logistic
    report: Report
    card: str


def version_of(as_of: date, model: bytes) -> str:
    """The name of a version: its day, and the beginning of the digest of the model."""
    return f"{as_of:%Y%m%d}-{hashlib.sha256(model).hexdigest()[:_DIGITS]}"


def keep(shelf: Shelf, manifest: Manifest, files: dict[str, bytes]) -> None:
    """Write a version: its files, then its manifest with their digests, and let it be known last.

    Raises:
        LakeError: it cannot be written; an unfinished version is not known.
    """
    manifest.files = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    for name, data in files.items():
        shelf.lake.write(f"{shelf.folder}/{manifest.version}/{name}", data)
    shelf.lake.write(f"{shelf.folder}/{manifest.version}/manifest.json", to_json(manifest))
    shelf.enter(manifest.version)


def read(shelf: Shelf, version: str) -> Kept:
    """A version, each file held to its digest.

    Raises:
        NoModel: there is no such version, or one of its files is not the one that was written, or not there.
        LakeError: the lake cannot be read.
    """
    if version not in shelf.versions():
        raise NoModel(f"There is no version {version} of {shelf.name}: `tmdb-pipeline model list` shows all.")
    folder = f"{shelf.folder}/{version}"
    manifest = _document(shelf, f"{folder}/manifest.json", Manifest)
    for name, digest in manifest.files.items():
        if hashlib.sha256(_bytes(shelf, f"{folder}/{name}")).hexdigest() != digest:
            raise NoModel(f"{shelf.lake.locate(f'{folder}/{name}')} is not what was written: {_ADVICE}.")
    return Kept(
        manifest,
        _document(shelf, f"{folder}/model.json", Logistic),
        _document(shelf, f"{folder}/evaluation.json", Report),
        _bytes(shelf, f"{folder}/card.md").decode(),
    )


def usable(shelf: Shelf, version: str) -> Kept:
    """A version that is whole and answers by the columns that this code makes.

    Raises:
        NoModel: it is not, or there is none of this name.
        LakeError: the lake cannot be read.
    """
    kept = read(shelf, version)
    if kept.model.columns != COLUMNS:
        raise NoModel(f"{version} was made for other columns than this code makes: train anew.")
    return kept


def trouble(shelf: Shelf, version: str) -> str:
    """Why a version cannot answer, in a sentence; empty if it can.

    Raises:
        LakeError: the lake cannot be read, which says nothing of the version.
    """
    try:
        usable(shelf, version)
    except NoModel as error:
        return str(error)
    return ""


def _document(shelf: Shelf, file: str, shape: type[_T]) -> _T:
    try:
        return document.read(_bytes(shelf, file), shape)
    except DocumentError as error:
        raise NoModel(f"{shelf.lake.locate(file)} is not what was written ({error}): {_ADVICE}.") from error


def _bytes(shelf: Shelf, file: str) -> bytes:
    if not shelf.lake.exists(file):
        raise NoModel(f"{shelf.lake.locate(file)} is not there any more: {_ADVICE}.")
    return shelf.lake.read(file)
