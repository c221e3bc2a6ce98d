from dataclasses import replace

import pytest

from tmdb_pipeline.settings import Credential, MissingKey, Settings, SettingsError

KEY = "0123456789abcdef0123456789abcdef"


def test_defaults_are_the_korean_ones():
    """An empty environment gives TMDB itself, Korean texts, the Korean region and TMDB's limits."""
    settings = Settings.from_environment({})

    assert settings == Settings(
        credential=None,
        base_url="https://api.themoviedb.org/3",
        language="ko-KR",
        region="KR",
        data_root="data",
        requests_per_second=40.0,
        connections=20,
        exports_url="",
        locale="ko",
    )
    assert settings.exports_address == "https://files.tmdb.org/p/exports"


def test_every_setting_is_read():
    """Each variable reaches its setting; blanks around a value and a slash behind the address do not matter."""
    settings = Settings.from_environment(
        {
            "TMDB_API_KEY": f" {KEY}\n",
            "TMDB_BASE_URL": "http://127.0.0.1:8080/3/",
            "TMDB_LANGUAGE": "en-US",
            "TMDB_REGION": "US",
            "TMDB_DATA_ROOT": "s3://bucket/prefix",
            "TMDB_REQUESTS_PER_SECOND": "12.5",
            "TMDB_CONNECTIONS": "3",
            "TMDB_EXPORTS_URL": "http://127.0.0.1:9090/exports/",
            "TMDB_LOCALE": "en",
            "TMDB_ML_PERMISSION": " Kim of TMDB, 2026-11-02 ",
        }
    )

    assert settings == Settings(
        *(Credential("api_key", KEY), "http://127.0.0.1:8080/3", "en-US", "US", "s3://bucket/prefix", 12.5, 3),
        exports_url="http://127.0.0.1:9090/exports",
        locale="en",
        ml_permission="Kim of TMDB, 2026-11-02",
    )


def test_read_token_is_preferred():
    """With both credentials set the read token is used: it stays out of the query."""
    settings = Settings.from_environment({"TMDB_API_KEY": KEY, "TMDB_READ_TOKEN": "eyJ.token"})

    assert settings.require_credential() == Credential("read_token", "eyJ.token")


@pytest.mark.parametrize("environ", [{}, {"TMDB_API_KEY": "", "TMDB_READ_TOKEN": "  "}])
def test_missing_key_says_what_to_set(environ):
    """No key, or a blank one, is one message that names what to set."""
    with pytest.raises(MissingKey, match=r"^No TMDB key is set: set TMDB_READ_TOKEN .* or TMDB_API_KEY"):
        Settings.from_environment(environ).require_credential()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TMDB_LOCALE", "ko-KR"),
        ("TMDB_ML_PERMISSION", "yes"),
        ("TMDB_ML_PERMISSION", "2026-11-02"),
        ("TMDB_ML_PERMISSION", "Kim of TMDB"),
        ("TMDB_ML_PERMISSION", "Kim of TMDB, 2026-02-30"),
        ("TMDB_ML_PERMISSION", "Kim of TMDB,\n2026-11-02"),
        ("TMDB_BASE_URL", "api.themoviedb.org/3"),
        ("TMDB_BASE_URL", "ftp://api.themoviedb.org/3"),
        ("TMDB_BASE_URL", "https://user:secret@host/3"),
        ("TMDB_BASE_URL", "https://host/3?api_key=x"),
        ("TMDB_BASE_URL", "https://host/3#x"),
        ("TMDB_BASE_URL", "https://host/3?"),
        ("TMDB_BASE_URL", "http://[::1/3"),
        ("TMDB_BASE_URL", "http://host:99999/3"),
        ("TMDB_BASE_URL", "http://host:port/3"),
        ("TMDB_BASE_URL", "https:///3"),
        ("TMDB_BASE_URL", "https://api..themoviedb.org/3"),
        ("TMDB_BASE_URL", "https://.api.example/3"),
        ("TMDB_BASE_URL", "https://api.example../3"),
        ("TMDB_BASE_URL", "https://./3"),
        ("TMDB_BASE_URL", f"https://{'a' * 64}.example/3"),
        ("TMDB_BASE_URL", f"https://{'a.' * 127}a/3"),
        ("TMDB_BASE_URL", "https://\ud55c\u200b\u0001.example/3"),
        ("TMDB_BASE_URL", "https://api_example!/3"),
        ("TMDB_BASE_URL", "https://*.example/3"),
        ("TMDB_BASE_URL", "https://api example/3"),
        ("TMDB_BASE_URL", "https://api.example/3 /4"),
        ("TMDB_BASE_URL", "https://api.example/3\t4"),
        ("TMDB_BASE_URL", "https://api.example\\3"),
        ("TMDB_BASE_URL", "https://[::g]/3"),
        ("TMDB_BASE_URL", "https://host:0/3"),
        ("TMDB_BASE_URL", "http://api.themoviedb.org/3"),
        ("TMDB_BASE_URL", "http://api.tmdb.org/3"),
        ("TMDB_BASE_URL", "http://API.TMDB.org.:80/3"),
        ("TMDB_BASE_URL", "HTTP://api.themoviedb.org/3"),
        ("TMDB_BASE_URL", "http://themoviedb.org/3"),
        ("TMDB_EXPORTS_URL", "files.tmdb.org/p/exports"),
        ("TMDB_EXPORTS_URL", "https://user:secret@host/p"),
        ("TMDB_EXPORTS_URL", "https://host/p?x=1"),
        ("TMDB_LANGUAGE", "Korean"),
        ("TMDB_REGION", "kr"),
        ("TMDB_REQUESTS_PER_SECOND", "0"),
        ("TMDB_REQUESTS_PER_SECOND", "nan"),
        ("TMDB_REQUESTS_PER_SECOND", "51"),
        ("TMDB_REQUESTS_PER_SECOND", "fast"),
        ("TMDB_CONNECTIONS", "0"),
        ("TMDB_CONNECTIONS", "21"),
        ("TMDB_CONNECTIONS", "many"),
        ("TMDB_CONNECTIONS", "2.9"),
        ("TMDB_CONNECTIONS", "inf"),
        ("TMDB_CONNECTIONS", "nan"),
    ],
)
def test_unusable_value_names_its_setting(name, value):
    """A value that cannot be used is refused with a message that begins with the variable's name."""
    with pytest.raises(SettingsError, match=f"^{name}"):
        Settings.from_environment({name: value})


