"""Reads for the engine: rows of people and of shifts, a fixed number of statements however many people there are."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
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
from matching.profiles.asked import asked
from volunteer.areas.models import Area
from volunteer.core.db import db
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.households.models import Household
from volunteer.people.models import Person
from volunteer.people.states import PersonState

Ids = Collection[int] | None
"""Some people, or everybody who is registered."""
Rows = Sequence[Any]
NOT_CANCELLED = tuple(state for state in ShiftState if state is not ShiftState.CANCELLED)
"""Said as a list: the index of shifts begins with the state."""


def _rows(statement: Any, ids: Ids = None, **values: Any) -> Rows:
    if ids is not None:
        values["ids"] = list(ids)
    return db.session.execute(statement, values).all()


def _among(column: Any, *, is_some: bool) -> ColumnElement[bool]:
    """Of the people given to `_rows`, else of everybody. Statements are built once and kept: building takes longer
    than running them."""
    return column.in_(bindparam("ids", expanding=True)) if is_some else true()


def people(ids: Ids) -> Rows:
    """The people with the single values of what they said."""
    return _rows(_people(is_some=ids is not None), ids)


@cache
def _people(*, is_some: bool) -> Any:
    profile = said.Profile
    is_wanted = Person.party_id.in_(bindparam("ids", expanding=True))
    return (
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
        .where(is_wanted if is_some else Person.state == PersonState.REGISTERED)
        .order_by(Person.party_id)
    )


def windows(ids: Ids) -> Rows:
    """(person, weekday, from, until)."""
    return _rows(_windows(is_some=ids is not None), ids)


@cache
def _windows(*, is_some: bool) -> Any:
    one = said.AvailabilityWindow
    return db.select(one.person_id, one.weekday, one.from_minute, one.until_minute).where(
        _among(one.person_id, is_some=is_some)
    )


def _line(kind: str, model: Any, **values: Any) -> Any:
    """A SELECT for one kind of line: (kind, person, word, more, one, two, three, day, until)."""
    words = (cast(values.get(name, null()), String) for name in ("word", "more"))
    numbers = (cast(values.get(name, null()), Integer) for name in ("one", "two", "three"))
    # days are not cast where they are: SQLite keeps them as text, which CAST would turn into a number
    days = (values.get(name, cast(null(), Date)) for name in ("day", "until"))
    return db.select(
        literal(kind).label("kind"), model.person_id.label("person"), *words, *numbers, *days
    )


def said_by(ids: Ids, first: date, last: date, *, is_brief: bool = False) -> Rows:
    """Everything people said and have shown that bears on these days, one line each, in one statement.

    When brief, only what the cost of a pair looks at: wishes and usual times.
    """
    days = {"first": first, "day_before": first - timedelta(days=1), "last": last}
    return _rows(
        _said_by(is_some=ids is not None, is_brief=is_brief), ids, **({} if is_brief else days)
    )


@cache
def _said_by(*, is_some: bool, is_brief: bool) -> Any:
    window = said.AvailabilityWindow
    times = {"one": window.weekday, "two": window.from_minute, "three": window.until_minute}
    lines: list[tuple[Any, Any]] = [
        (said.Wish, _line("wish", said.Wish, word=said.Wish.category_code, more=said.Wish.kind)),
        (window, _line("window", window, **times)),
    ]
    if not is_brief:
        lines += _more_lines()
    return union_all(
        *(line.where(_among(model.person_id, is_some=is_some)) for model, line in lines)
    )


def _more_lines() -> list[tuple[Any, Any]]:
    cover, held, off = InsuranceCover, Qualification, said.AvailabilityException
    is_free = case((off.is_free, 1), else_=0)
    days_off = _line(
        "off",
        off,
        one=off.from_minute,
        two=off.until_minute,
        three=is_free,
        day=off.from_on,
        until=off.to_on,
    )
    covers = _line("cover", cover, day=cover.covers_from, until=cover.covers_to)
    holds = _line("held", held, word=held.kind, day=held.valid_from, until=held.valid_until)
    return [
        (cover, covers.where(cover.cancelled_at.is_(None), cover.covers_to >= bindparam("first"))),
        (held, holds.where(held.cancelled_at.is_(None))),
        (
            off,
            days_off.where(off.to_on >= bindparam("day_before"), off.from_on <= bindparam("last")),
        ),
        (said.PersonSkill, _line("skill", said.PersonSkill, word=said.PersonSkill.skill_id)),
        (
            said.PersonLanguage,
            _line("language", said.PersonLanguage, word=said.PersonLanguage.language),
        ),
        (said.PersonTrait, _line("trait", said.PersonTrait, word=said.PersonTrait.trait)),
    ]


def places(ids: Ids, since: datetime, until: datetime) -> Rows:
    """(person, shift, start, end, district) of seats held in shifts that begin in this time."""
    return _rows(_places(is_some=ids is not None), ids, since=since, until=until)


@cache
def _places(*, is_some: bool) -> Any:
    return (
        db.select(
            Participation.person_id, Shift.id, Shift.starts_at, Shift.ends_at, HelpRequest.area_id
        )
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            _among(Participation.person_id, is_some=is_some),
            Participation.state.in_(HOLDS_SEAT),
            Shift.state.in_(NOT_CANCELLED),
            Shift.starts_at >= bindparam("since"),
            Shift.starts_at < bindparam("until"),
        )
        .order_by(Shift.starts_at, Shift.id)
    )


def times(ids: Ids, since: datetime, until: datetime) -> Rows:
    """(person, category, client, how often) of places in shifts of this time."""
    return _rows(_times(is_some=ids is not None), ids, since=since, until=until)


@cache
def _times(*, is_some: bool) -> Any:
    return (
        db.select(
            Participation.person_id,
            HelpRequest.category_code,
            HelpRequest.requester_party_id,
            func.count(),
        )
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            _among(Participation.person_id, is_some=is_some),
            Participation.state == ParticipationState.ACCEPTED,
            Shift.state.in_(NOT_CANCELLED),
            Shift.starts_at >= bindparam("since"),
            Shift.ends_at <= bindparam("until"),
        )
        .group_by(
            Participation.person_id, HelpRequest.category_code, HelpRequest.requester_party_id
        )
    )


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
    return _rows(union_all(*asked(help_request_ids)))


def no_go_pairs() -> Rows:
    """(one, other) of live pairs."""
    pair = said.NoGoPair
    return _rows(db.select(pair.person_id, pair.other_party_id).where(pair.ended_at.is_(None)))


def kept_from(shift_id: int, parties: Collection[int], standing: Collection[Any]) -> Rows:
    """(one, other, whether one, whether other is there) of live pairs with somebody who is at a shift.

    There are: these parties, who lives in their household, and whoever is standing in the shift.
    """
    pair = said.NoGoPair
    households = db.select(Household.party_id).where(Household.party_id.in_(parties))
    there = union_all(
        # without a household among them nobody's home is looked at
        db.select(Person.party_id).where(
            households.exists(), Person.household_party_id.in_(parties)
        ),
        db.select(Participation.person_id).where(
            Participation.shift_id == shift_id, Participation.state.in_(sorted(standing))
        ),
    )
    one = or_(pair.person_id.in_(parties), pair.person_id.in_(there))
    other = or_(pair.other_party_id.in_(parties), pair.other_party_id.in_(there))
    return _rows(
        db.select(
            pair.person_id,
            pair.other_party_id,
            case((one, 1), else_=0),
            case((other, 1), else_=0),
        ).where(pair.ended_at.is_(None), or_(one, other))
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
