"""What stands behind the reverse proxy where that is not Airflow: a server that tells what came, and Docker's names."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Upstream:
    """A server on an address of loopback while the ``with`` block lasts.

    It answers with the version of HTTP and the headers that came, as JSON, and with two cookies; below ``/stream`` with
    a line, and with another once ``more`` is set; below ``/login`` with the whole path in a header, too. ``asked`` has
    the path of each request.
    """

    def __init__(self, address="127.0.0.1", port=0):
        self.asked, self.more = [], threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do(self):
                outer.asked.append(self.path)
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.send_response(200)
                self.send_header("Set-Cookie", "first=1; Path=/; HttpOnly")
                self.send_header("Set-Cookie", "second=2; Path=/; Secure")
                if self.path.startswith("/login"):
                    self.send_header("Location", self.path)
                if self.path.startswith("/stream"):
                    self.send_header("Transfer-Encoding", "chunked")
                    self.end_headers()
                    self._chunk(b"one\n")
                    outer.more.wait(30)
                    self._chunk(b"two\n")
                    self._chunk(b"")
                    return
                data = json.dumps({"version": self.request_version, "headers": dict(self.headers)}).encode()
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do  # noqa: N815 - as http.server calls them

            def _chunk(self, data):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

            def log_message(self, *_):
                """Nothing is logged."""

        self._server = ThreadingHTTPServer((address, port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self.port = self._server.server_port

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class Names:
    """A name server on loopback while the ``with`` block lasts. Whatever it is asked, it says ``address``.

    As Docker's, it lets that be remembered for ten minutes, though the next container of the name will have another.
    """

    def __init__(self, address="127.0.0.1"):
        self.address = address
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._answer, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._socket.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()

    def _answer(self):
        while True:
            question, who = self._socket.recvfrom(512)
            if not question:
                return
            # RFC 1035: one answer more, the name of the question (at byte 12), type A, class IN, seconds, four bytes
            head = question[:2] + b"\x81\x80" + question[4:6] + b"\0\x01\0\0\0\0"
            record = b"\xc0\x0c\0\x01\0\x01" + (600).to_bytes(4, "big") + b"\0\x04" + socket.inet_aton(self.address)
            self._socket.sendto(head + question[12:] + record, who)
