"""The center's history as the simulator takes it: activities of award rows, people as rules know them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import func, or_, select

from points.earning.facts import ActivityFacts
from points.earning.models import Award
from points.earning.states import LIVE
from points.ledger.walk import streamed
from points.programmes.eligibility import Held
from points.programmes.models import Enrolment
from points.simulation.people import Participant, Period
from volunteer.core.db import db
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.people.models import Person

ONE_DAY = timedelta(days=1)
PEOPLE_AT_ONCE = 200


def _of(programme_id: int) -> Any:
    """Awards that stand, of this programme or of none: what another programme gave points for is not ours."""
    is_ours = or_(Award.programme_id == programme_id, Award.programme_id.is_(None))
    return is_ours & Award.state.in_(LIVE)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is of a programme's history."""

    activities: int
    people: int
    first: date | None


def extent(programme_id: int) -> Extent:
    """Activities, people, the first day."""
    columns = (
        func.count(Award.id), func.count(Award.holder_id.distinct()), func.min(Award.activity_on),
    )  # fmt: skip
    return Extent(*db.session.execute(select(*columns).where(_of(programme_id))).one())


def holders_after(programme_id: int, after: int, limit: int) -> list[int]:
    """The next people with activities, in the order of their ids."""
    statement = (
        select(Award.holder_id)
        .where(_of(programme_id), Award.holder_id > after)
        .group_by(Award.holder_id)
        .order_by(Award.holder_id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def portion(programme_id: int, holders: Sequence[int]) -> Iterator[tuple[int, list[ActivityFacts]]]:
    """Each of these people with their activities, in the order in which these were awarded."""
    statement = (
        select(Award.holder_id, Award.facts)
        .where(_of(programme_id), Award.holder_id.between(holders[0], holders[-1]))
        .order_by(Award.holder_id, Award.id)
    )
    for holder, rows in groupby(streamed(statement), attrgetter("holder_id")):
        yield holder, [ActivityFacts.from_json(row.facts) for row in rows]


def participants(programme_id: int, person_ids: Iterable[int]) -> dict[int, Participant]:
    """What the rules may know about these people, in a few statements. Bare names are not read."""
    ids = tuple(person_ids)
    registered, classes = _registered(programme_id, ids)
    held, insured = _held(ids), _insured(ids)
    columns = (
        Person.party_id, Person.birth_on, Person.tie, Person.guardian_agreed_on, Person.address,
    )  # fmt: skip
    return {
        row.party_id: Participant(
            birth_date=row.birth_on,
            ties=frozenset({row.tie}),
            has_guardian_consent=row.guardian_agreed_on is not None,
            class_code=classes.get(row.party_id) or None,
            address=row.address,
            held=held[row.party_id],
            insured=insured[row.party_id],
            registered=registered[row.party_id],
        )
        for row in db.session.execute(select(*columns).where(Person.party_id.in_(ids)))
    }


def _registered(
    programme_id: int, ids: tuple[int, ...]
) -> tuple[dict[int, tuple[Period, ...]], dict[int, str]]:
    periods: dict[int, tuple[Period, ...]] = defaultdict(tuple)
    classes: dict[int, str] = {}
    columns = (Enrolment.person_id, Enrolment.starts_on, Enrolment.ends_on, Enrolment.class_code)
    for row in db.session.execute(
        select(*columns)
        .where(Enrolment.programme_id == programme_id, Enrolment.person_id.in_(ids))
        .order_by(Enrolment.id)
    ):
        last = row.ends_on - ONE_DAY if row.ends_on else None
        periods[row.person_id] += (Period(row.starts_on, last),)
        classes[row.person_id] = row.class_code
    return periods, classes


def _held(ids: tuple[int, ...]) -> dict[int, tuple[Held, ...]]:
    found: dict[int, tuple[Held, ...]] = defaultdict(tuple)
    statement = select(
        Qualification.person_id,
        Qualification.kind,
        Qualification.valid_from,
        Qualification.valid_until,
    ).where(Qualification.person_id.in_(ids), Qualification.cancelled_at.is_(None))
    for row in db.session.execute(statement.order_by(Qualification.id)):
        found[row.person_id] += (Held(row.kind, row.valid_from, row.valid_until),)
    return found


def _insured(ids: tuple[int, ...]) -> dict[int, tuple[Period, ...]]:
    found: dict[int, tuple[Period, ...]] = defaultdict(tuple)
    statement = select(
        InsuranceCover.person_id, InsuranceCover.covers_from, InsuranceCover.covers_to
    ).where(InsuranceCover.person_id.in_(ids), InsuranceCover.cancelled_at.is_(None))
    for row in db.session.execute(statement.order_by(InsuranceCover.id)):
        found[row.person_id] += (Period(row.covers_from, row.covers_to),)
    return found
