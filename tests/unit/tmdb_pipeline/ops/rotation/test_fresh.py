import base64

import pytest

from deploy import check, make_env
from tmdb_pipeline.ops.rotation import fresh


def made():
    values = {name: make() for name, make in {**fresh.SIGNING, **fresh.PASSWORDS}.items()}
    return {**values, "FERNET_KEY": fresh.fernet_key()}


def test_new_values_may_be_used():
    """The stack's own check, which refuses what can be guessed, finds nothing in them."""
    others = {"ADMIN_PASSWORD": "of-nobody-here-1", "GRAFANA_PASSWORD": "of-nobody-here-2"}

    assert check.refused_secrets(made() | others) == []


def test_new_values_are_as_those_of_a_new_stack():
    """Of the same length, and each another every time."""
    stack, one, two = make_env.fresh_secrets(), made(), made()

    assert {name: len(value) for name, value in one.items()} == {name: len(stack[name]) for name in one}
    assert {name for name in one if one[name] == two[name]} == set()


def test_verifier_is_the_one_of_the_standard():
    """The example of RFC 7677: what the server keeps of the password ``pencil``."""
    told = fresh.verifier("pencil", base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="))

    assert told == (
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
        "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    )
    assert fresh.verifier("pencil") != fresh.verifier("pencil")


def test_passwords_are_in_no_statement():
    """Every role is there, and what Postgres keeps of its password."""
    values = {name: make() for name, make in fresh.PASSWORDS.items()}

    told = fresh.statements(values)

    assert not any(value in told for value in values.values())
    assert all(f"('{role}', 'SCRAM-SHA-256$4096:" in told for role in fresh.ROLES)
    assert told.endswith("\\gexec\n")


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        (
            "0123456789abcdefABCDEF0123456789",
            {"TMDB_READ_TOKEN": "", "TMDB_API_KEY": "0123456789abcdefABCDEF0123456789"},
        ),
        ("0" * 33, {"TMDB_READ_TOKEN": "0" * 33, "TMDB_API_KEY": ""}),
        ("eyJ.x.y", {"TMDB_READ_TOKEN": "eyJ.x.y", "TMDB_API_KEY": ""}),
    ],
)
def test_key_of_tmdb_goes_where_it_belongs(key, settings):
    """By its form; that of the other kind is out of use."""
    assert fresh.tmdb(key) == settings
