"""Who is told: a webhook on loopback, or a hole that takes and never answers; and the Connections that lead there."""

import json
import socket
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

#: What must be in no log: parts of the webhook and of the mail server's password.
WEBHOOK, PASSWORD = "s3ntinel-webhook-part", "s3ntinel-mail-password"


class Webhook:
    """What Slack would have been sent, as it was parsed; ``status`` is what is answered."""

    def __init__(self):
        self.bodies = []
        self.status = 200

    @property
    def texts(self):
        """The headers of the messages."""
        return [body["blocks"][0]["text"]["text"] for body in self.bodies]

    @property
    def causes(self):
        """What has happened, by each of them, without the label of it."""
        return [body["blocks"][1]["text"]["text"].partition("\n")[2] for body in self.bodies]


@contextmanager
def webhook():
    """A server that runs: its port, and what it was sent."""
    kept = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if kept.status == 200:
                kept.bodies.append(json.loads(body))
            self.send_response(kept.status)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *args):
            """Say nothing of requests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def black_hole():
    """A port that is connected to, and where nobody ever answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        yield listening.getsockname()[1]


def slack_connection(port):
    """The Connection of a webhook at a port."""
    return json.dumps({"conn_type": "slackwebhook", "password": f"http://127.0.0.1:{port}/services/T0/{WEBHOOK}"})


def mail_connection(port):
    """The Connection of a mail server at a port that wants no password, though one is set."""
    extra = {"disable_ssl": True, "disable_tls": True, "from_email": "airflow@example.org", "to": "team@example.org"}
    return json.dumps(
        {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "password": PASSWORD, "extra": json.dumps(extra)}
    )
