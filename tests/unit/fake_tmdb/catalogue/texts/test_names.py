from fake_tmdb.catalogue.draws import Draws
from fake_tmdb.catalogue.texts.names import company_name, person_name

DRAWS = Draws(1)


def test_invented_names():
    """Persons and companies have names of two words and a kind."""
    assert len(person_name(DRAWS, 9).split()) >= 2
    assert company_name(DRAWS, 1).split()[-1] in {"Pictures", "Films", "Studio", "Productions", "Media"}
