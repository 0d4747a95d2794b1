"""What must hold under any rules and any facts: nothing negative, no cap passed, more work never earns less."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from points.earning.facts import ActivityFacts
from points.earning.rules import AwardReason, award_for, points_under_caps
from points.programmes.calendar import (
    carried_expires_on,
    earned_until,
    exchange_lapses_on,
    expires_on,
    pays_on,
    programme_year_of,
    registration_ends_on,
)
from points.programmes.carrying import Lapsing, carried_points
from points.programmes.exchange_terms import FixedStep, PayDate, PayDateKind
from points.programmes.people_terms import Registration, Term
from points.programmes.rule_version import RuleVersion
from points.programmes.terms import (
    BeyondCap,
    CarryOver,
    CarryOverKind,
    Expiry,
    ExpiryKind,
    MonthDay,
    VoidPolicy,
    YearKind,
)
from points.redemption.rules import most_exchangeable, refusal_for
from tests.factories.rules import facts, person, position, version
from tests.points.earning.test_rules import activities, award_rules, under

DAYS = st.dates(date(2001, 1, 1), date(2080, 12, 31))
MONTH_DAYS = st.builds(MonthDay, st.integers(1, 12), st.integers(1, 28))
LEFT = st.none() | st.integers(0, 500)
PLAIN = version()


@st.composite
def timings(draw: st.DrawFn) -> RuleVersion:
    """A version with any year, expiry, carry-over, term and pay date."""
    kind = draw(st.sampled_from(ExpiryKind))
    day = draw(MONTH_DAYS) if kind is ExpiryKind.FIXED_DAY_NEXT_YEAR else None
    months = draw(st.integers(1, 60)) if kind is ExpiryKind.MONTHS else None
    carry = draw(st.sampled_from(CarryOverKind))
    return replace(
        PLAIN,
        year_kind=draw(st.sampled_from(YearKind)),
        year_start=draw(MONTH_DAYS),
        expiry=Expiry(kind, day, months, VoidPolicy.RETURN_TO_LOT_EXPIRED, 0),
        carry_over=CarryOver(carry, draw(st.integers(1, 900))),
        registration=Registration(draw(st.sampled_from(Term)), draw(st.integers(1, 5)), 30),
        exchange=replace(
            PLAIN.exchange,
            earned_up_to=draw(st.none() | st.sampled_from([MonthDay(3, 31), MonthDay(2, 29)])),
            pay_date=PayDate(draw(st.sampled_from(PayDateKind)), 31, draw(MONTH_DAYS)),
        ),
    )


@given(st.data(), activities(), LEFT, LEFT, st.sampled_from(BeyondCap))
def test_an_award_is_never_negative_and_passes_no_cap(
    data: st.DataObject, done: ActivityFacts, day: int | None, year: int | None, beyond: BeyondCap
) -> None:
    rule = replace(data.draw(award_rules()), counts_against_yearly_cap=data.draw(st.booleans()))
    rules = under(rule)
    rules = replace(rules, caps=replace(rules.caps, beyond=beyond))
    found = award_for(done, rules, day, year, person())
    assert 0 <= found.points <= found.points_before_caps
    assert found.counts_against_day <= (day if day is not None else found.points)
    assert found.counts_against_year <= (year if year is not None else found.points)
    assert (found.reason is AwardReason.AWARDED) == (
        found.points == found.points_before_caps and found.points > 0
    )
    if beyond is BeyondCap.ALL_OR_NOTHING:
        assert found.points in (0, found.points_before_caps)


@given(award_rules(), st.integers(0, 900), st.integers(0, 900), LEFT, LEFT)
def test_more_minutes_and_larger_caps_never_earn_less(
    rule: object, one: int, other: int, day: int | None, year: int | None
) -> None:
    rules = under(rule)  # type: ignore[arg-type]
    few, many = sorted((one, other))

    def worth(minutes: int, more: int) -> int:
        left = [None if cap is None else cap + more for cap in (day, year)]
        return award_for(
            facts(planned_minutes=minutes, households=1), rules, *left, person()
        ).points

    assert worth(few, 0) <= worth(many, 0)
    assert worth(few, 0) <= worth(few, 10)


@given(award_rules(), st.integers(0, 500), LEFT, LEFT)
def test_what_fits_under_the_caps_is_what_the_check_computes_again(
    rule: object, before: int, day: int | None, year: int | None
) -> None:
    fits = points_under_caps(before, rule, PLAIN, day, year)  # type: ignore[arg-type]
    assert 0 <= fits <= before


@given(timings(), DAYS, DAYS)
def test_every_day_lies_in_one_programme_year(rules: RuleVersion, day: date, since: date) -> None:
    year = programme_year_of(day, rules, since)
    assert year.start <= day < year.end
    assert 364 <= (year.end - year.start).days <= 367
    assert programme_year_of(year.end, rules, since).start == year.end


@given(timings(), DAYS, DAYS)
def test_points_live_at_least_to_the_activity_and_longer_when_carried(
    rules: RuleVersion, day: date, since: date
) -> None:
    ends = expires_on(day, rules, since)
    if ends is None:
        return
    assert ends >= day
    later = carried_expires_on(ends, rules, since)
    assert later is not None
    assert later > ends


@given(timings(), DAYS, DAYS)
def test_days_that_follow_lie_where_they_must(rules: RuleVersion, day: date, since: date) -> None:
    until, paid = earned_until(day, rules), pays_on(day, rules, since)
    assert until is None or day - timedelta(days=366) <= until <= day
    assert paid is None or day < paid <= day + timedelta(days=2 * 366 + 31)
    ends, lapses = registration_ends_on(day, rules), exchange_lapses_on(day, rules)
    assert ends is None or ends > day
    assert lapses is not None
    assert lapses >= day


@given(
    timings(),
    st.lists(st.builds(Lapsing, st.integers(1, 900), st.booleans()), max_size=6),
    st.integers(0, 900),
    st.integers(0, 2000),
)
def test_no_more_is_carried_than_there_is_and_than_the_rule_allows(
    rules: RuleVersion, lots: list[Lapsing], before: int, others: int
) -> None:
    total = sum(lot.points for lot in lots) + others
    found = carried_points(lots, rules, total=total, carried_before=before)
    assert len(found) == len(lots)
    assert all(0 <= points <= lot.points for points, lot in zip(found, lots, strict=True))
    if rules.carry_over.kind is CarryOverKind.UP_TO:
        assert sum(found) <= max(0, (rules.carry_over.points or 0) - before)


@given(
    st.integers(-100, 5000),
    st.integers(0, 3000),
    st.none() | st.integers(1, 3000),
    st.none() | st.integers(1, 9000),
    st.lists(
        st.tuples(st.integers(1, 900), st.integers(1, 9000)), max_size=4, unique_by=lambda x: x[0]
    ),
)
def test_the_most_that_can_be_exchanged_is_allowed_and_within_every_cap(
    available: int,
    used: int,
    cap_points: int | None,
    cap_yen: int | None,
    rows: list[tuple[int, int]],
) -> None:
    in_order = zip(sorted(one for one, _yen in rows), sorted(yen for _p, yen in rows), strict=True)
    table = tuple(FixedStep(*pair) for pair in in_order)
    method = PLAIN.exchange.methods[0]
    least = table[0].points if table else 1
    method = replace(method, table=table, minimum_points=least)
    caps = replace(PLAIN.caps, yearly_exchange_points=cap_points, yearly_exchange_yen=cap_yen)
    rules = replace(PLAIN, exchange=replace(PLAIN.exchange, methods=(method,)), caps=caps)
    mine = position(available, exchanged_points=used, exchanged_yen=used)
    found = most_exchangeable(mine, rules, method.code)
    assert 0 <= found.points <= max(available, 0)
    assume(found.points > 0)
    assert refusal_for(found.points, mine, rules, method.code) is None
    assert cap_points is None or used + found.points <= cap_points
    assert cap_yen is None or used + found.yen <= cap_yen
