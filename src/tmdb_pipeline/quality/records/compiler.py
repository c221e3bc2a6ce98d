"""Compiles the declared checks into a fast function for many records, and a full one that names what it finds.

A call for each check of each record would take several times as long as parsing the records did. So all conditions are
written into one function, as a person would write it by hand: ``CompiledChecks.source`` shows it. Both functions are
made from the declared checks and ask nothing else, so a rule that is declared holds in both.
"""

import linecache
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, repeat
from operator import itemgetter
from textwrap import indent
from typing import Any, Final, cast

from tmdb_pipeline.quality.records.receipt import Received
from tmdb_pipeline.quality.records.violation import Violation
from tmdb_pipeline.quality.rules.condition import Names
from tmdb_pipeline.quality.rules.field import Check, Field, Pair
from tmdb_pipeline.quality.rules.rule import Rule, Severity, mask_of

#: The mask of a record of which the fast check cannot say what it breaks.
UNKNOWN: Final = -1

_FILE: Final = "<the declared checks>"

_FAST: Final = """\
def fast(records, on, ids, counts):
    days = None if isinstance(on, date) else on
    on = days[0] if days else on
    today = on.isoformat()
    values_of = reader_of(records[0])
    left = []
    spotless = 0
    for index, record in enumerate(records):
        if type(record) is not dict:
            left.append((index, {unknown}))
            continue
        if days and days[index] != on:
            on = days[index]
            today = on.isoformat()
        mask = 0
        try:
            {variables} = values_of(record)
            if len(record) == {count}:
{absent}
            elif len(record) == {count_with_optional}:
{present}
            else:
                left.append((index, {unknown}))
                continue
{checks}
        except Exception:
            left.append((index, {unknown}))
            continue
        if not mask:
            spotless += 1
        elif mask & {severe}:
            left.append((index, mask))
            continue
        else:
            counts[mask] += 1
        ids.add(id_)
    if spotless:
        counts[0] += spotless
    return left
"""

_FULL: Final = """\
def {name}(record, on, mask):
    today = on.isoformat()
    found = []
{checks}
    broken = {{violation.field for violation in found}}
{pairs}
    return found
"""

#: From a record to its values, in the order of the fields.
_Reader = Callable[[Any], tuple[Any, ...]]
#: From a rule and the field that is blamed for it to the statement that notes that it is broken.
_Note = Callable[[Rule, str], str]


@dataclass(frozen=True, slots=True)
class CompiledChecks:
    """Functions that ask all checks of some fields and pairs.

    Attributes:
        fast: takes records, their day or days of receipt, a set and a counter. A record that has exactly the known
            fields, no error and nothing that a policy decides on is settled: its id is added to the set, and its rule
            mask counted. It returns the places of all others, ascending, with their masks: they need the full check.
        full: takes a record, its day of receipt and its mask and returns what it breaks, by field, then by pair.
        source: both as Python.
    """

    fast: Callable[[Sequence[object], Received, set[int], defaultdict[int, int]], list[tuple[int, int]]]
    full: Callable[[Mapping[Any, Any], date, int], list[Violation]]
    source: str


def compile_checks(fields: Sequence[Field], pairs: Sequence[Pair]) -> CompiledChecks:
    """Compile the checks of these fields, of which one is ``id``, and of pairs of them."""
    names = Names(Violation=Violation, date=date)
    source = "\n\n".join(
        [
            _fast(fields, pairs, names),
            _full("full", fields, pairs, names),
            _full("patient", [_caught(field) for field in fields], pairs, names),
        ]
    )
    linecache.cache[_FILE] = (len(source), None, source.splitlines(keepends=True), _FILE)  # for tracebacks
    exec(compile(source, _FILE, "exec"), names.bound)  # noqa: S102 - what the rules declare, and nothing else
    full, patient = names.bound["full"], names.bound["patient"]

    def check(record: Mapping[Any, Any], on: date, mask: int) -> list[Violation]:
        try:
            return cast("list[Violation]", full(record, on, mask))
        except Exception:  # noqa: BLE001 - of a condition that says so by raising, or once more of any other
            return cast("list[Violation]", patient(record, on, mask))

    return CompiledChecks(names.bound["fast"], check, source)


