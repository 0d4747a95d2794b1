"""After publication: what to bring, dangers and the contact are written anew; people are told and answer nothing."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from matching.assignments import details, services
from matching.help_requests.models import ChangeNotice, HelpRequestDecision
from matching.help_requests.states import HelpRequestState
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_participation
from tests.mail import Outbox
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.errors import Refused, TooManyAttempts

NEW = {"bring": "長ぐつ、軍手", "contact_name": "川口 修", "contact_telephone": "090-5555-6666"}


@pytest.mark.both_databases
def test_the_host_writes_them_anew_and_people_are_told_without_a_question(
    app: Flask, cast: Cast, client: Client, outbox: Outbox
) -> None:
    made = run_turn(services.apply, cast.hanako.party_id, cast.shift.id, None)
    host = sign_in_as(app.test_client(), cast.cook)
    page = f"/o/requests/{cast.help_request.id}"
    assert f'href="{page}/details"' in host.get(page).text
    assert f'href="{page}/details"' in host.get(f"/o/shifts/{cast.shift.id}").text
    done = host.submit(f"{page}/details", NEW, follow_redirects=True)
    assert "参加が決まっている方に知らせました" in done.text
    assert "書きかえたこと：持ち物、当日の担当、担当の電話" in done.text
    letter = outbox.last(cast.hanako.email)
    assert letter.subject == "持ち物や連絡先などが変わりました：花園公民館"
    assert "長ぐつ、軍手" in letter.text
    assert "川口" not in letter.text
    assert "090-5555-6666" not in letter.text
    mine = sign_in_as(client, cast.hanako).get(f"/me/plan/{made.id}").text
    assert "長ぐつ、軍手" in mine
    assert "このまま参加する" not in mine
    assert db.session.execute(db.select(ChangeNotice)).first() is None


def test_somebody_who_comes_on_several_days_is_told_once(
    app: Flask, cast: Cast, outbox: Outbox
) -> None:
    with write_turn():
        for shift in cast.help_request.shifts:
            make_participation(cast.hanako, shift)
    told = run_turn(
        details.rewrite_details, cast.help_request.id, {"bring": "長ぐつ"}, cast.cook.id
    )
    assert told == 1
    assert len(outbox.letters()) == 1


def test_the_same_words_again_change_nothing(app: Flask, cast: Cast, outbox: Outbox) -> None:
    host = sign_in_as(app.test_client(), cast.cook)
    page = f"/o/requests/{cast.help_request.id}/details"
    done = host.submit(page, follow_redirects=True)
    assert "書きかえました" in done.text
    assert outbox.letters() == []
    assert db.session.execute(db.select(HelpRequestDecision)).first() is None


def test_nonsense_is_refused_beside_the_field_and_stays_typed(app: Flask, cast: Cast) -> None:
    host = sign_in_as(app.test_client(), cast.cook)
    page = f"/o/requests/{cast.help_request.id}/details"
    wrong = host.submit(page, {"contact_telephone": "12", "bring": "長ぐつ"})
    assert wrong.status_code == 422
    assert "長ぐつ" in wrong.text
    assert "か所を直してください" in wrong.text


def test_staff_do_it_for_those_who_call_and_others_find_nothing(app: Flask, cast: Cast) -> None:
    staff = sign_in_as(app.test_client(), cast.coordinator)
    done = staff.submit(
        f"/desk/requests/{cast.help_request.id}/details", NEW, follow_redirects=True
    )
    assert "書きかえました" in done.text
    stranger = sign_in_as(app.test_client(), cast.outsider)
    assert stranger.get(f"/o/requests/{cast.help_request.id}/details").status_code == 404


def test_what_is_frozen_or_over_is_not_rewritten(app: Flask, cast: Cast) -> None:
    with pytest.raises(ValueError, match="public_place"):
        run_turn(details.rewrite_details, cast.help_request.id, {"public_place": "駅"}, 1)
    with write_turn():
        cast.help_request.state = HelpRequestState.CLOSED
    with pytest.raises(Refused):
        run_turn(details.rewrite_details, cast.help_request.id, {"bring": "なし"}, 1)
    host = sign_in_as(app.test_client(), cast.cook)
    text = host.get(f"/o/requests/{cast.help_request.id}/details").text
    assert "いまは書きかえられません" in text


def test_the_page_leads_to_the_change_of_what_is_frozen(app: Flask, cast: Cast) -> None:
    host = sign_in_as(app.test_client(), cast.cook)
    text = host.get(f"/o/requests/{cast.help_request.id}/details").text
    assert f'href="/o/shifts/{cast.shift.id}/change"' in text
    assert "活動の種類と金額は、公開したあとは変えられません" in text


@pytest.mark.both_databases
def test_people_are_not_flooded_with_messages(
    app: Flask, cast: Cast, outbox: Outbox, clock: Any
) -> None:
    with write_turn():
        make_participation(cast.hanako, cast.shift)

    def rewrite(bring: str) -> int:
        return run_turn(
            details.rewrite_details, cast.help_request.id, {"bring": bring}, cast.cook.id
        )

    for number in range(details.REWRITTEN_MAX):
        rewrite(f"長ぐつ{number}")
    with pytest.raises(TooManyAttempts):
        rewrite("かさ")
    assert details.kept_details(cast.help_request.id)["bring"] == "長ぐつ9"
    assert len(outbox.letters()) == details.REWRITTEN_MAX
    host = sign_in_as(app.test_client(), cast.cook)
    page = f"/o/requests/{cast.help_request.id}/details"
    refused = host.submit(page, {"bring": "かさ"})
    assert refused.status_code == 422
    assert "1日に書きかえられるのは10回までです" in refused.text
    clock.advance(timedelta(days=1))
    assert rewrite("かさ") == 1


def test_a_hyphen_in_words_is_a_change_in_a_telephone_it_is_not(app: Flask, cast: Cast) -> None:
    def rewrite(**answers: str) -> dict[str, Any]:
        run_turn(details.rewrite_details, cast.help_request.id, answers, cast.cook.id)
        return details.kept_details(cast.help_request.id)

    assert rewrite(bring="水 500-700ml")["bring"] == "水 500-700ml"
    assert rewrite(bring="水 500700ml")["bring"] == "水 500700ml"
    number = rewrite(contact_telephone="09055556666")["contact_telephone"]
    assert rewrite(contact_telephone="090-5555-6666")["contact_telephone"] == number
