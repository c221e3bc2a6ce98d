import re
import stat

import pytest
from support import no_file_larger_than

from deploy import check, make_env
from fake_tmdb.http.keys import DEFAULT_READ_TOKEN

EXAMPLE = (make_env.ROOT / ".env.example").read_text(encoding="utf-8")


def values(text):
    """The settings of an env file."""
    return dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


def test_the_example_marks_every_secret():
    """Exactly the secrets that are checked are marked in the example, and made anew."""
    marked = {name for name, value in values(EXAMPLE).items() if value == "change-me"}

    assert marked == set(make_env.fresh_secrets()) == set(check._RULES)


def test_secrets_are_new_each_time():
    """Two machines never share a secret."""
    first, second = make_env.fresh_secrets(), make_env.fresh_secrets()

    assert not set(first.values()) & set(second.values())
    assert {name: len(secret) for name, secret in first.items()} == {
        "ADMIN_PASSWORD": 24,
        "POSTGRES_PASSWORD": 32,
        "WAREHOUSE_OWNER_PASSWORD": 32,
        "WAREHOUSE_LOADER_PASSWORD": 32,
        "WAREHOUSE_READER_PASSWORD": 32,
        "REDIS_PASSWORD": 32,
        "GRAFANA_PASSWORD": 24,
        "FERNET_KEY": 44,
        "JWT_SECRET": 86,
        "API_SECRET_KEY": 43,
    }


def test_filling_keeps_everything_else():
    """Only the lines that were asked for change; comments and order stay."""
    assert make_env.fill("# a\nA=1\n\nB=2\n", {"B": "x=y"}) == "# a\nA=1\n\nB=x=y\n"


def test_a_value_without_a_line_is_an_error():
    """A setting that the example forgot is noticed here, and not on somebody's machine."""
    with pytest.raises(ValueError, match=r"^There is no line for C, D in \.env\.example\.$"):
        make_env.fill("A=1\n", {"C": "3", "D": "4"})


def test_the_fake_is_given_its_own_token():
    """The invented token here is the one that the fake takes."""
    assert make_env.FAKE_TOKEN == DEFAULT_READ_TOKEN


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], {"COMPOSE_PROFILES": "", "EXECUTOR": "LocalExecutor", "TMDB_BASE_URL": "", "TMDB_READ_TOKEN": ""}),
        (
            ["--fake", "--celery", "--monitoring"],
            {
                "COMPOSE_PROFILES": "fake,celery,monitoring",
                "STATSD_ON": "True",
                "EXECUTOR": "CeleryExecutor",
                "TMDB_BASE_URL": "http://fake-tmdb:8080/3",
                "TMDB_READ_TOKEN": DEFAULT_READ_TOKEN,
            },
        ),
    ],
)
def test_profiles_get_what_they_need(tmp_path, capsys, options, expected):
    """The file that is written suits the profiles that were asked for, and its secrets are accepted."""
    file = tmp_path / ".env"

    assert make_env.main([*options, "--out", str(file)]) == 0
    written = values(file.read_text(encoding="utf-8"))
    assert written.items() >= expected.items()
    assert check.refused_secrets(written) == []
    said = capsys.readouterr().out
    assert said == f"{file} is written. Sign in as admin with the ADMIN_PASSWORD in it.\n" + (
        "" if options else "Set TMDB_READ_TOKEN or TMDB_API_KEY in it, then run: docker compose up --build -d --wait\n"
    )
    assert not any(written[name] in said for name in make_env.fresh_secrets())


def test_the_file_is_its_owners_alone(tmp_path):
    """Nobody else on the machine can read the secrets."""
    file = tmp_path / ".env"
    make_env.main(["--out", str(file)])

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_kept(tmp_path, capsys):
    """Secrets in use are never overwritten: the database would be locked for good."""
    file = tmp_path / ".env"
    file.write_text("mine", encoding="utf-8")

    assert make_env.main(["--out", str(file)]) == 1
    assert file.read_text(encoding="utf-8") == "mine"
    assert capsys.readouterr().err == f"{file} is there already: remove it if you want new secrets.\n"


#: A .env of a version that had no warehouse, with a last line that is not ended.
EARLIER = "# mine\n" + re.sub(r"(WAREHOUSE_\w+_PASSWORD|TMDB_WAREHOUSE(_READER)?_URL)=.*\n", "", EXAMPLE).rstrip("\n")


def test_what_an_earlier_version_lacks_is_added(tmp_path, capsys):
    """Lines that are there stay as they are, secrets among the new ones are new; and the file is its owner's alone."""
    file = tmp_path / ".env"
    file.write_text(EARLIER, encoding="utf-8")

    status = make_env.main(["--add", "--out", str(file)])

    text = file.read_text(encoding="utf-8")
    names = [f"WAREHOUSE_{role}_PASSWORD" for role in ("OWNER", "LOADER", "READER")]
    names += ["TMDB_WAREHOUSE_URL", "TMDB_WAREHOUSE_READER_URL"]
    assert status == 0
    assert text.startswith(f"{EARLIER}\n\n# Added by make_env.py --add\n")
    assert values(text).keys() == values(EXAMPLE).keys()
    assert [len(values(text)[name]) for name in names] == [32, 32, 32, 0, 0]
    assert capsys.readouterr().out == f"{file} now has {', '.join(names)}.\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_nothing_is_added_twice(tmp_path, capsys):
    """A file that lacks nothing stays byte for byte."""
    file = tmp_path / ".env"
    make_env.main(["--out", str(file)])
    before = file.read_bytes()

    assert make_env.main(["--add", "--out", str(file)]) == 0
    assert file.read_bytes() == before
    assert capsys.readouterr().out.endswith(f"{file} lacks nothing.\n")


