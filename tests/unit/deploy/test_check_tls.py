"""What ``check.py tls`` says of the reverse proxy's name, certificate and key."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import certifi
import pytest
from certificates import YEAR, as_pem, issue
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from deploy import check
from deploy.make_env import ROOT
from deploy.tls.certificate import CHAIN, KEY, SOON, refused_address, refused_pair

HOST = "airflow.example.org"
SETTINGS = {"TLS_HOST": HOST, "TLS_PORT": "443"}
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def made(name, issuer=None, **options):
    return issue(name, issuer, **{"first": NOW - YEAR, "last": NOW + YEAR, **options})


ROOT_AUTHORITY = made("An invented root")
MIDDLE = made("An invented authority", ROOT_AUTHORITY)
OWN = made(HOST, MIDDLE, hosts=[HOST])


@pytest.fixture
def folder(tmp_path):
    """The folder, with a pair that can be used."""
    OWN.write(tmp_path / "tls", MIDDLE)
    return tmp_path / "tls"


@pytest.fixture
def judge(folder):
    """What is said of the pair in the folder."""
    roots = folder.parent / "roots.pem"
    roots.write_bytes(made("Another root").pem + ROOT_AUTHORITY.pem)
    return lambda host=HOST, now=NOW: refused_pair(folder, host, now, roots)


def test_good_pair_is_accepted(judge):
    """In silence."""
    assert judge() == ([], [])


@pytest.mark.parametrize(
    ("name", "host"), [("*.example.org", HOST), ("AIRFLOW.example.org", HOST), ("intranet", "intranet")]
)
def test_names_are_compared_as_browsers_do(folder, judge, name, host):
    """A star stands for one label, and capitals for small letters."""
    made(host, MIDDLE, hosts=["other.example.net", name]).write(folder, MIDDLE)

    assert judge(host) == ([], [])


@pytest.mark.parametrize("name", [CHAIN, KEY])
def test_file_that_is_missing_is_said(folder, judge, name):
    """By its name; so is a link that leads nowhere, as one of certbot's does in a container."""
    (folder / name).unlink()
    missing = ([f"{name} is not in the folder TLS_FOLDER: copy it there, itself and no link to it."], [])
    assert judge() == missing

    (folder / name).symlink_to("../../archive/there.pem")
    assert judge() == missing


@pytest.mark.parametrize("name", [CHAIN, KEY])
def test_file_that_cannot_be_read_is_said(folder, judge, name):
    """With the user who cannot, and why not; a folder, which nobody can read, stands for a file of somebody else."""
    (folder / name).unlink()
    (folder / name).mkdir()

    assert judge() == (
        [
            f"{name} cannot be read by user {os.getuid()} (Is a directory): give it to the user AIRFLOW_UID by chown.",
        ],
        [],
    )


@pytest.mark.parametrize("name", [CHAIN, KEY])
@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"x" * 9999]
)
def test_file_that_is_no_pem_is_said(folder, judge, name, content):
    """Whatever it is instead."""
    (folder / name).write_bytes(content)

    assert judge() == ([f"{name} is damaged, or not in PEM: get it anew, or convert it with openssl."], [])


def test_key_that_is_encrypted_is_said(folder, judge):
    """The proxy would wait for its passphrase for ever."""
    (folder / KEY).write_bytes(OWN.key_pem(b"a passphrase"))

    ((sentence,), []) = judge()
    assert sentence.startswith(f"{KEY} is encrypted, and nobody is there to type its passphrase")


@pytest.mark.parametrize(("mode", "refused"), [(0o600, False), (0o640, False), (0o644, True), (0o602, True)])
def test_key_that_everybody_can_use_is_refused(folder, judge, mode, refused):
    """The group may: it is that of the containers."""
    (folder / KEY).chmod(mode)

    said, doubts = judge()
    assert ([sentence.partition(":")[0] for sentence in said], doubts) == (
        [f"Everybody on the machine can use {KEY}"] * refused,
        [],
    )


def test_key_of_another_certificate_is_refused(folder, judge):
    """Also where the right certificate stands behind that of its issuer."""
    (folder / KEY).write_bytes(MIDDLE.key_pem())
    ((sentence,), []) = judge()
    assert sentence.startswith(f"{KEY} is not the key of the first certificate in {CHAIN}: ")

    (folder / KEY).write_bytes(OWN.key_pem())
    (folder / CHAIN).write_bytes(MIDDLE.pem + OWN.pem)
    assert sentence in judge()[0]


