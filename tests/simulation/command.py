"""The command: what to simulate, how it goes, what came of it, and the shortest way to what fails."""

import argparse
import os
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

from e2e.postgres import NoContainer, Postgres, choose_postgres, docker_engine
from simulation.run import Result, Simulations
from simulation.shrink import shrunk
from simulation.troubles import KINDS, Trouble, drawn
from simulation.year import MOVIES

_EVERY = 10  # days between two lines of progress


def main(arguments: Sequence[str] | None = None, server: Postgres | None = None) -> int:
    """Run the command; 0 where every law holds, 1 where one is broken, 2 where nothing could be begun.

    ``server`` is a Postgres that runs already; by default one is started, and stopped at the end.
    """
    asked = _parser().parse_args(arguments)
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    troubles = drawn(seed, asked.days) if asked.faults else asked.only
    _say(f"Simulating {asked.days} days of seed {seed}, with {len(troubles)} troubles.")
    try:
        postgres = server or choose_postgres(os.environ, docker_engine())
    except NoContainer as error:
        sys.stderr.write(f"{error}\n")
        return 2
    with nullcontext() if server else postgres:
        simulations = Simulations(postgres, seed, asked.movies)
        result = simulations.run(asked.days, troubles, _progress(asked.days))
        if result.page:
            asked.page.write_text(result.page, encoding="utf-8")
            _say(f"The page of the year is {asked.page}; the digest of the tables is {result.digest}.")
        if result.wrong:
            _explain(simulations, asked, seed, troubles, result)
    return 1 if result.wrong else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _progress(days: int) -> Callable[[int], None]:
    began = time.monotonic()

    def told(day: int) -> None:
        if (day + 1) % _EVERY == 0 or day + 1 == days:
            _say(f"{day + 1:4} of {days} days after {time.monotonic() - began:.0f} s")

    return told


def _explain(
    simulations: Simulations, asked: argparse.Namespace, seed: int, troubles: Sequence[Trouble], result: Result
) -> None:
    _say("\n".join(["These laws are broken:", *result.wrong]))
    _say("Looking for the shortest simulation that fails ...")
    days, fewer = shrunk(asked.days, troubles, lambda some, of: bool(simulations.run(some, of).wrong))
    only = ",".join(f"{trouble.day}:{trouble.kind}:{trouble.number}" for trouble in fewer)
    _say("\n".join(f"  {trouble}" for trouble in fewer))
    _say(f"Repeat it by: nox -s simulate -- --days {days} --seed {seed} --movies {asked.movies} --only '{only}'")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nox -s simulate --", description=__doc__)
    parser.add_argument("--days", type=int, default=365, help="how many days (%(default)s)")
    parser.add_argument("--seed", type=int, help="of the world and of the trouble; a fresh one by default")
    parser.add_argument("--faults", action="store_true", help="let TMDB and the machine fail, as the seed says")
    parser.add_argument(
        "--only", type=_troubles, default=(), metavar="DAY:KIND:NUMBER,...", help="let only this go wrong"
    )
    parser.add_argument("--movies", type=int, default=MOVIES, help="movies in the world (%(default)s)")
    parser.add_argument("--page", type=Path, default=Path("simulation.html"), help="where the page goes (%(default)s)")
    return parser


def _troubles(text: str) -> tuple[Trouble, ...]:
    found = []
    for part in filter(None, text.split(",")):
        day, _, rest = part.partition(":")
        kind, _, number = rest.partition(":")
        if kind not in KINDS or not (day.isdigit() and number.isdigit()):
            raise argparse.ArgumentTypeError(
                f"{part!r:.80} is no trouble: give DAY:KIND:NUMBER, KIND of {', '.join(KINDS)}"
            )
        found.append(Trouble(int(day), kind, int(number)))
    return tuple(found)