def test_nothing_can_be_added_to_what_is_no_text(tmp_path, capsys):
    """A file in another encoding is left alone."""
    file = tmp_path / ".env"
    file.write_bytes(b"A=\xff\n")

    assert make_env.main(["--add", "--out", str(file)]) == 2
    assert file.read_bytes() == b"A=\xff\n"
    assert capsys.readouterr().err == f"{file} is not text in UTF-8: save it in that encoding.\n"


def test_nothing_can_be_added_to_what_is_not_there(tmp_path, capsys):
    """Without a .env there is nothing of an earlier version."""
    assert make_env.main(["--add", "--out", str(tmp_path / ".env")]) == 2
    assert "cannot be written: No such file or directory." in capsys.readouterr().err


def test_file_lies_beside_the_example(tmp_path, monkeypatch):
    """Compose reads .env of the project's folder, so that is where it goes unless somebody says otherwise."""
    (tmp_path / ".env.example").write_text(EXAMPLE, encoding="utf-8")
    monkeypatch.setattr(make_env, "ROOT", tmp_path)

    assert make_env.main([]) == 0
    assert (tmp_path / ".env").is_file()


@pytest.mark.parametrize(("option", "profile"), [("--fake", "fake"), ("--celery", "celery")])
def test_one_profile_alone_is_possible(tmp_path, option, profile):
    """Neither option brings the other."""
    make_env.main([option, "--out", str(tmp_path / ".env")])

    written = values((tmp_path / ".env").read_text(encoding="utf-8"))
    assert written["COMPOSE_PROFILES"] == profile
    assert (written["EXECUTOR"] == "CeleryExecutor") is (profile == "celery")
    assert bool(written["TMDB_BASE_URL"]) is (profile == "fake")


@pytest.mark.parametrize(("uid", "expected"), [(0, "50000"), (1234, "1234")])
def test_files_belong_to_whoever_asks(tmp_path, monkeypatch, uid, expected):
    """Airflow runs as the user who made the file, but never as root."""
    monkeypatch.setattr(make_env.os, "getuid", lambda: uid)
    make_env.main(["--out", str(tmp_path / ".env")])

    assert values((tmp_path / ".env").read_text(encoding="utf-8"))["AIRFLOW_UID"] == expected


@pytest.mark.parametrize(
    ("out", "why"),
    [
        ("missing/.env", "No such file or directory"),
        ("file/.env", "Not a directory"),
        ("x" * 300, "File name too long"),
        (".", "it is a folder"),
        ("", "it is a folder"),
    ],
)
def test_file_that_cannot_be_made_is_a_message(tmp_path, monkeypatch, capsys, out, why):
    """Whatever stands in the way, one line says what, and nothing is left behind."""
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)

    assert make_env.main(["--out", out]) == 2
    message = capsys.readouterr().err
    assert message.startswith(out or ".")
    assert message.endswith(f" cannot be written: {why}. Name a file in a folder that is there with --out.\n")
    assert message.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_full_disk_leaves_no_half_of_a_file(tmp_path, capsys):
    """A file without its last secrets would be taken for whole by the next run."""
    with no_file_larger_than(100):
        status = make_env.main(["--out", str(tmp_path / ".env")])

    assert status == 2
    assert "File too large" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_home_folder_is_put_for_the_tilde(tmp_path, monkeypatch):
    """As a shell does, which leaves that of --out=~/x alone."""
    monkeypatch.setenv("HOME", str(tmp_path))

    assert make_env.main(["--out=~/.env"]) == 0
    assert (tmp_path / ".env").exists()


def test_unknown_home_folder_is_a_message(tmp_path, monkeypatch, capsys):
    """A user who is not here has no home folder."""
    monkeypatch.chdir(tmp_path)

    assert make_env.main(["--out=~nobody-of-this-name/.env"]) == 2
    assert "cannot be written: its home folder is not known." in capsys.readouterr().err


@pytest.mark.parametrize("spoil", [lambda file: file.write_bytes(b"A=\xff\n"), lambda file: file.unlink()])
def test_example_that_cannot_be_read_is_a_message(tmp_path, monkeypatch, capsys, spoil):
    """A clone without its example, or with a broken one, is told to be."""
    monkeypatch.setattr(make_env, "ROOT", tmp_path)
    (tmp_path / ".env.example").touch()
    spoil(tmp_path / ".env.example")

    assert make_env.main(["--out", str(tmp_path / ".env")]) == 2
    assert capsys.readouterr().err.endswith("Get .env.example anew with: git checkout .env.example\n")
    assert not (tmp_path / ".env").exists()
