from pathlib import Path

import pytest

from dag_integrity.config import Config, Level
from dag_integrity.loading import Limits
from dag_integrity.settings import Settings, read
from dag_integrity.targets import NothingToLintError

ALL = """
[tool.dag_integrity]
paths = ["dags"]
zone = "Asia/Seoul"
pools = ["tmdb_api"]
heavy = ["duckdb"]
slow = 5
level = "advice"
fail-on = "warning"
levels = { tags = "error" }
select = ["owner"]
skip = ["email"]
variables = { pages = "3", tables = ["movie"] }
connections = { tmdb = "http://tmdb.example" }
timeout = 60
memory = 1024
stub_missing = true
"""


def test_every_setting_reaches_checks_and_parser(tmp_path):
    """As it is written, in either spelling; a Variable that is no text is JSON."""
    (tmp_path / "pyproject.toml").write_text(ALL)
    (tmp_path / "below").mkdir()

    settings, root = read(tmp_path / "below")

    assert root == tmp_path
    assert (settings.paths, settings.fail_on) == (["dags"], Level.WARNING)
    assert settings.config == Config(
        zone="Asia/Seoul",
        pools=frozenset({"tmdb_api"}),
        heavy=Config.heavy | {"duckdb"},
        slow=5,
        level=Level.ADVICE,
        levels={"tags": Level.ERROR},
        select=frozenset({"owner"}),
        skip=frozenset({"email"}),
    )
    assert settings.limits == Limits(
        seconds=60,
        megabytes=1024,
        variables={"pages": "3", "tables": '["movie"]'},
        connections={"tmdb": "http://tmdb.example"},
        stub_missing=True,
    )


def test_without_settings_there_are_defaults(tmp_path):
    """A file of another project's tools says nothing, nor does one that is not there."""
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n")

    settings, _ = read(tmp_path)

    assert settings == Settings()
    assert settings.config == Config()
    assert settings.limits == Limits()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.dag_integrity]\nzones = 'x'\n", "contains unknown field `zones`"),
        ("[tool.dag_integrity]\nlevel = 'bad'\n", "Invalid enum value 'bad'"),
        ("[tool.dag_integrity]\nslow = 0\n", "Expected `float` > 0"),
        ("[tool.dag_integrity]\nskip = ['nosuch']\n", "names nosuch, which is no check: give some of import_errors, "),
        ("[tool.dag_integrity\n", "cannot be read"),
    ],
)
def test_wrong_settings_are_one_sentence(tmp_path, text, said):
    """It names the file and what is wrong in it."""
    (tmp_path / "pyproject.toml").write_text(text)

    with pytest.raises(NothingToLintError) as told:
        read(tmp_path)

    assert said in str(told.value)
    assert str(tmp_path / "pyproject.toml") in str(told.value)


def test_readme_tells_every_setting():
    """Nobody has to read the code for their names."""
    readme = (Path(__file__).parents[3] / "src" / "dag_integrity" / "README.md").read_text(encoding="utf-8")

    names = [name.replace("_", "-") for name in Settings.__struct_fields__]
    assert [name for name in names if f"`{name}`" not in readme] == []
