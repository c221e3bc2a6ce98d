import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fake_tmdb.catalogue.draws import MASK, Draws, mix


def test_mix_known_values():
    """The mixer is splitmix64: its first outputs from state 0 are the published ones."""
    golden = 0x9E3779B97F4A7C15

    first, second = mix(0), mix(golden)

    assert (first, second) == (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4)


@given(seed=st.integers(), column=st.text(max_size=8), row=st.integers(0, 5_000_000))
def test_one_row_equals_the_column(seed, column, row):
    """A draw for one row is bit for bit the draw of the whole column at that row."""
    draws = Draws(seed)

    many = draws.over(column, np.array([row], dtype=np.uint64))

    assert int(many[0]) == draws.one(column, row)
    assert 0 <= draws.one(column, row) <= MASK


def test_columns_and_seeds_are_independent():
    """Another column or another seed gives other draws."""
    draws = {(seed, column): Draws(seed).one(column, 7) for seed in (1, 2) for column in ("a", "b")}

    assert len(set(draws.values())) == 4


def test_below_stays_below():
    """A bounded draw is never negative and never reaches its bound."""
    values = {Draws(1).below("x", row, 5) for row in range(200)}

    assert values == {0, 1, 2, 3, 4}


def test_the_same_in_another_process_under_another_hash_seed():
    """Draws do not depend on PYTHONHASHSEED."""
    code = "from fake_tmdb.catalogue.draws import Draws; print(Draws(3).one('title', 11))"

    told = [
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]

    assert told == [f"{Draws(3).one('title', 11)}\n"] * 2
