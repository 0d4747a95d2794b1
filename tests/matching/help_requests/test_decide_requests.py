"""Staff decide about a request: once, by somebody else than its asker, with a reason when it goes back."""

import threading

import pytest
from flask import Flask

from matching.help_requests import services
from matching.help_requests.models import HelpRequest, HelpRequestDecision
from matching.help_requests.states import HelpRequestState
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_help_request, make_shift
from tests.factories.volunteer import make_acting, make_staff
from tests.mail import Outbox
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import AlreadyDecided, DomainError
from volunteer.core.permissions import Role
from volunteer.users.states import ActingAs

State = HelpRequestState


def submitted(cast: Cast) -> HelpRequest:
    """A request that waits for the desk."""
    with write_turn():
        made = make_help_request(
            cast.minato.party_id, cast.category, cast.area, cast.cook, state=State.SUBMITTED
        )
        make_shift(made, cast.shift.starts_at)
    return made


@pytest.mark.both_databases
def test_two_staff_publish_at_once_and_one_is_told_who_was_faster(app: Flask, cast: Cast) -> None:
    request_id = submitted(cast).id
    with write_turn():
        other = make_staff(Role.COORDINATOR, name="相談 次子", email="second@center.example.jp").id
    staff = [cast.coordinator.id, other]
    barrier, results = threading.Barrier(2), [None, None]

    def publish(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                run_turn(services.publish_help_request, request_id, staff[number])
            except DomainError as error:
                results[number] = (error, str(error.message))  # type: ignore[call-overload]
            finally:
                db.session.remove()

    threads = [threading.Thread(target=publish, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    (error, words), *more = [one for one in results if one is not None]
    assert more == []
    assert isinstance(error, AlreadyDecided)
    assert "相談" in words
    assert "11月21日（土）9時" in words
    assert "何も変わっていません" in words
    db.session.rollback()
    decisions = db.session.execute(db.select(HelpRequestDecision)).scalars().all()
    assert [one.to_state for one in decisions] == [State.PUBLISHED]


def test_a_code_that_is_taken_is_drawn_again(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = submitted(cast).id
    drawn = iter((cast.shift.code, "K7K49XMP"))
    monkeypatch.setattr(services, "new_code", lambda _kind: next(drawn))
    published = run_turn(services.publish_help_request, request_id, cast.coordinator.id)
    assert [shift.code for shift in published.shifts] == ["K7K49XMP"]


def test_the_slower_one_reads_on_the_page_who_decided(app: Flask, cast: Cast) -> None:
    request_id = submitted(cast).id
    staff = sign_in_as(app.test_client(), cast.coordinator)
    page = staff.get(f"/desk/requests/{request_id}")
    run_turn(
        services.send_back_help_request, request_id, "時間を書いてください", cast.coordinator.id
    )
    late = staff.resubmit(page, action="/publication")
    assert late.status_code == 409
    assert "相談 員子さんが" in late.text
    assert "直してほしいところがあります" in late.text


def test_a_request_goes_back_with_a_reason_and_comes_again(
    app: Flask, cast: Cast, outbox: Outbox
) -> None:
    request_id = submitted(cast).id
    staff = sign_in_as(app.test_client(), cast.coordinator)
    page = f"/desk/requests/{request_id}"
    empty = staff.submit(page, action="/return")
    assert empty.status_code == 422
    assert "理由を入れてください" in empty.text
    back = staff.submit(
        page, {"reason": "持ち物を書いてください"}, action="/return", follow_redirects=True
    )
    assert "理由をつけて返しました" in back.text
    assert "持ち物を書いてください" in outbox.last(cast.cook.email).text
    cook = sign_in_as(app.test_client(), cast.cook)
    assert "持ち物を書いてください" in cook.get(f"/o/requests/{request_id}").text
    sent = cook.submit(f"/o/requests/{request_id}/check", follow_redirects=True)
    assert "依頼を送りました" in sent.text


def test_nobody_decides_about_the_request_of_their_own_organization(app: Flask, cast: Cast) -> None:
    request_id = submitted(cast).id
    with write_turn():
        make_acting(cast.coordinator, cast.minato.party_id, ActingAs.MEMBER)
    staff = sign_in_as(app.test_client(), cast.coordinator)
    page = staff.get(f"/desk/requests/{request_id}")
    assert "ほかの職員が決めます" in page.text
    assert "/publication" not in page.text
    with pytest.raises(DomainError) as refused:
        run_turn(services.publish_help_request, request_id, cast.coordinator.id)
    assert refused.value.code == "own"


def test_a_foreign_organization_finds_nothing(app: Flask, cast: Cast) -> None:
    request_id = submitted(cast).id
    outsider = sign_in_as(app.test_client(), cast.outsider)
    for page in ("", "/what", "/when", "/check", "/sent", "/calling-off"):
        assert outsider.get(f"/o/requests/{request_id}{page}").status_code == 404
    assert cast.help_request.title not in outsider.get("/o/requests").text


def test_what_was_sent_cannot_be_written_over(app: Flask, cast: Cast) -> None:
    request_id = submitted(cast).id
    cook = sign_in_as(app.test_client(), cast.cook)
    assert cook.get(f"/o/requests/{request_id}/what").status_code == 303
    with pytest.raises(AlreadyDecided):
        run_turn(services.save_answers, request_id, {"title": "べつのこと"})


def test_each_question_refuses_nonsense_beside_the_field_and_keeps_what_was_typed(
    app: Flask, cast: Cast
) -> None:
    with write_turn():
        draft = make_help_request(
            cast.minato.party_id, cast.category, cast.area, cast.cook, state=State.DRAFT
        )
    cook = sign_in_as(app.test_client(), cast.cook)
    base = f"/o/requests/{draft.id}"
    wrong = {
        "what": ({"title": ""}, "ひとことで言うと何か"),
        "when": ({"on": "2月31日", "starts": "25:00", "ends": "9:30", "seats": "0"}, "その日はこよみにありません"),
        "where": ({"public_place": ""}, "みんなに見せる場所を入れてください"),
        "people": ({"effort": "x", "age_min": "三つ"}, "数字で入れてください"),
        "contact": ({"contact_telephone": "0134"}, "けた数が足りません"),
        "accept": ({"accepts": "maybe"}, "1つえらんでください"),
    }  # fmt: skip
    for step, (typed, words) in wrong.items():
        answer = cook.submit(f"{base}/{step}", typed, action=step)
        assert answer.status_code == 422, step
        assert words in answer.text, step
        assert "<title>エラー：" in answer.text
        for value in typed.values():
            assert not value or step in {"people", "accept"} or value in answer.text
    past = {"on": "2026年11月1日", "starts": "9:00", "ends": "10:00", "seats": "2"}
    assert "これから先の日時" in cook.submit(f"{base}/when", past, action="when").text


def test_a_draft_can_be_left_and_found_again(app: Flask, cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.cook)
    typed = {"category_code": "meals", "title": "もちつき", "description": "もちをつきます。"}
    left = client.submit("/o/requests/new", {**typed, "leave": "1"}, follow_redirects=True)
    assert "ここまで保存しました" in left.text
    assert "もちつき" in client.get("/o/requests").text
    check = client.get(left.request.path + "/check")
    assert "まだ答えていない質問があります" in check.text
    assert "センターに送る" not in check.text


def test_a_weekly_repeat_makes_each_day_once_and_a_day_can_be_taken_out(
    app: Flask, cast: Cast
) -> None:
    with write_turn():
        draft = make_help_request(
            cast.minato.party_id, cast.category, cast.area, cast.cook, state=State.DRAFT
        )
    cook = sign_in_as(app.test_client(), cast.cook)
    page = f"/o/requests/{draft.id}/when"
    typed = {
        "on": "12/1",
        "starts": "10時",
        "ends": "正午",
        "seats": "4",
        "weeks": "3",
        "more": "1",
    }
    if cook.submit(page, typed, action="/when").status_code == 422:
        typed["ends"] = "12時"
        cook.submit(page, typed, action="/when")
    cook.submit(page, {**typed, "weeks": "4"}, action="/when")
    db.session.rollback()
    assert [one.starts_at.day for one in draft.shifts] == [1, 8, 15, 22]
    cook.submit(page, action="/removal")
    assert cook.submit(page, action="/when").location.endswith("/where")
    db.session.rollback()
    assert [one.starts_at.day for one in draft.shifts] == [8, 15, 22]


def test_staff_enter_a_request_for_a_household_that_calls(app: Flask, cast: Cast) -> None:
    staff = sign_in_as(app.test_client(), cast.coordinator)
    assert "山田 トメ" in staff.get("/desk/requests/new?q=山田").text
    typed = {"category_code": "meals", "title": "配食", "description": "お弁当を届けます。"}
    made = staff.submit(f"/desk/requests/new/{cast.household.party_id}", typed)
    request_id = int(made.location.split("/")[-2])
    base = f"/desk/requests/{request_id}"
    days = {"on": "12/1", "starts": "10時", "ends": "11時", "seats": "1"}
    staff.submit(f"{base}/when", days, action="/when")
    staff.submit(f"{base}/where", {"public_place": "山手3丁目"}, action="/where")
    sent = staff.submit(f"{base}/check", follow_redirects=True)
    assert "電話の相手に伝えてください" in sent.text
    done = staff.submit(base, action="/publication", follow_redirects=True)
    assert "公開しました" in done.text
    public = app.test_client().get("/board").text
    assert "山手3丁目" in public
    assert "山手3-4-5" not in public
    assert "山田" not in public


def test_an_organization_that_waits_for_approval_is_told_so(app: Flask, cast: Cast) -> None:
    with write_turn():
        cast.minato.party.is_active = False
    cook = sign_in_as(app.test_client(), cast.cook)
    answer = cook.get("/o/requests/new")
    assert answer.status_code == 422
    assert "団体の登録がすむと、依頼を出せます" in answer.text


def test_the_list_of_the_desk_goes_by_stages(app: Flask, cast: Cast) -> None:
    submitted(cast)
    staff = sign_in_as(app.test_client(), cast.coordinator)
    assert "みなと食堂" in staff.get("/desk/requests").text
    assert "R-0001" in staff.get("/desk/requests?stage=published").text
    assert "この段階の依頼はありません" in staff.get("/desk/requests?stage=over").text
    assert staff.get("/desk/requests?stage=x").status_code == 404
