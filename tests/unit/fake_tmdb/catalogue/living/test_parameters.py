import orjson
import pytest

from fake_tmdb import ChangePoint, Living


def test_a_record_survives_json():
    """What a record says of itself makes the same record again."""
    living = Living(sigma=0.2, change_points=(ChangePoint(day="2026-03-01", rho=0.5, genre=28),))

    assert Living.of(orjson.loads(orjson.dumps(living.told()))) == living


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ([], "The parameters of a living world are a mapping"),
        ({"rhoo": 1}, "There is no parameter 'rhoo'. Allowed are rho, sigma"),
        ({"rho": 1.0}, "rho is a number from 0.0 to 0.99, not 1.0"),
        ({"sigma": True}, "sigma is a number from 0.0 to 1.0, not True"),
        ({"rise": float("nan")}, "rise is a number from 0.5 to 100.0, not nan"),
        ({"decay": "long"}, "decay is a number from 0.5 to 400.0, not 'long'"),
        ({"moving": 2.5}, "moving is a number from 1 to 1000000, not 2.5"),
        ({"change_points": {}}, "The change points are a list"),
        ({"change_points": ["2026-01-01"]}, 'A change point is a mapping such as {"day": "2026-01-01"'),
        ({"change_points": [{"sigma": 0.2}]}, "A change point is a mapping such as"),
        ({"change_points": [{"day": "2026-01-01", "mu": 1}]}, "There is no parameter 'mu'. Allowed are day, rho"),
        ({"change_points": [{"day": "2026-01-01"}]}, "A change point changes rho, sigma or both"),
        ({"change_points": [{"day": "2026-13-01", "rho": 0.5}]}, "The day of a change point is a date"),
        ({"change_points": [{"day": "2026-01-01 noon", "rho": 0.5}]}, "The day of a change point is a date"),
        ({"change_points": [{"day": 20_454, "rho": 0.5}]}, "The day of a change point is a date"),
        ({"change_points": [{"day": "2026-01-01", "rho": -1}]}, "rho is a number from 0.0 to 0.99, not -1"),
        ({"change_points": [{"day": "2026-01-01", "rho": 0, "genre": 1}]}, "The genre of a change point is the id"),
    ],
)
def test_what_cannot_be_is_refused(told, message):
    """A name that is none, a number out of range or no number: one sentence says what is allowed."""
    with pytest.raises(ValueError, match=r"\S") as refused:
        Living.of(told)

    assert str(refused.value).startswith(message)
