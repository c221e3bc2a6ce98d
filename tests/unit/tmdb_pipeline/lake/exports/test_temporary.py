import tempfile

import pytest

from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.exports.temporary import temporary_folder, writing


def test_folder_is_gone_afterwards():
    """The folder is there for as long as it is needed, also where that ends in an error."""
    folders = []

    def use():
        with temporary_folder() as folder:
            folders.append(folder)
            (folder / "file").write_text("x")
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        use()

    assert not folders[0].exists()


def test_missing_place_for_it_is_one_message(monkeypatch, tmp_path):
    """Where no temporary folder can be made, the message names the place and what to set."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))

    with pytest.raises(LakeError) as raised:
        temporary_folder().__enter__()

    assert str(raised.value) == (
        f"The temporary folder {tmp_path / 'gone'} cannot be written: No such file or directory. Nothing in the lake "
        "has changed; make room or set TMPDIR to a folder with 200 MB of it, then run again."
    )


def test_other_errors_go_through():
    """What is no trouble with the folder keeps its type, unless it is named as such."""
    with pytest.raises(KeyError), writing():
        raise KeyError("x")
    with pytest.raises(LakeError, match="cannot be written: no room"), writing(LookupError):
        raise IndexError("no room.\nThe rest.")
