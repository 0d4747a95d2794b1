"""Somebody says that they are here: pending until the host says so too, or says no."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from matching.checkin.claims import claims_for_the_desk
from matching.checkin.duties import verify
from matching.checkin.models import Attendance
from matching.checkin.states import DRAWN, AttendanceState, Direction, Grade, Source
from points.earning.deciding import is_drawn_for_desk
from points.earning.facts import Grade as PointsGrade
from points.earning.jobs import settle_due
from points.earning.states import AwardState
from points.programmes.models import RuleVersion
from points.programmes.rule_version import RuleVersion as RuleSet
from points.programmes.rule_version import parse_rule_version
from tests.cast import CARD_OF_ICHIRO, Cast
from tests.factories import rules
from tests.factories.points import OTARU
from tests.matching.checkin.scenes import (
    accept,
    arrive,
    attendances,
    awards,
    browser,
    events,
    in_lots,
)
from volunteer.core.codes import CodeKind, new_code
from volunteer.core.db import db, write_turn

pytestmark = pytest.mark.both_databases


def _list(cast: Cast) -> str:
    return f"/o/shifts/{cast.shift_today.id}/arrivals"


def _claim(app: Any, cast: Cast) -> Attendance:
    """Hanako types the code of the venue."""
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    path = f"/shifts/{cast.shift_today.id}/code"
    done = hanako.submit(
        path, {"code": cast.shift_today.code}, action="/code", follow_redirects=True
    )
    assert "確認待ちです。" in done.text
    return attendances()[0]


def test_a_typed_shift_code_waits_until_the_host_confirms(app: Any, cast: Cast) -> None:
    one = _claim(app, cast)
    assert (one.grade, one.source) == (Grade.CLAIMED, Source.SHIFT_CODE)
    assert in_lots(cast, cast.hanako) == 0
    cook = browser(app, cast.cook)
    done = cook.submit(
        _list(cast), {"attendance": one.id}, action="/confirmation", follow_redirects=True
    )
    assert "佐藤 花子さんの受付を確認しました" in done.text
    assert in_lots(cast, cast.hanako) == 200
    assert awards()[0].state is AwardState.SETTLED
    assert attendances()[0].confirmed_by_user_id == cast.cook.id
    assert verify() == []


def test_a_claim_can_be_refused_with_a_reason_the_person_reads(
    app: Any, cast: Cast, outbox: Any
) -> None:
    one = _claim(app, cast)
    path = f"/o/shifts/{cast.shift_today.id}/attendances/{one.id}/refusal"
    cook = browser(app, cast.cook)
    assert cook.submit(path, {"reason": " "}).status_code == 422
    cook.submit(path, {"reason": "この日はお休みでした"})
    assert attendances()[0].state is AttendanceState.REFUSED
    assert awards()[0].state is AwardState.REFUSED
    letter = outbox.last("hanako@example.jp")
    assert "この日はお休みでした" in letter.text
    page = browser(app, cast.hanako).get(f"/shifts/{cast.shift_today.id}/attendance")
    assert "みとめられませんでした" in page.text
    assert "この日はお休みでした" in page.text
    assert verify() == []
    record = path.replace("/refusal", "/times")
    assert record in cook.get(f"/o/shifts/{cast.shift_today.id}/arrivals").text
    told = browser(app, cast.helper).get(record).text
    assert "この日はお休みでした" in told
    assert 'name="came"' not in told
    late = cook.submit(path, {"reason": "もう一度"})
    assert late.status_code == 409


def test_a_claim_is_confirmed_when_the_person_is_seen(app: Any, cast: Cast) -> None:
    _claim(app, cast)
    arrive(browser(app, cast.hanako), cast.shift_today)
    (one,) = attendances()
    assert one.confirmed_at is not None
    assert in_lots(cast, cast.hanako) == 200
    assert [event.direction for event in events()] == [Direction.CHECK_IN, Direction.CONFIRMATION]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (CARD_OF_ICHIRO, "これはボランティアカードの番号です"),
        ("KKKKKKKK", "コードが合いません"),
        ("", "番号を入れてください"),
    ],
)
def test_the_field_for_the_shift_code_says_what_it_was_given(
    app: Any, cast: Cast, typed: str, words: str
) -> None:
    hanako = browser(app, cast.hanako)
    answer = hanako.submit("/check-in", {"code": typed}, action="/check-in")
    assert answer.status_code == 422
    assert words in answer.text


def test_guessing_shift_codes_stops_after_ten(app: Any, cast: Cast) -> None:

    hanako = browser(app, cast.hanako)
    page = hanako.get("/check-in")
    statuses = [
        hanako.resubmit(page, {"code": new_code(CodeKind.SHIFT)}, action="/check-in").status_code
        for _ in range(11)
    ]
    assert statuses == [422] * 10 + [429]


def test_two_decide_at_once_and_the_second_is_told_who_was_first(app: Any, cast: Cast) -> None:
    ticks = {"attendance": _claim(app, cast).id}
    cook, helper = browser(app, cast.cook), browser(app, cast.helper)
    first, second = cook.get(_list(cast)), helper.get(_list(cast))
    assert cook.resubmit(first, ticks, action="/confirmation").status_code == 303
    late = helper.resubmit(second, ticks, action="/confirmation")
    assert late.status_code == 409
    assert "cook@minato.example.jp" in late.text


def _settles_itself(percent: int) -> None:
    """The example programme lets claims settle, but for so many of a hundred."""
    source = OTARU.replace(
        'claimed = "host_confirms"',
        f'claimed = "settles_itself"\nclaimed_settles_after_hours = 48\nclaimed_sample_percent = {percent}',
    )
    with write_turn():
        db.session.execute(
            update(RuleVersion).values(
                source=source, sha256=hashlib.sha256(source.encode()).hexdigest()
            )
        )


def test_a_claim_drawn_by_lot_waits_for_the_desk(app: Any, cast: Cast, clock: Any) -> None:
    _settles_itself(100)
    one = _claim(app, cast)
    assert DRAWN in one.flags
    assert awards()[0].settles_at is None
    assert claims_for_the_desk() == []
    clock.advance(timedelta(hours=3, minutes=1))  # the shift is over
    db.session.rollback()
    assert [found.id for found in claims_for_the_desk()] == [one.id]
    desk = browser(app, cast.coordinator)
    assert "佐藤 花子さん（" in desk.get("/desk").text
    clock.advance(timedelta(days=9))
    settle_due()
    assert awards()[0].state is AwardState.PENDING


def test_a_claim_not_drawn_settles_by_itself_and_bothers_nobody(
    app: Any, cast: Cast, clock: Any
) -> None:
    _settles_itself(0)
    one = _claim(app, cast)
    assert DRAWN not in one.flags
    clock.advance(timedelta(hours=40))
    db.session.rollback()
    assert claims_for_the_desk() == []
    clock.advance(timedelta(hours=20))
    settle_due()
    assert awards()[0].state is AwardState.SETTLED
    assert in_lots(cast, cast.hanako) == 200
    assert verify() == []


def test_the_lot_is_the_same_each_time_and_keeps_its_share(app: Any) -> None:
    version = replace_evidence(10)
    drawn = [
        number
        for number in range(2000)
        if is_drawn_for_desk(rules.facts(source_id=number, grade=PointsGrade.CLAIMED), version)
    ]
    again = [
        number
        for number in range(2000)
        if is_drawn_for_desk(rules.facts(source_id=number, grade=PointsGrade.CLAIMED), version)
    ]
    assert drawn == again
    assert 140 <= len(drawn) <= 260
    walk_in = rules.facts(source_id=drawn[0], grade=PointsGrade.CLAIMED, was_accepted=False)
    assert not is_drawn_for_desk(walk_in, version)
    assert not is_drawn_for_desk(rules.facts(source_id=drawn[0]), version)


def replace_evidence(percent: int) -> RuleSet:
    """The example programme with claims that settle by themselves."""
    return parse_rule_version(
        OTARU.replace(
            'claimed = "host_confirms"',
            f'claimed = "settles_itself"\nclaimed_sample_percent = {percent}',
        )
    )
