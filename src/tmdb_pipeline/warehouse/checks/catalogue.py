"""Every check, in the order in which people read them."""

from tmdb_pipeline.warehouse.checks import completeness, drift, freshness, integrity, uniqueness, volume
from tmdb_pipeline.warehouse.checks.check import Check

CHECKS: tuple[Check, ...] = (
    *completeness.CHECKS,
    *uniqueness.CHECKS,
    *integrity.CHECKS,
    *freshness.CHECKS,
    *volume.CHECKS,
    *drift.CHECKS,
)


def find(name: str) -> Check:
    """The check of this name.

    Raises:
        LookupError: there is none.
    """
    for check in CHECKS:
        if check.name == name:
            return check
    raise LookupError(f"There is no check {name}: tmdb_pipeline/warehouse/checks/catalogue.py has every one.")
