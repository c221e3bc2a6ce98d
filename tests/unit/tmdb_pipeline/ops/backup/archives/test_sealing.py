import msgspec
import pytest

from tmdb_pipeline.ops.backup.archives.sealing import fingerprint, seal, unseal
from tmdb_pipeline.ops.backup.errors import ArchiveRefused
from tmdb_pipeline.ops.errors import Misused

SECRETS = {"FERNET_KEY": "geheim-0123", "ADMIN_PASSWORD": "비밀번호"}
PASSPHRASE = "a long passphrase 열쇠"


def test_secrets_come_back_with_the_passphrase():
    """All of them, as they were; and two backups of the same secrets share no byte of them."""
    sealed, again = seal(SECRETS, PASSPHRASE), seal(SECRETS, PASSPHRASE)

    assert unseal(sealed, PASSPHRASE) == SECRETS
    assert msgspec.json.decode(sealed)["sealed"] != msgspec.json.decode(again)["sealed"]


def test_nothing_of_them_is_to_be_read_without_it():
    """Neither a value nor a name stands in the file, and another passphrase is refused."""
    sealed = seal(SECRETS, PASSPHRASE)

    assert not any(text.encode() in sealed for text in (*SECRETS, *SECRETS.values()))
    with pytest.raises(ArchiveRefused, match="The passphrase is not the one"):
        unseal(sealed, PASSPHRASE + ".")


def test_passphrase_that_can_be_guessed_is_refused():
    """Before anything is made with it."""
    with pytest.raises(Misused, match="fewer than 12 characters"):
        seal(SECRETS, "elf Zeichen")


def test_key_is_known_again_without_being_told():
    """A fingerprint is the same for the same key alone, and holds nothing of it."""
    assert fingerprint("one") == fingerprint("one") != fingerprint("other")
    assert "one" not in fingerprint("one")
