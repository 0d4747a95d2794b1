"""Cash-outs at the desk: lists, flags, decisions, who gets no button and no way round it."""

from datetime import timedelta

from flask import Flask

from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.money import (
    approve,
    cash_out_of,
    details_of,
    give_points,
    make_cash_out,
    set_account,
)
from tests.factories.volunteer import grant, make_acting, make_user
from volunteer.core import clock
from volunteer.core.db import db, write_turn
from volunteer.core.models import AuditEntry, Outcome, ViewEntry
from volunteer.core.permissions import Role
from volunteer.users.queries import user_name


def test_an_approver_sees_the_check_and_agrees(cast: Cast, client: Client) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    sign_in_as(client, cast.approver)
    assert "検算 合っています" in client.get("/desk/cash-outs").text
    page = f"/desk/cash-outs/{cash_out_id}"
    shown = client.get(page)
    assert "あなたの番" in shown.text
    assert "令和10年3月31日まで 1,000" in shown.text
    assert "1234567" not in shown.text
    answer = client.resubmit(shown, action="/approval")
    assert "承認しました" in client.get(answer.location).text
    assert cash_out_of(cash_out_id).state.value == "approved"
    seen = db.session.execute(db.select(ViewEntry.what)).scalars().all()
    assert "cash_out" in seen


def test_flags_tell_what_to_look_at(cast: Cast, client: Client) -> None:
    hanako, student = cast.hanako, cast.student
    set_account(hanako, cast.user("hanako@example.jp"), details_of(holder="ヤマダ タロウ"))
    set_account(student, cast.user("student@example.jp"), details_of(holder="タカハシ ヨウタ"))
    make_cash_out(cast, hanako)
    make_cash_out(cast, cast.ichiro)
    sign_in_as(client, cast.approver)
    text = client.get("/desk/cash-outs").text
    for words in (
        "口座名義がちがいます",
        "口座を変えたばかり",
        "同じ口座の人がいます",
        "代理の申請",
    ):
        assert words in text, words


def test_a_request_by_staff_names_the_clerk_at_the_desk_and_the_center_to_the_person(
    cast: Cast, client: Client
) -> None:
    cash_out_id = make_cash_out(cast, cast.ichiro)
    clerk = user_name(cast.coordinator.id)
    sign_in_as(client, cast.approver)
    text = client.get(f"/desk/cash-outs/{cash_out_id}").text
    told = text.split("これまでのこと")[1].split("</ol>")[0]
    assert "申請（代理）" in told
    assert clerk in told
    assert cast.ichiro.name not in told
    with write_turn():
        user = make_user("ichiro@example.jp")
        make_acting(user, cast.ichiro.party_id)
    sign_in_as(client, user)
    text = client.get(f"/points/cash-outs/{cash_out_id}").text
    assert "センターの職員（代理）" in text
    assert clerk not in text


def test_rejection_needs_a_reason(cast: Cast, client: Client) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    sign_in_as(client, cast.approver)
    page = f"/desk/cash-outs/{cash_out_id}"
    empty = client.submit(page, action="/rejection")
    assert empty.status_code == 422
    assert "理由を入れてください" in empty.text
    answer = client.submit(page, {"reason": "名義がちがいます"}, action="/rejection")
    assert answer.status_code == 303
    assert cash_out_of(cash_out_id).closed_reason == "名義がちがいます"


def test_the_maker_gets_no_button_and_their_post_is_refused(cast: Cast, client: Client) -> None:
    with write_turn():
        grant(cast.coordinator, Role.APPROVER, clock.now() - timedelta(days=1))
        grant(cast.coordinator, Role.PAYER, clock.now() - timedelta(days=1))
    cash_out_id = make_cash_out(cast, cast.ichiro)
    other_id = make_cash_out(cast, cast.hanako)
    sign_in_as(client, cast.coordinator)
    page = f"/desk/cash-outs/{cash_out_id}"
    shown = client.get(page)
    assert "次の役割は別の人です" in shown.text
    assert "/approval" not in shown.text
    checkers_form = client.get(f"/desk/cash-outs/{other_id}")
    fields = {"csrf_token": _csrf(checkers_form.text), "form_key": "k" * 24}
    answer = client.post(page + "/approval", data=fields)
    assert answer.status_code == 403
    assert cash_out_of(cash_out_id).state.value == "requested"
    refused = db.session.execute(
        db.select(AuditEntry.code).where(AuditEntry.outcome == Outcome.REFUSED)
    ).scalars()
    assert list(refused) == ["already_acted"]


