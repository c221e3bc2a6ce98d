"""What the fake needs beside the standard library, which an installation may lack."""

from __future__ import annotations


def explained(error: ModuleNotFoundError) -> ModuleNotFoundError:
    """Return the error that says how to install a package that is missing; a module of our own is told as it is."""
    package = (error.name or "").partition(".")[0]
    if package == __name__.partition(".")[0]:
        return error
    return ModuleNotFoundError(
        f"The package {package} is not installed here. Install the fake with all that it needs: pip install fake-tmdb.",
        name=error.name,
    )
