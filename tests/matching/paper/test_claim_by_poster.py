"""The static code of a poster: one button, a claim, and whichever shift of the place is open now."""

import re
from datetime import timedelta
from typing import Any

import pytest

from matching.checkin import answers
from matching.checkin.posters import PlaceShift, choose
from matching.checkin.rules import Outcome, window_of
from matching.checkin.states import Grade, Source
from points.earning.states import AwardState
from tests.cast import CARD_OF_ICHIRO, NOW, Cast
from tests.factories.matching import make_help_request, make_shift
from tests.matching.checkin.scenes import (
    accept,
    attendances,
    awards,
    browser,
    events,
    in_lots,
    refusals,
)
from volunteer.core.codes import CodeKind, new_code
from volunteer.core.db import write_turn

HOUR = timedelta(hours=1)


def _poster(cast: Cast) -> str:
    return f"/w/{cast.shift_today.code}"


def test_opening_a_poster_checks_nobody_in(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    page = browser(app, cast.hanako).get(_poster(cast))
    assert page.status_code == 200
    for words in ("花園公民館", "10時〜12時", "子ども食堂の準備", "佐藤 花子さん", "受付する"):
        assert words in page.text
    assert attendances() == []


@pytest.mark.both_databases
def test_the_button_claims_and_the_host_confirms(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    done = hanako.submit(_poster(cast), action=_poster(cast), follow_redirects=True)
    assert "確認待ちです。" in done.text
    (one,) = attendances()
    assert (one.grade, one.source) == (Grade.CLAIMED, Source.POSTER)
    assert "claimed" in one.flags
    assert awards()[0].state is AwardState.PENDING
    assert in_lots(cast, cast.hanako) == 0
    browser(app, cast.cook).submit(
        f"/o/shifts/{cast.shift_today.id}/arrivals",
        {"attendance": one.id},
        action="/confirmation",
    )
    assert in_lots(cast, cast.hanako) == 200


@pytest.mark.both_databases
def test_the_same_tap_twice_is_one_claim(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    page = hanako.get(_poster(cast))
    places = {hanako.resubmit(page, action=_poster(cast)).location for _again in range(3)}
    assert len(places) == 1
    assert len(events()) == 1


def test_a_poster_read_again_leads_to_the_result_and_the_way_home(
    app: Any, cast: Cast, clock: Any
) -> None:
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    hanako.submit(_poster(cast), action=_poster(cast))
    clock.advance(3 * HOUR + timedelta(minutes=5))  # five past the end, still within the grace
    again = hanako.get(_poster(cast), follow_redirects=True)
    assert again.request.path == f"/shifts/{cast.shift_today.id}/attendance"
    assert "活動を終わる" in again.text


def test_who_is_not_signed_in_comes_back_to_the_same_button(
    app: Any, cast: Cast, outbox: Any
) -> None:
    accept(cast.hanako, cast.shift_today)
    visitor = browser(app)
    page = visitor.get(_poster(cast))
    assert "花園公民館" in page.text
    assert "受付する</button>" not in page.text
    assert f"/sign-in?next=/w/{cast.shift_today.code}" in page.text
    asked = visitor.submit(
        f"/sign-in?next={_poster(cast)}", {"email": "hanako@example.jp"}, action=""
    )
    code = re.findall(r"\d{6}", outbox.last("hanako@example.jp").text)[0]
    back = visitor.submit(asked.location, {"code": code}, follow_redirects=True)
    assert back.request.path == _poster(cast)
    assert "受付する</button>" in back.text
    assert attendances() == []


def test_nobody_claims_without_a_form_of_ours(app: Any, cast: Cast) -> None:
    accept(cast.hanako, cast.shift_today)
    assert browser(app).post(_poster(cast)).status_code in (302, 303, 400, 401)
    assert browser(app, cast.hanako).post(_poster(cast), data={}).status_code >= 400
    assert attendances() == []


def test_a_button_altered_to_another_place_claims_nothing(app: Any, cast: Cast) -> None:
    with write_turn():
        foreign = make_shift(_request_elsewhere(cast), NOW + HOUR)
    accept(cast.hanako, foreign)
    accept(cast.hanako, cast.shift_today)
    hanako = browser(app, cast.hanako)
    for wrong in (str(foreign.id), "987654", "9" * 20, "x", ""):
        answer = hanako.submit(_poster(cast), {"shift_id": wrong}, action=_poster(cast))
        assert answer.status_code == 404
    assert attendances() == []


def _request_elsewhere(cast: Cast) -> Any:
    return make_help_request(
        cast.minato.party_id, cast.category, cast.area, cast.cook, exact_place="べつの場所"
    )


@pytest.mark.parametrize(
    ("hours", "heading"),
    [
        (-2, "受付はまだ始まっていません"),
        (4, "受付の時間は終わりました"),
        (24 + 3, "今日は、ここの受付はありません"),
        (24 * 10, "ここの活動は終わりました"),
    ],
)
def test_a_closed_poster_says_when_and_tells_the_desk(
    app: Any, cast: Cast, clock: Any, hours: int, heading: str
) -> None:
    accept(cast.hanako, cast.shift_today)
    clock.advance(timedelta(hours=hours))
    for who, entries in ((None, 0), (cast.hanako, 1)):
        answer = browser(app, who).get(_poster(cast))
        assert answer.status_code == 422
        assert heading in answer.text
        assert "花園公民館" in answer.text
        assert len(refusals()) == entries
    assert refusals()[0].source is Source.POSTER


def test_on_another_day_the_next_one_is_named(app: Any, cast: Cast, clock: Any) -> None:
    clock.advance(timedelta(days=2))
    answer = browser(app).get(_poster(cast))
    assert "11月28日" in answer.text


@pytest.mark.both_databases
def test_the_poster_of_last_week_opens_todays_shift(app: Any, cast: Cast, clock: Any) -> None:
    accept(cast.hanako, cast.shift)
    clock.advance(timedelta(days=7))
    hanako = browser(app, cast.hanako)
    hanako.submit(_poster(cast), action=_poster(cast))
    (one,) = attendances()
    assert one.participation.shift_id == cast.shift.id


def test_the_number_of_last_week_is_typed_for_todays_shift(
    app: Any, cast: Cast, clock: Any
) -> None:
    accept(cast.hanako, cast.shift)
    clock.advance(timedelta(days=7))
    hanako = browser(app, cast.hanako)
    hanako.submit("/check-in", {"code": cast.shift_today.code}, action="/check-in")
    assert attendances()[0].participation.shift_id == cast.shift.id


@pytest.mark.parametrize(
    ("who", "heading"),
    [
        ("student", "この活動の参加者ではありません"),
        ("applicant", "登録がすんでいません"),
    ],
)
def test_who_may_not_check_in_reads_why_and_the_desk_hears(
    app: Any, cast: Cast, who: str, heading: str
) -> None:
    answer = browser(app, getattr(cast, who)).get(_poster(cast))
    assert answer.status_code == 422
    assert heading in answer.text
    assert len(refusals()) == 1


def test_other_codes_and_nonsense_are_answered_kindly(app: Any, cast: Cast) -> None:
    visitor = browser(app)
    card = visitor.get(f"/w/{CARD_OF_ICHIRO}")
    assert card.status_code == 404
    assert "これは会場のQRではありません" in card.text
    for wrong in (new_code(CodeKind.SHIFT), "KKKKKKKK", "x" * 40, "ポスター"):
        answer = visitor.get(f"/w/{wrong}")
        assert answer.status_code == 404
        assert "このQRの活動が見つかりません" in answer.text
    assert refusals() == []
    small = f"/w/{str(cast.shift_today.code).lower()}"
    assert visitor.get(small).status_code == 200


@pytest.mark.both_databases
def test_guessing_codes_of_posters_stops(app: Any, cast: Cast) -> None:
    visitor = browser(app)
    statuses = [visitor.get("/w/KKKKKKKK").status_code for _try in range(61)]
    assert statuses == [404] * 60 + [429]
    assert visitor.get(_poster(cast)).status_code == 200


def _shift(number: int, start: float, **values: Any) -> PlaceShift:
    begins = NOW + start * HOUR
    return PlaceShift(number, window_of(begins, begins + 2 * HOUR), **values)


@pytest.mark.both_databases
def test_which_shift_of_a_place_is_meant(app: Any) -> None:
    both = [_shift(1, 0), _shift(2, 0.5)]
    assert choose(both, 2, (), NOW).shift_id == 2
    assert choose(both, 2, {1}, NOW).shift_id == 1
    assert choose(both, 9, (), NOW).shift_id == 1
    early = choose([_shift(1, 3), _shift(2, 30)], 2, (), NOW)
    assert (early.shift_id, early.problem) == (1, Outcome.TOO_EARLY)
    off = choose([_shift(1, 0, is_cancelled=True), _shift(2, 30)], 1, (), NOW)
    assert (off.shift_id, off.problem) == (1, Outcome.CANCELLED)
    ended = choose([_shift(1, 0, has_ended=True)], 1, (), NOW)
    assert ended.problem == Outcome.OVER
    assert choose([], 7, (), NOW).problem == answers.NO_MORE
