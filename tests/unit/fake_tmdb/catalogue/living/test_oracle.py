import datetime as dt

import numpy as np
import pytest

from fake_tmdb import Catalogue, ChangePoint, FakeTmdb, Living
from fake_tmdb.catalogue.queries.discovery import POPULAR

DAY = dt.date(2026, 1, 1)
NUMBER = 20_454


def first(fake, number, top=100):
    """Return the ids of the first places of popular on a day."""
    return fake.catalogue.ids[fake.repository.on(number).discovery.rows(POPULAR)[:top]].tolist()


def test_chances_come_true(catalogue):
    """Over a year, movies that are given a chance of a half are there half of the time, and so on."""
    fake = FakeTmdb(catalogue=catalogue, living=Living())
    chances, came = [], []
    for days in range(0, 365, 14):
        today, then = first(fake, NUMBER + days), set(first(fake, NUMBER + days + 7))
        chances.append(fake.oracle.chance_in_top(today, DAY + dt.timedelta(days=days)))
        came.append(np.array([movie in then for movie in today]))
    chance, happened = np.concatenate(chances), np.concatenate(came)

    assert abs(chance.mean() - happened.mean()) < 0.015
    for least in (0.0, 0.25, 0.5, 0.75):
        some = (chance >= least) & (chance <= least + 0.25)
        assert abs(chance[some].mean() - happened[some].mean()) < 3 * np.sqrt(0.25 / some.sum())
    base = happened.mean() * (1 - happened.mean())
    assert np.mean((chance - happened) ** 2) < 0.75 * base


def test_chances_add_up_to_the_places(catalogue):
    """So many movies are in the first hundred places as there are places."""
    fake = FakeTmdb(catalogue=catalogue, living=Living())

    assert abs(fake.oracle.chance_in_top(first(fake, NUMBER, 1_000), DAY).sum() - 100) < 0.5


def test_nothing_is_known_of_shocks_to_come(catalogue):
    """Other shocks after the day, by a change point, leave the chances as they are."""
    planted = ChangePoint(day="2026-01-02", sigma=0.9)
    plain, changed = (
        FakeTmdb(catalogue=catalogue, living=Living(change_points=points)).oracle for points in ((), (planted,))
    )
    ids = catalogue.ids[:150].tolist()

    assert (plain.chance_in_top(ids, DAY) == changed.chance_in_top(ids, DAY)).all()
    assert (plain.deviation(DAY, 7) * 5 < changed.deviation(DAY + dt.timedelta(days=1), 7)).all()


def test_a_regime_of_a_genre_is_known(catalogue):
    """Where a genre moves more from some day on, the deviation of its movies alone is larger."""
    point = ChangePoint(day="2025-12-01", sigma=0.5, rho=0.5, genre=18)
    deviation = FakeTmdb(catalogue=catalogue, living=Living(change_points=(point,))).oracle.deviation(DAY, 1)

    assert sorted(set(np.round(deviation, 3))) == [0.13, 0.5]


def test_deviation_grows_as_the_formula_says(catalogue):
    """Of shocks to come the sum has the deviation sigma sqrt((1 - rho^14) / (1 - rho^2)) after a week."""
    deviation = FakeTmdb(catalogue=catalogue, living=Living()).oracle.deviation(DAY, 7)

    assert np.allclose(deviation, 0.13 * np.sqrt((1 - 0.93**14) / (1 - 0.93**2)))


def test_a_list_shorter_than_the_places_is_certain():
    """Where there are fewer movies than places each has one, but what no list shows, or no catalogue has, has none."""
    fake = FakeTmdb(catalogue=Catalogue(movies=110), living=Living())
    missing = int(fake.catalogue.ids.max()) + 1
    listed = first(fake, NUMBER + 7)
    video = int(fake.catalogue.ids[np.flatnonzero(fake.catalogue.video | fake.catalogue.hidden)[0]])

    assert fake.oracle.chance_in_top([listed[0], video, missing], DAY).tolist() == [1.0, 0.0, 0.0]


def test_what_does_not_move_is_decided(catalogue):
    """Without shocks the places are known beforehand."""
    fake = FakeTmdb(catalogue=catalogue, living=Living(sigma=0.0))
    chances = fake.oracle.chance_in_top(first(fake, NUMBER + 7, 101), DAY)

    assert (chances[:100].min(), chances[100]) == (1.0, 0.0)


@pytest.mark.parametrize("asked", [{"top": 0}, {"days": 0}, {"days": 61}])
def test_impossible_questions(catalogue, asked):
    """No place, no day, or days too far ahead are refused."""
    with pytest.raises(ValueError, match="at least one place, 1 to 60 days ahead"):
        FakeTmdb(catalogue=catalogue, living=Living()).oracle.chance_in_top([550], DAY, **asked)


def test_a_standing_world_has_no_oracle(catalogue):
    """A fake that stands still says how to let it live."""
    with pytest.raises(ValueError, match="This fake stands still"):
        _ = FakeTmdb(catalogue=catalogue).oracle
