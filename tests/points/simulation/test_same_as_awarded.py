"""An activity simulated is the activity awarded: real awards against the simulator over their export."""

import csv
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from points.earning import services
from points.earning.facts import Grade
from points.earning.models import Award
from points.programmes.models import Enrolment, Programme
from points.programmes.rule_version import parse_rule_version
from points.simulation.exporting import write_history
from tests.cast import Cast
from tests.factories import rules
from tests.factories.points import OTARU, PRESETS, enrol, make_programme
from volunteer.core.db import db, write_turn

pytestmark = pytest.mark.both_databases

ACTIVITIES = 150
FIRST = date(2025, 4, 1)
UNSEEN = Path(__file__).parents[1] / "programmes" / "unseen.toml"
SCHEMES = [
    one.stem for one in sorted(PRESETS.glob("*.toml")) if rules.preset(one.stem).is_in_force(FIRST)
]
"""All but those that were over before the time of the test."""

Outcomes = dict[str, tuple[str, ...]]
"""Points, reason and last day by activity."""


def award_many(cast: Cast, categories: list[str], seed: int) -> None:
    """Activities of three people in no order of days, some twice on a day, some outside of the rules."""
    pick = Random(seed)
    people = [cast.hanako, cast.ichiro, cast.student]
    for number in range(ACTIVITIES):
        given = rules.facts(
            source_id=number + 1,
            person_id=pick.choice(people).party_id,
            host_party_id=cast.minato.party_id,
            host=pick.choice(["", "みなと食堂", "はなぞの学園"]),
            category_code=pick.choice([*categories, "gardening"]),
            role=pick.choice(["", "", "leader"]),
            activity_on=FIRST + timedelta(days=pick.randrange(580)),
            planned_minutes=pick.randrange(0, 240, 15),
            counted_minutes=pick.choice([None, pick.randrange(0, 240)]),
            households=pick.randrange(4),
            people_sharing=pick.randrange(1, 4),
            is_paid=pick.random() < 0.1,
            is_own_family=pick.random() < 0.1,
            is_client_here=pick.random() < 0.1,
            is_introduced=pick.random() < 0.9,
            proof=pick.choice(["", "ic_card", "qr_by_host"]),
            grade=pick.choice(list(Grade)),
        )
        with write_turn():
            services.award_activity(given)


def enrolled_in(cast: Cast, source: str) -> Programme:
    """The three take part in this programme instead of their own, one of them only for a time."""
    with write_turn():
        for one in db.session.execute(db.select(Enrolment)).scalars():
            db.session.delete(one)
        programme = make_programme("other", source=source, valid_from=FIRST)
        for person in (cast.hanako, cast.student):
            enrol(person, programme, date(2025, 6, 15))
        enrol(cast.ichiro, programme, FIRST, ends_on=date(2026, 3, 10))
    return programme


def test_a_made_up_scheme_simulates_what_it_awards(app: Flask, cast: Cast, tmp_path: Path) -> None:
    """One that uses most parameters at once, but for papers and ties that the three people do not have."""
    source = UNSEEN.read_text(encoding="utf-8").replace('["award"]', '["exchange"]')
    source = source.replace("must_cover = true", "must_cover = false")
    source = source.replace("daily_points = 50", "daily_points = 12")
    source = source.replace("yearly_points = 200", "yearly_points = 60")
    source = source.replace('municipalities = ["みかづき市", "ほしぞら町"]', "")
    file = tmp_path / "rules.toml"
    file.write_text(source, encoding="utf-8")
    programme = enrolled_in(cast, source)
    found, given = both_ways(app, cast, file, programme, tmp_path, seed=7)
    assert found == given
    reasons = {reason for _points, reason, _ends in found.values()}
    assert {"awarded", "over_day_cap", "over_year_cap", "host_not_listed", "too_short"} <= reasons


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_preset_simulates_what_it_awards(
    app: Flask, cast: Cast, tmp_path: Path, scheme: str
) -> None:
    file = PRESETS / f"{scheme}.toml"
    source = file.read_text(encoding="utf-8")
    programme = cast.programme if source == OTARU else enrolled_in(cast, source)
    found, given = both_ways(app, cast, file, programme, tmp_path, SCHEMES.index(scheme))
    assert found == given
    assert any(points != "0" for points, _reason, _ends in found.values())


def both_ways(
    app: Flask, cast: Cast, file: Path, programme: Programme, folder: Path, seed: int
) -> tuple[Outcomes, Outcomes]:
    """What the simulator and the real awards give for the same activities."""
    version = parse_rule_version(file.read_text(encoding="utf-8"))
    listed = sorted({category for rule in version.awards for category in rule.categories})
    award_many(cast, listed, seed)
    db.session.rollback()
    count = write_history(programme.id, folder)
    assert count == ACTIVITIES
    words = [
        "programmes",
        "simulate",
        str(file),
        str(folder / "activities.csv"),
        "--order",
        "file",
    ]
    words += ["--people", str(folder / "people.csv"), "--out", str(folder / "out")]
    found = app.test_cli_runner().invoke(args=words)
    assert found.exit_code == 0, found.output
    return simulated(folder / "out"), awarded()


def simulated(out: Path) -> Outcomes:
    with (out / "activities.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {
            row["id"]: (row["points"], row["reason"], row["expires_on"])
            for row in csv.DictReader(stream)
        }


def awarded() -> Outcomes:
    return {
        f"{one.source_kind}:{one.source_id}": (
            str(one.points),
            one.reason,
            one.expires_on.isoformat() if one.expires_on else "",
        )
        for one in db.session.execute(db.select(Award)).scalars()
    }
