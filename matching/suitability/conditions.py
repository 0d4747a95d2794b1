"""The engine's rules as SQL, for one shift: what must hold so that a rule does not stop somebody.

Each condition is that of `matching.engine.rules`, no more and no less (a test compares the sets on random towns). They
are built for a shape of shift and ask for its own values by name (scene.py): building takes longer than running.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, false, func, or_, select
from sqlalchemy.orm import aliased

from matching.assignments.models import Participation
from matching.assignments.states import HOLDS_SEAT, OPEN_STATES, ParticipationState
from matching.engine import model as engine
from matching.help_requests.models import HelpRequest, Shift
from matching.profiles import models as said
from matching.profiles.states import TravelMode, WishKind
from matching.suitability import queries, surroundings
from matching.suitability.loading import GONE
from matching.suitability.models import MODE_NUMBERS, PersonBrief
from matching.suitability.scene import MODES, Shape
from matching.suitability.sql import among, is_listed, is_one_of, number_at
from volunteer.core.sql_minutes import epoch_minutes
from volunteer.credentials.models import InsuranceCover, Qualification

Rule = engine.Rule
Condition = ColumnElement[bool]
Wished = Any
"""The wish about the shift's category, joined."""


@dataclass(frozen=True)
class Holds:
    """What must hold for one rule, by what it takes to look: all parts that are there."""

    person: Condition | None = None
    """Of the row of the person alone."""
    way: Condition | None = None
    """Of the way from home."""
    listed: Condition | None = None
    """Whether they are in lists that are made once."""
    looked_up: Condition | None = None
    """In several of these, or in what is handed over."""
    wish: Condition | None = None
    """Of what they said of the category."""
    but: Any = None
    """SELECT of the people whom the rule stops besides."""
    above: Condition | None = None
    """Of the seats in the week and the own caps: whom it stops besides."""

    @property
    def all(self) -> Condition:
        """The rule by itself."""
        parts = [self.person, self.way, self.listed, self.looked_up, self.wish]
        but = [] if self.but is None else [self.but]
        above = [] if self.above is None else [_of_week(self.above)]
        nobody = [PersonBrief.person_id.not_in(one) for one in (*but, *above)]
        return and_(*(one for one in parts if one is not None), *nobody)


def may_come(shape: Shape, wish: Wished) -> list[Condition]:
    """Conditions that together say whom no rule stops, of people who have nothing to do with the shift.

    The cheap ones first: in a CASE a database keeps to the order. What stops few is looked up all at once.
    """
    found = list(conditions(shape, wish).values())
    but = [one.but for one in found if one.but is not None]
    above = _of_week(or_(*_of(found, "above")))
    nobody = there({*OPEN_STATES, *GONE}).union_all(*but, above)
    parts = [
        *(part for name in ("person", "way", "listed", "looked_up") for part in _of(found, name)),
        PersonBrief.person_id.not_in(nobody),
        ~is_one_of(PersonBrief.person_id, _value("kept")),
    ]
    return [case((and_(*parts), True), else_=false()), *_of(found, "wish")]


def _of(found: Iterable[Holds], part: str) -> list[Condition]:
    return [one for one in (getattr(holds, part) for holds in found) if one is not None]


def conditions(shape: Shape, wish: Wished) -> dict[Rule, Holds]:
    """What must hold, by rule; rules that such a shift does not bring into play are left out."""
    found: dict[Rule, Holds] = {}
    found[Rule.INACTIVE] = Holds(person=PersonBrief.is_registered.is_(True))
    found[Rule.CATEGORY] = Holds(wish=or_(wish.kind.is_(None), wish.kind != WishKind.NEVER))
    if shape.has_qualification:
        found[Rule.QUALIFICATION] = Holds(listed=_is_among(_qualified()))
    if shape.has_insurance:
        found[Rule.INSURANCE] = Holds(listed=_is_among(_insured()))
    found |= _wished(shape)
    if shape.has_car:
        found[Rule.CAR] = Holds(person=PersonBrief.mode == MODE_NUMBERS[TravelMode.CAR])
    if shape.is_paid:
        found[Rule.STUDENT] = Holds(person=PersonBrief.is_student.is_(True))
    if shape.has_age:
        found[Rule.TOO_YOUNG] = Holds(person=PersonBrief.birth_on <= _value("age_on"))
    found[Rule.GUARDIAN] = Holds(
        person=or_(PersonBrief.birth_on <= _value("grown_on"), PersonBrief.has_guardian)
    )
    found[Rule.DROPPED] = Holds(but=there(GONE))
    found[Rule.PAUSED] = Holds(
        person=or_(PersonBrief.paused_until.is_(None), PersonBrief.paused_until <= _value("on"))
    )
    found[Rule.AVAILABILITY] = _is_available(shape)
    found[Rule.NO_GO] = Holds(looked_up=~is_one_of(PersonBrief.person_id, _value("no_go")))
    found[Rule.BUSY] = Holds(but=_busy())
    found[Rule.TRAVEL] = Holds(way=_is_near())
    return found | _caps()


def _value(name: str) -> Any:
    """A value of the scene."""
    return bindparam(name)


def way_minutes() -> Any:
    """One way from home to the shift; 0 where a place is not known."""
    place = PersonBrief.mode * _value("areas") + PersonBrief.area_id
    return func.coalesce(number_at(_value("ways"), place), 0)


def _is_near() -> Condition:
    limit: Any = func.coalesce(PersonBrief.travel_minutes_max, _value("usual_travel"))
    may: Condition = limit >= way_minutes()  # an unknown way is 0 and no limit is below 1
    return may


