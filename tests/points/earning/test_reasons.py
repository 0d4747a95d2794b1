"""The words for what an activity earned."""

import pytest

from points.earning.facts import ActivityFacts, Grade
from points.earning.reasons import describe_caps, describe_rule, explain, reason_facts, wording_of
from points.earning.rules import AwardReason
from points.programmes.terms import Caps
from tests.factories.rules import facts, preset, version


def test_a_reached_cap_is_named_with_its_number() -> None:
    words = explain(AwardReason.DAY_CAP_REACHED, facts(), preset("otaru-example"))
    assert str(words).startswith("1日の上限の200ポイントまで、もうついています")
    words = explain(AwardReason.YEAR_CAP_REACHED, facts(), preset("otaru-example"))
    assert str(words).startswith("1年の上限の5,000ポイントまで、もうついています")


@pytest.mark.parametrize(
    ("category", "needed"), [("meals", "60分から"), ("cafe", "60分から"), ("lecture", "0分から")]
)
def test_too_short_says_how_long_it_must_be(category: str, needed: str) -> None:
    rules = preset("otaru-example" if category == "meals" else "example-august-year")
    short = facts(category_code=category, planned_minutes=20)
    words = str(explain(AwardReason.TOO_SHORT, short, rules))
    assert words.startswith("20分の活動でした")
    assert needed in words


def test_half_a_unit_is_enough_where_time_is_rounded_to_the_nearest() -> None:
    awards = '[[awards]]\ncategories = ["visit"]\nbasis = "per_hour"\npoints = 1\n'
    rules = version(awards=awards + 'rounding = "nearest"\nunit_minutes = 45\n')
    assert "23分から" in str(explain(AwardReason.TOO_SHORT, facts(planned_minutes=22), rules))


@pytest.mark.parametrize("reason", AwardReason)
def test_every_reason_has_words_and_can_be_stored(reason: AwardReason) -> None:
    numbers = reason_facts(reason, facts(), preset("otaru-example"))
    stored = wording_of(reason.value, numbers)
    assert str(stored) == str(explain(reason, facts(), preset("otaru-example")))
    assert "%(" not in str(stored)
    assert len(reason.value) <= 40


def test_a_rule_describes_itself() -> None:
    snow, meals = preset("otaru-example").awards
    cafe, lecture = preset("example-august-year").awards
    assert [str(one) for one in describe_rule(snow)] == ["1世帯につき500ポイント"]
    assert [str(one) for one in describe_rule(meals)] == ["60分ごとに100ポイント"]
    assert [str(one) for one in describe_rule(cafe)] == ["60分ごとに1ポイント"]
    assert [str(one) for one in describe_rule(lecture)] == ["1回で1ポイント"]


def test_tiers_and_minimum_times_describe_themselves() -> None:
    head = '[[awards]]\ncategories = ["visit"]\n'
    tiers = "tiers = [{ from_minutes = 30, points = 1 }, { from_minutes = 90, points = 2 }]\n"
    tiered = version(awards=f'{head}basis = "tiered"\n{tiers}').awards[0]
    activity = version(awards=f'{head}basis = "per_activity"\npoints = 200\nmin_minutes = 30\n')
    assert [str(one) for one in describe_rule(tiered)] == [
        "30分以上で1ポイント",
        "90分以上で2ポイント",
    ]
    assert [str(one) for one in describe_rule(activity.awards[0])] == [
        "1回（30分以上）で200ポイント"
    ]


def test_caps_describe_themselves() -> None:
    assert [str(one) for one in describe_caps(Caps(daily_points=200, yearly_points=5000))] == [
        "1日の上限は200ポイント",
        "1年の上限は5,000ポイント",
    ]
    assert describe_caps(Caps()) == []


def test_facts_survive_being_stored() -> None:
    kept = facts(grade=Grade.CLAIMED, counted_minutes=45)
    assert ActivityFacts.from_json(kept.as_json()) == kept
