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
    )


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
        }
    )

    assert settings == Settings(
        Credential("api_key", KEY), "http://127.0.0.1:8080/3", "en-US", "US", "s3://bucket/prefix", 12.5, 3
    )


def test_read_token_is_preferred():
    """With both credentials set the read token is used: it stays out of the query."""
    settings = Settings.from_environment({"TMDB_API_KEY": KEY, "TMDB_READ_TOKEN": "eyJ.token"})

    assert settings.require_credential() == Credential("read_token", "eyJ.token")


@pytest.mark.parametrize("environ", [{}, {"TMDB_API_KEY": "", "TMDB_READ_TOKEN": "  "}])
def test_missing_key_says_what_to_set(environ):
    """No key, or a blank one, is one sentence that names what to set."""
    with pytest.raises(MissingKey, match=r"^No TMDB key is set: set TMDB_READ_TOKEN .* or TMDB_API_KEY"):
        Settings.from_environment(environ).require_credential()


@pytest.mark.parametrize(
    ("name", "value"),
    [
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
    """A value that cannot be used is refused with a sentence that begins with the variable's name."""
    with pytest.raises(SettingsError, match=f"^{name}"):
        Settings.from_environment({name: value})


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
    with pytest.raises(SettingsError, match="copy it again") as refused:
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
