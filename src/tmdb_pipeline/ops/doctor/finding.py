"""What a look at one thing has found."""

from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """How grave it is."""

    OK = "ok"
    WARNING = "warning"
    """It works, but badly, or something is missing that one may want."""
    WRONG = "wrong"
    """It does not work."""
    NOT_LOOKED = "not looked at"
    """Something else has to be mended first."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, in a sentence that says what to do where something is to be done."""

    name: str
    verdict: Verdict
    said: str


def ok(name: str, said: str) -> Finding:
    """Nothing is to be done."""
    return Finding(name=name, verdict=Verdict.OK, said=said)


def warning(name: str, said: str) -> Finding:
    """Something should be done."""
    return Finding(name=name, verdict=Verdict.WARNING, said=said)


def wrong(name: str, said: str) -> Finding:
    """Something has to be done."""
    return Finding(name=name, verdict=Verdict.WRONG, said=said)


def not_looked(name: str, said: str) -> Finding:
    """Nobody knows yet."""
    return Finding(name=name, verdict=Verdict.NOT_LOOKED, said=said)
