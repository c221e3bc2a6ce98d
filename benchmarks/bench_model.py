"""The model against a world whose best possible prediction is known: its skill, and the alarms of leaks and of drift.

For each seed: the honest model, and models that know one and three days ahead. The score alarm has to find the second,
the structural test the first, and neither the honest one. Then a year without a change, and one with shocks twice as
large from a day on: drift has to be found within 14 days of it, and never before.

    python benchmarks/bench_model.py [--first-seed 1] [--seeds 8] [--drift-seeds 2]

Prints the table of docs/model.md. Exit code 1 if an alarm is false or missing, or a skill is below 0.75.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from living_lists import observed
from model_worlds import World, ahead, leaking

from fake_tmdb import ChangePoint, FakeTmdb, Living
from tmdb_pipeline.features import rows
from tmdb_pipeline.features.definition import WINDOW
from tmdb_pipeline.model.evaluation import drift
from tmdb_pipeline.model.evaluation.leaks import is_too_good, leaking_columns
from tmdb_pipeline.model.learning.design import COLUMNS, design
from tmdb_pipeline.model.learning.made import design_of_day
from tmdb_pipeline.model.learning.panel import day_of, number_of, panel_of

SKILL, WITHIN = 0.75, 14
TRAINED, YEAR = 95, 365
FIRST = dt.date(2025, 9, 1)


def leaks(seed: int) -> bool:
    """Print the row of a seed; return whether all is as it should be."""
    world = World(seed)
    day = world.days[60:61]
    honest = world.attempt()
    values = design(world.panel)
    attempts = [
        world.attempt(np.column_stack([values, ahead(world.observed, world.panel, days)]), leaking(days)[1])
        for days in (1, 3)
    ]
    made, columns = leaking(1)
    structure = [
        bool(leaking_columns(make, names, world.observed, day))
        for make, names in ((design_of_day, COLUMNS), (made, columns))
    ]
    score = [is_too_good(each.against_best) for each in (honest, *attempts)]
    told = [f"{each.skill:.2f} ({each.against_best.z:+.1f})" for each in (honest, *attempts)]
    alarms = [score[0] or structure[0], structure[1], score[2]]
    print(f"| {seed} | {' | '.join(told)} | {' | '.join('yes' if alarm else 'no' for alarm in alarms)} |", flush=True)
    return honest.skill >= SKILL and alarms == [False, True, True]


def first_alarm(seed: int, change: dt.date | None) -> int | None:
    """Return how many days after the change, or after the first day, features drift; None if they never do."""
    points = () if change is None else (ChangePoint(day=change.isoformat(), sigma=2 * Living().sigma),)
    fake = FakeTmdb(movies=20_000, seed=seed, living=Living(change_points=points))
    days = WINDOW + TRAINED + YEAR
    seen = observed(fake, FIRST, days)
    each_day = (FIRST + dt.timedelta(days=number) for number in range(WINDOW, days))
    panel = panel_of(
        row
        for number, day in enumerate(each_day, WINDOW)
        for row in rows.features(seen[2 * (number - WINDOW) : 2 * number + 2], day)[0]
    )
    values, first = design(panel), panel.day[0]
    held = drift.baseline(values[panel.day < first + TRAINED], 0.0)
    for today in range(int(first) + TRAINED + drift.WINDOW, int(panel.day[-1]) + 1):
        recent = values[(panel.day > today - drift.WINDOW) & (panel.day <= today)]
        if drift.drifted(held, recent):
            return today - number_of(change or day_of(int(first)))
    return None


def main() -> int:
    """Run the benchmark; return 1 if anything is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--drift-seeds", type=int, default=2)
    options = parser.parse_args()
    first = options.first_seed
    print("| seed | honest: skill (z) | 1 day ahead | 3 days ahead | false alarm | 1 day found | 3 days found |")
    print("|---|---|---|---|---|---|---|")
    good = [leaks(seed) for seed in range(first, first + options.seeds)]
    change = FIRST + dt.timedelta(days=WINDOW + TRAINED + YEAR // 2)
    for seed in range(first, first + options.drift_seeds):
        quiet, planted = first_alarm(seed, None), first_alarm(seed, change)
        print(
            f"seed {seed}: in a year without change {quiet or 'no alarm'}, planted change found after {planted} days",
            flush=True,
        )
        good.append(quiet is None and planted is not None and 0 <= planted <= WITHIN)
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
