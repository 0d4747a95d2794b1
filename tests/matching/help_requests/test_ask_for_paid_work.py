"""Asking for paid work: what it costs is read first, and employing somebody is refused."""

from flask import Flask

from matching.help_requests.models import HelpRequest
from matching.help_requests.rules import missing_steps
from matching.help_requests.services import ANSWERS
from matching.help_requests.states import HelpRequestState
from matching.help_requests.steps import count_of, names_of
from tests.cast import Cast, sign_in_as
from tests.factories.matching import make_category, make_help_request
from volunteer.core.db import db, write_turn


def _draft(cast: Cast, **values: object) -> HelpRequest:
    with write_turn():
        rental = make_category("rental", "学生の手伝い", is_paid=True, **values)
        return make_help_request(
            cast.minato.party_id, rental, cast.area, cast.cook, state=HelpRequestState.DRAFT
        )


def test_only_paid_work_is_asked_about_employment() -> None:
    assert "pay" not in names_of(is_paid=False)
    assert count_of(is_paid=True) == count_of(is_paid=False) + 1
    answers = dict.fromkeys(ANSWERS, "x")
    assert "pay" in missing_steps(answers, 1, is_paid=True)
    assert "pay" not in missing_steps({**answers, "is_employment": False}, 1, is_paid=True)
    assert "pay" not in missing_steps(answers, 1)


def test_employment_is_refused_with_where_to_go(app: Flask, cast: Cast) -> None:
    draft = _draft(cast)
    cook = sign_in_as(app.test_client(), cast.cook)
    address = f"/o/requests/{draft.id}/pay"
    page = cook.get(address).text
    assert "はじめの1時間 1,000円、あとは30分ごとに500円" in page
    assert "最低賃金より安い値段です" in page
    refused = cook.submit(address, {"employment": "yes"})
    assert refused.status_code == 422
    assert "ハローワーク" in refused.text
    assert db.session.get_one(HelpRequest, draft.id).is_employment is None
    assert "有償のお手伝いで、よいですか" in cook.get(f"/o/requests/{draft.id}/check").text
    cook.submit(address, {"employment": "no"})
    db.session.expire_all()
    assert db.session.get_one(HelpRequest, draft.id).is_employment is False


def test_the_price_above_the_floor_needs_no_warning(app: Flask, cast: Cast) -> None:
    draft = _draft(cast, yen_per_hour=1200)
    cook = sign_in_as(app.test_client(), cast.cook)
    page = cook.get(f"/o/requests/{draft.id}/check").text
    assert "はじめの1時間 1,200円" in page
    assert "最低賃金" not in page


def test_unpaid_work_has_no_such_question(app: Flask, cast: Cast) -> None:
    with write_turn():
        draft = make_help_request(
            cast.minato.party_id, cast.category, cast.area, cast.cook, state=HelpRequestState.DRAFT
        )
    cook = sign_in_as(app.test_client(), cast.cook)
    assert cook.get(f"/o/requests/{draft.id}/pay").status_code == 404
