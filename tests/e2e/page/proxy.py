"""The reverse proxy of the profile tls: a real nginx, with the configuration that is shipped."""

import signal
import ssl
import subprocess
from pathlib import Path

import airflow_env
import requests
from e2e.patience import PATIENCE, wait_for
from support import free_port

SHIPPED = airflow_env.ROOT / "deploy/tls/nginx.conf"


class Proxy:
    """nginx on loopback while the ``with`` block lasts, for the host ``localhost``.

    Attributes:
        url: where it speaks TLS.
        plain: where it does not.
        folder: where its configuration is.
        certificates: where its certificate and key are.
    """

    def __init__(
        self, program: str, folder: Path, *, authority: Path, certificates: Path, upstream: int, names: int, url=""
    ):
        """Before the port ``upstream`` of the address that the name server at the port ``names`` tells."""
        folder.mkdir()
        self.url = url or f"https://localhost:{free_port()}"
        self.port = int(self.url.rpartition(":")[2])
        self._plain_port = free_port()
        self.plain = f"http://localhost:{self._plain_port}"
        self.folder, self.certificates, self._authority = folder, certificates, authority
        # What the image's entrypoint puts in, and what is another place in the container.
        places = {
            " /tmp/": f" {folder}/",
            "${TLS_HOST}": "localhost",
            "${TLS_PORT}": str(self.port),
            "listen 8080": f"listen 127.0.0.1:{self._plain_port}",
            "listen 8443": f"listen 127.0.0.1:{self.port}",
            "api-server:8080": f"api-server:{upstream}",
            "127.0.0.11": f"127.0.0.1:{names}",
            "/etc/nginx/tls/": f"{certificates}/",
            "/dev/stdout": f"{folder}/access.log",
            "/dev/stderr": "stderr",
        }
        text = SHIPPED.read_text("utf-8")
        for shipped, here in places.items():
            assert shipped in text
            text = text.replace(shipped, here)
        (folder / "nginx.conf").write_text(text, "utf-8")
        # The least that a library of TLS can be told to refuse, so that what is refused is by the configuration.
        (folder / "openssl.cnf").write_text(_LAX, "utf-8")
        self._command = [program, "-e", "stderr", "-p", folder, "-c", "nginx.conf", "-g", "daemon off; user root;"]

    def __enter__(self):
        environment = {"OPENSSL_CONF": f"{self.folder}/openssl.cnf"}
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(self._command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(self._answers, "nginx answers")
        except BaseException:  # pragma: no cover - only where it does not start
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(30)

    def _answers(self):
        assert self._process.poll() is None, (self.folder / "log").read_text("utf-8")
        try:
            return requests.get(self.plain, allow_redirects=False, timeout=PATIENCE)
        except requests.ConnectionError:
            return None

    def reload(self):
        """Let it take new files, as ``docker compose kill --signal HUP proxy`` does."""
        self._process.send_signal(signal.SIGHUP)

    def session(self):
        """A person's browser: keeps cookies, and trusts the authority alone."""
        session = requests.Session()
        session.trust_env = False  # which would have its say about authorities
        session.verify = str(self._authority)
        return session

    def context(self):
        """TLS for a client that writes its requests itself, and trusts the authority alone."""
        return ssl.create_default_context(cafile=self._authority)

    def ask(self, path, method="GET", **options):
        """The response to one request."""
        options = {"allow_redirects": False, "timeout": PATIENCE, **options}
        with self.session() as session:
            return session.request(method, f"{self.url}{path}", **options)


_LAX = """\
openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = lax
[lax]
CipherString = ALL:@SECLEVEL=0
MinProtocol = TLSv1
"""
