"""Reads of profiles: what a person said, the center's list of skills, what requests wish, no-go pairs."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    union_all,
)
from sqlalchemy.orm import joinedload

from matching.profiles import models as m
from matching.profiles.rules import DayOff, Said
from matching.profiles.states import WishKind
from volunteer.core import clock
from volunteer.core.crypto import unseal_text
from volunteer.core.db import db
from volunteer.households.models import Household
from volunteer.people.models import Person
from volunteer.users.models import Party


@dataclass(frozen=True)
class Known:
    """A person with what they said; `more` are other lines of `lines_of` which the asker added."""

    person: Person
    said: Said
    more: tuple[Any, ...] = ()


def line(kind: str, person_id: int, model: Any, **values: Any) -> Any:
    """A SELECT for one kind of line about a person: (kind, word, more, one, two, three, day, until)."""
    words = [cast(values.get(name, null()), String) for name in ("word", "more")]
    numbers = [cast(values.get(name, null()), Integer) for name in ("one", "two", "three")]
    days = [_day(values.get(name)) for name in ("day", "until")]
    return db.select(
        literal(kind).label("kind"),
        *(part.label(name) for part, name in zip(words, ("word", "more"), strict=True)),
        *(part.label(name) for part, name in zip(numbers, ("one", "two", "three"), strict=True)),
        *(part.label(name) for part, name in zip(days, ("day", "until"), strict=True)),
    ).where(model.person_id == person_id)


def _day(column: Any) -> Any:
    # SQLite keeps days as text, which CAST would turn into the number of the year
    return cast(null(), Date) if column is None else column


def _lines(person_id: int, today: date) -> list[Any]:
    window, off = m.AvailabilityWindow, m.AvailabilityException
    times = {"one": off.from_minute, "two": off.until_minute}
    is_free = case((off.is_free, 1), else_=0)
    return [
        line("off", person_id, off, **times, three=is_free, day=off.from_on, until=off.to_on).where(
            off.to_on >= today
        ),
        line("wish", person_id, m.Wish, word=m.Wish.category_code, more=m.Wish.kind),
        line("skill", person_id, m.PersonSkill, one=m.PersonSkill.skill_id),
        line("language", person_id, m.PersonLanguage, word=m.PersonLanguage.language),
        line("trait", person_id, m.PersonTrait, word=m.PersonTrait.trait),
        line(
            "window",
            person_id,
            window,
            one=window.weekday,
            two=window.from_minute,
            three=window.until_minute,
        ),
    ]


def known(person_id: int, *more: Select[Any]) -> Known | None:
    """A person with everything they said, in two statements; `more` (made with `line`) is read along."""
    statement = (
        db.select(Person, m.Profile)
        .outerjoin(m.Profile, m.Profile.person_id == Person.party_id)
        .where(Person.party_id == person_id)
        .options(joinedload(Person.area))
        .execution_options(populate_existing=True)
    )
    found = db.session.execute(statement).first()
    if found is None:
        return None
    rows = db.session.execute(union_all(*_lines(person_id, clock.today()), *more)).all()
    return Known(found[0], _said(found[1], rows), tuple(rows))


def _said(profile: m.Profile | None, rows: Any) -> Said:
    by_kind: dict[str, list[Any]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    single = ("travel_minutes_max", "times_per_week_max", "minutes_per_week_max", "paused_until")
    values = {name: getattr(profile, name) for name in single} if profile else {}
    return Said(
        travel_mode=profile.travel_mode if profile else None,
        **values,
        wishes=tuple(sorted((one.word, WishKind(one.more)) for one in by_kind.get("wish", ()))),
        skills=frozenset(one.one for one in by_kind.get("skill", ())),
        languages=frozenset(one.word for one in by_kind.get("language", ())),
        traits=frozenset(one.word for one in by_kind.get("trait", ())),
        windows=tuple(sorted((one.one, one.two, one.three) for one in by_kind.get("window", ()))),
        days_off=tuple(
            DayOff(one.day, one.until, (one.one, one.two), bool(one.three))
            for one in sorted(by_kind.get("off", ()), key=lambda one: (one.day, one.until, one.one))
        ),
    )


def coming_exceptions(person_id: int) -> list[m.AvailabilityException]:
    """The days that differ from the week and are not over, in their order."""
    off = m.AvailabilityException
    statement = (
        db.select(off)
        .where(off.person_id == person_id, off.to_on >= clock.today())
        .order_by(off.from_on, off.from_minute, off.id)
    )
    return list(db.session.execute(statement).scalars())


def skills(*, with_inactive: bool = False) -> list[m.Skill]:
    """The center's list of skills in its order."""
    statement = db.select(m.Skill).order_by(m.Skill.is_active.desc(), m.Skill.position, m.Skill.id)
    if not with_inactive:
        statement = statement.where(m.Skill.is_active)
    return list(db.session.execute(statement).scalars())


