"""The first page of each role shows what product.md promises, and every number leads to its list."""

import re
from datetime import timedelta

from flask import Flask

from matching.assignments.states import ParticipationState
from matching.checkin.models import Attendance
from matching.checkin.states import AttendanceState, Grade, Source
from matching.help_requests.states import HelpRequestState
from tests.cast import NOW, Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_help_request, make_participation, make_shift
from tests.factories.money import make_cash_out
from tests.factories.volunteer import added
from volunteer.core import clock
from volunteer.core.db import write_turn

State = ParticipationState


def test_an_organization_sees_what_it_must_answer_and_who_comes_next(
    cast: Cast, client: Client
) -> None:
    with write_turn():
        make_participation(cast.hanako, cast.shift, state=State.APPLIED)
        make_participation(cast.ichiro, cast.shift)
        cast.help_request.accepts_at_once = False
        make_help_request(
            cast.minato.party_id, cast.category, cast.area, cast.cook,
            state=HelpRequestState.SENT_BACK, title="送り返された依頼",
        )  # fmt: skip
    text = sign_in_as(client, cast.cook).get("/o").text
    assert "返事・確認をしてください（2件）" in text
    assert "申し込みに返事をする：佐藤 花子さん" in text
    assert "センターから返ってきた依頼をなおす：送り返された依頼" in text
    assert "次に来る人" in text
    assert f"{cast.ichiro.name}さん" in text
    assert text.index("返事・確認を") < text.index("今日の活動") < text.index("次に来る人")


def test_an_organization_is_led_to_claims_it_must_confirm(cast: Cast, client: Client) -> None:
    with write_turn():
        past = make_shift(cast.help_request, NOW - timedelta(hours=20))
        seat = make_participation(cast.hanako, past)
        added(
            Attendance(
                participation_id=seat.id, state=AttendanceState.CLOSED, grade=Grade.CLAIMED,
                source=Source.SHIFT_CODE, checked_in_at=past.starts_at,
                checked_out_at=past.ends_at, minutes_counted=120, due_at=NOW, flags=["claimed"],
            )
        )  # fmt: skip
    text = sign_in_as(client, cast.cook).get("/o").text
    assert "来たことを確かめる：佐藤 花子さん" in text
    assert f'href="/o/shifts/{past.id}/arrivals"' in text


def test_an_organization_with_nothing_to_do_is_asked_nothing(cast: Cast, client: Client) -> None:
    text = sign_in_as(client, cast.cook).get("/o").text
    assert "返事・確認をしてください" not in text
    assert "まだ決まった人はいません。" in text


def test_a_coordinator_sees_the_queue_the_arrivals_and_what_is_unfilled(
    cast: Cast, client: Client
) -> None:
    with write_turn():
        soon = make_shift(cast.help_request, NOW + timedelta(hours=30))
        begun = make_shift(cast.help_request, NOW - timedelta(minutes=30))
        make_participation(cast.hanako, begun)
    text = sign_in_as(client, cast.coordinator).get("/desk").text
    assert "未到着 1人" in text
    assert 'href="/desk?kind=unfilled"' in text
    assert f"/desk/shifts/{soon.id}" in client.get("/desk?kind=unfilled").text
    assert "お金の流れ" not in text
    assert 'href="/desk/today"' in text


def test_money_that_waits_for_the_second_person_is_counted_for_those_who_decide(
    app: Flask, cast: Cast
) -> None:
    make_cash_out(cast, cast.hanako)
    for role in ("approver", "payer", "auditor"):
        text = sign_in_as(app.test_client(), getattr(cast, role)).get("/desk").text
        assert "1件・1,000円" in text, role
        assert 'href="/desk/cash-outs?tab=requested"' in text
        assert "今日の到着" not in text
    assert "お金の流れ" not in sign_in_as(app.test_client(), cast.administrator).get("/desk").text


def test_an_empty_kind_leads_back_to_all(cast: Cast, client: Client) -> None:
    text = sign_in_as(client, cast.coordinator).get("/desk?kind=ledger").text
    assert "いま待っている仕事はありません" in text
    assert "すべての種類を見る" in text
    assert "要対応 0件" not in text


def test_a_volunteer_reads_what_became_of_past_days(cast: Cast, client: Client) -> None:
    with write_turn():
        past = make_shift(cast.help_request, NOW - timedelta(days=3))
        make_participation(cast.hanako, past)
    text = sign_in_as(client, cast.hanako).get("/me/plan").text
    assert "受付の記録がありません" in text


def test_not_coming_today_is_one_tap_from_the_first_page(cast: Cast, client: Client) -> None:
    with write_turn():
        later = make_shift(cast.help_request, clock.now() + timedelta(hours=2))
        seat = make_participation(cast.hanako, later)
    text = sign_in_as(client, cast.hanako).get("/home").text
    assert f'href="/me/plan/{seat.id}/withdrawal"' in text


def test_after_the_start_the_contact_of_the_day_can_be_called(cast: Cast, client: Client) -> None:
    with write_turn():
        begun = make_shift(cast.help_request, clock.now() - timedelta(minutes=10))
        seat = make_participation(cast.hanako, begun)
    text = sign_in_as(client, cast.hanako).get(f"/me/plan/{seat.id}/withdrawal").text
    assert "いまは取り消せません" in text
    assert "当日の担当" in text


def test_a_person_without_a_past_is_told_in_words_not_in_zeros(app: Flask, cast: Cast) -> None:
    staff = sign_in_as(app.test_client(), cast.coordinator)
    text = staff.get(f"/desk/people/{cast.ichiro.party_id}").text
    assert "活動はまだありません" in text
    assert "0ポイント" not in text
    assert 'href="/desk/people"' in text.split("<h1>")[0].split("<main")[1]
    assert 'aria-current="page"' in text.split("<main")[1]


def test_an_applicant_is_led_to_one_thing_at_a_time(app: Flask, cast: Cast) -> None:
    newcomer = sign_in_as(app.test_client(), cast.applicant)
    home = newcomer.get("/home").text
    assert "まだ予定はありません" not in home
    assert "換金を申し込む" not in newcomer.get("/points").text
    shift = newcomer.get(f"/board/{cast.shift.id}").text
    assert "いまは申し込めません" in shift
    assert "センターで入ると" not in shift


def test_what_waits_does_not_say_the_word_of_its_tag_again(cast: Cast, client: Client) -> None:
    with write_turn():
        make_participation(cast.hanako, cast.shift, state=State.APPLIED)
        make_participation(cast.ichiro, cast.shift, state=State.OFFERED)
        make_help_request(
            cast.other_organization.party_id, cast.category, cast.area, cast.outsider,
            state=HelpRequestState.SUBMITTED,
        )  # fmt: skip
    text = sign_in_as(client, cast.coordinator).get("/desk").text
    lines = re.findall(
        r'<span class="tag[^>]*>(.*?)</span></span><span><span class="what">(.*?)</span>', text
    )
    words = [(re.sub("<.*?>", "", tag).strip(), what) for tag, what in lines]
    assert len(words) > 3
    assert not [what for tag, what in words if what.startswith(tag)]
