"""The command `fake-tmdb`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import yaml

from fake_tmdb.catalogue.defaults import DEFAULT_MOVIES, DEFAULT_SEED
from fake_tmdb.catalogue.living.calibration import calibrated
from fake_tmdb.catalogue.living.parameters import Living
from fake_tmdb.clock import Clock
from fake_tmdb.fake import FakeTmdb
from fake_tmdb.faults.plan import PlanError, read_plan
from fake_tmdb.http.keys import DEFAULT_API_KEY, DEFAULT_READ_TOKEN
from fake_tmdb.http.limits import NO_LIMITS, Limits
from fake_tmdb.http.server import PortTakenError

READY = "fake-tmdb ready"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fake-tmdb", description="A fake TMDB with invented movies.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('fake-tmdb')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser(
        "serve",
        help="serve the API until interrupted",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        description=f"Serve the fake API. Prints one line, `{READY} URL`, once it accepts connections; URL is the base "
        "address to give to a client. Control routes (journal, faults, clock, limits) lie under /__fake__/.",
        epilog=f"A client needs the key {DEFAULT_API_KEY} as api_key, or the token {DEFAULT_READ_TOKEN} as Bearer, "
        "unless others are set. Both are invented and open nothing else.",
    )
    calibrate = commands.add_parser(
        "calibrate",
        help="find parameters for --living in a folder of daily id exports",
        description="Print rho and sigma, as --living FILE takes them, of files such as movie_ids_01_05_2026.json.gz.",
    )
    calibrate.add_argument("folder", type=Path, help="where the exports are, of two months or so")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on")
    serve.add_argument("--port", type=int, default=8080, help="port to listen on; 0 takes a free one")
    serve.add_argument("--seed", type=int, default=DEFAULT_SEED, help="seed of the catalogue")
    serve.add_argument("--movies", type=int, default=DEFAULT_MOVIES, help="number of movies")
    serve.add_argument(
        "--api-key",
        default=os.environ.get("FAKE_TMDB_API_KEY") or DEFAULT_API_KEY,
        help="the valid v3 key (environment: FAKE_TMDB_API_KEY)",
    )
    serve.add_argument(
        "--read-token",
        default=os.environ.get("FAKE_TMDB_READ_TOKEN") or DEFAULT_READ_TOKEN,
        help="the valid read token (environment: FAKE_TMDB_READ_TOKEN)",
    )
    serve.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="wait before every response")
    serve.add_argument("--drift", action="store_true", help="let the pages of one list come from different moments")
    serve.add_argument(
        "--living",
        nargs="?",
        type=_living,
        const=Living(),
        metavar="FILE",
        help="let popularity, votes and the set of movies change from day to day; FILE (YAML or JSON) has parameters",
    )
    serve.add_argument(
        "--now",
        type=_moment,
        metavar="MOMENT",
        default="the machine's time",
        help="when it is for the fake as it starts, such as 2028-01-08T12:00:00+09:00",
    )
    serve.add_argument("--faults", type=Path, metavar="FILE", help="a fault plan in YAML or JSON")
    serve.add_argument("--no-limit", action="store_true", help="no limit of requests or connections")
    serve.add_argument("--rate", type=int, default=40, help="requests a second for each address")
    serve.add_argument("--connections", type=int, default=20, help="open connections for each address")
    serve.add_argument("--limit-form", choices=("modern", "historic", "date"), default="modern", help="form of the 429")
    serve.add_argument("--log", action="store_true", help="write each request to standard error, without its key")
    return parser


def _moment(text: str) -> Clock:
    if text == "the machine's time":
        return Clock()
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("it says no zone")  # noqa: TRY301 - told as what else is wrong with it
        return Clock.starting(moment.timestamp())
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(f"{text!r:.80} is no moment: {error}") from None


def _living(name: str) -> Living:
    try:
        return Living.of(yaml.safe_load(Path(name).read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        told = " ".join(str(error).split())
        raise argparse.ArgumentTypeError(f"the parameters {name} cannot be read: {told}") from None
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{name}: {error}") from None


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code: 0, or 2 with one message on standard error for bad use."""
    options = _parser().parse_args(arguments)
    try:
        return _serve(options) if options.command == "serve" else _calibrate(options.folder)
    except (PortTakenError, PlanError, OSError, ValueError) as error:
        sys.stderr.write(f"fake-tmdb: {error}\n")
        return 2


def _calibrate(folder: Path) -> int:
    for name, value in calibrated(folder).items():
        sys.stdout.write(f"{name}: {value}\n")
    return 0


def _serve(options: argparse.Namespace) -> int:
    limits = NO_LIMITS
    if not options.no_limit:
        limits = Limits(requests=options.rate, connections=options.connections, form=options.limit_form)
    faults = []
    if options.faults is not None:
        try:
            text = options.faults.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise PlanError(f"The fault plan {options.faults} cannot be read: {error}.") from error
        faults = read_plan(text, str(options.faults))
    fake = FakeTmdb(
        movies=options.movies,
        seed=options.seed,
        api_key=options.api_key,
        read_token=options.read_token,
        latency=options.latency,
        clock=options.now,
        drift=options.drift,
        living=options.living,
        limits=limits,
        faults=faults,
    )
    if options.log:
        fake.journal.watch(lambda call: sys.stderr.write(f"{call}\n"))
    stop = threading.Event()
    previous = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with fake.serve(host=options.host, port=options.port) as server:
            sys.stdout.write(f"{READY} {server.url}\n")
            sys.stdout.flush()
            stop.wait()
        for told in fake.plan.idle():
            sys.stderr.write(f"fake-tmdb: {told}\n")
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 0
