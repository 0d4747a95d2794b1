"""Lines of a passbook told in words: which activity, which rule, why this number. Reads nothing."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from points.earning.clauses import Clause, clause_of, expiry_clause
from points.earning.facts import ActivityFacts
from points.earning.models import Award
from points.earning.queries import Ended, lot_of
from points.earning.reasons import wording_of
from points.earning.rules import AwardReason
from points.earning.states import AwardState
from points.earning.telling import LineWords, tell_left, tell_line, tell_sum
from points.ledger.queries import Line
from points.ledger.states import JOURNAL_KIND_LABELS, JournalKind
from points.programmes.rule_version import RuleVersion
from points.programmes.wording import Wording
from volunteer.core import clock

ABOUT_ACTIVITIES = (JournalKind.CREDIT, JournalKind.CONFIRM, JournalKind.REVERSE)


@dataclass(frozen=True, slots=True)
class Sources:
    """What the lines of one passbook are explained by."""

    versions: dict[int, RuleVersion]
    """The rule versions of the programme by their id."""
    names: dict[str, str]
    """The categories by their code."""
    ended: dict[int, Ended]
    """The lots that lines of expiry are about, by the id of their account."""
    told: dict[str, LineWords]
    """What other features say of lines, by the source of their journals."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what, why this number, and what was there afterwards."""

    moment: datetime
    day: date
    kind: Any
    """The label of the journal's kind, for lines that are no activity."""
    title: str
    place: str
    minutes: int
    why: tuple[Wording, ...]
    points: int
    balance: int
    is_unsettled: bool = False
    activity_on: date | None = None
    """The day of the activity where the line was written on another day."""
    ended: Ended | None = None
    """Which points ended, on a line of expiry."""
    clause: Clause | None = None
    """What decided the number, to be looked up in the rules."""
    source: tuple[str, int] | None = None
    """Kind and id of the row of the activity, for the page of whoever keeps it."""


def entries_of(lines: list[Line], awards: list[Award], sources: Sources) -> list[Entry]:
    """Every line, the oldest first; activities that earned nothing stand between them."""
    return _with_empty(_entries(lines, awards, sources), awards, sources)


def _entries(lines: list[Line], awards: list[Award], sources: Sources) -> list[Entry]:
    behind = {award.journal_id: award for award in awards if award.journal_id is not None}
    return [_entry(line, behind.get(_credit_of(line)), sources) for line in lines]


def _credit_of(line: Line) -> int:
    """The journal of the credit a line is about."""
    if line.kind is JournalKind.CONFIRM:
        return int(line.source.removeprefix("journal:"))
    return line.reverses_id or line.journal_id


def _entry(line: Line, award: Award | None, sources: Sources) -> Entry:
    day = clock.to_tokyo(line.recorded_at).date()
    plain = Entry(
        moment=line.recorded_at,
        day=day,
        kind=JOURNAL_KIND_LABELS[line.kind],
        title="",
        place="",
        minutes=0,
        why=tell_line(line.reason),
        points=line.points,
        balance=line.balance,
    )
    if line.kind is JournalKind.EXPIRE:
        return _expired(plain, line, sources)
    if award is None or line.kind not in ABOUT_ACTIVITIES:
        return _told(plain, line, sources.told.get(line.source))
    facts = ActivityFacts.from_json(award.facts)
    is_back = line.kind is JournalKind.REVERSE
    return replace(
        plain,
        kind=plain.kind if is_back else "",
        title=facts.title or facts.category_code,
        place=facts.place,
        minutes=0 if is_back else facts.minutes,
        why=plain.why if is_back else _why(award, facts, sources),
        is_unsettled=award.state is AwardState.CREDITED,
        activity_on=award.activity_on if award.activity_on != day else None,
        clause=None if is_back else _clause(award, facts, sources),
        source=(award.source_kind, award.source_id),
    )


def _told(plain: Entry, line: Line, words: LineWords | None) -> Entry:
    """A line in the words of the feature whose act it is, where that has some."""
    if words is None:
        return plain
    return replace(plain, kind=words.kinds.get(line.kind, plain.kind), why=(words.why, *plain.why))


def _expired(plain: Entry, line: Line, sources: Sources) -> Entry:
    """Which points ended, and by which rule: that of their month, where all of it stood under one version."""
    ended = sources.ended.get(lot_of(line))
    if ended is None:
        return plain
    first, last = ended.month, clock.add_months(ended.month, 1) - timedelta(days=1)
    found = [
        one for one in sources.versions.values() if one.is_in_force(first) and one.is_in_force(last)
    ]
    return replace(plain, ended=ended, clause=expiry_clause(found[0]) if found else None)


def _clause(award: Award, facts: ActivityFacts, sources: Sources) -> Clause | None:
    version = sources.versions.get(award.rule_version_id or 0)
    if version is None:
        return None
    reason = AwardReason(award.reason)
    return clause_of(version, facts, reason, award.reason_facts, sources.names)


def _why(award: Award, facts: ActivityFacts, sources: Sources) -> tuple[Wording, ...]:
    """The sum that gave the number, and what cut it."""
    lines: list[Wording] = []
    is_cut = award.reason != AwardReason.AWARDED
    if award.rule_version_id is not None and award.points:
        version = sources.versions[award.rule_version_id]
        rule = version.award_rule(facts.category_code, facts.role, facts.host)
        lines += tell_sum(rule, facts) if rule else []
        lines += tell_left(award.day_cap_left, award.year_cap_left, award.points) if is_cut else []
    if is_cut:
        lines.append(wording_of(award.reason, award.reason_facts))
    return tuple(lines)


def _with_empty(entries: list[Entry], awards: list[Award], sources: Sources) -> list[Entry]:
    """The lines with those activities put in between that earned nothing: they are recorded too."""
    empty = [
        _empty(award, sources)
        for award in awards
        if award.state is AwardState.SETTLED and not award.points and not _was_taken_back(award)
    ]
    merged = sorted([*entries, *empty], key=lambda one: one.moment)
    result, balance = [], 0
    for one in merged:
        balance = one.balance if one.points else balance
        result.append(one if one.points else replace(one, balance=balance))
    return result


def _was_taken_back(award: Award) -> bool:
    """Nothing counted after a correction: the line that takes the points back tells it already."""
    facts = ActivityFacts.from_json(award.facts)
    return award.revision > 1 and facts.counted_minutes == 0 and facts.households == 0


def _empty(award: Award, sources: Sources) -> Entry:
    facts = ActivityFacts.from_json(award.facts)
    day = clock.to_tokyo(award.created_at).date()
    return Entry(
        moment=award.created_at,
        day=day,
        kind="",
        title=facts.title or facts.category_code,
        place=facts.place,
        minutes=facts.minutes,
        why=_why(award, facts, sources),
        points=0,
        balance=0,
        activity_on=award.activity_on if award.activity_on != day else None,
        clause=_clause(award, facts, sources),
        source=(award.source_kind, award.source_id),
    )
