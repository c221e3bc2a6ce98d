"""A check, explained: why it is there, what it finds, what to write instead, and where it is fine."""

import textwrap

from dag_integrity.check import Check


def explained(check: Check) -> str:
    """The text, ending in a newline."""
    told = f"{check.name} ({check.level})\n\n{textwrap.fill(check.reason, 100)}\n\n"
    for title, text in (("finds", check.bad), ("instead", check.good), ("fine", check.fine)):
        told += textwrap.fill(text, 100, initial_indent=f"  {title:<8} ", subsequent_indent=" " * 11) + "\n"
    return told + f"\nTo pass over one finding: # dag-integrity: ignore[{check.name}] and the reason, beside it.\n"
