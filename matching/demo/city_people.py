"""The people of a measured city: registered, enrolled, insured, with a card; half of them sign in by e-mail."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from matching.demo.city_rows import Rows, moment_text
from matching.demo.names import person_name, telephone
from points.programmes.models import Programme, RuleVersion
from volunteer.areas.models import Area
from volunteer.core import clock
from volunteer.core.center import the_center
from volunteer.core.db import db
from volunteer.core.permissions import Role
from volunteer.organizations.models import Organization
from volunteer.people.registration import SERIES
from volunteer.users.models import Acting, StaffRole


@dataclass(frozen=True)
class Town:
    """What is there before the city moves in."""

    area_ids: list[int]
    body_ids: list[int]
    """Organizations in the order of scenes.toml."""
    member_ids: list[int]
    """A user of each of them."""
    staff: dict[Role, tuple[int, int]]
    """Role → (user, person)."""
    programme_id: int
    rule_version_id: int


def town_of() -> Town:
    """Read it from the database in use."""
    rows = db.session.execute(select(StaffRole.role, Acting.user_id, Acting.party_id).join(
        Acting, Acting.user_id == StaffRole.user_id
    ))  # fmt: skip
    bodies = list(
        db.session.execute(select(Organization.party_id).order_by(Organization.party_id)).scalars()
    )
    statement = (
        select(Acting.party_id, db.func.min(Acting.user_id))
        .where(Acting.party_id.in_(bodies))
        .group_by(Acting.party_id)
    )
    members = {row[0]: row[1] for row in db.session.execute(statement)}
    return Town(
        area_ids=list(db.session.execute(select(Area.id)).scalars()),
        body_ids=bodies,
        member_ids=[members[one] for one in bodies],
        staff={row.role: (row.user_id, row.party_id) for row in rows},
        programme_id=db.session.execute(select(Programme.id).limit(1)).scalar_one(),
        rule_version_id=db.session.execute(select(RuleVersion.id).limit(1)).scalar_one(),
    )


def move_in(
    rows: Rows, town: Town, people: int, since: date, luck: Random
) -> list[tuple[int, int | None]]:
    """Add so many people who are registered from `since` on; (person, user or None) of each."""
    return [_person(rows, town, since, luck) for _ in range(people)]


def _person(rows: Rows, town: Town, since: date, luck: Random) -> tuple[int, int | None]:
    at, clerk = moment_text(clock.from_tokyo(since)), town.staff[Role.COORDINATOR][0]
    age = luck.choice((19, 24, 38, 51, 63, 66, 69, 72, 75, 78, 81))
    name, kana = person_name(luck, age)
    person, number = rows.new("party"), rows.number(SERIES)
    email = f"c{number:06d}@example.jp" if luck.random() < 0.5 else None
    rows.add("party", person, "person", name, 1, at)
    rows.add(
        "person", person, f"{the_center().number_prefix}{number:04d}", name, kana,
        str(since.replace(year=since.year - age, day=1 + number % 28)), "lives", "registered", email,
        telephone(number), "", "見本1丁目1番1号", luck.choice(town.area_ids), "見本 家族", "家族", telephone(9000),
        "", "", int(email is None), at, at,
    )  # fmt: skip
    user = None
    if email:
        user = rows.new("user")
        rows.add("user", user, email, "ja", 0, 0, at)
        rows.add("acting", rows.new("acting"), user, person, "self", at)
    rows.add(
        "enrolment", rows.new("enrolment"), person, town.programme_id, "", str(since), clerk, at
    )
    rows.add("card", rows.new("card"), person, rows.card_code(), at, clerk, "")
    start, after = clock.year_bounds(clock.today())
    rows.add(
        "insurance_cover", rows.new("insurance_cover"), person, "基本", str(start),
        str(after - timedelta(days=1)), clerk, at,
    )  # fmt: skip
    rows.add(
        "qualification", rows.new("qualification"), person, "snow_briefing", "除雪の説明会",
        str(since), clerk, at,
    )  # fmt: skip
    rows.add("standing", person, town.programme_id, "points", 0, 0, 0)
    return person, user
