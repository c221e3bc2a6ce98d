import math

import numpy as np
import pytest

from fake_tmdb import Catalogue, ChangePoint, Living
from fake_tmdb.catalogue.living.shocks import REMEMBERED, UNIT_BITS, Shocks, shocks

DAY = 20_454  # 2026-01-01


@pytest.fixture(scope="module")
def small():
    """Return a catalogue of 500 movies."""
    return Catalogue(movies=500)


def test_shocks_are_nearly_normal():
    """Their mean is 0, their deviation that of eight bytes, and their tails are those of a normal number."""
    drawn = shocks(np.random.default_rng(3).integers(0, 2**64, 200_000, dtype=np.uint64))
    scaled = drawn / math.sqrt(8 * (256**2 - 1) / 12)

    assert abs(scaled.mean()) < 0.01
    assert abs(scaled.std() - 1) < 0.01
    assert abs(np.mean(np.abs(scaled) > 1.96) - 0.05) < 0.003


def test_z_is_the_sum_that_the_documents_say(small):
    """Z is the sum over the last sixty days of rho to the power of the age, times sigma, times the day's shock."""
    wanted = np.zeros(500)
    for age in range(REMEMBERED):
        drawn = small.draws.over(f"shock {DAY - age}", np.arange(500, dtype=np.uint64)).tolist()
        pushes = [(sum(number.to_bytes(8, "little")) - 1_020) / math.sqrt(43_690) for number in drawn]
        wanted += 0.9**age * 0.2 * np.array(pushes)

    assert np.abs(Shocks(small, Living(rho=0.9, sigma=0.2)).z(DAY) / 2**UNIT_BITS - wanted).max() < 1e-5


def test_a_jump_gives_what_walking_gives(small):
    """Z of a day is the same bits after any other day, before it, long before it, or one that shares its place."""
    process = Shocks(small, Living())
    days = [DAY, DAY + 1, DAY - 1, DAY + 60, DAY, DAY + 400, DAY + 1, 0, DAY]
    walked = {day: Shocks(small, Living()).z(day) for day in days}

    assert all(np.array_equal(process.z(day), walked[day]) for day in days)


def test_only_so_many_move(small):
    """Beyond `moving` no movie has a z."""
    assert len(Shocks(small, Living(moving=40)).z(DAY)) == 40


def test_a_change_point_changes_the_days_from_it_on(small):
    """Before the day nothing is other than without it; from it on shocks are as wide as it says."""
    plain = Shocks(small, Living())
    changed = Shocks(small, Living(change_points=(ChangePoint(day="2026-01-01", sigma=0.5, rho=0.5),)))

    assert np.array_equal(plain.z(DAY - 1), changed.z(DAY - 1))
    assert not np.array_equal(plain.z(DAY), changed.z(DAY))
    later = changed.z(DAY + 30) / 2**UNIT_BITS
    assert abs(later.std() - 0.5 / math.sqrt(1 - 0.5**2)) < 0.06


def test_a_change_point_of_a_genre_concerns_its_movies_alone(small):
    """Movies of the genre move otherwise; all others are as without it; a later point of all concerns all."""
    drama = ChangePoint(day="2026-01-01", sigma=0.6, genre=18)
    everything = ChangePoint(day="2026-02-01", rho=0.2)
    plain, changed = Shocks(small, Living()), Shocks(small, Living(change_points=(everything, drama)))
    is_other = plain.z(DAY + 9) != changed.z(DAY + 9)
    groups = changed.by_group(DAY + 40)

    assert 100 < is_other.sum() < 400
    assert sorted((rho, sigma) for rho, sigma, _ in groups) == [(0.2, 0.13), (0.2, 0.6)]
    assert sum(len(rows) for _, _, rows in groups) == 500
    assert (plain.z(DAY + 60) != changed.z(DAY + 60)).mean() > 0.99
