"""What the tests of false records share: somebody who helped, what the rules say, two people who decide."""

import hashlib
from datetime import timedelta
from typing import Any

from matching.checkin.jobs import close_forgotten, settle_attendances
from matching.checkin.models import Attendance
from matching.false_records import services
from matching.false_records.models import FalseRecordCase
from matching.false_records.states import FalseReason
from points.programmes.models import RuleVersion
from points.redemption.four_eyes import Actor
from tests.cast import Cast
from tests.factories.money import actor_of
from tests.factories.points import OTARU
from tests.matching.checkin.scenes import accept, arrive, browser, rows
from volunteer.core.db import db, write_turn
from volunteer.people.models import Person
from volunteer.users.models import User

KEY = "test-false-record-key-1"


def say_in_rules(cast: Cast, text: str) -> None:
    """The programme's rules also say this, before anybody has used them."""
    source = OTARU + text
    with write_turn():
        row = db.session.execute(
            db.select(RuleVersion).filter_by(programme_id=cast.programme.id)
        ).scalar_one()
        row.source, row.sha256 = source, hashlib.sha256(source.encode()).hexdigest()


def help_today(app: Any, cast: Cast, clock: Any, person: Person) -> int:
    """The person was there for two hours; it is settled. The attendance."""
    accept(person, cast.shift_today)
    arrive(browser(app, person), cast.shift_today)
    clock.advance(timedelta(hours=5))
    close_forgotten()
    clock.advance(timedelta(days=4))
    settle_attendances()
    found: int = rows(Attendance)[-1].id
    return found


def propose(cast: Cast, person: Person, *attendance_ids: int, **values: Any) -> int:
    """The coordinator proposes. The case."""
    wanted = {
        "key": KEY,
        "reason": FalseReason.NOT_THERE,
        "note": "日誌に名前がない",
        "with_suspension": False,
        "actor": actor_of(cast.coordinator),
        **values,
    }
    person_id = person.party_id
    with write_turn():
        made = services.propose(person_id=person_id, attendance_ids=attendance_ids, **wanted)
        return made.id


def decide(who: User | Actor, case_id: int, what: Any = services.decide) -> None:
    """The approver decides."""
    actor = who if isinstance(who, Actor) else actor_of(who)
    with write_turn():
        what(case_id, actor, "会場の方と日誌を確かめました。")


def case_of(case_id: int) -> FalseRecordCase:
    """The case as it is now."""
    db.session.rollback()
    return db.session.get_one(FalseRecordCase, case_id)
