"""Reads for the engine: rows of people and of shifts, a fixed number of statements however many people there are."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    cast,
    func,
    literal,
    or_,
    true,
    union_all,
)
from sqlalchemy.orm import contains_eager

from matching.assignments.models import Participation
from matching.assignments.states import HOLDS_SEAT, ParticipationState
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import ShiftState
from matching.profiles import models as said
from volunteer.areas.models import Area
from volunteer.core.db import db
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.people.models import Person
from volunteer.people.states import PersonState

Ids = Collection[int] | None
"""Some people, or everybody who is registered."""
Rows = Sequence[Any]
NOT_CANCELLED = tuple(state for state in ShiftState if state is not ShiftState.CANCELLED)
"""Said as a list: the index of shifts begins with the state."""


def _rows(statement: Any) -> Rows:
    return db.session.execute(statement).all()


def _among(column: Any, ids: Ids) -> ColumnElement[bool]:
    return true() if ids is None else column.in_(ids)


def people(ids: Ids) -> Rows:
    """The people with the single values of what they said."""
    profile = said.Profile
    statement = (
        db.select(
            Person.party_id,
            Person.area_id,
            Person.birth_on,
            Person.tie,
            Person.state,
            Person.guardian_agreed_on,
            profile.travel_mode,
            profile.travel_minutes_max,
            profile.times_per_week_max,
            profile.minutes_per_week_max,
            profile.paused_until,
        )
        .outerjoin(profile, profile.person_id == Person.party_id)
        .where(Person.state == PersonState.REGISTERED if ids is None else Person.party_id.in_(ids))
        .order_by(Person.party_id)
    )
    return _rows(statement)


def wishes(ids: Ids) -> Rows:
    """(person, category, kind)."""
    one = said.Wish
    return _rows(
        db.select(one.person_id, one.category_code, one.kind).where(_among(one.person_id, ids))
    )


def abilities(ids: Ids) -> Rows:
    """(person, `skill`, `language` or `trait`, which)."""
    parts = (
        ("skill", said.PersonSkill, said.PersonSkill.skill_id),
        ("language", said.PersonLanguage, said.PersonLanguage.language),
        ("trait", said.PersonTrait, said.PersonTrait.trait),
    )
    return _rows(
        union_all(
            *(
                db.select(model.person_id, literal(kind), cast(word, String)).where(
                    _among(model.person_id, ids)
                )
                for kind, model, word in parts
            )
        )
    )


def windows(ids: Ids) -> Rows:
    """(person, weekday, from, until)."""
    one = said.AvailabilityWindow
    return _rows(
        db.select(one.person_id, one.weekday, one.from_minute, one.until_minute).where(
            _among(one.person_id, ids)
        )
    )


def exceptions(ids: Ids, first: Any, last: Any) -> Rows:
    """Days between these two that differ from the week."""
    one = said.AvailabilityException
    return _rows(
        db.select(
            one.person_id,
            one.from_on,
            one.to_on,
            one.from_minute,
            one.until_minute,
            one.is_free,
        ).where(_among(one.person_id, ids), one.to_on >= first, one.from_on <= last)
    )


def covers(ids: Ids, first: Any) -> Rows:
    """(person, from, to) of insurance covers that have not ended before `first`, by their beginning."""
    one = InsuranceCover
    return _rows(
        db.select(one.person_id, one.covers_from, one.covers_to)
        .where(_among(one.person_id, ids), one.cancelled_at.is_(None), one.covers_to >= first)
        .order_by(one.covers_from)
    )


def qualifications(ids: Ids) -> Rows:
    """(person, kind, first day, last day)."""
    one = Qualification
    return _rows(
        db.select(one.person_id, one.kind, one.valid_from, one.valid_until)
        .where(_among(one.person_id, ids), one.cancelled_at.is_(None))
        .order_by(one.id)
    )


def places(ids: Ids, since: datetime, until: datetime) -> Rows:
    """(person, shift, start, end, district) of seats held in shifts that begin in this time."""
    statement = (
        db.select(
            Participation.person_id, Shift.id, Shift.starts_at, Shift.ends_at, HelpRequest.area_id
        )
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            _among(Participation.person_id, ids),
            Participation.state.in_(HOLDS_SEAT),
            Shift.state.in_(NOT_CANCELLED),
            Shift.starts_at >= since,
            Shift.starts_at < until,
        )
        .order_by(Shift.starts_at, Shift.id)
    )
    return _rows(statement)


def times(ids: Ids, since: datetime, until: datetime) -> Rows:
    """(person, category, client, how often) of places in shifts of this time."""
    statement = (
        db.select(
            Participation.person_id,
            HelpRequest.category_code,
            HelpRequest.requester_party_id,
            func.count(),
        )
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            _among(Participation.person_id, ids),
            Participation.state == ParticipationState.ACCEPTED,
            Shift.state.in_(NOT_CANCELLED),
            Shift.starts_at >= since,
            Shift.ends_at <= until,
        )
        .group_by(
            Participation.person_id, HelpRequest.category_code, HelpRequest.requester_party_id
        )
    )
    return _rows(statement)


def areas() -> Rows:
    """(id, latitude, longitude, height) of the districts."""
    return _rows(db.select(Area.id, Area.latitude, Area.longitude, Area.height_m))


def shifts(ids: Collection[int]) -> list[Shift]:
    """These shifts with request and category, in the order of time."""
    statement = (
        db.select(Shift)
        .join(Shift.help_request)
        .where(Shift.id.in_(ids))
        .options(contains_eager(Shift.help_request).joinedload(HelpRequest.category))
        .order_by(Shift.starts_at, Shift.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.execute(statement).scalars())


def demands(help_request_ids: Collection[int]) -> Rows:
    """(request, `skill`, `language` or `trait`, which) that whoever comes must have."""
    parts = (
        ("skill", said.RequestSkill, said.RequestSkill.skill_id),
        ("language", said.RequestLanguage, said.RequestLanguage.language),
        ("trait", said.RequestTrait, said.RequestTrait.trait),
    )
    return _rows(
        union_all(
            *(
                db.select(
                    cast(model.help_request_id, Integer), literal(kind), cast(word, String)
                ).where(model.help_request_id.in_(help_request_ids))
                for kind, model, word in parts
            )
        )
    )


def no_go_pairs(parties: Ids = None) -> Rows:
    """(one, other) of live pairs, all or those with one of these parties."""
    pair = said.NoGoPair
    condition = or_(_among(pair.person_id, parties), _among(pair.other_party_id, parties))
    return _rows(
        db.select(pair.person_id, pair.other_party_id).where(pair.ended_at.is_(None), condition)
    )


def members(household_party_ids: Collection[int]) -> Rows:
    """(person, household) of people known to live in these households."""
    column = Person.household_party_id
    return _rows(db.select(Person.party_id, column).where(column.in_(household_party_ids)))


def participations(shift_ids: Collection[int]) -> Rows:
    """(person, shift, state) of everybody who has to do with these shifts."""
    one = Participation
    return _rows(
        db.select(one.person_id, one.shift_id, one.state).where(one.shift_id.in_(shift_ids))
    )
