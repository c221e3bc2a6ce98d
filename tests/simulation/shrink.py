"""The shortest simulation that still fails: fewer days by bisection, then less trouble, half of it at a time."""

from collections.abc import Callable, Sequence

from simulation.troubles import Trouble

#: Whether a simulation of so many days with this trouble fails.
Fails = Callable[[int, Sequence[Trouble]], bool]


def shrunk(days: int, troubles: Sequence[Trouble], fails: Fails, tries: int = 60) -> tuple[int, tuple[Trouble, ...]]:
    """Return how few days, and how little trouble, still fail; ``tries`` is how many simulations that may take.

    What is given fails.
    """
    left = [tries]

    def still(some: int, of: Sequence[Trouble]) -> bool:
        left[0] -= 1
        return left[0] >= 0 and fails(some, of)

    passing = 0
    while days - passing > 1:
        middle = (passing + days) // 2
        if still(middle, [trouble for trouble in troubles if trouble.day < middle]):
            days = middle
        else:
            passing = middle
    kept = [trouble for trouble in troubles if trouble.day < days]
    size = len(kept)
    while size:
        start = 0
        while start < len(kept):
            fewer = kept[:start] + kept[start + size :]
            if still(days, fewer):
                kept = fewer
            else:
                start += size
        size //= 2
    return days, tuple(kept)