def _csrf(text: str) -> str:
    return text.split('name="csrf_token" value="')[1].split('"')[0]


def test_a_payer_cannot_reject_as_approver(cast: Cast, client: Client) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    sign_in_as(client, cast.payer)
    shown = client.get(f"/desk/cash-outs/{cash_out_id}")
    assert "次は承認者の番です" in shown.text
    fields = {"csrf_token": _csrf(shown.text), "form_key": "k" * 24, "reason": "x" * 5}
    answer = client.post(f"/desk/cash-outs/{cash_out_id}/rejection", data=fields)
    assert answer.status_code == 403


def test_the_second_of_two_approvers_is_told_on_the_page(
    app: Flask, cast: Cast, client: Client
) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    sign_in_as(client, cast.approver)
    shown = client.get(f"/desk/cash-outs/{cash_out_id}")
    with write_turn():
        grant(cast.auditor, Role.APPROVER, clock.now() - timedelta(days=1))
    other = app.test_client()
    assert isinstance(other, Client)
    sign_in_as(other, cast.auditor)
    assert other.submit(f"/desk/cash-outs/{cash_out_id}", action="/approval").status_code == 303
    answer = client.resubmit(shown, action="/approval")
    assert answer.status_code == 409
    assert "監査 三枝" in answer.text
    assert f"/desk/cash-outs/{cash_out_id}" in answer.text


def test_without_fresh_proof_the_button_waits(cast: Cast, client: Client) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    sign_in_as(client, cast.approver)
    page = f"/desk/cash-outs/{cash_out_id}"
    shown = client.get(page)
    clock.advance(timedelta(minutes=11))
    assert "本人か確かめる" in client.get(page).text
    assert "/approval" not in client.get(page).text
    assert client.resubmit(shown, action="/approval").status_code == 401


def test_staff_ask_for_somebody_from_paper_and_take_it_back(cast: Cast, client: Client) -> None:
    give_points(cast, cast.ichiro, 1500)
    sign_in_as(client, cast.coordinator)
    page = f"/desk/people/{cast.ichiro.party_id}/cash-out"
    refused = client.submit(page, {"points": "1500", "method": "bank_transfer"})
    assert refused.status_code == 422
    assert "委任状" in refused.text
    answer = client.submit(
        page,
        {
            "points": "1500",
            "method": "bank_transfer",
            "mandate": "棚3",
            "reason": "メールがありません",
        },
    )
    assert "K-0001" in client.get(answer.location).text
    found = cash_out_of(1)
    assert (found.is_proxy, found.mandate) == (True, "棚3")
    taken_back = client.submit("/desk/cash-outs/1/withdrawal", {"reason": "電話で希望"})
    assert "取り下げました" in client.get(taken_back.location).text


def test_staff_do_not_ask_for_somebody_who_signs_in(cast: Cast, client: Client) -> None:
    give_points(cast, cast.hanako, 1500)
    sign_in_as(client, cast.coordinator)
    shown = client.get(f"/desk/people/{cast.hanako.party_id}/cash-out")
    assert "本人が申し込みます" in shown.text
    assert "委任状" not in shown.text


def test_who_may_open_the_pages(app: Flask, cast: Cast) -> None:
    cash_out_id = make_cash_out(cast, cast.hanako)
    approve(cast, cash_out_id)
    pages = {
        "/desk/cash-outs": {"approver", "payer", "auditor"},
        f"/desk/cash-outs/{cash_out_id}": {"approver", "payer", "auditor"},
        f"/desk/people/{cast.ichiro.party_id}/cash-out": {"coordinator"},
        f"/desk/people/{cast.ichiro.party_id}/bank-account": {"coordinator"},
        "/desk/payouts": {"payer", "auditor"},
        "/desk/payouts/new": {"payer"},
        "/desk/payouts/cash": {"payer", "auditor"},
        "/desk/payouts/originator": {"payer"},
    }
    for role in Role:
        client = app.test_client()
        assert isinstance(client, Client)
        sign_in_as(client, cast.user(f"{role.value}@center.example.jp"))
        for page, roles in pages.items():
            wanted = 200 if role.value in roles else 403
            assert client.get(page).status_code == wanted, (role, page)