def skill_counts() -> dict[int, int]:
    """How many people have each skill."""
    statement = db.select(m.PersonSkill.skill_id, func.count()).group_by(m.PersonSkill.skill_id)
    return {row[0]: row[1] for row in db.session.execute(statement)}


@dataclass(frozen=True, slots=True)
class RequestWishes:
    """What a request asks of whoever comes."""

    traits: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    skills: frozenset[int] = frozenset()


def request_wishes(help_request_id: int) -> RequestWishes:
    """What those who are helped wish of whoever comes."""
    parts = (
        ("trait", m.RequestTrait, cast(m.RequestTrait.trait, String), null()),
        ("language", m.RequestLanguage, m.RequestLanguage.language, null()),
        ("skill", m.RequestSkill, null(), m.RequestSkill.skill_id),
    )
    statement = union_all(
        *(
            db.select(
                literal(kind).label("kind"),
                cast(word, String).label("word"),
                cast(number, Integer).label("number"),
            ).where(model.help_request_id == help_request_id)
            for kind, model, word, number in parts
        )
    )
    rows = db.session.execute(statement).all()
    return RequestWishes(
        frozenset(row.word for row in rows if row.kind == "trait"),
        frozenset(row.word for row in rows if row.kind == "language"),
        frozenset(row.number for row in rows if row.kind == "skill"),
    )


def household_wishes(household_id: int) -> RequestWishes:
    """What a household wishes of whoever comes to any of its requests."""
    trait, language = m.HouseholdTrait, m.HouseholdLanguage
    statement = union_all(
        *(
            db.select(literal(kind).label("kind"), cast(word, String).label("word")).where(
                model.household_id == household_id
            )
            for kind, model, word in (
                ("trait", trait, trait.trait),
                ("language", language, language.language),
            )
        )
    )
    rows = db.session.execute(statement).all()
    return RequestWishes(
        frozenset(row.word for row in rows if row.kind == "trait"),
        frozenset(row.word for row in rows if row.kind == "language"),
    )


@dataclass(frozen=True)
class PairLine:
    """A no-go pair as staff read it, from the side of one of the two."""

    pair: m.NoGoPair
    other: Party
    reason: str


def pairs_of(party_id: int) -> list[PairLine]:
    """Live no-go pairs of a person, household or organization. Log the look before showing them."""
    pair = m.NoGoPair
    statement = (
        db.select(pair, Party)
        .join(
            Party,
            Party.id
            == case((pair.person_id == party_id, pair.other_party_id), else_=pair.person_id),
        )
        .where(
            or_(pair.person_id == party_id, pair.other_party_id == party_id),
            pair.ended_at.is_(None),
        )
        .order_by(pair.id.desc())
    )
    return [
        PairLine(found, other, reason_of(found)) for found, other in db.session.execute(statement)
    ]


def reason_of(pair: m.NoGoPair) -> str:
    """Why the two are kept apart; empty once a side was erased."""
    return unseal_text(pair.reason_sealed, reason_context(pair)) if pair.reason_sealed else ""


def reason_context(pair: m.NoGoPair) -> str:
    """What the seal of a reason is bound to."""
    return f"no_go_pair:{pair.person_id}-{pair.other_party_id}:reason"


def no_go_partners(party_id: int) -> Any:
    """For WHERE … IN: the ids of everybody this person or party is never brought together with."""
    pair = m.NoGoPair
    return (
        db.select(case((pair.person_id == party_id, pair.other_party_id), else_=pair.person_id))
        .where(
            or_(pair.person_id == party_id, pair.other_party_id == party_id),
            pair.ended_at.is_(None),
        )
    )  # fmt: skip


def parties_like(words: str, but_id: int, limit: int = 20) -> dict[int, str]:
    """Id → number and name of people, households and organizations whose number or name holds `words`."""
    if not words:
        return {}
    statement = (
        db.select(Party.id, Party.display_name, Person.number, Household.number)
        .outerjoin(Person, Person.party_id == Party.id)
        .outerjoin(Household, Household.party_id == Party.id)
        .where(
            Party.id != but_id,
            or_(
                Party.display_name.contains(words, autoescape=True),
                func.upper(Person.number) == words.upper(),
                func.upper(Household.number) == words.upper(),
                Person.kana.startswith(words, autoescape=True),
            ),
        )
        .order_by(Party.kind, Party.display_name, Party.id)
        .limit(limit)
    )
    return {
        row[0]: " ".join(part for part in (row[1], row[2] or row[3]) if part)
        for row in db.session.execute(statement)
    }