def _fast(fields: Sequence[Field], pairs: Sequence[Pair], names: Names) -> str:
    def note(rule: Rule, _field: str) -> str:
        return f"mask |= {rule.bit:#x}"

    required = [field.name for field in fields if not field.optional]
    optional = [field.name for field in fields if field.optional]
    names.bound["reader_of"] = _Readers(required).reader_of
    checks = [_of_field(field, names, note) for field in fields]
    bits = {field.name: mask_of(field.rules) for field in fields}
    for pair in pairs:
        of_both = bits[pair.fields[0]] | bits[pair.fields[1]]
        checks += [_of_pair(pair, names, note, unless=f"(mask and mask & {of_both:#x})")]
    rules = [*(rule for field in fields for rule in field.rules), *(rule for pair in pairs for rule in pair.rules)]
    severe = mask_of(rule for rule in rules if rule.severity is Severity.ERROR or rule.is_policy)
    return _FAST.format(
        unknown=UNKNOWN,
        variables=", ".join(map(_variable, required)),
        count=len(required),
        count_with_optional=" + ".join([str(len(required)), *(f"({name!r} in record)" for name in optional)]),
        absent=_lines([f"{_variable(name)} = None" for name in optional] or ["pass"], 16),
        present=_lines([_read(name) for name in optional] or ["pass"], 16),
        checks=_lines(checks, 12),
        severe=f"{severe:#x}",
    )


def _full(name: str, fields: Sequence[Field], pairs: Sequence[Pair], names: Names) -> str:
    def note(rule: Rule, field: str) -> str:
        return f"found.append(Violation({names.bind(rule.id.replace('.', '_'), rule)}, {field!r}, {_variable(field)}))"

    in_pairs = {name for pair in pairs for name in pair.fields}
    checks = []
    for field in fields:
        asked = f"{_read(field.name)}\n{_of_field(field, names, note)}"
        # A mask that is known says which fields need not be looked at, but for the sake of a pair.
        narrow = "" if field.name in in_pairs else f"if mask & {mask_of(field.rules):#x}:\n"
        checks.append(f"{narrow}{_lines([asked], 4)}" if narrow else asked)
    of_pairs = [_of_pair(pair, names, note, unless=f"broken.intersection({pair.fields!r})") for pair in pairs]
    return _FULL.format(name=name, checks=_lines(checks, 4), pairs=_lines(of_pairs, 4))


class _Readers:
    """Readers of the known fields of a record, by key.

    A dict finds a key that is the very object that it holds in half of the time that an equal one takes, and a parser
    uses the same objects for all records. So the keys are taken from a record.
    """

    def __init__(self, fields: Sequence[str]) -> None:
        self._fields = fields
        self._first: object = None
        self._reader: _Reader = itemgetter(*fields)

    def reader_of(self, record: object) -> _Reader:
        """A reader for records that were parsed as this one."""
        if type(record) is dict and record and (first := next(iter(record))) is not self._first:
            own = {key: key for key in record}
            self._reader = itemgetter(*(own.get(field, field) for field in self._fields))
            self._first = first
        return self._reader


def _variable(field: str) -> str:
    """What the value of a field is called; nothing else has such a name."""
    return f"{field}_"


def _caught(field: Field) -> Field:
    checks, of_each = (
        tuple(replace(check, broken=check.broken.caught()) for check in part) for part in (field.checks, field.of_each)
    )
    return replace(field, checks=checks, of_each=of_each)


def _read(field: str) -> str:
    return f"{_variable(field)} = record.get({field!r})"


def _of_field(field: Field, names: Names, note: _Note) -> str:
    variable = _variable(field.name)

    def branches(checks: Sequence[Check], value: str) -> list[tuple[str, str]]:
        return [(check.broken.source({"value": value}, names), note(check.rule, field.name)) for check in checks]

    asked = _chain(branches(field.checks, variable))
    if not field.of_each:
        return asked
    members = branches(field.of_each, "each")
    # The first check that any member breaks, which need not be that of the first member that breaks one.
    first = _chain([(f"any({condition} for each in {variable})", noted) for condition, noted in members])
    any_broken = " or ".join(f"({condition})" for condition, _ in members)
    loop = f"for each in {variable}:\n    if {any_broken}:\n{_lines([first], 8)}\n        break"
    return f"{asked}\nelse:\n{_lines([loop], 4)}"


def _of_pair(pair: Pair, names: Names, note: _Note, unless: str) -> str:
    variables = {name: _variable(name) for name in pair.fields}
    branches = [(check.broken.source(variables, names), note(check.rule, pair.fields[0])) for check in pair.checks]
    return f"if not {unless}:\n{_lines([_chain(branches)], 4)}"


def _chain(branches: Sequence[tuple[str, str]]) -> str:
    """Conditions, each with a statement, of which the first true one counts."""
    words = chain(["if"], repeat("elif"))
    return "\n".join(
        f"{word} {condition}:\n    {statement}" for word, (condition, statement) in zip(words, branches, strict=False)
    )


def _lines(blocks: Sequence[str], by: int) -> str:
    return indent("\n".join(blocks), " " * by)
