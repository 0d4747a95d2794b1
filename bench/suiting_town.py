"""A town of random people and shifts in the database, with everything the rules look at: to rank and to compare in.

Not like any real town on purpose: every rule stops somebody, and every value that may be missing is missing often.
"""

import random
from datetime import date, datetime, timedelta
from typing import Any

from matching.assignments.models import Participation
from matching.assignments.states import HOLDS_SEAT, ParticipationState
from matching.categories.models import Category
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.states import Effort, HelpRequestState, ShiftState
from matching.profiles import models as said
from matching.profiles.states import LANGUAGES, Trait, TravelMode, WishKind
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.credentials.models import InsuranceCover, Qualification
from volunteer.people.models import Person
from volunteer.people.states import PersonState, Tie
from volunteer.users.models import Party
from volunteer.users.states import PartyKind

SLICE = 5_000
CATEGORIES = {
    "r-snow": {"qualification_kind": "snow_briefing", "needs_insurance": True},
    "r-meals": {"qualification_kind": "food_hygiene", "needs_insurance": True},
    "r-talk": {"qualification_kind": "", "needs_insurance": False},
    "r-shop": {"qualification_kind": "", "needs_insurance": True},
    "r-paid": {"qualification_kind": "", "needs_insurance": True, "is_paid": True},
}
KINDS = ("snow_briefing", "food_hygiene", "first_aid")
SKILLS = ("料理", "大工", "パソコン", "園芸")
STATES = (PersonState.REGISTERED,) * 12 + (PersonState.SUSPENDED, PersonState.APPLIED)
PLACE_STATES = (ParticipationState.ACCEPTED,) * 6 + tuple(ParticipationState)