def _is_among(people: Any) -> Condition:
    found: Condition = among(PersonBrief.person_id, people.scalar_subquery())
    return found


def there(states: Iterable[Any]) -> Any:
    """SELECT of who has to do with the shift in one of these states."""
    return select(Participation.person_id).where(
        Participation.shift_id == _value("shift"), Participation.state.in_(sorted(states))
    )


def who_know() -> Any:
    """SELECT of who was with the client of the shift."""
    return (
        select(Participation.person_id)
        .join(Shift, Shift.id == Participation.shift_id)
        .join(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            HelpRequest.requester_party_id == _value("client"),
            Participation.state == ParticipationState.ACCEPTED,
            Shift.starts_at >= _value("known_since"),
            Shift.ends_at <= _value("now"),
        )
    )


def _qualified() -> Any:
    one = Qualification
    return select(one.person_id).where(
        one.kind == _value("qualification"),
        one.cancelled_at.is_(None),
        one.valid_from <= _value("on"),
        or_(one.valid_until.is_(None), one.valid_until >= _value("on")),
    )


def _insured() -> Any:
    one = InsuranceCover
    return select(one.person_id).where(
        one.cancelled_at.is_(None),
        one.covers_from <= _value("on"),
        one.covers_to >= _value("on"),
    )


def _wished(shape: Shape) -> dict[Rule, Holds]:
    """Skills, languages and traits: each asked one must be there."""
    parts: tuple[tuple[Rule, bool, str, Any, Any], ...] = (
        (Rule.SKILL, shape.has_skills, "skills", said.PersonSkill, said.PersonSkill.skill_id),
        (
            Rule.LANGUAGE,
            shape.has_languages,
            "languages",
            said.PersonLanguage,
            said.PersonLanguage.language,
        ),
        (Rule.PREFERENCE, shape.has_traits, "traits", said.PersonTrait, said.PersonTrait.trait),
    )
    return {
        rule: Holds(
            listed=_is_among(
                select(model.person_id)
                .where(column.in_(bindparam(name, expanding=True)))
                .group_by(model.person_id)
                .having(func.count() == _value(f"{name}_count"))
            )
        )
        for rule, is_asked, name, model, column in parts
        if is_asked
    }


def _is_available(shape: Shape) -> Holds:
    off = said.AvailabilityException
    busy = select(off.person_id).where(off.is_free.is_(False), surroundings.meets(shape.pieces))
    untold = ~PersonBrief.has_windows
    return Holds(looked_up=or_(untold, _in_week(shape), _is_pieced()), but=busy)


def _in_week(shape: Shape) -> Condition:
    """Whether windows of the week alone cover the shift."""
    window = said.AvailabilityWindow
    return and_(
        *(
            _is_among(
                select(window.person_id).where(
                    window.weekday == _value(f"weekday_{number}"),
                    window.from_minute <= _value(f"begin_{number}"),
                    window.until_minute >= _value(f"until_{number}"),
                )
            )
            for number in range(shape.pieces)
        )
    )


def _is_pieced() -> Condition:
    found: Condition = is_listed(PersonBrief.person_id, _value("pieced"))
    return found


def _busy() -> Any:
    """Who has a seat in a shift too close by; how close is too close depends on how they travel."""
    shift = Participation.shift_id
    return (
        select(Participation.person_id)
        .join(PersonBrief, PersonBrief.person_id == Participation.person_id)
        .where(
            is_one_of(shift, _value("clashing")),
            Participation.state.in_(HOLDS_SEAT),
            or_(
                *(
                    and_(
                        PersonBrief.mode == MODE_NUMBERS[mode],
                        is_one_of(shift, _value(f"clashing_{mode.value}")),
                    )
                    for mode, _engine_mode in MODES
                )
            ),
        )
    )


def _caps() -> dict[Rule, Holds]:
    """Within the caps with this shift alone, and not among the few whom it would lift above theirs."""
    week = _WEEK.c
    minutes_max = "minutes_per_week_max", _value("usual_minutes")
    times_max = "times_per_week_max", _value("usual_times")
    return {
        rule: Holds(
            person=func.coalesce(getattr(PersonBrief, most), usual) >= more,
            above=so_far + more > func.coalesce(getattr(_CAP, most), usual),
        )
        for rule, (most, usual), more, so_far in (
            (Rule.MINUTES_CAP, minutes_max, _value("minutes"), week.minutes),
            (Rule.SHIFTS_CAP, times_max, 1, week["count"]),
        )
    }


def _of_week(above: Condition) -> Any:
    """SELECT of those with seats in the week whom it would lift above a cap."""
    week = _WEEK.c
    return select(week.person_id).join(_CAP, _CAP.person_id == week.person_id).where(above)


def _booked() -> Any:
    """(person, count, minutes) of the other seats held in the week of the shift; worked out once."""
    length = epoch_minutes(Shift.ends_at) - epoch_minutes(Shift.starts_at)
    return (
        select(
            Participation.person_id,
            func.count().label("count"),
            func.sum(length).label("minutes"),
        )
        .join(Shift, Shift.id == Participation.shift_id)
        .where(
            Participation.state.in_(HOLDS_SEAT),
            Shift.state.in_(queries.NOT_CANCELLED),
            Shift.id != _value("shift"),
            Shift.starts_at >= _value("week_begins"),
            Shift.starts_at < _value("week_ends"),
        )
        .group_by(Participation.person_id)
        .cte("booked")
    )


_WEEK, _CAP = _booked(), aliased(PersonBrief)
