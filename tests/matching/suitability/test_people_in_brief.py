"""The row in brief that rankings read says of everybody what person and profile say, however these are written."""

import random
from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import delete, insert, text, update

from matching.profiles.models import AvailabilityWindow, Profile
from matching.profiles.states import TravelMode
from matching.suitability.models import MODE_NUMBERS, PersonBrief
from tests.cast import Cast
from tests.factories.volunteer import make_person
from volunteer.core import clock
from volunteer.core.db import db, guarded_update, write_turn, writing_allowed
from volunteer.people.models import Person
from volunteer.people.states import MAY_TAKE_PART, PersonState, Tie

SAID = ("travel_minutes_max", "times_per_week_max", "minutes_per_week_max", "paused_until")
DAY = date(2008, 4, 2)


def expected(person: Person, profile: Profile | None) -> dict[str, Any]:
    """What the row of this person has to say."""
    mode = profile.travel_mode if profile else None
    return {
        "person_id": person.party_id,
        "birth_on": person.birth_on,
        "is_registered": person.state in MAY_TAKE_PART,
        "is_student": person.tie is Tie.STUDIES,
        "has_guardian": person.guardian_agreed_on is not None,
        "area_id": person.area_id,
        "mode": MODE_NUMBERS[mode or TravelMode.BUS],
        "has_windows": bool(profile and profile.has_windows),
        **{name: getattr(profile, name) if profile else None for name in SAID},
    }


def agree() -> int:
    """How many people there are; each has a row that says what is so."""
    db.session.rollback()
    db.session.expire_all()
    joined = db.select(Person, Profile).outerjoin(Profile, Profile.person_id == Person.party_id)
    people = db.session.execute(joined.order_by(Person.party_id)).all()
    columns = PersonBrief.__table__.columns
    rows = db.session.execute(db.select(*columns).order_by(PersonBrief.person_id)).mappings()
    assert [dict(row) for row in rows] == [expected(*one) for one in people]
    return len(people)


def of_person(dice: random.Random, areas: list[int]) -> dict[str, Any]:
    """Some values of a person."""
    state = dice.choice(list(PersonState))
    values = {
        "state": state,
        "birth_on": DAY + timedelta(days=dice.randrange(99)),
        "tie": dice.choice(list(Tie)),
        "guardian_agreed_on": dice.choice([None, DAY]),
        "area_id": dice.choice([None, *areas]),
        "name": "別の 名前",
    }
    return {name: values[name] for name in dice.sample(list(values), dice.randint(1, 3))}


def of_profile(dice: random.Random) -> dict[str, Any]:
    """Some values of a profile."""
    values = {
        "travel_mode": dice.choice([None, *TravelMode]),
        "travel_minutes_max": dice.choice([None, 15, 90]),
        "times_per_week_max": dice.choice([None, 1, 3]),
        "minutes_per_week_max": dice.choice([None, 60, 600]),
        "paused_until": dice.choice([None, DAY]),
    }
    return {name: values[name] for name in dice.sample(list(values), dice.randint(1, 3))}


def write_something(dice: random.Random, people: list[int], areas: list[int]) -> None:
    """Somebody comes, changes, says something, says it no more."""
    who = dice.choice(people)
    has_profile = db.session.execute(
        db.select(Profile.person_id).where(Profile.person_id == who)
    ).scalar()
    window = AvailabilityWindow
    act = dice.choice(["comes", "person", "person", "profile", "profile", "forget", "free", "busy"])
    if act == "comes":
        person = make_person("新しい 人", state=dice.choice(list(PersonState)))
        people.append(person.party_id)
    elif act == "person":
        changed = {"number": f"T{who}", **of_person(dice, areas)}
        guarded_update(update(Person).where(Person.party_id == who).values(**changed))
    elif act == "profile" and has_profile:
        changed = of_profile(dice)
        guarded_update(update(Profile).where(Profile.person_id == who).values(**changed))
    elif act == "profile":
        row = {"person_id": who, "changed_at": clock.now(), **of_profile(dice)}
        db.session.execute(insert(Profile).values(**row))
    elif act == "forget" and has_profile:
        db.session.execute(delete(window).where(window.person_id == who))
        db.session.execute(delete(Profile).where(Profile.person_id == who))
    elif act == "free":
        row = {"person_id": who, "weekday": 1, "from_minute": 540, "until_minute": 600}
        db.session.execute(delete(window).where(window.person_id == who))
        db.session.execute(insert(window).values(**row))
    elif act == "busy":
        db.session.execute(delete(window).where(window.person_id == who))


@pytest.mark.both_databases
def test_the_row_in_brief_follows_whatever_is_written(cast: Cast) -> None:
    dice = random.Random(1)  # noqa: S311 - what happens, no secret
    people = list(db.session.execute(db.select(Person.party_id)).scalars())
    areas = list(db.session.execute(text("SELECT id FROM area")).scalars())
    before = agree()
    for _time in range(40):
        with write_turn():
            for _act in range(3):
                write_something(dice, people, areas)
        agree()
    assert agree() > before


@pytest.mark.postgres
def test_two_who_write_person_and_profile_at_once_lose_nothing(cast: Cast) -> None:
    who = cast.hanako.party_id
    with write_turn():
        db.session.execute(delete(AvailabilityWindow).where(AvailabilityWindow.person_id == who))
        db.session.execute(delete(Profile).where(Profile.person_id == who))
        db.session.execute(insert(Profile).values(person_id=who, changed_at=clock.now()))
    db.session.remove()
    person = text("UPDATE person SET state = 'suspended' WHERE party_id = :who")
    profile = text("UPDATE profile SET travel_mode = 'car' WHERE person_id = :who")
    engine = db.engine

    def write_profile() -> None:
        with writing_allowed(), engine.begin() as second:
            second.execute(profile, {"who": who})

    other = Thread(target=write_profile)
    with writing_allowed(), engine.connect() as first:
        first.execute(person, {"who": who})
        other.start()
        other.join(0.3)
        assert other.is_alive()  # waits for the row in brief
        first.commit()
        other.join(10)
        assert not other.is_alive()
    agree()
    brief = db.session.get_one(PersonBrief, who)
    assert (brief.is_registered, brief.mode) == (False, MODE_NUMBERS[TravelMode.CAR])
