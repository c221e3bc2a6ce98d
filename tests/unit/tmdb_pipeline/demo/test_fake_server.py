import json
import signal
import urllib.request
from base64 import urlsafe_b64decode
from contextlib import ExitStack
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from support import free_port

from tmdb_pipeline.demo.fake_server import FakeServer, FakeServerFailed


def test_fake_serves_while_the_block_lasts(keeper):
    """It answers with its own token on a free port, tells what it was asked, and is gone afterwards."""
    with FakeServer(keeper, seed=1, movies=500) as fake:
        request = Request(f"{fake.url}/movie/popular", headers={"Authorization": f"Bearer {fake.read_token}"})
        with urlopen(request) as answer:
            status = answer.status
        journal = fake.journal()

    assert status == 200
    assert journal.count == 1
    with pytest.raises(URLError):
        urlopen(request)


def test_token_of_the_fake_has_the_form_of_tmdbs(keeper):
    """Two servers have different tokens, and a client that looks takes each for a read token."""
    tokens = {FakeServer(keeper, seed=1, movies=500).read_token for _ in range(2)}

    assert len(tokens) == 2
    for token in tokens:
        header, payload, signature = token.split(".")
        assert json.loads(urlsafe_b64decode(f"{header}==")) == {"alg": "none"}
        assert len(json.loads(urlsafe_b64decode(f"{payload}=="))["sub"]) == 24
        assert len(signature) == 43


def test_fake_is_asked_past_any_proxy(keeper, monkeypatch):
    """It is on this machine, where a proxy of the shell's would look for it in vain."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setattr(urllib.request, "_opener", None)  # urlopen reads the variables once in a process

    with FakeServer(keeper, seed=1, movies=500) as fake:
        journal = fake.journal()

    assert journal.count == 0


def test_fake_misbehaves_as_planned(keeper, tmp_path):
    """A plan in a file reaches the fake."""
    plan = tmp_path / "plan.json"
    plan.write_text('[{"status": 503}]')

    with FakeServer(keeper, seed=1, movies=500, faults=plan) as fake, pytest.raises(HTTPError, match="503") as refused:
        urlopen(Request(f"{fake.url}/movie/popular", headers={"Authorization": f"Bearer {fake.read_token}"}))
    refused.value.close()


def test_fake_that_does_not_start_says_why(keeper, tmp_path):
    """What the fake said on its way out is the message."""
    with pytest.raises(FakeServerFailed, match=r"did not start: fake-tmdb: .*no\.json"), ExitStack() as stack:
        stack.enter_context(FakeServer(keeper, seed=1, movies=500, faults=tmp_path / "no.json"))


def test_fake_that_does_not_stop_is_killed(keeper):
    """A fake that ignores the request to end does not outlive the block."""
    server = FakeServer(keeper, seed=1, movies=500)

    with server:
        server._process.send_signal(signal.SIGSTOP)

    assert server._process.returncode == -signal.SIGKILL
