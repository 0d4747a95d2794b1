"""From an activity to an award, the caps and the ledger."""

from datetime import date, timedelta
from typing import Any

import pytest

from points.earning import services
from points.earning.facts import ActivityFacts, Grade
from points.earning.models import Award
from points.earning.states import AwardState
from points.ledger import queries as ledger
from points.ledger.models import CapUsage
from tests.cast import Cast
from tests.factories import rules
from tests.factories.points import OTARU, enrol, make_programme
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db, write_turn
from volunteer.core.errors import AlreadyDecided, AlreadySent, NotFound

pytestmark = pytest.mark.both_databases

DAY = date(2026, 11, 21)


def facts(cast: Cast, **changes: Any) -> ActivityFacts:
    """Two hours of meals on the day of the samples, seen on the spot."""
    values = {
        "person_id": cast.hanako.party_id,
        "host_party_id": cast.minato.party_id,
        "category_code": "meals",
        "planned_minutes": 120,
        "ends_at": from_tokyo(DAY) + timedelta(hours=12),
        "title": "配食",
        "place": "花園",
    }
    return rules.facts(**{**values, **changes})


def award(given: ActivityFacts, **more: Any) -> Award:
    with write_turn():
        return services.award_activity(given, **more)


def balances(cast: Cast) -> ledger.Balances:
    db.session.rollback()
    return ledger.balances(cast.hanako.party_id, cast.programme.id)


def used(cast: Cast) -> dict[str, int]:
    db.session.rollback()
    rows = db.session.execute(db.select(CapUsage.period, CapUsage.used))
    return {str(period): points for period, points in rows}


def test_an_activity_seen_on_the_spot_is_credited_and_settles_later(cast: Cast, clock: Any) -> None:
    made = award(facts(cast))
    assert (made.points, made.reason, made.state) == (200, "awarded", AwardState.CREDITED)
    assert made.expires_on == date(2028, 3, 31)
    assert made.settles_at == from_tokyo(DAY) + timedelta(hours=12 + 72)
    assert (balances(cast).in_lots, balances(cast).available) == (200, 0)
    with write_turn():
        services.settle_award(made.id)
    assert balances(cast).available == 200
    with pytest.raises(AlreadyDecided), write_turn():
        services.settle_award(made.id)


def test_the_same_activity_again_gives_the_first_award(cast: Cast) -> None:
    first = award(facts(cast))
    assert award(facts(cast)).id == first.id
    assert balances(cast).in_lots == 200
    with pytest.raises(AlreadySent):
        award(facts(cast, planned_minutes=60))


def test_facts_come_back_from_the_award_as_they_were_handed_down(cast: Cast) -> None:
    given = facts(cast)
    made = award(given)
    assert ActivityFacts.from_json(made.facts) == given


def test_beyond_the_daily_cap_the_activity_is_recorded_with_nothing(cast: Cast) -> None:
    award(facts(cast))
    second = award(facts(cast, source_id=2))
    assert (second.points, second.reason, second.day_cap_left) == (0, "day_cap_reached", 0)
    assert second.state is AwardState.SETTLED
    assert second.journal_id is None
    assert used(cast) == {"day": 200, "year": 200}


def test_exempt_categories_pass_the_daily_cap_and_count_in_the_year(cast: Cast) -> None:
    award(facts(cast))
    snow = award(facts(cast, source_id=2, category_code="snow", households=2))
    assert (snow.points, snow.day_cap_counted, snow.year_cap_left) == (1000, 0, 4800)
    assert used(cast) == {"day": 200, "year": 1200}


def test_the_yearly_cap_cuts_the_last_award(cast: Cast) -> None:
    for number in range(10):
        award(facts(cast, source_id=number, category_code="snow", households=1))
    last = award(facts(cast, source_id=20, category_code="snow", households=1))
    assert (last.points, last.reason) == (0, "year_cap_reached")
    assert used(cast)["year"] == 5000
    following = award(facts(cast, source_id=21, activity_on=date(2027, 4, 1)))
    assert following.points == 200


def test_nobody_earns_outside_of_every_programme(cast: Cast) -> None:
    made = award(facts(cast, person_id=cast.applicant.party_id))
    assert (made.points, made.reason, made.programme_id) == (0, "not_enrolled", None)
    before = award(facts(cast, source_id=2, activity_on=date(2026, 3, 31)))
    assert before.reason == "not_enrolled"
    unlisted = award(facts(cast, source_id=3, category_code="tea"))
    assert (unlisted.reason, unlisted.programme_id) == ("not_listed", None)
    assert unlisted.reason_facts == {"programme": "たるボラポイント（例）"}
    again = award(facts(cast, source_id=3, category_code="tea"))
    assert again.id == unlisted.id


