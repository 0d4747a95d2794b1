"""What a scan means, how much time counts, and how strong the evidence is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.checkin import rules
from matching.checkin.rules import Arrival, Outcome, ScanFacts
from matching.checkin.states import (
    ATTENDANCE_STATE_LABELS,
    DIRECTION_LABELS,
    GRADE_LABELS,
    SOURCE_LABELS,
    AttendanceState,
    Direction,
    Grade,
    Source,
)

NINE = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
WINDOW = rules.window_of(NINE, NINE + timedelta(hours=2))
ACCEPTED = ScanFacts(shift_id=7, window=WINDOW, is_accepted=True)
STRANGER = replace(ACCEPTED, is_accepted=False)


def _at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def _outcome(facts: ScanFacts, minutes: float) -> Outcome:
    return rules.classify_scan(facts, _at(minutes)).outcome


def test_check_in_opens_an_hour_before_and_closes_at_the_planned_end() -> None:
    assert _outcome(ACCEPTED, -60.1) is Outcome.TOO_EARLY
    assert rules.classify_scan(ACCEPTED, _at(-61)).at == _at(-60)
    assert _outcome(ACCEPTED, -60) is Outcome.OK
    assert _outcome(ACCEPTED, 119.9) is Outcome.OK
    assert _outcome(ACCEPTED, 120) is Outcome.OVER


def test_the_window_can_be_set() -> None:
    window = rules.window_of(NINE, _at(60), timedelta(minutes=10), timedelta(minutes=5))
    assert (window.opens_at, window.check_out_until) == (_at(-10), _at(65))
    with pytest.raises(ValueError, match="ends after"):
        rules.window_of(NINE, NINE)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (-31, Arrival.EARLY),
        (-30, Arrival.ON_TIME),
        (0, Arrival.ON_TIME),
        (15, Arrival.ON_TIME),
        (15.1, Arrival.LATE),
    ],
)
def test_late_is_more_than_a_quarter_of_an_hour(minutes: float, expected: Arrival) -> None:
    assert rules.arrival(WINDOW, _at(minutes)) is expected
    assert rules.classify_scan(ACCEPTED, _at(minutes)).arrival is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (ACCEPTED, Outcome.OK),
        (replace(ACCEPTED, expected_shift_id=7), Outcome.OK),
        (replace(ACCEPTED, expected_shift_id=8), Outcome.WRONG_SHIFT),
        (replace(ACCEPTED, is_cancelled=True), Outcome.CANCELLED),
        (STRANGER, Outcome.NOT_PARTICIPANT),
        (replace(STRANGER, walk_in_allowed=True), Outcome.WALK_IN),
        (replace(STRANGER, walk_in_allowed=True, is_insured=False), Outcome.INSURANCE_MISSING),
        (replace(STRANGER, walk_in_allowed=True, other_shift_id=9), Outcome.WRONG_SHIFT),
        (replace(ACCEPTED, other_shift_id=9), Outcome.OK),
        (replace(ACCEPTED, is_insured=False), Outcome.INSURANCE_MISSING),
        (replace(ACCEPTED, is_trained=False), Outcome.TRAINING_MISSING),
        (replace(ACCEPTED, is_insured=False, is_trained=False), Outcome.INSURANCE_MISSING),
    ],
)
def test_each_situation_has_its_own_answer(facts: ScanFacts, expected: Outcome) -> None:
    answer = rules.classify_scan(facts, _at(5))
    assert answer.outcome is expected
    assert answer.checks_in == (expected in {Outcome.OK, Outcome.WALK_IN})
    assert (expected in rules.FOR_THE_DESK) == (not answer.checks_in)


def test_a_wrong_shift_names_the_right_one() -> None:
    assert rules.classify_scan(replace(STRANGER, other_shift_id=9), _at(0)).shift_id == 9
    assert rules.classify_scan(replace(ACCEPTED, expected_shift_id=8), _at(0)).shift_id == 8


@pytest.mark.parametrize(
    ("came", "scans", "expected"),
    [
        (-20, -5, Outcome.ALREADY_IN),  # still waiting for the start
        (14, 20, Outcome.ALREADY_IN),  # pressed twice
        (14, 24, Outcome.OFFER_CHECK_OUT),
        (-20, 119, Outcome.OFFER_CHECK_OUT),
        (-20, 120, Outcome.OFFER_CHECK_OUT),  # check-in is over, going home is not
        (-20, 179, Outcome.OFFER_CHECK_OUT),
        (-20, 180, Outcome.OVER),
    ],
)
def test_a_second_scan_says_since_when_or_offers_check_out(
    came: int, scans: int, expected: Outcome
) -> None:
    facts = replace(ACCEPTED, checked_in_at=_at(came))
    answer = rules.classify_scan(facts, _at(scans))
    assert answer.outcome is expected
    if expected is not Outcome.OVER:
        assert answer.at == _at(came)


def test_after_check_out_a_scan_says_when() -> None:
    facts = replace(ACCEPTED, checked_in_at=_at(0), checked_out_at=_at(100))
    answer = rules.classify_scan(facts, _at(110))
    assert (answer.outcome, answer.at) == (Outcome.ALREADY_OUT, _at(100))


def test_validity_is_judged_before_repetition() -> None:
    facts = replace(ACCEPTED, checked_in_at=_at(0))
    assert _outcome(replace(facts, expected_shift_id=8), 60) is Outcome.WRONG_SHIFT
    assert _outcome(facts, 200) is Outcome.OVER


def test_going_home_is_never_refused_for_insurance() -> None:
    facts = replace(ACCEPTED, checked_in_at=_at(0), is_insured=False, is_trained=False)
    assert _outcome(facts, 100) is Outcome.OFFER_CHECK_OUT
    assert _outcome(replace(facts, is_cancelled=True), 100) is Outcome.OFFER_CHECK_OUT


def test_check_out_is_taken_from_coming_to_the_end_of_the_grace() -> None:
    assert rules.may_check_out(WINDOW, _at(10), _at(10))
    assert rules.may_check_out(WINDOW, _at(10), _at(179))
    assert not rules.may_check_out(WINDOW, _at(10), _at(180))
    assert not rules.may_check_out(WINDOW, _at(10), _at(9))


@pytest.mark.parametrize(
    ("came", "left", "expected"),
    [
        (-30, 150, 120),  # early and late add nothing
        (-30, None, 120),  # forgotten: closed at the planned end
        (15, 120, 120),  # a quarter of an hour is forgiven
        (16, 120, 105),
        (8, 112, 105),  # 16 minutes in all
        (30, None, 90),
        (0, 62, 60),
        (0, 63, 65),
        (0, 2, 0),
        (-40, -20, 0),  # left before it began
        (125, 130, 0),
    ],
)
def test_the_time_present_within_the_plan_counts(
    came: int, left: int | None, expected: int
) -> None:
    gone = None if left is None else _at(left)
    assert rules.counted_minutes(WINDOW, _at(came), gone) == expected


def test_a_short_shift_forgives_a_quarter_of_itself_only() -> None:
    window = rules.window_of(NINE, _at(20))
    assert rules.counted_minutes(window, _at(5)) == 20
    assert rules.counted_minutes(window, _at(6)) == 15


@given(
    st.integers(-90, 300), st.integers(0, 400), st.integers(1, 600), st.sampled_from([1, 5, 15, 30])
)
def test_never_more_than_planned_without_the_host(
    came: int, stayed: int, planned: int, unit: int
) -> None:
    window = rules.window_of(NINE, _at(planned))
    counted = rules.counted_minutes(window, _at(came), _at(came + stayed), round_to=unit)
    assert 0 <= counted <= planned


def test_the_word_of_the_host_decides() -> None:
    assert rules.counted_minutes(WINDOW, _at(0), None, host_minutes=150) == 150
    assert rules.counted_minutes(WINDOW, _at(0), None, host_minutes=0) == 0
    for nonsense in (-1, 24 * 60 + 1):
        with pytest.raises(ValueError, match="1440"):
            rules.counted_minutes(WINDOW, _at(0), None, host_minutes=nonsense)


def test_every_source_has_its_grade() -> None:
    assert {source: rules.grade_of(source) for source in Source} == {
        Source.VENUE_CODE: Grade.ON_SITE,
        Source.HOST_CODE: Grade.ON_SITE,
        Source.CARD_CODE: Grade.ON_SITE,
        Source.NAME_LIST: Grade.ON_SITE,
        Source.POSTER: Grade.CLAIMED,
        Source.SHIFT_CODE: Grade.CLAIMED,
        Source.STAFF_ENTRY: Grade.HOST_SIGNED,
    }


def test_the_host_is_shown_differences_only() -> None:
    fine = rules.classify_scan(ACCEPTED, _at(3))
    assert rules.flags_of(fine, Source.VENUE_CODE, ticket_age_seconds=60) == []
    late = rules.classify_scan(replace(STRANGER, walk_in_allowed=True), _at(40))
    assert rules.flags_of(late, Source.POSTER, 301) == ["late", "walk_in", "claimed", "old_ticket"]
    assert rules.flags_of(fine, Source.STAFF_ENTRY) == ["paper"]
    early = rules.classify_scan(ACCEPTED, _at(-50))
    assert rules.flags_of(early, Source.CARD_CODE) == ["early"]


def test_every_state_has_words() -> None:
    for kinds, labels in (
        (Source, SOURCE_LABELS),
        (Grade, GRADE_LABELS),
        (AttendanceState, ATTENDANCE_STATE_LABELS),
        (Direction, DIRECTION_LABELS),
    ):
        assert set(labels) == set(kinds)
