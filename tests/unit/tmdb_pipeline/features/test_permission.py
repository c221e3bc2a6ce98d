import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from support import free_port

from tmdb_pipeline.features import permission
from tmdb_pipeline.features.permission import NotPermitted, Permission, require_permission, why_no_fake
from tmdb_pipeline.settings import Settings

TOLD = b'{"drift":false,"latency":0.0,"living":null,"movies":9,"seed":7}'
ALLOWED = "Kim of TMDB, 2026-11-02"


@contextmanager
def answering(status, body, **headers):
    """An address that gives this answer to everything, and what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, dict(self.headers)))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/3", asked
        finally:
            server.shutdown()
            thread.join()


def test_collections_of_a_fake_are_permitted(settings):
    """The fake at the address says that it is one, and the manifest names it."""
    found = require_permission(settings, [("a.json", settings.base_url)])

    assert found == Permission(settings.base_url, "")


def test_collection_from_elsewhere_is_refused(settings):
    """That a fake is there now says nothing of what was collected from TMDB before."""
    files = [("a.json", settings.base_url), ("b.json", "https://api.themoviedb.org/3")]

    with pytest.raises(NotPermitted, match=r"b\.json was collected from 'https://api.themoviedb.org/3', not from"):
        require_permission(settings, files)


def test_named_permission_is_enough(monkeypatch):
    """Nobody is asked then; the text is what the manifest tells."""
    monkeypatch.setattr(permission, "why_no_fake", pytest.fail)

    found = require_permission(Settings(ml_permission=ALLOWED), [("a.json", "https://api.themoviedb.org/3")])

    assert found == Permission("", ALLOWED)


@pytest.mark.parametrize("base_url", ["https://api.themoviedb.org/3", "https://api.tmdb.org/3"])
def test_tmdb_is_refused_by_its_terms(base_url, monkeypatch):
    """Nothing is asked and nothing read; the refusal quotes the terms by section and says what to set."""
    monkeypatch.setattr(permission, "build_opener", pytest.fail)

    with pytest.raises(NotPermitted) as refused:
        require_permission(Settings(base_url=base_url), (pytest.fail("read") for _ in "x"))

    assert f"'{base_url}' is TMDB itself" in str(refused.value)
    for said in ("1.C", "including for training, a machine learning (ML)", "2.A", "TMDB_ML_PERMISSION"):
        assert said in str(refused.value)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b'{"success":false,"status_code":34}'),
        (404, TOLD),
        (200, b""),
        (200, b"<html>all is well</html>"),
        (200, b'{"page":1,"results":[]}'),
        (200, b"\xff"),
    ],
)
def test_what_does_not_say_that_it_is_a_fake_is_none(status, body):
    """Whatever else it answers; its name says nothing."""
    with answering(status, body) as (url, _):
        assert "does not say that it is a fake" in why_no_fake(url)


def test_redirect_does_not_answer_in_its_place():
    """An address that leads to a fake is not one."""
    with answering(200, TOLD) as (fake, asked), answering(302, b"", Location=fake) as (url, _):
        assert why_no_fake(fake) == ""
        assert "does not say that it is a fake" in why_no_fake(url)

        assert len(asked) == 1


def test_address_is_asked_once_without_a_key_and_past_any_proxy(settings, monkeypatch):
    """By the control route, beside the API."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    with answering(200, TOLD) as (url, asked):
        require_permission(Settings(settings.credential, base_url=url), [("a.json", url), ("b.json", url)])

    ((path, headers),) = asked
    assert path == "/__fake__/settings"
    assert "Authorization" not in headers


def test_address_that_does_not_answer_is_no_fake():
    """A fake that has ended cannot say that it was one."""
    assert "does not say that it is a fake" in why_no_fake(f"http://127.0.0.1:{free_port()}/3")