def fill(people: int, shifts: int, user_id: int, seed: int = 0, done: int = 0) -> list[int]:
    """Inside a write turn: people, requests with shifts of three weeks, seats in them; the ids of the shifts.

    `done` are further places of the past. The districts must be there already.
    """
    dice = random.Random(seed)  # noqa: S311 - a town, no secret
    areas = list(db.session.execute(db.select(Area.id).order_by(Area.id)).scalars())
    _categories()
    skills = _skills()
    first = _next(Party.id)
    clients = list(range(first, first + max(2, shifts // 4)))
    ids = list(range(clients[-1] + 1, clients[-1] + 1 + people))
    _parties(clients, PartyKind.ORGANIZATION)
    _parties(ids, PartyKind.PERSON)
    _people(dice, ids, areas)
    _said(dice, ids, skills)
    _papers(dice, ids)
    made = _shifts(dice, shifts, clients, areas, skills, user_id, timedelta(days=2))
    _places(dice, made, ids, PLACE_STATES, per_shift=2)
    if done:
        before = _shifts(dice, done // 3, clients, areas, skills, user_id, -timedelta(days=180))
        _places(dice, before, ids, (ParticipationState.ACCEPTED,), per_shift=3)
    _apart(dice, ids, clients, user_id)
    return made


def _add(model: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), SLICE):
        db.session.execute(db.insert(model), rows[start : start + SLICE])


def _next(column: Any) -> int:
    return (db.session.execute(db.select(db.func.max(column))).scalar() or 0) + 1


def _categories() -> None:
    defaults = {"icon": "heart", "summary": "", "accepted_sources": [], "is_paid": False}
    more = {"qualification_label": "", "position": 9, "is_active": True}
    _add(
        Category,
        [{**defaults, **more, **one, "code": c, "name": c} for c, one in CATEGORIES.items()],
    )


def _skills() -> list[int]:
    first = _next(said.Skill.id)
    ids = list(range(first, first + len(SKILLS)))
    rows = [
        {"id": key, "name": f"{name}{key}", "position": key, "is_active": True}
        for key, name in zip(ids, SKILLS, strict=True)
    ]
    _add(said.Skill, rows)
    return ids


def _parties(ids: list[int], kind: PartyKind) -> None:
    words = {"kind": kind, "is_active": True, "created_at": clock.now()}
    _add(Party, [{"id": key, "display_name": f"見本 {key}", **words} for key in ids])


def _people(dice: random.Random, ids: list[int], areas: list[int]) -> None:
    moment = clock.now()
    words = {"kana": "みほん", "email": None, "telephone": "", "postcode": "", "address": ""}
    empty = dict.fromkeys(
        ("emergency_name", "emergency_relation", "emergency_telephone", "guardian_name"), ""
    )
    rows = [
        {
            "party_id": key,
            "number": f"W{key}",
            "name": f"見本 {key}",
            "birth_on": date(dice.randint(1940, 2012), dice.randint(1, 12), dice.randint(1, 28)),
            "tie": dice.choice(tuple(Tie)),
            "state": dice.choice(STATES),
            "area_id": dice.choice(areas) if dice.random() < 0.95 else None,
            "guardian_agreed_on": moment.date() if dice.random() < 0.5 else None,
            "guardian_telephone": "",
            "from_paper": False,
            "applied_at": moment,
            "registered_at": moment,
            **words,
            **empty,
        }
        for key in ids
    ]
    _add(Person, rows)


def _said(dice: random.Random, ids: list[int], skills: list[int]) -> None:
    profiles, wishes, windows, off = [], [], [], []
    lists: dict[Any, list[dict[str, Any]]] = {
        said.PersonSkill: [],
        said.PersonLanguage: [],
        said.PersonTrait: [],
    }
    for key in ids:
        if dice.random() < 0.7:
            profiles.append(_profile(dice, key))
        for code in dice.sample(sorted(CATEGORIES), dice.randint(0, 2)):
            kind = dice.choice(tuple(WishKind))
            wishes.append({"person_id": key, "category_code": code, "kind": kind})
        if dice.random() < 0.6:
            windows += _windows(dice, key)
        if dice.random() < 0.1:
            off.append(_exception(dice, key))
        for model, name, values in (
            (said.PersonSkill, "skill_id", skills),
            (said.PersonLanguage, "language", list(LANGUAGES)[:3]),
            (said.PersonTrait, "trait", list(Trait)),
        ):
            chosen = dice.sample(values, dice.randint(0, 2))
            lists[model] += [{"person_id": key, name: one} for one in chosen]
    _add(said.Profile, profiles)
    _add(said.Wish, wishes)
    _add(said.AvailabilityWindow, windows)
    _add(said.AvailabilityException, off)
    for model, rows in lists.items():
        _add(model, rows)


def _profile(dice: random.Random, key: int) -> dict[str, Any]:
    def maybe(value: Any, chance: float = 0.5) -> Any:
        return value if dice.random() < chance else None

    return {
        "person_id": key,
        "travel_mode": maybe(dice.choice(tuple(TravelMode)), 0.8),
        "travel_minutes_max": maybe(dice.choice((10, 20, 30, 60, 90))),
        "times_per_week_max": maybe(dice.randint(1, 4)),
        "minutes_per_week_max": maybe(dice.choice((60, 120, 240, 480))),
        "paused_until": maybe(clock.today() + timedelta(days=dice.randint(-10, 30)), 0.1),
        "changed_at": clock.now(),
    }


def _windows(dice: random.Random, key: int) -> list[dict[str, Any]]:
    found = []
    for weekday in dice.sample(range(7), dice.randint(1, 6)):
        start, end = dice.choice(((0, 720), (360, 720), (540, 1020), (720, 1440), (0, 1440)))
        row = {"person_id": key, "weekday": weekday, "from_minute": start, "until_minute": end}
        found.append(row)
    return found


def _exception(dice: random.Random, key: int) -> dict[str, Any]:
    first = clock.today() + timedelta(days=dice.randint(-3, 20))
    start, end = dice.choice(((0, 1440), (540, 720), (720, 1020), (0, 600)))
    return {
        "person_id": key,
        "from_on": first,
        "to_on": first + timedelta(days=dice.randint(0, 5)),
        "from_minute": start,
        "until_minute": end,
        "is_free": dice.random() < 0.5,
    }


def _papers(dice: random.Random, ids: list[int]) -> None:
    covers, held, today = [], [], clock.today()
    for key in ids:
        row = {"person_id": key, "entered_by_user_id": None, "entered_at": clock.now()}
        if dice.random() < 0.6:
            first = today - timedelta(days=dice.randint(-5, 300))
            last = max(first, today + timedelta(days=dice.randint(-5, 120)))
            gone = clock.now() if dice.random() < 0.05 else None
            words = {"plan": "基本", "cancelled_at": gone}
            covers.append({**row, **words, "covers_from": first, "covers_to": last})
        for kind in dice.sample(KINDS, dice.randint(0, 2)):
            until = today + timedelta(days=dice.randint(-30, 300))
            held.append(
                {
                    **row,
                    "kind": kind,
                    "label": kind,
                    "valid_from": today - timedelta(days=dice.randint(-5, 400)),
                    "valid_until": until if dice.random() < 0.7 else None,
                    "cancelled_at": None,
                }
            )
    _add(InsuranceCover, covers)
    _add(Qualification, held)


def _shifts(
    dice: random.Random,
    count: int,
    clients: list[int],
    areas: list[int],
    skills: list[int],
    user_id: int,
    begins: timedelta,
) -> list[int]:
    request, shift = _next(HelpRequest.id), _next(Shift.id)
    rows = [_request(dice, request + n, clients, areas, user_id) for n in range(count)]
    _add(HelpRequest, rows)
    for model, name, values in (
        (said.RequestSkill, "skill_id", skills),
        (said.RequestLanguage, "language", list(LANGUAGES)[:3]),
        (said.RequestTrait, "trait", list(Trait)),
    ):
        wishes = [
            {"help_request_id": request + n, name: one}
            for n in range(count)
            if dice.random() < 0.15
            for one in dice.sample(values, dice.randint(1, 2))
        ]
        if wishes:
            _add(model, wishes)
    _add(Shift, [_shift(dice, shift + n, request + n, begins) for n in range(count)])
    return list(range(shift, shift + count))


def _request(
    dice: random.Random, key: int, clients: list[int], areas: list[int], user_id: int
) -> dict[str, Any]:
    client = dice.choice(clients)
    empty = dict.fromkeys(("description", "bring", "dangers", "bad_weather"), "")
    return {
        "id": key,
        "number": f"RB-{key}",
        "requester_party_id": client,
        "host_party_id": client if dice.random() < 0.5 else dice.choice(clients),
        "category_code": dice.choice(sorted(CATEGORIES)),
        "title": "見本の活動",
        "area_id": dice.choice(areas),
        "public_place": "見本の場所",
        "exact_place": "見本",
        "effort": Effort.MEDIUM,
        "needs_car": dice.random() < 0.1,
        "age_min": dice.choice((None, None, 16, 18, 20)),
        "households_count": 1,
        "contact_name": "見本",
        "contact_telephone": "0134-00-0000",
        "accepts_at_once": True,
        "walk_in_allowed": False,
        "state": HelpRequestState.PUBLISHED,
        "created_by_user_id": user_id,
        "created_at": clock.now(),
        "published_at": clock.now(),
        **empty,
    }


def _shift(dice: random.Random, key: int, request: int, begins: timedelta) -> dict[str, Any]:
    monday = clock.from_tokyo(clock.today() - timedelta(days=clock.today().weekday())) + begins
    minutes = dice.choice((60, 90, 120, 180, 480, 900))
    starts_at: datetime = monday + timedelta(
        days=dice.randint(0, 20), minutes=15 * dice.randint(0, 95)
    )
    return {
        "id": key,
        "help_request_id": request,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=minutes),
        "seats": 6,
        "seats_taken": 0,
        "state": ShiftState.OPEN,
        "code": None,
        "cancelled_because": "",
    }


def _places(
    dice: random.Random, shifts: list[int], ids: list[int], states: Any, *, per_shift: int
) -> None:
    rows, moment = [], clock.now()
    for shift in shifts:
        taken = 0
        for person in dice.sample(ids, min(len(ids), dice.randint(0, 2 * per_shift))):
            state = dice.choice(states)
            taken += state in HOLDS_SEAT
            row = {"person_id": person, "shift_id": shift, "state": state, "walk_in": False}
            rows.append({**row, "created_at": moment, "changed_at": moment})
        if taken:
            db.session.execute(db.update(Shift).where(Shift.id == shift).values(seats_taken=taken))
    _add(Participation, rows)


def _apart(dice: random.Random, ids: list[int], clients: list[int], user_id: int) -> None:
    pairs = {(dice.choice(ids), dice.choice(clients)) for _number in range(len(ids) // 20)}
    people = {tuple(sorted(dice.sample(ids, 2))) for _number in range(len(ids) // 20)}
    rows = [
        {"person_id": one, "other_party_id": other, "reason_sealed": "", "made_at": clock.now()}
        for one, other in sorted(pairs | people)
    ]
    _add(said.NoGoPair, [{**row, "made_by_user_id": user_id} for row in rows])
