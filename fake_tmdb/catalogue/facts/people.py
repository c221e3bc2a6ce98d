"""Who takes part in a movie: persons of its cast and crew, and what they are called."""

from __future__ import annotations

from fake_tmdb.catalogue.facts.definition import numbered

PEOPLE = 20_000
#: The first ids beyond those of cast and crew: of characters, and of the authors of reviews.
FIRST_CHARACTER = PEOPLE
FIRST_AUTHOR = 50_000
#: Department and job of each place in the crew.
CREW_JOBS = (("Directing", "Director"), ("Writing", "Screenplay"), ("Production", "Producer"))

CAST_DRAWS = tuple(f"cast {order}" for order in range(5))
CREW_DRAWS = tuple(f"crew {order}" for order in range(len(CREW_JOBS)))
cast = numbered(CAST_DRAWS, PEOPLE)
crew = numbered(CREW_DRAWS, PEOPLE)
