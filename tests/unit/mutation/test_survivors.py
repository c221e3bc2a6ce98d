from functools import cache
from pathlib import Path

from mutation.areas import AREAS, areas_in, module_name
from mutation.mutants import mutants_of
from mutation.run import SURVIVORS
from mutation.verdict import listed_in

ROOT = Path(__file__).parents[3]
LISTED = listed_in(SURVIVORS.read_text("utf-8"))
MODULES = {
    module_name(path, ROOT): path for area in areas_in(AREAS.read_text("utf-8")).values() for path in area.paths(ROOT)
}


@cache
def changes(module):
    return {mutant.change for mutant in mutants_of(MODULES[module].read_text("utf-8"), module)}


def test_listed_changes_are_those_of_their_modules():
    """The list speaks of the code as it is, which the gate sees without trying a mutant."""
    homes = {
        change: max((name for name in MODULES if f"{change.function}.".startswith(f"{name}.")), key=len)
        for change in LISTED
    }

    assert [change for change, module in homes.items() if change not in changes(module)] == []
