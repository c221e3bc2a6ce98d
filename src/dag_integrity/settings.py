"""``[tool.dag_integrity]`` in ``pyproject.toml``."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from dag_integrity.checks import CHECKS
from dag_integrity.config import Config, Level
from dag_integrity.loading import Limits
from dag_integrity.targets import NothingToLintError


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What a project says of its DAGs, once for all runs; the command line says it anew."""

    #: What is linted where the command names nothing; from the file's folder.
    paths: list[str] = []
    zone: str | None = None
    pools: list[str] | None = None
    #: Packages that are too slow to import at each parse, beside those that are known to be.
    heavy: list[str] = []
    #: Seconds that a file may take before slow_parse finds it.
    slow: Annotated[float, Meta(gt=0)] = Config.slow
    level: Level = Level.WARNING
    fail_on: Level = Level.ERROR
    levels: dict[str, Level] = {}
    select: list[str] = []
    skip: list[str] = []
    variables: dict[str, Any] = {}
    connections: dict[str, str] = {}
    #: Seconds and megabytes that one file may take.
    timeout: Annotated[float, Meta(gt=0)] = Limits.seconds
    memory: Annotated[float, Meta(ge=512)] = Limits.megabytes
    stub_missing: bool = False
    baseline: str | None = None

    @property
    def config(self) -> Config:
        """What the checks are told."""
        return Config(
            zone=self.zone,
            pools=None if self.pools is None else frozenset(self.pools),
            heavy=Config.heavy | set(self.heavy),
            slow=self.slow,
            level=self.level,
            levels=self.levels,
            select=frozenset(self.select),
            skip=frozenset(self.skip),
        )

    @property
    def limits(self) -> Limits:
        """What the parser is told."""
        return Limits(
            seconds=self.timeout,
            megabytes=self.memory,
            variables={key: _text(value) for key, value in self.variables.items()},
            connections=self.connections,
            stub_missing=self.stub_missing,
        )


def read(start: Path) -> tuple[Settings, Path]:
    """The settings of the nearest ``pyproject.toml`` that has some, and its folder; none where there is no such file.

    Raises:
        NothingToLintError: they are not what settings can be.
    """
    for folder in [start, *start.parents]:
        file = folder / "pyproject.toml"
        if not file.is_file():
            continue
        try:
            given = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("dag_integrity")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise NothingToLintError(f"{file} cannot be read ({error}): mend it.") from None
        if given is not None:
            return _checked(given, file), folder
    return Settings(), start


def _checked(given: Mapping[str, Any], file: Path) -> Settings:
    try:
        settings = msgspec.convert({key.replace("_", "-"): value for key, value in given.items()}, Settings)
    except msgspec.ValidationError as error:
        raise NothingToLintError(f"[tool.dag_integrity] in {file} is wrong ({error}): correct it.") from None
    unknown = sorted({*settings.levels, *settings.select, *settings.skip} - CHECKS.keys())
    if unknown:
        raise NothingToLintError(
            f"[tool.dag_integrity] in {file} names {', '.join(unknown)}, which is no check: "
            f"give some of {', '.join(CHECKS)}."
        )
    return settings


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
