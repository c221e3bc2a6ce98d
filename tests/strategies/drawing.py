"""What a strategy draws, for tests of strategies."""

from hypothesis import Phase, given, settings


def drawn(strategy, number=200):
    """So many examples of a strategy, the same each time: to ask whether something is among them at all."""
    seen = []

    @settings(max_examples=number, phases=[Phase.generate], derandomize=True, database=None)
    @given(strategy)
    def draw(example):
        seen.append(example)

    draw()
    return seen