@pytest.mark.parametrize(
    "address",
    [
        "https://api.themoviedb.org/3",
        "https://api.tmdb.org/3",
        "http://fake_tmdb:8080/3",
        "http://notthemoviedb.org/3",
        "http://themoviedb.org.example/3",
        "http://[::1]:8080/3",
        "http://127.0.0.1/3",
        "https://api.example./3",
        "https://\ud55c\uad6d.example/3",
        f"https://{'a' * 63}.example/3",
    ],
)
def test_address_that_can_be_used_is_taken(address):
    """Both hosts of TMDB with TLS, other hosts with or without it, and every form of a host."""
    assert Settings.from_environment({"TMDB_BASE_URL": address}).base_url == address


def test_key_never_goes_to_tmdb_in_the_clear():
    """The sentence about TMDB's own host without TLS says what to change."""
    with pytest.raises(SettingsError) as refused:
        Settings(base_url="http://api.tmdb.org/3")

    assert str(refused.value) == (
        "TMDB_BASE_URL would send the key to TMDB itself without TLS: give it with https:// in front."
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TMDB_READ_TOKEN", KEY, "holds a v3 key (32 characters, 0 to 9 and a to f): put it into TMDB_API_KEY."),
        (
            "TMDB_READ_TOKEN",
            KEY.upper(),
            "holds a v3 key (32 characters, 0 to 9 and a to f): put it into TMDB_API_KEY.",
        ),
        (
            "TMDB_API_KEY",
            "eyJh.eyJh.x-_",
            "holds a read token (long, in three parts with dots between them): put it into TMDB_READ_TOKEN.",
        ),
        ("TMDB_API_KEY", f"Bearer {KEY}", "begins with the word Bearer: give what follows it, without that word."),
        ("TMDB_READ_TOKEN", "bearer eyJh.a.b", "begins with the word Bearer: give what follows it, without that word."),
        (
            "TMDB_READ_TOKEN",
            "Bearer\teyJh.a.b",
            "begins with the word Bearer: give what follows it, without that word.",
        ),
        ("TMDB_READ_TOKEN", '"eyJh.a.b"', "has quotes around it: give it without them."),
        ("TMDB_API_KEY", f"'{KEY}'", "has quotes around it: give it without them."),
        ("TMDB_API_KEY", f"'{KEY}", "has quotes around it: give it without them."),
        ("TMDB_API_KEY", f"{KEY}`", "has quotes around it: give it without them."),
        ("TMDB_API_KEY", f"\u201c{KEY}\u201d", "has quotes around it: give it without them."),
        (
            *("TMDB_API_KEY", f"{KEY[:16]} {KEY[16:]}"),
            "holds blanks or characters that no key has: copy it again from themoviedb.org, Settings, API.",
        ),
    ],
)
def test_credential_of_another_form_names_its_variable(name, value, sentence):
    """Keys in each other's place, in quotes or with Bearer in front are named before any request, and never shown."""
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({name: value})

    assert str(refused.value) == f"{name} {sentence}"


