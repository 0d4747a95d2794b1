"""The verbs of a profile. Each replaces one part of what a person said; the acts stand in the audit trail."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, update

from matching.profiles import models as m
from matching.profiles.rules import EXCEPTIONS_MAX, DayOff, pause_is_reasonable
from matching.profiles.states import TravelMode, WishKind
from matching.profiles.week import Window, merge_week
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.db import db, guarded_update, hold, insert_into
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import _l
from volunteer.households.models import Household
from volunteer.people.models import Person
from volunteer.people.states import PersonState


def _start(person_id: int) -> Person:
    """Nobody else writes this profile until the turn ends. Raises `NotFound`, `Refused` (left)."""
    hold(f"profile:{person_id}")
    person = db.session.get(Person, person_id, populate_existing=True)
    if person is None:
        raise NotFound(_l("その方は見つかりませんでした。"))
    if person.state is PersonState.LEFT:
        raise Refused(_l("この方の登録は終わっています。希望は書けません。"), code="left")
    return person


def _put(person_id: int, **columns: Any) -> None:
    values = {**columns, "changed_at": clock.now()}
    statement = insert_into(m.Profile).values(person_id=person_id, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))
    db.session.expire_all()


def _replace(model: Any, condition: Any, rows: list[dict[str, Any]]) -> None:
    guarded_update(delete(model).where(condition))
    if rows:
        db.session.execute(insert(model), rows)


def set_windows(person_id: int, windows: Iterable[Window]) -> None:
    """The person is free at these times every week; none means that nothing was said."""
    _start(person_id)
    names = ("person_id", "weekday", "from_minute", "until_minute")
    rows = [dict(zip(names, (person_id, *one), strict=True)) for one in merge_week(windows)]
    _replace(m.AvailabilityWindow, m.AvailabilityWindow.person_id == person_id, rows)
    _put(person_id)


def set_wishes(person_id: int, wishes: Mapping[str, WishKind]) -> None:
    """What the person thinks of each kind of activity."""
    _start(person_id)
    rows = [
        {"person_id": person_id, "category_code": code, "kind": kind}
        for code, kind in wishes.items()
    ]
    _replace(m.Wish, m.Wish.person_id == person_id, rows)
    _put(person_id)


def set_travel(
    person_id: int, area_id: int | None, mode: TravelMode | None, minutes_max: int | None
) -> None:
    """Where the person sets out, how, and how far at most. Raises `Refused` (unknown_area)."""
    person = _start(person_id)
    if area_id is not None and db.session.get(Area, area_id) is None:
        raise Refused(
            _l("その地区は見つかりませんでした。もう一度えらんでください。"), code="unknown_area"
        )
    person.area_id = area_id
    db.session.flush()
    _put(person_id, travel_mode=mode, travel_minutes_max=minutes_max)


def set_abilities(
    person_id: int, skill_ids: Iterable[int], languages: Iterable[str], traits: Iterable[str]
) -> None:
    """What the person can do and speaks, and what they tell of themselves for those who wish it.

    A skill which the center has switched off meanwhile stays with those who have it.
    """
    _start(person_id)
    of_person = {"person_id": person_id}
    off = db.select(m.Skill.id).where(m.Skill.is_active.is_(False))
    _replace(
        m.PersonSkill,
        (m.PersonSkill.person_id == person_id) & m.PersonSkill.skill_id.not_in(off),
        [{**of_person, "skill_id": one} for one in set(skill_ids)],
    )
    _replace(
        m.PersonLanguage,
        m.PersonLanguage.person_id == person_id,
        [{**of_person, "language": one} for one in set(languages)],
    )
    _replace(
        m.PersonTrait,
        m.PersonTrait.person_id == person_id,
        [{**of_person, "trait": one} for one in set(traits)],
    )
    _put(person_id)


def set_limits(person_id: int, times_max: int | None, minutes_max: int | None) -> None:
    """How often and how long a week at most; None = not said."""
    _start(person_id)
    _put(person_id, times_per_week_max=times_max, minutes_per_week_max=minutes_max)


def pause(person_id: int, until: date) -> None:
    """The person is not asked before `until`. Places that are agreed stay. Raises `Refused` (pause)."""
    _start(person_id)
    if not pause_is_reasonable(until, clock.today()):
        raise Refused(
            _l("また始める日は、明日から2年のあいだの日にしてください。"), code="pause_day"
        )
    _put(person_id, paused_until=until)


def end_pause(person_id: int) -> None:
    """The person may be asked again from now on."""
    _start(person_id)
    _put(person_id, paused_until=None)


def add_days_off(person_id: int, days_off: Iterable[DayOff]) -> None:
    """These days differ from the week; told twice it stands once. Raises `Refused` (day_over, too_many_days)."""
    _start(person_id)
    for off in days_off:
        _add_day_off(person_id, off)
    _put(person_id)


def _add_day_off(person_id: int, off: DayOff) -> None:
    if off.to_on < clock.today():
        raise Refused(_l("その日は、もう過ぎています。"), code="day_over")
    row = m.AvailabilityException
    same = {
        "person_id": person_id,
        "from_on": off.from_on,
        "to_on": off.to_on,
        "from_minute": off.span[0],
        "until_minute": off.span[1],
        "is_free": off.is_free,
    }
    if db.session.execute(db.select(row.id).filter_by(**same)).first() is not None:
        return
    coming = db.select(func.count()).where(row.person_id == person_id, row.to_on >= clock.today())
    if db.session.execute(coming).scalar_one() >= EXCEPTIONS_MAX:
        raise Refused(
            _l(
                "%(n)s件まで入れられます。いらないものを消してから、もう一度入れてください。",
                n=EXCEPTIONS_MAX,
            ),
            code="too_many_days",
        )
    db.session.add(row(**same))
    db.session.flush()


def remove_day_off(person_id: int, exception_id: int) -> None:
    """These days are like every week again. Raises `NotFound` for those of others and what is gone."""
    _start(person_id)
    row = m.AvailabilityException
    owner = db.session.execute(db.select(row.person_id).where(row.id == exception_id)).scalar()
    if owner != person_id:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    guarded_update(delete(row).where(row.id == exception_id))
    _put(person_id)


def add_skill(name: str) -> m.Skill:
    """People can choose this skill, the last of the list. Raises `Refused` (skill_known)."""
    hold("skill")
    known = db.session.execute(db.select(m.Skill).where(m.Skill.name == name)).scalar()
    if known is not None:
        raise Refused(_l("「%(name)s」は、もうあります。", name=name), code="skill_known")
    last = db.session.execute(db.select(func.coalesce(func.max(m.Skill.position), 0))).scalar_one()
    made = m.Skill(name=name, position=last + 1, is_active=True)
    db.session.add(made)
    db.session.flush()
    return made


def switch_skill(skill_id: int, *, is_active: bool) -> None:
    """People may (not) choose the skill from now on; those who have it keep it. Raises `NotFound`."""
    statement = update(m.Skill).where(m.Skill.id == skill_id).values(is_active=is_active)
    if guarded_update(statement) != 1:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))


def set_household_wishes(
    household_id: int, traits: Iterable[str], languages: Iterable[str]
) -> None:
    """Whoever comes to any request of this household must be like this. Nobody who has a place loses it.

    Raises `NotFound`.
    """
    hold(f"household:{household_id}")
    if db.session.get(Household, household_id) is None:
        raise NotFound(_l("その世帯は見つかりませんでした。"))
    of_household = {"household_id": household_id}
    for model, name, values in (
        (m.HouseholdTrait, "trait", traits),
        (m.HouseholdLanguage, "language", languages),
    ):
        condition = model.household_id == household_id
        _replace(model, condition, [{**of_household, name: one} for one in set(values)])


def set_request_wishes(
    help_request_id: int, traits: Iterable[str], languages: Iterable[str], skill_ids: Iterable[int]
) -> None:
    """Whoever comes to this request must be like this. Nobody who has a place loses it."""
    hold(f"help_request:{help_request_id}")
    of_request = {"help_request_id": help_request_id}
    for model, name, values in (
        (m.RequestTrait, "trait", traits),
        (m.RequestLanguage, "language", languages),
        (m.RequestSkill, "skill_id", skill_ids),
    ):
        condition = model.help_request_id == help_request_id
        _replace(model, condition, [{**of_request, name: one} for one in set(values)])
