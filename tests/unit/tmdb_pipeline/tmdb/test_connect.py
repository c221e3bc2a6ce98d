"""Which addresses are tried, in which order, when, and for how long: on a frozen clock, and once on real sockets."""

import logging
import socket
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_server import RawServer, response
from support import HeldClock, free_port

from tmdb_pipeline.settings import Credential, Settings
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.connect import FIRST_HEAD_START, HEAD_START, AddressBook, Sockets, race
from tmdb_pipeline.tmdb.errors import Unreachable
from tmdb_pipeline.tmdb.retry import RetryBudget

SILENT = inf
PLACE = ("tmdb.example", 443)
KEY = Credential("api_key", "fake0000tmdb0000fake0000tmdb0000")


def v4(number):
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"192.0.2.{number}", 443))


def v6(number):
    return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (f"2001:db8::{number}", 443, 0, 0))


class Network:
    """Addresses that answer or refuse so many seconds after they were asked, on a clock that only waiting moves.

    ``after`` gives for each address in order the seconds, and whether it is refused then; at once if they are negative.
    """

    def __init__(self, after):
        self.after = [seconds for seconds, _ in after]
        self.refuses = [refuses for _, refuses in after]
        self.time = 0.0
        self.started = []
        self.running = {}
        self.dropped = []
        self.left = []

    def now(self):
        return self.time

    def start(self, address):
        number = address[4][0]
        self.started.append((number, round(self.time, 3)))
        if self.after[number] < 0:
            raise OSError(number)
        self.running[number] = self.time + self.after[number]
        return number

    def wait(self, seconds):
        assert seconds > 0
        moment = min([self.time + seconds, *self.running.values()])
        self.time = moment
        ended = [number for number, at in self.running.items() if at <= moment]
        for number in ended:
            del self.running[number]
        self.left = list(self.running)
        return [(number, OSError(number) if self.refuses[number] else None) for number in ended]

    def drop(self, attempt):
        self.running.pop(attempt, None)
        self.dropped.append(attempt)


def raced(*after, budget=5.0):
    """The network after a race over addresses that behave so, and its outcome: an address's number, or an error."""
    network = Network(after)
    addresses = [(socket.AF_INET, 1, 6, "", (number, 443)) for number in range(len(after))]
    try:
        winner, address, silent = race(addresses, network, budget=budget)
    except OSError as error:
        return network, error
    assert address == addresses[winner]
    assert [address[4][0] for address in silent] == network.left
    return network, winner


def test_first_address_that_answers_soon_is_the_only_one_tried():
    """Where all is well there is one connection, as ever."""
    network, winner = raced((0.2, False), (0.0, False))

    assert (winner, network.started) == (0, [(0, 0.0)])


def test_next_addresses_are_started_while_the_first_keep_silent():
    """The first has a quarter of a second for itself, each after it a tenth: eight silent ones cost under a second."""
    network, winner = raced(*[(SILENT, False)] * 8, (0.01, False))

    assert winner == 8
    assert [number for number, _ in network.started] == list(range(9))
    assert [at for _, at in network.started] == pytest.approx([0, *(0.25 + 0.1 * n for n in range(8))])
    assert network.time < 1
    assert sorted(network.dropped) == list(range(8))
    assert (FIRST_HEAD_START, HEAD_START) == (0.25, 0.1)


def test_refused_address_is_followed_at_once():
    """Nobody waits after a refusal, whether it comes at once or later."""
    network, winner = raced((-1, True), (0.05, True), (0.01, False))
    beside, _ = raced((SILENT, False), (0.05, True), (0.01, False))

    assert (winner, network.started) == (2, [(0, 0.0), (1, 0.0), (2, 0.05)])
    assert beside.started == [(0, 0.0), (1, 0.25), (2, 0.3)]


def test_slow_address_can_still_win():
    """An address that was slow to begin with is not given up for the next ones."""
    network, winner = raced((0.3, False), (SILENT, False), (SILENT, False))

    assert (winner, network.started) == (0, [(0, 0.0), (1, 0.25)])
    assert network.dropped == [1]


