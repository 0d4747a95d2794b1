"""Reads for one shift: what stands around it, and what its own time brings with it. One statement each, built once."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    String,
    and_,
    bindparam,
    case,
    cast,
    literal,
    null,
    or_,
    union_all,
)

from matching.assignments.models import Participation
from matching.help_requests.models import HelpRequest, Shift
from matching.profiles import models as said
from matching.profiles.asked import asked
from matching.suitability.queries import NOT_CANCELLED, Rows, line_of, rows
from volunteer.areas.models import Area
from volunteer.core.db import db
from volunteer.core.sql_minutes import epoch_minutes
from volunteer.households.models import Household
from volunteer.people.models import Person


def around(
    shift_id: int, request_id: int, parties: Collection[int], standing: Collection[Any]
) -> Rows:
    """What a shift needs around it, one line each (kind, key, word, one, two, three, x, y): `area` (id, height as one,
    latitude, longitude) of each district; `skill`, `language` and `trait` (request, which) that whoever comes must
    have; `apart` (one, other, whether one, whether other is there) of live pairs with somebody who is at the shift.

    There are: these parties, who lives in their household, and whoever is standing in the shift.
    """
    return rows(
        _around(tuple(standing)), shift=shift_id, requests=[request_id], parties=list(parties)
    )


@cache
def _around(standing: tuple[Any, ...]) -> Any:
    number, real, text = cast(null(), Integer), cast(null(), Float), cast(null(), String)
    areas = db.select(
        literal("area").label("kind"),
        Area.id.label("key"),
        text.label("word"),
        Area.height_m.label("one"),
        number.label("two"),
        number.label("three"),
        cast(Area.latitude, Float).label("x"),
        cast(Area.longitude, Float).label("y"),
    )
    requests: Any = bindparam("requests", expanding=True)
    wanted = union_all(*asked(requests)).subquery()
    demands = db.select(
        wanted.c.kind, wanted.c.help_request_id, wanted.c.word, number, number, number, real, real
    )
    pair, one, other = _apart(standing)
    apart = db.select(
        literal("apart"),
        pair.person_id,
        text,
        pair.other_party_id,
        case((one, 1), else_=0),
        case((other, 1), else_=0),
        real,
        real,
    ).where(pair.ended_at.is_(None), or_(one, other))
    return union_all(areas, demands, apart)


def _apart(standing: tuple[Any, ...]) -> tuple[Any, Any, Any]:
    """Pairs, whether their one and whether their other is at the shift."""
    pair = said.NoGoPair
    parties: Any = bindparam("parties", expanding=True)
    households = db.select(Household.party_id).where(Household.party_id.in_(parties))
    there = union_all(
        # without a household among them nobody's home is looked at
        db.select(Person.party_id).where(
            households.exists(), Person.household_party_id.in_(parties)
        ),
        db.select(Participation.person_id).where(
            Participation.shift_id == bindparam("shift"), Participation.state.in_(sorted(standing))
        ),
    )
    one = or_(pair.person_id.in_(parties), pair.person_id.in_(there))
    other = or_(pair.other_party_id.in_(parties), pair.other_party_id.in_(there))
    return pair, one, other


def nearby(
    days: dict[str, Any],
    shift_id: int,
    *,
    begins_until: datetime,
    begins_from: datetime,
    ends_from: datetime,
) -> Rows:
    """Around a shift, one line each: `besides` (person, from, until, first and last day) who is free on days besides,
    `window` (person, weekday, from, until) of the same people on its weekdays, `shift` (id, start and end in minutes
    since 1970, district) whoever has a seat in it cannot be here as well, perhaps.

    `days` are its pieces: day_0, weekday_0, begin_0, until_0, and so on.
    """
    return rows(
        _nearby(len(days) // 4),
        shift=shift_id,
        begins_until=begins_until,
        begins_from=begins_from,
        ends_from=ends_from,
        **days,
    )


def meets(pieces: int) -> ColumnElement[bool]:
    """Of a day off or besides: it touches the shift, whose pieces are handed over."""
    off = said.AvailabilityException
    return or_(
        *(
            and_(
                off.from_on <= bindparam(f"day_{number}"),
                off.to_on >= bindparam(f"day_{number}"),
                off.from_minute < bindparam(f"until_{number}"),
                off.until_minute > bindparam(f"begin_{number}"),
            )
            for number in range(pieces)
        )
    )


@cache
def _nearby(pieces: int) -> Any:
    off, window = said.AvailabilityException, said.AvailabilityWindow
    is_besides = and_(off.is_free.is_(True), meets(pieces))
    besides = line_of(
        "besides",
        off.person_id,
        one=off.from_minute,
        two=off.until_minute,
        day=off.from_on,
        until=off.to_on,
    )
    times = {"one": window.weekday, "two": window.from_minute, "three": window.until_minute}
    weekdays: list[Any] = [bindparam(f"weekday_{number}") for number in range(pieces)]
    shifts = line_of(
        "shift",
        Shift.id,
        one=epoch_minutes(Shift.starts_at),
        two=epoch_minutes(Shift.ends_at),
        three=HelpRequest.area_id,
    )
    return union_all(
        besides.where(is_besides),
        line_of("window", window.person_id, **times).where(
            window.person_id.in_(db.select(off.person_id).where(is_besides)),
            window.weekday.in_(weekdays),
        ),
        shifts.join(HelpRequest, HelpRequest.id == Shift.help_request_id).where(
            Shift.id != bindparam("shift"),
            Shift.state.in_(NOT_CANCELLED),
            Shift.seats_taken > 0,
            Shift.starts_at < bindparam("begins_until"),
            Shift.starts_at > bindparam("begins_from"),
            Shift.ends_at > bindparam("ends_from"),
        ),
    )
