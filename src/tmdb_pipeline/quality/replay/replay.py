"""A record replayed: what is left of where it came from, and what today's rules say of it."""

from dataclasses import dataclass
from datetime import date

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake.quality_report import BrokenRule
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.quality.records.record_check import check_record
from tmdb_pipeline.quality.records.violation import Violation
from tmdb_pipeline.quality.replay.lookup import Quarantined
from tmdb_pipeline.quality.replay.page_evidence import PageEvidence, page_evidence
from tmdb_pipeline.quality.replay.run_evidence import FileEvidence, ReportEvidence, file_evidence, report_evidence
from tmdb_pipeline.quality.rules.catalogue import STRICT, AdultPolicy
from tmdb_pipeline.quality.rules.rule import Severity
from tmdb_pipeline.quality.values.json_values import printable

_POLICY_RULES = frozenset(rule.id for rule in STRICT)


@dataclass(frozen=True, slots=True)
class Replay:
    """A record replayed.

    Attributes:
        found: the record in its quarantine.
        page: what its page says today.
        report: what the report of its run says.
        file: what the validated file says.
        on: the day in Seoul as of which it is judged; ``on_from`` says in words how that is known.
        adult: the policy for adult movies, as far as the record tells which one its run had.
        broken: the rules that it breaks today; None where it cannot be judged.
    """

    found: Quarantined
    page: PageEvidence
    report: ReportEvidence
    file: FileEvidence
    on: date
    on_from: str
    adult: AdultPolicy
    broken: tuple[Violation, ...] | None

    @property
    def rejected_for(self) -> list[Violation]:
        """The errors that it has today."""
        return [violation for violation in self.broken or () if violation.rule.severity is Severity.ERROR]

    @property
    def rejects(self) -> bool:
        """Whether today's rules reject it."""
        return bool(self.rejected_for)

    @property
    def sentence(self) -> str:
        """What today's rules say, beside what those of the run said."""
        if self.broken is None:
            return "JSON cannot carry this record, so what stands here only describes it: it cannot be judged again."
        then = errors_of(self.found.entry.rules)
        now = list(dict.fromkeys(violation.rule.id for violation in self.rejected_for))
        if not now:
            return f"Today's rules accept this record, which was rejected for {_listed(then)}."
        if now == then:
            return f"Today's rules still reject this record, for {_listed(now)}."
        return f"Today's rules still reject this record, for {_listed(now)}; it was rejected for {_listed(then)}."


def replay(lake: Lake, found: Quarantined) -> Replay:
    """Replay a record: look at all that is left of it, and judge it as of the day on which it was received.

    Raises nothing: what cannot be had is said in the parts.
    """
    page = page_evidence(lake, found)
    report = report_evidence(lake, found)
    file = file_evidence(lake, found, report)
    on, on_from = _day(found, page, file)
    adult = policy_of(found.entry.rules)
    broken = check_record(found.entry.record, on, adult) if found.entry.exact else None
    return Replay(found, page, report, file, on, on_from, adult, broken)


def errors_of(rules: list[BrokenRule]) -> list[str]:
    """The ids of the rules for which a record was rejected, each once."""
    return list(dict.fromkeys(rule.rule for rule in rules if rule.severity == Severity.ERROR))


def policy_of(rules: list[BrokenRule]) -> AdultPolicy:
    """The policy for adult movies that its run had: only one of them makes such a rule an error."""
    strict = any(rule.rule in _POLICY_RULES and rule.severity == Severity.ERROR for rule in rules)
    return "quarantine" if strict else "warn"


def _day(found: Quarantined, page: PageEvidence, file: FileEvidence) -> tuple[date, str]:
    """The day for which the record holds, as its run had it; and how that is known."""
    if file.day is not None:
        return file.day, "the day for which its page holds, by the file that was validated"
    if page.same and page.page:
        return (page.page.date or page.page.received_at).astimezone(SEOUL).date(), "the day for which its page holds"
    return found.run.day, "the run date, since nothing is left that says when it was received"


def _listed(rules: list[str]) -> str:
    return ", ".join(map(printable, rules)) or "nothing that it names"