def test_all_addresses_share_one_budget():
    """However many addresses keep silent, it ends with the budget, and nothing is left open."""
    network, outcome = raced(*[(SILENT, False)] * 100)

    assert type(outcome) is TimeoutError
    assert network.time == pytest.approx(5)
    assert len(network.started) == 49
    assert network.running == {}


def test_last_refusal_is_the_error_when_all_refuse():
    """Where every address refuses, nobody waits for the budget."""
    network, outcome = raced((-1, True), (0.1, True))

    assert outcome.args == (1,)
    assert network.time == pytest.approx(0.1)


def test_no_address_at_all_is_an_error():
    """A name without addresses cannot be connected to."""
    assert type(raced()[1]) is OSError


BEHAVIOUR = st.tuples(st.sampled_from([-1, 0.0, 0.01, 0.2, 0.25, 0.3, 1.0, 4.9, 5.1, SILENT]), st.booleans())


@given(st.lists(BEHAVIOUR.map(lambda one: (one[0], one[1] or one[0] < 0)), max_size=12))
def test_race_is_won_if_it_can_be_and_leaves_nothing_open(after):
    """A race ends in its budget, is lost only if no address that is started in time answers, and closes the rest."""
    network, outcome = raced(*after)

    moments = dict(network.started)
    could = [number for number, at in moments.items() if not network.refuses[number] and at + after[number][0] < 5]
    assert network.time <= 5 + 1e-6
    assert network.running == {}
    assert [number for number, _ in network.started] == list(range(len(network.started)))
    if isinstance(outcome, int):
        assert outcome in could
        assert all(moments[outcome] + after[outcome][0] <= moments[other] + after[other][0] for other in could)
    else:
        assert could == []
        assert len(moments) == len(after) or network.time == pytest.approx(5)


def test_families_take_turns():
    """Addresses are sorted alternately by family, beginning with the one that the system prefers, each once."""
    book = AddressBook()
    found = [v6(1), v6(1), v6(2), v6(3), v4(1), v4(2)]

    assert book.sort(PLACE, found) == [v6(1), v4(1), v6(2), v4(2), v6(3)]
    assert book.sort(PLACE, []) == []


def test_address_that_worked_comes_first_from_then_on():
    """The address that worked is tried first, then its family; of another host nothing is concluded."""
    book = AddressBook()
    found = [v6(1), v6(2), v4(1), v4(2)]

    book.worked(PLACE, v4(2), [v6(1)])

    assert book.sort(PLACE, found) == [v4(2), v4(1), v6(1), v6(2)]
    assert book.sort(("other.example", 443), found) == [v6(1), v4(1), v6(2), v4(2)]
    assert book.sort(PLACE, [v6(1), v4(1)]) == [v6(1), v4(1)]


def test_address_that_failed_after_connecting_comes_last():
    """One that takes connections and lets nothing through is the last hope, until it works, and commends no family."""
    book = AddressBook()
    found = [v4(1), v4(2), v6(1), v6(2)]
    book.worked(PLACE, v6(1), [])

    book.failed(PLACE, v6(1))
    after_failure = book.sort(PLACE, found)
    book.worked(PLACE, v6(1), [])

    assert after_failure == [v4(1), v4(2), v6(2), v6(1)]
    assert book.sort(PLACE, found) == [v6(1), v4(1), v6(2), v4(2)]


def test_failure_of_another_address_changes_nothing_for_the_one_that_works():
    """The address that worked stays first while others fail."""
    book = AddressBook()
    book.worked(PLACE, v4(1), [])

    book.failed(PLACE, v6(1))

    assert book.sort(PLACE, [v6(1), v4(1)]) == [v4(1), v6(1)]


def test_silent_addresses_are_told_once(caplog):
    """A host whose addresses keep silent is said once, with the addresses; another host is said for itself."""
    book = AddressBook()

    book.worked(PLACE, v4(1), [])
    book.worked(PLACE, v4(1), [v6(1), v6(2)])
    book.worked(PLACE, v4(1), [v6(1)])
    book.worked(("other.example", 443), v4(1), [v6(1)])

    assert [record.getMessage() for record in caplog.records] == [
        f"{silent}; the connection goes to 192.0.2.1, which is tried first from now on."
        for silent in (
            "tmdb.example does not answer at 2001:db8::1 and 2001:db8::2",
            "other.example does not answer at 2001:db8::1",
        )
    ]