@pytest.mark.parametrize(
    "credential",
    [
        Credential("api_key", KEY),
        Credential("api_key", "fake0000tmdb0000fake0000tmdb0000"),
        Credential("read_token", "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiIifQ.c2lnbmF0dXJl-_"),
        Credential("read_token", "Bearer-of-news"),
        Credential("read_token", "whatever.a-fake/takes+for=one"),
        Credential("api_key", "eyJ0"),
    ],
    ids=lambda credential: credential.secret,
)
def test_credential_that_may_be_one_is_taken(credential):
    """Real ones are taken, and whatever a fake may have for one."""
    assert Settings(credential).require_credential() == credential


@pytest.mark.parametrize(
    ("given", "meant"),
    [("~", "{}"), ("~/data", "{}/data"), ("s3://bucket/~/x", "s3://bucket/~/x"), ("./~x", "./~x"), ("a/~", "a/~")],
)
def test_tilde_at_the_start_of_the_data_root_is_the_home_folder(monkeypatch, tmp_path, given, meant):
    """A ``~`` that no shell has expanded, as in a .env, means what it means in a shell; anywhere else it is a name."""
    monkeypatch.setenv("HOME", str(tmp_path))

    settings = Settings.from_environment({"TMDB_DATA_ROOT": given})

    assert settings.data_root == meant.format(tmp_path)


def test_home_folder_that_nobody_knows_is_refused():
    """A ``~`` that stands for no folder is not taken for the name of one."""
    with pytest.raises(SettingsError) as refused:
        Settings(data_root="~no-such-user/data")

    assert str(refused.value) == (
        "TMDB_DATA_ROOT='~no-such-user/data' names a home folder that is not known: give the whole path of the folder."
    )


def test_blank_data_root_is_refused():
    """An empty data root, which the environment cannot give but a Connection can, is refused."""
    with pytest.raises(SettingsError, match="TMDB_DATA_ROOT"):
        Settings(data_root=" ")


@pytest.mark.parametrize("secret", ["two words", "", "한글", "a\nb", "tab\t"])
def test_unusable_secret_is_refused_without_being_shown(secret):
    """A secret that no header could carry is refused, and the sentence does not repeat it."""
    with pytest.raises(SettingsError, match=r"^TMDB_READ_TOKEN .* copy it again") as refused:
        Credential("read_token", secret)

    assert not secret or secret not in str(refused.value)


def test_secret_is_not_in_the_representation():
    """Printing settings does not print the key."""
    settings = Settings(Credential("api_key", KEY))

    assert KEY not in repr(settings)


def test_share_divides_the_limits():
    """Two tasks that run at once get half of the address's limits each, and never less than one connection."""
    settings = Settings(connections=3)

    shared = settings.share(2)

    assert (shared.requests_per_second, shared.connections) == (20.0, 1)
    assert settings.share(20).connections == 1


@pytest.mark.parametrize(
    ("base_url", "exports_url", "address"),
    [
        ("https://api.themoviedb.org/3", "", "https://files.tmdb.org/p/exports"),
        ("https://api.tmdb.org/3", "", "https://files.tmdb.org/p/exports"),
        ("http://127.0.0.1:8080/3", "", "http://127.0.0.1:8080/p/exports"),
        ("https://fake.example/some/3", "", "https://fake.example/p/exports"),
        ("http://[::1]:8080/3", "", "http://[::1]:8080/p/exports"),
        ("https://themoviedb.org.example/3", "", "https://themoviedb.org.example/p/exports"),
        ("https://api.themoviedb.org/3", "https://mirror.example/x", "https://mirror.example/x"),
        ("http://127.0.0.1:8080/3", "http://127.0.0.1:9090/x", "http://127.0.0.1:9090/x"),
        ("https://api.themoviedb.org/3", "http://files.tmdb.org/p/exports", "http://files.tmdb.org/p/exports"),
    ],
)
def test_exports_lie_beside_the_api_unless_it_is_said_where(base_url, exports_url, address):
    """Of TMDB the exports are TMDB's, of any other host that host's own; what is set wins."""
    assert Settings(base_url=base_url, exports_url=exports_url).exports_address == address


def test_exports_follow_a_base_url_that_is_set_later():
    """Where a Connection replaces the base URL by a fake's, the exports are the fake's, too."""
    settings = replace(Settings.from_environment({}), base_url="http://127.0.0.1:8080/3")

    assert settings.exports_address == "http://127.0.0.1:8080/p/exports"


def test_fake_api_with_exports_of_tmdb_is_refused():
    """What runs against a fake never asks TMDB for exports, whatever was left in the environment."""
    settings = Settings(base_url="http://127.0.0.1:8080/3", exports_url="https://files.tmdb.org/p/exports")

    with pytest.raises(SettingsError) as raised:
        _ = settings.exports_address

    assert str(raised.value) == (
        "TMDB_EXPORTS_URL is TMDB's own, while TMDB_BASE_URL leads to '127.0.0.1:8080': leave it out to ask that host "
        "for exports, too, or give both of TMDB."
    )
