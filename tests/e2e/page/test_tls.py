"""The reverse proxy of the profile tls: a real nginx before a real API server, and before a server that tells all."""

import json
import re
import socket
import ssl
from contextlib import closing
from http.client import HTTPSConnection
from urllib.parse import urljoin

import pytest
import requests
from certificates import issue
from e2e.page.proxy import Proxy
from e2e.page.upstream import Names, Upstream
from e2e.patience import PATIENCE, wait_for

DAG, TASK = "tmdb_daily_collection", "collect_popular_movies"
HSTS = {"Strict-Transport-Security": "max-age=31536000"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Who signs for localhost, and its certificate in a file."""
    pair = issue("An invented authority")
    file = tmp_path_factory.mktemp("authority") / "root.pem"
    file.write_bytes(pair.pem)
    return pair, file


@pytest.fixture(scope="module")
def proxy_of(tool, tmp_path_factory, authority):
    """Makes a proxy before a port."""
    root, file = authority

    def make(upstream, names, **options):
        folder = tmp_path_factory.mktemp("tls")
        issue("localhost", root, hosts=["localhost"]).write(folder / "certificates")
        options |= {"authority": file, "certificates": folder / "certificates"}
        return Proxy(tool("nginx"), folder / "nginx", upstream=upstream, names=names.port, **options)

    return make


@pytest.fixture(scope="module")
def airflow(server, proxy_of):
    """The proxy before Airflow."""
    with Names() as names, proxy_of(int(server.url.rpartition(":")[2]), names, url=server.public) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def names():
    """The name server that is asked for the server that tells all."""
    with Names() as names:
        yield names


@pytest.fixture
def upstream():
    """A server that tells what came."""
    with Upstream() as upstream:
        yield upstream


@pytest.fixture
def proxy(proxy_of, upstream, names):
    """The proxy before that server."""
    with proxy_of(upstream.port, names) as proxy:
        yield proxy


def test_person_signs_in(airflow):
    """From the page that was asked for by the form to the page: by TLS all the way, with cookies for TLS alone."""
    with airflow.session() as session:
        form = session.get(f"{airflow.url}/api/v2/auth/login", params={"next": f"{airflow.url}/"}, timeout=PATIENCE)
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', form.text)[1]
        filled = {"csrf_token": token, "username": "viewer", "password": "viewer"}
        # Browsers say where the form was, and Airflow does not take it from elsewhere.
        came = session.post(form.url, data=filled, headers={"Referer": form.url}, timeout=PATIENCE)
        page = session.get(f"{airflow.url}/tmdb/page", timeout=PATIENCE)

        steps = [form, *form.history, came, *came.history]
        assert {step.status_code for step in steps} <= {200, 302, 303, 307}
        assert len(form.history) > 0 < len(came.history)
        assert all(step.url.startswith(f"{airflow.url}/") for step in steps)
        assert {cookie.name: cookie.secure for cookie in session.cookies} == {"_token": True, "session": True}
        assert (page.status_code, "<h1" in page.text) == (200, True)


def test_airflow_knows_that_it_is_spoken_to_by_tls(airflow, server):
    """The links that it makes say so; and only to who comes through the proxy."""

    def seen(ask):
        away = ask("/auth/login", allow_redirects=False)
        return urljoin(away.url, away.headers["Location"])

    assert seen(airflow.ask) == f"{airflow.url}/auth/login/"
    assert seen(lambda path, **how: requests.get(server.url + path, timeout=PATIENCE, **how)) == (
        f"{server.url}/auth/login/"
    )


def test_log_of_a_task_is_read(airflow, server, postgres):
    """As the web UI asks for it: a line of JSON for each of the log."""
    headers = {"Authorization": f"Bearer {server.tokens['admin']}"}
    runs = f"/api/v2/dags/{DAG}/dagRuns"
    made = airflow.ask(runs, "POST", json={"logical_date": None, "dag_run_id": "by_tls"}, headers=headers)
    assert made.ok, made.text
    tried = "UPDATE task_instance SET try_number = 1, state = 'failed' WHERE run_id = 'by_tls' AND task_id = "
    postgres.rows("page_metadata", f"{tried}'{TASK}'")

    headers |= {"Accept": "application/x-ndjson"}
    log = airflow.ask(f"{runs}/by_tls/taskInstances/{TASK}/logs/1", headers=headers)

    assert (log.status_code, log.headers["Content-Type"]) == (200, "application/x-ndjson")
    assert all("event" in json.loads(line) for line in log.text.splitlines())
    assert airflow.ask(f"{runs}/by_tls", "DELETE", headers=headers).ok


@pytest.mark.parametrize(
    "path",
    ["/execution/", "/execution/health", "//execution/health", "/dags/../execution/health", "/%65xecution/health"],
)
def test_tasks_report_elsewhere(proxy, upstream, path):
    """What is for tasks alone is not reached through the proxy, however it is written."""
    connection = HTTPSConnection("localhost", proxy.port, context=proxy.context(), timeout=PATIENCE)
    with closing(connection):
        connection.request("GET", path)

        assert connection.getresponse().status == 404
    assert upstream.asked == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_plain_http_only_leads_to_tls(proxy, upstream, method):
    """To the same place by the same method; nothing of it reaches the server."""
    answer = requests.request(method, f"{proxy.plain}/dags?tags=a&b=%2F", allow_redirects=False, timeout=PATIENCE)

    assert (answer.status_code, answer.headers["Location"]) == (308, f"{proxy.url}/dags?tags=a&b=%2F")
    assert upstream.asked == []


def test_usual_port_is_not_said(proxy, upstream, names, proxy_of):
    """Where it stands in no address, it stands in no redirect and no header either."""
    usual = proxy_of(upstream.port, names)
    file = usual.folder / "nginx.conf"
    file.write_text(file.read_text("utf-8").replace(f'map "{usual.port}"', 'map "443"'), "utf-8")
    with usual:
        answer = requests.get(f"{usual.plain}/x", allow_redirects=False, timeout=PATIENCE)

        assert answer.headers["Location"] == "https://localhost/x"
        assert usual.ask("/").json()["headers"]["Host"] == "localhost"


def test_browsers_are_told_to_come_by_tls_alone(proxy, upstream):
    """With whatever they are answered, also by the proxy itself; no answer tells its version, or what is behind it."""
    answers = [proxy.ask("/"), proxy.ask("/execution/"), proxy.ask("/", "POST", data=b"x" * 3_000_000)]
    upstream.__exit__()
    answers.append(proxy.ask("/"))

    assert [answer.status_code for answer in answers] == [200, 404, 413, 502]
    assert [answer.headers.items() >= HSTS.items() for answer in answers] == [True] * 4
    assert {answer.headers["Server"] for answer in answers} == {"nginx"}
    assert not any(re.search(r"nginx/|\d\.\d", answer.text) for answer in answers[1:])


def said(proxy, *, name="localhost", **options):
    """Which version of TLS and which cipher a client gets who takes no other; an SSLError where there is none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(options.pop("ciphers", "ALL:@SECLEVEL=0"))
    context.minimum_version = context.maximum_version = options.pop("version")
    plain = socket.create_connection(("127.0.0.1", proxy.port), timeout=PATIENCE)
    with plain, context.wrap_socket(plain, server_hostname=name) as spoken:
        return spoken.version(), spoken.cipher()[0]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1", "TLSv1_2", "TLSv1_3"])
def test_old_versions_of_tls_are_refused(proxy, version):
    """By the configuration, for the library that nginx has here would take them."""
    if version in {"TLSv1", "TLSv1_1"}:
        with pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
            said(proxy, version=ssl.TLSVersion[version])
    else:
        assert said(proxy, version=ssl.TLSVersion[version])[0] == version.replace("_", ".")


@pytest.mark.parametrize(
    "ciphers", ["ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-CAMELLIA128-SHA256"]
)
def test_weak_ciphers_are_refused(proxy, ciphers):
    """Of TLS 1.2 those that encrypt and authenticate at once are taken, and no others."""
    with pytest.raises(ssl.SSLError, match="HANDSHAKE_FAILURE"):
        said(proxy, version=ssl.TLSVersion.TLSv1_2, ciphers=ciphers)

    assert "GCM" in said(proxy, version=ssl.TLSVersion.TLSv1_2)[1]


@pytest.mark.parametrize("name", ["other.example.org", None])
def test_other_host_is_shown_no_certificate(proxy, name):
    """Who asks for another name, or for none, as those do who try addresses, is not told ours."""
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        said(proxy, version=ssl.TLSVersion.TLSv1_3, name=name)


def test_other_host_is_not_served(proxy, upstream):
    """By the header, over TLS or not: it reaches nobody, and is led nowhere."""
    other = {"Host": "other.example.org"}
    answers = [
        proxy.ask("/", headers=other),
        requests.get(proxy.plain, headers=other, allow_redirects=False, timeout=PATIENCE),
    ]

    assert [answer.status_code for answer in answers] == [421, 421]
    assert upstream.asked == []


def test_nothing_is_believed_of_who_asks(proxy):
    """What is said of the request to the server behind, the proxy says, whatever came."""
    forged = {
        "Host": "localhost:1",
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Host": "evil.example.org",
        "X-Forwarded-Proto": "http",
    }

    came = proxy.ask("/", headers=forged).json()["headers"]

    assert {name: came[name] for name in forged} == {
        "Host": proxy.url.removeprefix("https://"),
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Host": proxy.url.removeprefix("https://"),
        "X-Forwarded-Proto": "https",
    }


def test_every_cookie_is_for_tls_alone(proxy):
    """Whether the server behind says so or not; what else it says of a cookie stays."""
    cookies = proxy.ask("/").raw.headers.getlist("Set-Cookie")

    assert cookies == ["first=1; Path=/; HttpOnly; Secure", "second=2; Path=/; Secure"]


@pytest.mark.parametrize(("size", "status"), [(2 << 20, 200), ((2 << 20) + 1, 413)])
def test_body_has_a_bound(proxy, upstream, size, status):
    """What is larger is refused before it reaches the server."""
    assert proxy.ask("/", "POST", data=b"x" * size).status_code == status
    assert upstream.asked == ["/"] * (status == 200)


@pytest.mark.parametrize(
    ("path", "cookie"),
    [("/grid?filter=" + "%2F" * 5_000, ""), ("/login?next=" + "%2F" * 4_000, ""), ("/", "sso=" + "x" * 20_000)],
    ids=["address", "answer", "cookie"],
)
def test_what_is_long_is_passed_on(proxy, upstream, path, cookie):
    """Pages with many filters, where the login leads back to them, and the cookies of everything else on the domain."""
    answer = proxy.ask(path, headers={"Cookie": cookie})

    assert (answer.status_code, upstream.asked) == (200, [path])
    assert answer.headers.get("Location", path) == path


def test_line_is_passed_on_when_it_comes(proxy, upstream):
    """And not when there are many, or the last."""
    with proxy.ask("/stream", stream=True, timeout=20) as answer:
        lines = answer.iter_lines(chunk_size=1)

        assert next(lines) == b"one"
        upstream.more.set()
        assert next(lines) == b"two"


def test_answer_that_is_cut_off_is_not_taken_for_whole(proxy):
    """In HTTP/1.1 it says where it ends; in the older one, which nginx would speak, it ends where it breaks."""
    assert proxy.ask("/").json()["version"] == "HTTP/1.1"


def test_server_that_moves_is_found(proxy_of, names):
    """While it is away people are told so; made anew, a container has another address, and nginx is not restarted."""
    with Upstream() as first, proxy_of(first.port, names) as proxy:
        assert proxy.ask("/").status_code == 200
        first.__exit__()
        assert proxy.ask("/").status_code == 502

        names.address = "127.0.0.2"
        with Upstream("127.0.0.2", first.port):
            wait_for(lambda: proxy.ask("/").status_code == 200, "the server is found at its new address", seconds=20)
        names.address = "127.0.0.1"


def test_new_certificate_is_taken_without_a_restart(proxy_of, upstream, names, authority):
    """By a signal, on which nginx reads its files anew; a request that is under way goes on."""
    with proxy_of(upstream.port, names) as proxy, proxy.ask("/stream", stream=True) as answer:
        lines = answer.iter_lines(chunk_size=1)
        assert next(lines) == b"one"
        before = ssl.get_server_certificate(("localhost", proxy.port))
        issue("localhost", authority[0], hosts=["localhost"]).write(proxy.certificates)
        proxy.reload()

        wait_for(lambda: ssl.get_server_certificate(("localhost", proxy.port)) != before, "another certificate")
        upstream.more.set()
        assert next(lines) == b"two"