def test_the_first_programme_that_lists_the_category_is_the_one(cast: Cast) -> None:
    source = OTARU.replace("otaru-example", "second").replace('"meals", ', '"meals", "tea", ')
    first = cast.programme.id
    with write_turn():
        second = make_programme("second", name="二つめ", source=source)
        enrol(cast.hanako, second, DAY)
        second_id = second.id
    assert award(facts(cast)).programme_id == first
    assert award(facts(cast, source_id=2, category_code="tea")).programme_id == second_id


def test_claimed_attendance_waits_until_it_is_confirmed(cast: Cast) -> None:
    made = award(facts(cast, grade=Grade.CLAIMED))
    assert (made.state, made.settles_at) == (AwardState.PENDING, None)
    assert (balances(cast).pending, balances(cast).in_lots) == (200, 0)
    with write_turn():
        services.confirm_award(made.id)
    assert (balances(cast).pending, balances(cast).available) == (0, 200)
    with pytest.raises(AlreadyDecided), write_turn():
        services.refuse_award(made.id)


def test_refused_claims_free_the_caps(cast: Cast) -> None:
    made = award(facts(cast, grade=Grade.CLAIMED))
    with write_turn():
        services.refuse_award(made.id)
    assert balances(cast) == ledger.Balances()
    assert used(cast) == {"day": 0, "year": 0}


def test_a_correction_takes_back_and_credits_anew(cast: Cast) -> None:
    made = award(facts(cast))
    with write_turn():
        new = services.correct_award(
            "attendance", 1, facts(cast, counted_minutes=60), reason="left_early"
        )
        assert (new.revision, new.points, new.state) == (2, 100, AwardState.CREDITED)
    db.session.rollback()
    assert db.session.get_one(Award, made.id).state is AwardState.REVERSED
    assert (balances(cast).in_lots, balances(cast).unsettled) == (100, 100)
    assert used(cast) == {"day": 100, "year": 100}


def test_a_correction_to_the_same_points_leaves_no_line_in_the_passbook(cast: Cast) -> None:
    made = award(facts(cast))
    with write_turn():
        new = services.correct_award(
            "attendance", 1, facts(cast, counted_minutes=130), reason="left_early"
        )
        assert new.journal_id == made.journal_id
    assert len(ledger.statement(cast.hanako.party_id, cast.programme.id)) == 1
    assert used(cast) == {"day": 200, "year": 200}
    with write_turn():
        services.settle_award(new.id)
    assert balances(cast).available == 200


def test_a_correction_of_a_settled_award_is_settled(cast: Cast) -> None:
    made = award(facts(cast))
    with write_turn():
        services.settle_award(made.id)
    with write_turn():
        services.correct_award(
            "attendance", 1, facts(cast, counted_minutes=60), reason="left_early"
        )
    assert (balances(cast).in_lots, balances(cast).available) == (100, 100)


def test_a_correction_to_nothing_and_back(cast: Cast) -> None:
    award(facts(cast))
    with write_turn():
        services.correct_award("attendance", 1, facts(cast, counted_minutes=0), reason="not_there")
    assert balances(cast) == ledger.Balances()
    with write_turn():
        back = services.correct_award("attendance", 1, facts(cast), reason="was_there")
        assert (back.revision, back.points) == (3, 200)
    assert (balances(cast).in_lots, balances(cast).available) == (200, 0)


def test_a_correction_neither_moves_the_day_nor_invents_awards(cast: Cast) -> None:
    award(facts(cast))
    moved = facts(cast, activity_on=date(2026, 11, 22))
    with pytest.raises(ValueError, match="day"), write_turn():
        services.correct_award("attendance", 1, moved, reason="left_early")
    with pytest.raises(NotFound), write_turn():
        services.correct_award("attendance", 9, facts(cast), reason="left_early")


def test_a_preview_writes_nothing_and_tells_what_is_left(cast: Cast) -> None:
    shown = services.preview(cast.hanako.party_id, facts(cast))
    assert (shown.points, shown.day_left, shown.year_left) == (200, 0, 4800)
    assert shown.expires_on == date(2028, 3, 31)
    assert used(cast) == {}


def test_a_postponed_award_waits_for_a_decision(cast: Cast) -> None:
    made = award(facts(cast))
    with write_turn():
        services.postpone_award(made.id, None)
    db.session.rollback()
    assert db.session.get_one(Award, made.id).settles_at is None
