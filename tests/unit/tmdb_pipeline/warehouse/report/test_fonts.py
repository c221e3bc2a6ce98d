import sys

import pytest

from tmdb_pipeline.warehouse.report.fonts import choose, wheel_fonts


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """A wheel of fonts whose code must not run."""
    folder = tmp_path / "koreanize_matplotlib"
    (folder / "fonts").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('needs distutils')", encoding="utf-8")
    for name in ("NanumGothicBold.ttf", "NanumGothic.ttf", "README"):
        (folder / "fonts" / name).write_bytes(b"")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "koreanize_matplotlib", raising=False)


def test_fonts_of_the_wheel_are_found_without_running_it(wheel):
    """Its code needs a module that Python 3.12 no longer has."""
    assert [file.name for file in wheel_fonts()] == ["NanumGothic.ttf", "NanumGothicBold.ttf"]


def test_without_the_wheel_there_are_none(monkeypatch):
    """Then a font of the system may do."""
    monkeypatch.setattr(sys, "path", [])

    assert wheel_fonts() == []


def test_module_of_that_name_that_is_no_folder_has_none(monkeypatch, tmp_path):
    """Somebody else's module of that name is left alone."""
    (tmp_path / "koreanize_matplotlib.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])

    assert wheel_fonts() == []


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (["DejaVu Sans"], None),
        (["Malgun Gothic", "NanumGothic"], "NanumGothic"),
        (["Noto Sans CJK KR"], "Noto Sans CJK KR"),
    ],
)
def test_first_family_with_korean_letters_is_taken(known, expected):
    """The one of the wheel before those of systems; of others none, for they would draw boxes."""
    assert choose(known) == expected
