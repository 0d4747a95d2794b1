"""The desk's pages of false records: choose, see what follows, hand over, decide; who may not."""

from typing import Any

import pytest

from matching.false_records.models import FalseRecordCase
from matching.false_records.states import CaseState
from tests.cast import Cast
from tests.factories.money import balances_of
from tests.matching.checkin.scenes import browser, rows
from tests.matching.false_records.scenes import case_of, help_today, propose, say_in_rules
from volunteer.core.db import db
from volunteer.core.models import AuditEntry


def desk(app: Any, user: Any) -> Any:
    return browser(app, user, as_staff=True)


@pytest.mark.both_databases
def test_one_chooses_another_decides(app: Any, cast: Cast, clock: Any) -> None:
    say_in_rules(cast, "\n[false_records]\nsuspend_days = 30\n")
    one = help_today(app, cast, clock, cast.hanako)
    person_id = cast.hanako.party_id
    coordinator = desk(app, cast.coordinator)
    assert "事実とちがう記録" in coordinator.get(f"/desk/people/{person_id}").text
    chosen = coordinator.get(f"/desk/people/{person_id}/false-records")
    assert "子ども" in chosen.text or "2時間" in chosen.text
    address = f"/desk/people/{person_id}/false-records/new?attendance={one}"
    shown = coordinator.get(address)
    assert "200ポイント を取り消します" in shown.text
    missing = coordinator.resubmit(shown, {"note": ""}, page=address)
    assert missing.status_code == 422
    answer = coordinator.resubmit(
        shown,
        {"reason": "not_there", "note": "日誌に名前がない", "suspension": "yes"},
        page=address,
    )
    assert answer.status_code == 303, answer.text
    case = rows(FalseRecordCase)[0]
    waiting = coordinator.get(answer.location)
    assert "次は承認者の番です" in waiting.text
    approver = desk(app, cast.approver)
    assert "事実とちがう記録を決める" in approver.get("/desk").text
    shown = approver.get(f"/desk/false-records/{case.id}")
    assert "30日のあいだ" in shown.text
    assert "日誌に名前がない" in shown.text
    assert approver.resubmit(shown, {"reason": ""}, action="/decision").status_code == 422
    done = approver.resubmit(
        shown, {"reason": "会場の方と確かめました。"}, action="/decision", follow_redirects=True
    )
    assert "取り消しました。本人に理由を知らせました。" in done.text
    assert balances_of(cast, cast.hanako).in_lots == 0
    acts = db.session.scalars(db.select(AuditEntry.act)).all()
    assert "false_records_desk.propose" in acts
    assert "false_records_desk.decide" in acts
    book = browser(app, cast.hanako).get("/points").text
    assert "事実とちがった" in book
    assert "0分の活動" not in book
    assert (
        "センターが活動の記録を確かめているか"
        in browser(app, cast.hanako).get("/points/cash-out").text
    )
    assert "承認 一男" in done.text
    assert "200ポイント" in done.text


def test_the_proposer_sees_no_button(app: Any, cast: Cast, clock: Any) -> None:
    one = help_today(app, cast, clock, cast.hanako)
    case_id = propose(cast, cast.hanako, one)
    page = desk(app, cast.coordinator)
    assert "/decision" not in page.get(f"/desk/false-records/{case_id}").text
    assert case_of(case_id).state is CaseState.PROPOSED


def test_others_never_see_it(app: Any, cast: Cast, clock: Any) -> None:
    one = help_today(app, cast, clock, cast.hanako)
    case_id = propose(cast, cast.hanako, one)
    for who in (cast.hanako, cast.student, cast.cook):
        browsing = browser(app, who)
        for address in (
            f"/desk/false-records/{case_id}",
            f"/desk/people/{cast.hanako.party_id}/false-records",
        ):
            assert browsing.get(address).status_code in (302, 403, 404)
    for user in (cast.payer, cast.auditor, cast.administrator):
        assert desk(app, user).get(f"/desk/false-records/{case_id}").status_code == 403


def test_nothing_chosen_asks_to_go_back(app: Any, cast: Cast) -> None:
    page = desk(app, cast.coordinator)
    base = f"/desk/people/{cast.hanako.party_id}/false-records"
    assert "活動がえらばれていません" in page.get(f"{base}/new?attendance=99999&attendance=x").text
    assert "えらべる活動がありません" in page.get(base).text
    assert page.get("/desk/people/987654/false-records").status_code == 404


def test_undoing_has_its_page(app: Any, cast: Cast, clock: Any) -> None:
    one = help_today(app, cast, clock, cast.hanako)
    case_id = propose(cast, cast.hanako, one)
    approver = desk(app, cast.approver)
    approver.submit(
        f"/desk/false-records/{case_id}", {"reason": "確かめました。"}, action="/decision"
    )
    assert "申し出は別の人が決めます" in approver.get(f"/desk/false-records/{case_id}").text
    assert case_of(case_id).state is CaseState.DECIDED
