"""Reads for the engine: rows of people and of shifts, a fixed number of statements however many people there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
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
from matching.suitability.sql import as_list, is_one_of
from volunteer.areas.models import Area
from volunteer.core.db import db
from volunteer.core.sql_minutes import epoch_minutes
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.people.models import Person
from volunteer.people.states import PersonState

Ids = Collection[int] | None
"""Some people, or everybody who is registered."""
Rows = Sequence[Any]
NOT_CANCELLED = tuple(state for state in ShiftState if state is not ShiftState.CANCELLED)
"""Said as a list: the index of shifts begins with the state."""


def rows(statement: Any, ids: Ids = None, **values: Any) -> Rows:
    """What a statement finds, with these values and, where it asks for them, these people."""
    if ids is not None:
        values["ids"] = as_list(ids)
    return db.session.execute(statement, values).all()


def _among(column: Any, *, is_some: bool) -> ColumnElement[bool]:
    """Of the people given to `_rows`, else of everybody. Statements are built once and kept: building takes longer
    than running them; and their text stays the same, so that PostgreSQL plans them once."""
    return is_one_of(column, bindparam("ids")) if is_some else true()


def line_of(kind: str, key: Any, **values: Any) -> Any:
    """A SELECT for one kind of line: (kind, key, word, more, one, two, three, day, until)."""
    words = (cast(values.get(name, null()), String) for name in ("word", "more"))
    numbers = (cast(values.get(name, null()), Integer) for name in ("one", "two", "three"))
    # days are not cast where they are: SQLite keeps them as text, which CAST would turn into a number
    days = (values.get(name, cast(null(), Date)) for name in ("day", "until"))
    return db.select(literal(kind).label("kind"), key.label("key"), *words, *numbers, *days)


@dataclass(frozen=True)
class Times:
    """Of when seats are looked at (`seats_`: shifts that begin then), and of when places held before."""

    seats_since: datetime
    seats_until: datetime
    held_since: datetime
    held_until: datetime


@dataclass(frozen=True)
class Of:
    """The one shift that is looked at."""

    category: str
    client: int | None


def told_by(ids: Ids, first: date, last: date, times: Times, brief: Of | None = None) -> Rows:
    """Everything about people that bears on these days, one line each, in one statement.

    When brief, only what the cost of a pair with this shift and its reasons look at.
    """
    days = {"first": first, "day_before": first - timedelta(days=1), "last": last}
    return rows(
        _told_by(is_some=ids is not None, is_brief=brief is not None),
        ids,
        **vars(times),
        **(vars(brief) if brief else days),
    )


@cache
def _told_by(*, is_some: bool, is_brief: bool) -> Any:
    lines = [*_people(is_some=is_some), *_seats(is_some=is_some, is_brief=is_brief)]
    more = [_wish(is_brief=is_brief)]
    if not is_brief:
        more += [_window(), *_papers(), *_able()]
    lines += [line.where(_among(person, is_some=is_some)) for person, line in more]
    return union_all(*lines)


def _people(*, is_some: bool) -> list[Any]:
    profile = said.Profile
    is_registered = Person.state == PersonState.REGISTERED
    person = line_of(
        "person",
        Person.party_id,
        word=Person.tie,
        more=Person.state,
        one=Person.area_id,
        day=Person.birth_on,
        until=Person.guardian_agreed_on,
    )
    values = line_of(
        "profile",
        profile.person_id,
        word=profile.travel_mode,
        more=case((profile.has_windows, "told")),
        one=profile.travel_minutes_max,
        two=profile.times_per_week_max,
        three=profile.minutes_per_week_max,
        day=profile.paused_until,
    )
    return [
        person.where(_among(Person.party_id, is_some=True) if is_some else is_registered),
        values.where(_among(profile.person_id, is_some=is_some)),
    ]


def _wish(*, is_brief: bool) -> tuple[Any, Any]:
    wish = said.Wish
    line = line_of("wish", wish.person_id, word=wish.category_code, more=wish.kind)
    is_wanted = wish.category_code == bindparam("category") if is_brief else true()
    return wish.person_id, line.where(is_wanted)


def _window() -> tuple[Any, Any]:
    window = said.AvailabilityWindow
    times = {"one": window.weekday, "two": window.from_minute, "three": window.until_minute}
    return window.person_id, line_of("window", window.person_id, **times)


def _papers() -> list[tuple[Any, Any]]:
    cover, held, off = InsuranceCover, Qualification, said.AvailabilityException
    days_off = line_of(
        "off",
        off.person_id,
        one=off.from_minute,
        two=off.until_minute,
        three=case((off.is_free, 1), else_=0),
        day=off.from_on,
        until=off.to_on,
    )
    covers = line_of("cover", cover.person_id, day=cover.covers_from, until=cover.covers_to)
    holds = line_of(
        "held", held.person_id, word=held.kind, day=held.valid_from, until=held.valid_until
    )
    covers = covers.where(cover.cancelled_at.is_(None), cover.covers_to >= bindparam("first"))
    days_off = days_off.where(
        off.to_on >= bindparam("day_before"), off.from_on <= bindparam("last")
    )
    return [
        (cover.person_id, covers),
        (held.person_id, holds.where(held.cancelled_at.is_(None))),
        (off.person_id, days_off),
    ]


def _able() -> list[tuple[Any, Any]]:
    return [
        (model.person_id, line_of(kind, model.person_id, word=word))
        for kind, model, word in (
            ("skill", said.PersonSkill, said.PersonSkill.skill_id),
            ("language", said.PersonLanguage, said.PersonLanguage.language),
            ("trait", said.PersonTrait, said.PersonTrait.trait),
        )
    ]


def _placed(line: Any, states: Collection[Any], *, is_some: bool) -> Any:
    """A line of participations that count, with shift and request."""
    return (
        line.join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            _among(Participation.person_id, is_some=is_some),
            Participation.state.in_(states),
            Shift.state.in_(NOT_CANCELLED),
        )
    )


def _seats(*, is_some: bool, is_brief: bool) -> list[Any]:
    """Seats held lately and soon (shift, start and end in minutes since 1970, district), and how often somebody was
    where; when brief, only what counts for the one shift."""
    seat = line_of(
        "seat",
        Participation.person_id,
        more=Shift.id,
        one=epoch_minutes(Shift.starts_at),
        two=epoch_minutes(Shift.ends_at),
        three=HelpRequest.area_id,
    )
    where = (HelpRequest.category_code, HelpRequest.requester_party_id)
    counts = or_(where[0] == bindparam("category"), where[1] == bindparam("client"))
    times = line_of(
        "times", Participation.person_id, word=where[0], more=where[1], one=func.count()
    )
    return [
        _placed(seat, HOLDS_SEAT, is_some=is_some).where(
            Shift.starts_at >= bindparam("seats_since"), Shift.starts_at < bindparam("seats_until")
        ),
        _placed(times, (ParticipationState.ACCEPTED,), is_some=is_some)
        .where(Shift.starts_at >= bindparam("held_since"), Shift.ends_at <= bindparam("held_until"))
        .where(counts if is_brief else true())
        .group_by(Participation.person_id, *where),
    ]


def seats(since: datetime, until: datetime) -> Rows:
    """(person, how many) of seats held in shifts that begin in this time, of everybody."""
    counts = db.select(Participation.person_id, func.count()).group_by(Participation.person_id)
    statement = _placed(counts, HOLDS_SEAT, is_some=False).where(
        Shift.starts_at >= since, Shift.starts_at < until
    )
    return rows(statement)


def areas() -> Rows:
    """(id, latitude, longitude, height) of the districts."""
    return rows(db.select(Area.id, Area.latitude, Area.longitude, Area.height_m))


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
    return rows(union_all(*asked(help_request_ids)))


def no_go_pairs() -> Rows:
    """(one, other) of live pairs."""
    pair = said.NoGoPair
    return rows(db.select(pair.person_id, pair.other_party_id).where(pair.ended_at.is_(None)))


def members(household_party_ids: Collection[int]) -> Rows:
    """(person, household) of people known to live in these households."""
    column = Person.household_party_id
    return rows(db.select(Person.party_id, column).where(column.in_(household_party_ids)))


def participations(shift_ids: Collection[int]) -> Rows:
    """(person, shift, state) of everybody who has to do with these shifts."""
    one = Participation
    return rows(
        db.select(one.person_id, one.shift_id, one.state).where(one.shift_id.in_(shift_ids))
    )