@pytest.fixture
def silent():
    """Makes addresses of loopback at which no connection is ever answered: their queues are full."""
    open_sockets = []

    def make():
        listening, fill = socket.socket(), socket.socket()
        open_sockets.extend((listening, fill))
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        fill.connect(listening.getsockname())
        return listening.getsockname()

    yield make
    for each in open_sockets:
        each.close()


@pytest.fixture
def resolve(monkeypatch):
    """Lets every name have these addresses."""

    def set_addresses(*addresses):
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in addresses]
        monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: found)

    return set_addresses


def test_eight_silent_addresses_cost_little_and_only_once(silent, resolve, caplog):
    """Eight addresses that swallow everything before a good one do not cost a timeout each, and later ones nothing.

    The client is given less time for its only try than a single timeout takes.
    """
    with RawServer(response(b'{"images": {}}', "Connection: close")) as server:
        resolve(*[silent() for _ in range(8)], ("127.0.0.1", server.port))
        settings = Settings(KEY, base_url="http://tmdb.example/3")
        with TmdbClient(settings, budget=RetryBudget(tries=1, per_try=4.5)) as client:
            bodies = [client.configuration().body for _ in range(3)]

    assert bodies == [b'{"images": {}}'] * 3
    assert len(server.heads) == 3
    assert [head.split("\r\n")[1] for head in server.heads] == ["Host: tmdb.example"] * 3
    assert caplog.text.count("does not answer at 127.0.0.1") == 1


def test_only_silent_addresses_end_with_the_budget(silent, resolve, monkeypatch):
    """Where no address answers the one budget is over before a second timeout could begin."""
    monkeypatch.setattr("tmdb_pipeline.tmdb.client.CONNECT_TIMEOUT", 0.3)
    resolve(silent(), silent(), silent())

    settings = Settings(KEY, base_url="http://tmdb.example/3")
    with (
        TmdbClient(settings, budget=RetryBudget(tries=1, per_try=2)) as client,
        pytest.raises(Unreachable, match="no connection within 5 s"),
    ):
        client.configuration()


def test_refused_addresses_are_passed_over(resolve):
    """An address at which nobody listens costs nothing."""
    with RawServer(response(b"{}")) as server:
        resolve(("127.0.0.1", free_port()), ("127.0.0.1", server.port))
        with TmdbClient(Settings(KEY, base_url="http://tmdb.example/3"), clock=HeldClock()) as client:
            client.configuration()

    assert len(server.heads) == 1


def test_addresses_of_a_proxy_are_raced_too(silent, resolve, monkeypatch):
    """A proxy with a silent address is reached at its other one."""
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    with RawServer(response(b"{}")) as server:
        resolve(silent(), ("127.0.0.1", server.port))
        with TmdbClient(Settings(KEY, base_url="http://tmdb.example/3"), clock=HeldClock()) as client:
            client.configuration()

    assert [head.split(" HTTP")[0] for head in server.heads] == [
        f"GET http://tmdb.example/3/configuration?api_key={KEY.secret}"
    ]


def test_socket_is_closed_when_connecting_fails_at_once():
    """An address of no use leaves no open socket behind."""
    with Sockets(source=("127.0.0.1", 0)) as sockets, pytest.raises(OSError, match="family"):
        sockets.start((socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 9, 0, 0)))


def test_sockets_start_from_the_source_that_is_asked_for(caplog):
    """Options and the source address reach the socket."""
    caplog.set_level(logging.DEBUG)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = (socket.AF_INET, socket.SOCK_STREAM, 6, "", listening.getsockname())
        with Sockets(options=[(6, socket.TCP_NODELAY, 1)], source=("127.0.0.1", 0)) as sockets:
            made, _, _ = race([address], sockets, budget=5)
            with made:
                assert made.getsockopt(6, socket.TCP_NODELAY)
                assert made.getpeername() == listening.getsockname()
