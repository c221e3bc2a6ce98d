"""Doors of what stands beside: scripts of the deployment, cassettes, the source of DAG files."""

import ast
import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from cassette_tools import hygiene
from cassette_tools.tape import CASSETTES, SERIALIZER, DamagedCassette, Tape, played, readable, tapes
from fuzz.commands import run
from fuzz.entry import Entry, Refused
from fuzz.garbage import SPOILS, TEXTS, WORDS, Edit, as_json, edits, spoil, spoiled
from hypothesis import strategies as st
from vcr.serialize import deserialize

from dag_integrity import source
from deploy import check, make_env

ROOT = Path(__file__).parents[2]

# Deployment


@contextmanager
def machine() -> Iterator[Path]:
    """A machine with a folder of secrets and one for data."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "data").mkdir()
        yield Path(folder)


_SETTINGS = {"EXECUTOR": "LocalExecutor", "PARALLELISM": "16", "MAX_ACTIVE_RUNS_PER_DAG": "16", "AIRFLOW_UID": "1000"}
_SECRETS = {name.lower(): value.encode() for name, value in make_env.fresh_secrets().items()} | {
    "tmdb_read_token": b"eyJ.x.y"
}
_CHECKED = st.tuples(
    st.dictionaries(
        st.sampled_from(sorted(_SETTINGS)),
        WORDS,
        max_size=2,
    ),
    st.dictionaries(
        st.sampled_from(sorted(_SECRETS)),
        st.binary(max_size=20)
        | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))
        | st.just("가".encode() * 20),
        max_size=2,
    ),
    st.sampled_from([["stack"], ["stack"], ["celery"], ["tls"], [], ["x"]]),
)


def checked(given: tuple[dict[str, str], dict[str, bytes], list[str]], folder: Path) -> None:
    """The check passes, or refuses in messages that do not tell a secret."""
    settings, secrets, arguments = given
    place = folder / "secrets"
    place.mkdir(exist_ok=True)
    for name, content in (_SECRETS | secrets).items():
        (place / name).write_bytes(content)
    environ = patch.dict(os.environ, _SETTINGS | settings)
    with environ, patch.object(check, "SECRETS", place), patch.object(check, "DATA", folder / "data"):
        run(lambda: check.main(arguments))


_OUTS = st.sampled_from(["file", "there", "folder", "not/there", "there/below", "", "n" * 300, "link"]) | WORDS
_MAKING = st.tuples(_OUTS, st.lists(st.sampled_from(["--fake", "--celery", "--x", "a"]), max_size=2))


def made(asked: tuple[str, list[str]], _folder: Path) -> None:
    """The file is written, or the reason is told."""
    name, words = asked
    with TemporaryDirectory() as folder:
        Path(folder, "there").write_text("x", encoding="utf-8")
        Path(folder, "folder").mkdir()
        Path(folder, "link").symlink_to("nowhere/at/all")
        run(lambda: make_env.main([f"--out={folder}/{name}", *words]))


# Cassettes


@contextmanager
def recorded() -> Iterator[list[Tape]]:
    """The cassettes of the project."""
    yield tapes(CASSETTES)


#: Those that ask about the file alone; the others play it.
_RULES = [rule for rule in hygiene.RULES if rule not in {hygiene.asked_for, hygiene.used_up}]
_GATE = hygiene.Gate(now=datetime(2100, 1, 1, tzinfo=UTC), plays={})
_DAMAGES = st.tuples(st.integers(0, 200), edits(depth=8) | SPOILS)


def _can_be_played(text: str) -> bool:
    try:
        deserialize(text, SERIALIZER)
    except DamagedCassette:
        return False
    return True


def clean(damage: tuple[int, Any], cassettes: list[Tape]) -> None:
    """Every rule says in messages what it finds, of whatever file."""
    which, changes = damage
    good = cassettes[which % len(cassettes)]
    if isinstance(changes[0], Edit):
        document = good.document
        for change in changes:
            document = change.applied(document)
        content = as_json(document)
    else:
        content = spoil(good.text.encode(), changes)
    tape = Tape(good.path, content.decode("utf-8", "surrogateescape"))
    assert _can_be_played(tape.text) != bool(tape.damage)
    found = [finding for rule in _RULES for finding in rule(tape, _GATE)]
    if found:
        raise Refused(ascii(found[0]))


def kept(body: bytes, _stage: None) -> None:
    """Whatever body was recorded is played again."""
    if body.startswith(b"\x1f\x8b"):
        assert readable(played(readable(body))) == readable(body)
    else:
        assert played(readable(body)) == body


_BODIES = spoiled(st.sampled_from([b"{}", b'{"a":[1,2.0]}', gzip.compress(b"[]", mtime=0)])) | st.binary()

# Source of DAG files

_FILES = [
    path.read_bytes()
    for folder in ("dags", "tests/dag_integrity/good_dags")
    for path in sorted((ROOT / folder).glob("*.py"))
]
_LINES = sorted({line for file in _FILES for line in file.decode().splitlines()})
_SOURCES = (
    spoiled(st.sampled_from(_FILES)).map(lambda content: content.decode("utf-8", "surrogateescape"))
    | st.lists(st.sampled_from(_LINES), max_size=6).map("\n".join)
    | st.sampled_from(
        [
            "(" * 300,
            "x=" * 500 + "1",
            "-" * 5000 + "1",
            "a" + ".b" * 3000,
            "\ufeffx",
            "f'{" * 50,
            "if 1:\n" + " x",
            "1" * 5000,
        ]
    )
    | TEXTS
)


def read_source(text: str, _stage: None) -> None:
    """Every question about a source has an answer."""
    tree = source.syntax_tree(text)
    asked = (
        *(source.uncalled_dags, source.unbound_dags, source.sessions, source.imports_on_load, source.imported_names),
        *(source.context_reads, source.utc_file_names),
    )
    for question in asked:
        list(question(tree))
    list(source.imported_modules(source.executed(tree)))
    list(source.imported_modules(ast.walk(tree)))
    list(source.made_with(tree, "multiple_outputs"))
    list(source.utc_file_templates(text))


ENTRIES = [
    Entry("check.py", _CHECKED, checked, (Refused,), machine),
    Entry("make_env.py", _MAKING, made, (Refused,), machine),
    Entry("cassettes", _DAMAGES, clean, (Refused,), recorded, gate=60),
    Entry("bodies", _BODIES, kept),
    Entry("dag_source", _SOURCES, read_source, gate=60),
]
