"""The folder of the stack: ``compose.yaml``, and the settings in ``.env``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tmdb_pipeline.ops.errors import NoStack

#: The variable that names the folder, and those that Compose reads.
FOLDER, FILES, ENV_FILES = "TMDB_STACK_FOLDER", "COMPOSE_FILE", "COMPOSE_ENV_FILES"
_HOW = "change to the folder of the project, or name it with --folder"


@dataclass(frozen=True, slots=True)
class StackFolder:
    """Where the stack is declared.

    Attributes:
        path: absolute.
        files: those that say what is set, the last of which wins.
        settings: what Compose fills into ``compose.yaml``: the environment, over ``.env``. It holds secrets.
    """

    path: Path
    files: Sequence[Path]
    settings: Mapping[str, str] = field(repr=False)

    @classmethod
    def find(cls, named: Path | None, environ: Mapping[str, str]) -> Self:
        """The folder that is named, or else the working folder or the nearest one above it that has a stack.

        Raises:
            NoStack: there is none, or it has no settings.
        """
        start = (named or Path(environ.get(FOLDER) or ".")).expanduser().absolute()
        is_named = named is not None or bool(environ.get(FOLDER))
        places = [start] if is_named or environ.get(FILES) else [start, *start.parents]
        path = next((place for place in places if environ.get(FILES) or (place / "compose.yaml").is_file()), None)
        if path is None or not path.is_dir():
            raise NoStack(f"There is no compose.yaml in {start}: {_HOW}.")
        files = [path / name for name in (environ.get(ENV_FILES) or ".env").split(",")]
        return cls(path, files, {**_settings(files), **environ})


def _settings(files: Sequence[Path]) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in files:
        try:
            found |= parse(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise NoStack(f"There is no {file}: make one with python3 deploy/make_env.py, or {_HOW}.") from None
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
            raise NoStack(f"{file} cannot be read: {why}. Mend that, or run this as who made it.") from None
    return found


def parse(text: str) -> dict[str, str]:
    """The settings of an env file, as Compose reads those that ``make_env.py`` writes."""
    lines = (line.strip().removeprefix("export ") for line in text.splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): _unquoted(value.strip()) for name, value in pairs}


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value.partition(" #")[0].rstrip()
