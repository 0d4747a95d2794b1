"""The way of a help request: an organization asks, the center publishes, a volunteer takes a place."""

import re

from flask import Flask

from matching.help_requests.models import HelpRequest
from matching.help_requests.states import HelpRequestState, ShiftState
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_category, make_help_request
from tests.mail import Outbox
from volunteer.core.db import db, write_turn

WHAT = {
    "category_code": "meals",
    "title": "夕食づくり",
    "description": "20人分の夕食をつくります。",
}
WHEN = {"on": "12/5", "starts": "16時", "ends": "１８：３０", "seats": "２", "weeks": "1"}
WHERE = {"public_place": "花園公民館", "exact_place": "花園公民館 2階", "households_count": "1"}
CONTACT = {"contact_name": "湊 さくら", "contact_telephone": "０９０ー１１１１ー２２２２"}


def ask(client: Client) -> int:
    """Answer every question of the wizard as far as the check page; the id of the draft."""
    answer = client.submit("/o/requests/new", WHAT)
    assert answer.status_code == 303, answer.text
    found = re.search(r"/o/requests/(\d+)/when", answer.location)
    assert found, answer.location
    number = int(found.group(1))
    base = f"/o/requests/{number}"
    steps: dict[str, dict[str, str]] = {
        "when": WHEN,
        "where": WHERE,
        "prepare": {},
        "people": {"effort": "light"},
        "contact": CONTACT,
        "accept": {"accepts": "at_once"},
    }
    for name, typed in steps.items():
        sent = client.submit(f"{base}/{name}", typed, action=name)
        assert sent.status_code == 303, (name, sent.text)
    assert sent.location.endswith(f"{base}/check")
    return number


def latest() -> HelpRequest:
    """The newest help request."""
    statement = db.select(HelpRequest).order_by(HelpRequest.id.desc()).limit(1)
    return db.session.execute(statement).scalar_one()


def test_an_organization_asks_staff_publish_and_a_volunteer_takes_a_place(
    app: Flask, cast: Cast, outbox: Outbox
) -> None:
    cook = sign_in_as(app.test_client(), cast.cook)
    number = ask(cook)
    check = cook.get(f"/o/requests/{number}/check")
    assert "花園公民館" in check.text
    assert check.text.count("変更<") >= 10
    sent = cook.resubmit(check, page=f"/o/requests/{number}/check", follow_redirects=True)
    assert "依頼を送りました" in sent.text
    assert "R2026-0001" in sent.text
    assert "次にすること" in sent.text
    assert outbox.last(cast.cook.email).subject == "依頼を受け付けました（R2026-0001）"

    staff = sign_in_as(app.test_client(), cast.coordinator)
    page = f"/desk/requests/{number}"
    published = staff.submit(page, action="/publication", follow_redirects=True)
    assert "公開しました" in published.text
    request = latest()
    assert request.state is HelpRequestState.PUBLISHED
    shift = request.shifts[0]
    assert shift.state is ShiftState.OPEN
    assert shift.code
    assert outbox.last(cast.cook.email).template == "matching/help_requests/published"

    hanako = sign_in_as(app.test_client(), cast.hanako)
    board = hanako.get("/board")
    assert "花園公民館" in board.text
    done = hanako.resubmit(
        board, action=f"/shifts/{shift.id}/application", page="/board", follow_redirects=True
    )
    assert "参加が決まりました" in done.text
    assert "取り消す" in done.text
    assert outbox.last(cast.hanako.email).subject == "参加が決まりました：花園公民館"
    undone = hanako.resubmit(
        done, action="/undoing", page=f"/shifts/{shift.id}/applied", follow_redirects=True
    )
    assert "取り消しました" in undone.text


def test_whoever_asks_for_paid_work_reads_its_price_before_sending(app: Flask, cast: Cast) -> None:
    with write_turn():
        rental = make_category("rental", "学生の手伝い", is_paid=True, yen_per_hour=1200)
        ask = make_help_request(
            cast.minato.party_id, rental, cast.area, cast.cook, state=HelpRequestState.DRAFT
        )
    cook = sign_in_as(app.test_client(), cast.cook)
    assert "有償 1時間 1,200円" in cook.get(f"/o/requests/{ask.id}/check").text
    assert "有償 1時間" not in cook.get(f"/o/requests/{cast.help_request.id}").text
