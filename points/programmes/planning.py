"""What loading a file would do, before it is done: changes, who is affected, gaps, what stands in the way."""

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from points.ledger.models import Journal
from points.ledger.states import JournalKind
from points.programmes.difference import Change, KeyChange, changes_by_key, changes_in_words
from points.programmes.models import Enrolment
from points.programmes.models import RuleVersion as RuleVersionRow
from points.programmes.offering import not_offered, unknown_categories
from points.programmes.queries import category_names, covers, parsed, programmes, versions_of
from points.programmes.rule_version import RuleVersion, parse_rule_version
from points.programmes.services import find_room
from points.programmes.toml_reader import Mistake
from points.programmes.wording import N_, Wording, say
from volunteer.core.db import db
from volunteer.core.errors import Refused


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would do. `refusal` says why it cannot be loaded; `before` is the version it follows."""

    version: RuleVersion
    digest: str
    is_known: bool
    """Loaded before: nothing would change."""
    before: RuleVersionRow | None
    changes: list[Change]
    keys: list[KeyChange]
    enrolled: int
    """People who take part on the first day of the version."""
    activities: int
    """Activities from that day on which have earned points already."""
    warnings: list[Wording]
    not_offered: list[Mistake]
    """Payout codes nobody can choose."""
    unknown: list[Mistake]
    """Kinds of activity the center does not have."""
    ended: RuleVersionRow | None
    """The open-ended version that would end on the first day of this one."""
    refusal: Refused | None


def digest_of(text: str) -> str:
    """What a version's text is known by."""
    return hashlib.sha256(text.encode()).hexdigest()


def plan_for(text: str) -> Plan:
    """What loading this text would do. Raises ProgrammeFileError with every mistake of the file."""
    version, digest = parse_rule_version(text), digest_of(text)
    programme = next((one for one in programmes() if one.code == version.programme_code), None)
    rows = versions_of(programme.id) if programme else []
    is_known = any(row.sha256 == digest for row in rows)
    before = next((row for row in rows if row.valid_from <= version.valid_from), None)
    ended, refusal = (None, None) if is_known else _room(rows, version)
    names = category_names()
    return Plan(
        version=version,
        digest=digest,
        is_known=is_known,
        before=before,
        changes=changes_in_words(parsed(before.source) if before else None, version, names),
        keys=changes_by_key(before.source if before else None, text),
        enrolled=_enrolled(programme.id, version.valid_from) if programme else 0,
        activities=_activities(programme.id, version) if programme else 0,
        warnings=_gaps(rows, version) if refusal is None else [],
        not_offered=not_offered(text, version),
        unknown=unknown_categories(text, version, names),
        ended=ended,
        refusal=refusal,
    )


def _room(
    rows: list[RuleVersionRow], version: RuleVersion
) -> tuple[RuleVersionRow | None, Refused | None]:
    """The version that would end for this one, or why there is no room."""
    try:
        return find_room(rows, version), None
    except Refused as error:
        return None, error


def _enrolled(programme_id: int, day: date) -> int:
    statement = select(func.count(Enrolment.person_id.distinct())).where(
        Enrolment.programme_id == programme_id, covers(day, Enrolment.starts_on, Enrolment.ends_on)
    )
    return int(db.session.execute(statement).scalar_one())


def _activities(programme_id: int, version: RuleVersion) -> int:
    statement = select(func.count(Journal.id)).where(
        Journal.programme_id == programme_id,
        Journal.kind == JournalKind.CREDIT,
        Journal.effective_on >= version.valid_from,
    )
    if version.valid_to is not None:
        statement = statement.where(Journal.effective_on < version.valid_to)
    return int(db.session.execute(statement).scalar_one())


def _gaps(rows: list[RuleVersionRow], version: RuleVersion) -> list[Wording]:
    """Days between versions on which no rule would hold: activities on them earn nothing."""
    text = N_(
        "%(first)sから%(last)sの前の日までは、どの版も使われません。その間の活動にポイントはつきません"
    )
    ends = [row.valid_to for row in rows if row.valid_to and row.valid_to <= version.valid_from]
    nothing_after = N_("%(first)sからは、次の版を読みこむまで、活動にポイントはつきません")
    starts = [row.valid_from for row in rows if row.valid_from > version.valid_from]
    found = []
    open_before = any(row.valid_to is None and row.valid_from < version.valid_from for row in rows)
    if ends and not open_before and max(ends) < version.valid_from:
        found.append(say(text, first=str(max(ends)), last=str(version.valid_from)))
    if starts and version.valid_to is not None and version.valid_to < min(starts):
        found.append(say(text, first=str(version.valid_to), last=str(min(starts))))
    if version.valid_to is not None and not starts:
        found.append(say(nothing_after, first=str(version.valid_to)))
    return found
