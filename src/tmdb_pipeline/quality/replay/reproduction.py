"""A unit test that reproduces the rejection of a record: a module that needs tmdb_pipeline and pytest alone."""

from tmdb_pipeline.quality.replay.errors import ReplayError
from tmdb_pipeline.quality.replay.literal import is_deep, literal
from tmdb_pipeline.quality.replay.replay import Replay, errors_of
from tmdb_pipeline.quality.values.json_values import printable

_MODULE = '''\
"""{headline}

Rejected for: {rules}.
Quarantine: {quarantine}
Page: {page}

{directions}
"""

{imports}from datetime import date

from tmdb_pipeline.quality.records.record_check import check_record
from tmdb_pipeline.quality.rules.rule import Severity

#: The day in Asia/Seoul as of which the record is judged: {on_from}.
RECEIVED_ON = date({on.year}, {on.month}, {on.day})
#: The rules that are to reject the record; none, so it is to be accepted.
REJECTED_FOR: list[str] = []
#: The record as TMDB sent it.
RECORD = {record}


def test_record_is_judged_as_it_should_be():
    """The record breaks just the rules that are to reject it; warnings do not count."""
    broken = check_record(RECORD, RECEIVED_ON{adult})

    errors = [violation for violation in broken if violation.rule.severity is Severity.ERROR]
    told = [f"{{each.rule.id}}: {{each.told().message}} The value is {{each.told().value}}." for each in errors]
    assert [violation.rule.id for violation in errors] == REJECTED_FOR, " ".join(told) or "The record is accepted."
'''
_FAILS = """\
The test fails as long as the rules reject the record, and says which. There are two ways on:
* The rule is wrong: mend it (src/tmdb_pipeline/quality/rules/) until the test passes, and keep the test as it is.
* The rule is right: set REJECTED_FOR = {now}. Then the test passes, and fails if the rule is lost."""
_PASSES = """\
Today's rules accept the record, so the test passes. It fails once a rule rejects the record again."""


def reproduction(replay: Replay) -> str:
    """The source of a module with one test, which says that the record is accepted.

    It fails as long as the rules reject the record, with these in its message, and passes once the record or the rules
    are mended. Its docstring says how to expect the rejection instead.

    Raises:
        ReplayError: JSON could not carry the record, so the quarantine only describes it.
    """
    entry = replay.found.entry
    if not entry.exact:
        raise ReplayError(
            f"No test can be made of {replay.found.name}: JSON cannot carry the record, so what stands there only "
            "describes it. Make one of its page by hand, if that is left."
        )
    now = [violation.rule.id for violation in replay.rejected_for]
    page = f"{replay.page.file}, index {replay.page.index}" if replay.page.file else "not known"
    return _MODULE.format(
        headline=f"A record of {replay.found.run.day} that {'is' if now else 'was'} rejected.",
        rules=_in_docstring(", ".join(errors_of(entry.rules))),
        quarantine=_in_docstring(replay.found.name),
        page=_in_docstring(page),
        directions=_FAILS.format(now=literal(now)) if now else _PASSES,
        imports="import json\n" if is_deep(entry.record) else "",
        on=replay.on,
        on_from=replay.on_from,
        record=literal(entry.record, "RECORD = "),
        adult=f', adult="{replay.adult}"' if replay.adult != "warn" else "",
    )


def _in_docstring(text: str) -> str:
    """A text that ends no docstring, whatever a quarantine names."""
    return printable(text, 400).replace("\\", "\\\\").replace('"', "'")
