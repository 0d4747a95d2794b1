"""Rule versions are loaded, people are enrolled. A version that was used never changes; a trigger keeps it so."""

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, update

from points.ledger.models import Journal
from points.ledger.states import JournalKind, Unit
from points.programmes.calendar import registration_ends_on
from points.programmes.eligibility import Obstacle, PersonFacts, class_on, obstacle_for
from points.programmes.models import Enrolment, Programme
from points.programmes.models import RuleVersion as RuleVersionRow
from points.programmes.people_terms import Checkpoint
from points.programmes.queries import (
    programmes,
    rules_of,
    version_in_force,
    versions_of,
    with_records,
)
from points.programmes.requirements import unmet
from points.programmes.rule_version import RuleVersion, parse_rule_version
from volunteer.core import clock
from volunteer.core.db import db, guarded_update, insert_once
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import _, _l
from volunteer.people.models import Person

BARS_ENROLMENT = {Obstacle.TOO_OLD, Obstacle.NO_TIE, Obstacle.OTHER_MUNICIPALITY}
"""What does not pass with time or with a paper; the other conditions are checked again at every award."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a file did."""

    version: RuleVersionRow
    is_new: bool
    ended: RuleVersionRow | None
    """The version that now ends where the new one begins."""


def load_rule_version(
    text: str, by_user_id: int | None = None, *, unit: Unit = Unit.POINTS
) -> Loaded:
    """The rule version of a TOML text applies from its first day on; its programme is made if it is new.

    An open-ended version before it ends on that day. The same text again changes nothing. Raises
    ProgrammeFileError with every mistake of the file, Refused(code="versions_overlap") when another version
    has that time, Refused(code="version_used") when the version to be ended was used after that day,
    Refused(code="other_unit") when the programme of that name counts something else.
    """
    version = parse_rule_version(text)
    programme = _programme_of(version, unit)
    digest = hashlib.sha256(text.encode()).hexdigest()
    rows = versions_of(programme.id)
    same = next((row for row in rows if row.sha256 == digest), None)
    if same is not None:
        return Loaded(same, is_new=False, ended=None)
    _wait_for_credits(programme.id)
    ended = find_room(rows, version)
    if ended is not None:
        ended.valid_to = version.valid_from
        db.session.flush()
    row = RuleVersionRow(
        programme_id=programme.id,
        valid_from=version.valid_from,
        valid_to=version.valid_to,
        source=text,
        sha256=digest,
        loaded_by_user_id=by_user_id,
        loaded_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return Loaded(row, is_new=True, ended=ended)


def _programme_of(version: RuleVersion, unit: Unit) -> Programme:
    """The programme of a version, made if it is new. Its row is the lock: two who load at once see each other."""
    position = db.session.execute(db.select(db.func.max(Programme.position))).scalar() or 0
    values = {
        "code": version.programme_code,
        "name": version.programme_name,
        "position": position + 1,
        "unit": unit,
        "created_at": clock.now(),
    }
    insert_once(Programme, values)
    statement = db.select(Programme).where(Programme.code == version.programme_code)
    found: Programme = db.session.execute(
        statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    ).scalar_one()
    if found.unit is not unit:
        raise Refused(
            _l("このコードは、有償活動の報酬に使われています。別の code にしてください。"),
            code="other_unit",
        )
    found.name = version.programme_name
    db.session.flush()
    return found


def _wait_for_credits(programme_id: int) -> None:
    """Whoever earns by the open version at this moment is done before anybody looks when it was last used.

    A credit holds its version by a foreign key: only FOR UPDATE waits for it, and lets the next one wait.
    """
    is_open = (RuleVersionRow.programme_id == programme_id) & RuleVersionRow.valid_to.is_(None)
    db.session.execute(db.select(RuleVersionRow.id).where(is_open).with_for_update())


def find_room(rows: list[RuleVersionRow], version: RuleVersion) -> RuleVersionRow | None:
    """The open version that would end where this one begins. Raises Refused for every other overlap."""
    ended = None
    for row in rows:
        if not _overlap(row, version):
            continue
        if row.valid_to is not None or row.valid_from >= version.valid_from:
            raise Refused(
                _l(
                    "この期間にはもう別の版があります（%(period)s）。"
                    "始まりの日（valid_from）か終わりの日（valid_to）を直してください。",
                    period=f"{row.valid_from}～{row.valid_to or ''}",
                ),
                code="versions_overlap",
                valid_from=str(row.valid_from),
                valid_to=str(row.valid_to),
            )
        _check_unused(row, version.valid_from)
        ended = row
    return ended


def _overlap(row: RuleVersionRow, version: RuleVersion) -> bool:
    starts_before_its_end = row.valid_to is None or version.valid_from < row.valid_to
    ends_after_its_start = version.valid_to is None or row.valid_from < version.valid_to
    return starts_before_its_end and ends_after_its_start


def _check_unused(row: RuleVersionRow, day: date) -> None:
    """Raise Refused when a version gave points for activities from `day` on: it cannot end before them."""
    last_use = _last_use(row.id)
    if last_use is not None and last_use >= day:
        raise Refused(
            _l(
                "いまの版で、もうその日よりあとの活動にポイントがついています。"
                "始まりの日を後にしてください。"
            ),
            code="version_used",
            last_use=str(last_use),
        )


def _last_use(rule_version_id: int) -> date | None:
    """The last activity day on which a version gave points."""
    return db.session.execute(
        db.select(db.func.max(Journal.effective_on)).where(
            Journal.rule_version_id == rule_version_id, Journal.kind == JournalKind.CREDIT
        )
    ).scalar()


def enrol(
    person_id: int,
    programme_id: int,
    starts_on: date,
    *,
    class_code: str | None = None,
    by_user_id: int | None = None,
) -> Enrolment:
    """The person takes part in the programme from `starts_on` on, in the class of their age unless one is named.

    Where the programme has a term, taking part ends with it. Enrolled already: that enrolment is given back.
    Raises NotFound, Refused (code "enrolments_overlap", or that of what is asked at registration).
    """
    person, programme = _both(person_id, programme_id)
    rows: list[Enrolment] = list(
        db.session.execute(
            db.select(Enrolment).where(
                Enrolment.person_id == person_id, Enrolment.programme_id == programme_id
            )
        ).scalars()
    )
    for row in rows:
        if row.ends_on is None and row.starts_on <= starts_on:
            return row
        if row.ends_on is None or starts_on < row.ends_on:
            raise Refused(
                _l("この期間にはもう参加の記録があります。始まりの日を直してください。"),
                code="enrolments_overlap",
            )
    rules = _rules_on(programme, starts_on)
    facts = _facts_of(person, programme, rules, starts_on)
    if rules is not None:
        _check_registration(facts, rules, starts_on)
    if class_code is None:
        class_code = (class_on(facts, rules, starts_on) if rules else None) or ""
    first = min((row.starts_on for row in rows), default=starts_on)
    enrolment = Enrolment(
        person_id=person_id,
        programme_id=programme_id,
        class_code=class_code,
        starts_on=starts_on,
        ends_on=registration_ends_on(starts_on, rules, first) if rules else None,
        entered_by_user_id=by_user_id,
        entered_at=clock.now(),
    )
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def _both(person_id: int, programme_id: int) -> tuple[Person, Programme]:
    person = db.session.get(Person, person_id)
    programme = db.session.get(Programme, programme_id)
    if person is None or programme is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return person, programme


def _rules_on(programme: Programme, day: date) -> RuleVersion | None:
    row = version_in_force(programme.id, day)
    return rules_of(row.id) if row else None


def _facts_of(
    person: Person, programme: Programme, rules: RuleVersion | None, day: date
) -> PersonFacts:
    base = PersonFacts(
        person.birth_on,
        frozenset({person.tie}),
        person.guardian_agreed_on is not None,
        address=person.address,
    )
    return with_records(base, person.party_id, programme.id, rules, day) if rules else base


def _check_registration(facts: PersonFacts, rules: RuleVersion, day: date) -> None:
    lacking = unmet(facts, rules, Checkpoint.REGISTRATION, day)
    if lacking is not None:
        words = lacking.wording
        raise Refused(_(words.message, **words.facts), code=lacking.obstacle.value)


def end_enrolment(enrolment_id: int, ends_on: date) -> None:
    """The person takes part until before `ends_on`. Raises NotFound, Refused(code="ends_before_start")."""
    row = db.session.get(Enrolment, enrolment_id)
    if row is None or (row.ends_on is not None and row.ends_on <= ends_on):
        raise NotFound(_l("この参加の記録は、もう終わっているか見つかりません。"))
    if ends_on <= row.starts_on:
        raise Refused(
            _l("終わりの日は、始まりの日より後にしてください。"), code="ends_before_start"
        )
    guarded_update(
        update(Enrolment)
        .where(
            Enrolment.id == enrolment_id,
            or_(Enrolment.ends_on.is_(None), Enrolment.ends_on > ends_on),
        )
        .values(ends_on=ends_on)
    )


def enrol_in_default_programmes(person_id: int, by: int | None = None) -> list[Enrolment]:
    """A newly registered person takes part, from today, in every programme of the center that is open to them.

    The center's order of programmes decides later where an activity earns (decision 4). Raises NotFound.
    """
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    today, made = clock.today(), []
    for programme in programmes():
        rules = _rules_on(programme, today)
        if rules is None:
            continue
        facts = _facts_of(person, programme, rules, today)
        obstacle = obstacle_for(facts, rules.may_collect, today)
        lacking = unmet(facts, rules, Checkpoint.REGISTRATION, today)
        if obstacle not in BARS_ENROLMENT and lacking is None:
            made.append(enrol(person_id, programme.id, today, by_user_id=by))
    return made