def test_time_of_a_certificate_is_told(folder, judge):
    """Before it, after it, and towards its end; to the second."""
    first, last = NOW - 90 * DAY, NOW + 90 * DAY
    made(HOST, MIDDLE, hosts=[HOST], first=first, last=last).write(folder, MIDDLE)
    second = timedelta(seconds=1)

    assert judge(now=first - second) == (
        ["The certificate is valid from 2026-08-30 on: wait for that, or set this machine's clock."],
        [],
    )
    assert judge(now=first) == judge(now=last - SOON) == ([], [])
    soon = ([], ["The certificate expires on 2027-02-26: renew it before."])
    assert judge(now=last - SOON + second) == judge(now=last) == soon
    assert judge(now=last + second) == (["The certificate has expired on 2027-02-26: renew it."], [])


@pytest.mark.parametrize(
    ("hosts", "said"),
    [
        (["www.example.org"], "www.example.org"),
        (["*.example.org.evil.net", "example.org"], "*.example.org.evil.net, example.org"),
        (["*.airflow.example.org"], "*.airflow.example.org"),
        ([], "no host"),
        (
            [f"host-{number}.example.org" for number in range(40)],
            "host-0.example.org, host-1.example.org, host-2.example.org, host-3.exa...",
        ),
    ],
)
def test_certificate_for_another_host_is_refused(folder, judge, hosts, said):
    """With the hosts that it is for, of many the first."""
    made(HOST, MIDDLE, hosts=hosts).write(folder, MIDDLE)

    assert judge() == (
        [f"The certificate is for {said}, not for TLS_HOST={HOST}: get one for that, or set another."],
        [],
    )


@pytest.mark.parametrize("issuers", [[], [made("An unknown authority")]])
def test_chain_that_ends_too_soon_is_refused(folder, judge, issuers):
    """The certificate alone is what many put there, and what some browsers take."""
    OWN.write(folder, *issuers)

    refused = judge()[0]
    assert refused[-1].startswith(f"{CHAIN} ends before an authority that everybody knows: ") == (not issuers)
    assert refused[0].startswith(f"Certificate 1 in {CHAIN} is not issued by the next: ") == bool(issuers)


def test_issuer_of_the_same_name_is_another(folder, judge):
    """It is the signature that counts."""
    OWN.write(folder, made("An invented authority", ROOT_AUTHORITY))

    ((sentence,), []) = judge()
    assert sentence.startswith(f"Certificate 1 in {CHAIN} is not issued by the next: ")


def test_authority_of_ones_own_is_accepted_once_it_is_there(folder, judge):
    """Whoever makes certificates for a house puts the root behind them, or has it in the certificate itself."""
    root = made("A house")
    own = made(HOST, root, hosts=[HOST])
    own.write(folder)
    assert judge()[0][0].startswith(f"{CHAIN} ends before an authority that everybody knows: ")
    own.write(folder, root)
    assert judge() == ([], [])

    made(HOST, hosts=[HOST]).write(folder)
    assert judge() == ([], ["The certificate is signed by itself: browsers warn of it wherever it is not installed."])


