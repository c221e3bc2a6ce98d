import hashlib
import random
import subprocess
import tarfile

import pytest

from tmdb_pipeline.ops.backup.archives.archive import Archive, Writer
from tmdb_pipeline.ops.backup.archives.manifest import FORMAT
from tmdb_pipeline.ops.backup.errors import ArchiveRefused

SEED = 13
MEMBERS = {"metadata.dump": b"a dump" * 1000, "empty": b"", "data-root.json": b"[]" * 256}


@pytest.fixture
def path(tmp_path, describe):
    """A whole archive."""
    path = tmp_path / "backup.tar"
    with path.open("xb+") as file:
        writer = Writer(file)
        for name, content in MEMBERS.items():
            with writer.member(name) as write:
                for at in range(0, len(content), 999):
                    write(content[at : at + 999])
        writer.finish(describe)
    return path


def opened_whole(path):
    archive = Archive(path)
    archive.verify()
    return archive


def test_archive_gives_back_what_was_put_in(path):
    """Each member has the bytes that were written, and the manifest names all of them by size and digest."""
    archive = opened_whole(path)

    assert {name: archive.read(name) for name in MEMBERS} == MEMBERS
    known = {member.name: (member.size, member.sha256) for member in archive.manifest.members}
    assert known.pop("tmdb-pipeline-backup.txt")
    assert known == {name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in MEMBERS.items()}
    assert archive.size == path.stat().st_size
    assert [archive.has(name) for name in ("empty", "secrets.json")] == [True, False]


def test_any_tar_opens_it(path, tmp_path):
    """Who has lost this program reads all of it with tar, which complains of nothing."""
    told = subprocess.run(["tar", "-C", tmp_path, "-xvf", path], capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["tmdb-pipeline-backup.txt", *MEMBERS, "manifest.json", "SHA256"]
    assert told.stderr == ""
    assert (tmp_path / "metadata.dump").read_bytes() == MEMBERS["metadata.dump"]
    assert "pg_restore" in (tmp_path / "tmdb-pipeline-backup.txt").read_text()


def test_sizes_that_need_another_form_of_number_are_written(tmp_path):
    """A member of more than 8 GiB has a size that plain octal digits do not hold."""
    info = tarfile.TarInfo("metadata.dump")
    info.size = 9 * 2**30

    assert tarfile.TarInfo.frombuf(info.tobuf(tarfile.GNU_FORMAT), "utf-8", "strict").size == 9 * 2**30


def test_byte_that_flipped_is_found_wherever_it_is(path):
    """Of 200 random bytes, in headers, padding, members, manifest and seal, none can be another one unnoticed."""
    rng, whole = random.Random(SEED), path.read_bytes()
    places = {rng.randrange(len(whole)) for _ in range(200)} | {*range(len(whole) - 2048, len(whole), 97)}
    for place in sorted(places):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        with pytest.raises(ArchiveRefused, match=r"backup\.tar"):
            opened_whole(path)

    path.write_bytes(whole)
    opened_whole(path)


def test_every_byte_of_the_seal_counts(path):
    """The end of the file, which the digest cannot cover, has to be what follows from it, byte for byte."""
    whole = path.read_bytes()
    for place in range(len(whole) - 2048, len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(ArchiveRefused):
            opened_whole(path)


@pytest.mark.parametrize("kept", [0, 1, 511, 512, 2047, 2048, 5000, -1, -512, -2048])
def test_file_that_is_cut_off_is_refused(path, kept):
    """However much of it is there."""
    path.write_bytes(path.read_bytes()[:kept])

    with pytest.raises(ArchiveRefused, match="damaged"):
        opened_whole(path)


@pytest.mark.parametrize("more", [b"\0", bytes(512), b"more"])
def test_file_that_has_grown_is_refused(path, more):
    """A tar may have zeros at its end; a backup has just its own."""
    path.write_bytes(path.read_bytes() + more)

    with pytest.raises(ArchiveRefused, match="damaged"):
        opened_whole(path)


def test_file_of_another_program_is_refused(tmp_path):
    """A tar of somebody else's is no damaged backup."""
    foreign = tmp_path / "foreign.tar"
    with tarfile.open(foreign, "w") as tar:
        tar.addfile(tarfile.TarInfo("hello"))

    with pytest.raises(ArchiveRefused, match=r"foreign\.tar is no backup of tmdb-pipeline"):
        Archive(foreign)


def test_file_that_is_not_there_is_refused(tmp_path):
    """By its name, and why."""
    with pytest.raises(ArchiveRefused, match=r"none\.tar cannot be read: No such file"):
        Archive(tmp_path / "none.tar")


def test_archive_that_vanishes_while_it_is_read_is_refused(path):
    """As one that is damaged is: in a sentence."""
    archive = Archive(path)
    path.unlink()

    for read in (archive.verify, lambda: archive.read("empty")):
        with pytest.raises(ArchiveRefused, match="cannot be read: No such file"):
            read()


def test_member_that_changed_since_it_was_proved_is_refused(path):
    """What is restored is proved again while it is read."""
    archive = opened_whole(path)
    member = next(member for member in archive.manifest.members if member.name == "metadata.dump")
    with path.open("rb+") as file:
        file.seek(member.at)
        file.write(b"x")

    with pytest.raises(ArchiveRefused, match="damaged"):
        archive.read("metadata.dump")


def test_member_that_was_cut_since_it_was_proved_is_refused(path):
    """The same for one that has lost its end."""
    archive = opened_whole(path)
    with path.open("rb+") as file:
        file.truncate(600)

    with pytest.raises(ArchiveRefused, match="damaged"):
        archive.read("metadata.dump")


def test_archive_of_a_newer_version_is_refused(tmp_path, describe):
    """Whole or not, this version does not know what is in it."""
    path = tmp_path / "newer.tar"
    with path.open("xb+") as file:
        Writer(file).finish(lambda members: describe(members, format=FORMAT + 1))

    with pytest.raises(ArchiveRefused, match="made by a newer tmdb-pipeline"):
        Archive(path)


def test_manifest_that_is_none_is_refused(tmp_path, describe):
    """A file that is whole but describes itself in another way is not ours to read."""
    path = tmp_path / "odd.tar"
    with path.open("xb+") as file:
        Writer(file).finish(lambda members: {"format": 1})

    with pytest.raises(ArchiveRefused, match="damaged"):
        Archive(path)
