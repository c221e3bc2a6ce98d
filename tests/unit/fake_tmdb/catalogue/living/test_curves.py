import math

import numpy as np

from fake_tmdb.catalogue.living.curves import around, arrived, at_age, exponential, fixed

UNIT = fixed(1.0)


def test_exponential_is_that_of_the_standard_library():
    """Between -8 and 8 the tables give e to the power within a millionth; outside they stay at their ends."""
    logarithms = [fixed(value) for value in (-9, -8, -2.5, -1e-6, 0, 1e-6, 0.3, 7.999, 8, 9)]
    wanted = [math.exp(min(max(each / UNIT, -8), 8)) for each in logarithms]

    assert np.allclose(exponential(np.array(logarithms)), wanted, rtol=1e-9)


def test_a_peak_falls_on_both_sides():
    """It is at its height on the day, and has lost all but 1/e so many days before and after; far away it is 0."""
    peak = at_age(around(1.5, 6.0, 18.0), np.array([0, -6, 18, 10**6, -(10**6)]))

    assert np.allclose(peak / UNIT, [1.5, 1.5 / math.e, 1.5 / math.e, 0, 0], atol=1e-5)


def test_shares_arrive_after_the_beginning():
    """Nothing before, all but 1/e within the days that are said, everything at last."""
    assert np.allclose(at_age(arrived(45.0), np.array([-5, 0, 45, 10**6])), [0, 0, 1 - 1 / math.e, 1])