@given(data=st.data())
def test_damaged_certificate_is_one_sentence(tmp_path_factory, data):
    """Whatever byte of it is another one, it is used, or refused in sentences."""
    folder = tmp_path_factory.mktemp("tls")
    OWN.write(folder, MIDDLE)
    der = bytearray(OWN.certificate.public_bytes(Encoding.DER))
    der[data.draw(st.integers(0, len(der) - 1))] ^= data.draw(st.integers(1, 255))
    (folder / CHAIN).write_bytes(as_pem(bytes(der)) + MIDDLE.pem)
    (folder / "roots.pem").write_bytes(ROOT_AUTHORITY.pem)

    refused, _ = refused_pair(folder, HOST, NOW, folder / "roots.pem")

    assert refused
    assert all(sentence.endswith(".") and len(sentence) < 250 for sentence in refused)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"TLS_HOST": ""}, "TLS_HOST is not set in .env: set the name that people type, such as airflow.example.org."),
        ({"TLS_HOST": "https://airflow.example.org"}, "TLS_HOST=https://airflow.example.org is no name of a host: "),
        ({"TLS_HOST": "airflow.example.org:443"}, "TLS_HOST=airflow.example.org:443 is no name of a host: "),
        ({"TLS_HOST": "Airflow.example.org"}, "TLS_HOST=Airflow.example.org is no name of a host: "),
        ({"TLS_HOST": "192.168.0.7"}, "TLS_HOST=192.168.0.7 is no name of a host: "),
        ({"TLS_HOST": "a..b"}, "TLS_HOST=a..b is no name of a host: "),
        ({"TLS_HOST": "-a.b"}, "TLS_HOST=-a.b is no name of a host: "),
        ({"TLS_HOST": "a.b-"}, "TLS_HOST=a.b- is no name of a host: "),
        ({"TLS_HOST": "*.example.org"}, "TLS_HOST=*.example.org is no name of a host: "),
        ({"TLS_HOST": "a.b;"}, "TLS_HOST=a.b; is no name of a host: "),
        ({"TLS_HOST": "a.b\n"}, "TLS_HOST=a.b\n is no name of a host: "),
        ({"TLS_HOST": "a" * 64}, f"TLS_HOST={'a' * 64} is no name of a host: "),
        ({"TLS_HOST": "a." * 126 + "aa"}, f"TLS_HOST={'a.' * 35}... is no name of a host: "),
        ({"TLS_PORT": "https"}, "TLS_PORT=https is no port: set a number like 443 in .env."),
        ({"TLS_PORT": "127.0.0.1:443"}, "TLS_PORT=127.0.0.1:443 is no port: "),
        ({"TLS_PORT": "0443"}, "TLS_PORT=0443 is no port: "),
        ({"TLS_PORT": "100000"}, "TLS_PORT=100000 is no port: "),
        ({"TLS_PORT": "8443"}, f"AIRFLOW_BASE_URL= is not where people come in: set https://{HOST}:8443 in .env."),
        ({"AIRFLOW_BASE_URL": f"http://{HOST}"}, f"AIRFLOW_BASE_URL=http://{HOST} is not where people come in: set "),
        ({"AIRFLOW_BASE_URL": f"https://{HOST}/airflow"}, f"AIRFLOW_BASE_URL=https://{HOST}/airflow is not where "),
        ({"AIRFLOW_BASE_URL": f"https://{HOST}:8443"}, f"AIRFLOW_BASE_URL=https://{HOST}:8443 is not where "),
    ],
)
def test_address_that_leads_elsewhere_is_refused(settings, said):
    """By the setting that is wrong, with what would be right."""
    (sentence,) = refused_address(SETTINGS | settings)

    assert sentence.startswith(said)
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"AIRFLOW_BASE_URL": ""},
        {"AIRFLOW_BASE_URL": f"https://{HOST}"},
        {"AIRFLOW_BASE_URL": f"https://{HOST}/"},
        {"TLS_PORT": "8443", "AIRFLOW_BASE_URL": f"https://{HOST}:8443"},
        {"TLS_HOST": "intranet"},
        {"TLS_HOST": "4-2.x1.2a"},
        {"TLS_HOST": "a" * 63},
        {"TLS_HOST": "a." * 126 + "a"},
        {"TLS_PORT": "10000", "AIRFLOW_BASE_URL": f"https://{HOST}:10000"},
    ],
)
def test_address_that_leads_here_is_accepted(settings):
    """With and without what follows from the host."""
    assert refused_address(SETTINGS | settings) == []


@pytest.fixture
def told(folder, monkeypatch, capsys):
    """Run ``check.py tls`` on the folder: its status and what it says."""
    monkeypatch.setattr(check, "CERTIFICATES", folder)

    def run(**settings):
        for name, value in (SETTINGS | settings).items():
            monkeypatch.setenv(name, value)
        return check.main(["tls"]), capsys.readouterr().err

    return run


def test_check_refuses_what_would_not_start(folder, told):
    """With status 1; a setting first, for the certificate depends on it."""
    assert told(TLS_HOST="")[1].startswith("Refused: TLS_HOST is not set in .env: ")

    status, said = told()  # its root is known nowhere
    assert status == 1
    assert said.startswith(f"Refused: {CHAIN} ends before an authority that everybody knows: ")
    assert said.endswith(f"{check.AGAIN}\n")


def test_check_knows_authorities_that_everybody_knows(folder, told, monkeypatch):
    """Those that certifi tells; ours stands in for one of them, as none of them signs for a test."""
    roots = folder.parent / "roots.pem"
    roots.write_bytes(ROOT_AUTHORITY.pem)
    monkeypatch.setattr(certifi, "where", lambda: str(roots))

    assert "ends before an authority" not in told()[1]


def test_check_warns_of_what_starts(folder, told):
    """With status 0, by today's date."""
    root = issue("A house")
    issue(HOST, root, hosts=[HOST]).write(folder, root)
    assert told() == (0, "")

    last = root.certificate.not_valid_after_utc - YEAR / 2 + 2 * DAY
    issue(HOST, root, hosts=[HOST], last=last).write(folder, root)
    status, said = told()
    assert (status, said[:37]) == (0, "Warning: The certificate expires on 2")


def test_it_runs_by_itself():
    """As compose.yaml calls it, from any folder."""
    command = [sys.executable, ROOT / "deploy/check.py", "tls"]
    ended = subprocess.run(command, env=SETTINGS, cwd="/", capture_output=True, text=True, check=False)

    missing = f"Refused: {CHAIN} is not in the folder TLS_FOLDER: copy it there, itself and no link to it."
    assert (ended.returncode, ended.stderr) == (1, f"{missing}\n{check.AGAIN}\n")
