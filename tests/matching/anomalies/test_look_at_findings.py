"""The desk looks at what was noticed: words, figures, attendances, an answer with its reason; never about oneself."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from matching.anomalies.duties import erase_person, own_data
from matching.anomalies.models import AnomalyAnswer, AnomalyFinding
from matching.anomalies.states import AnomalyKind, LookedAt
from matching.checkin.jobs import close_forgotten
from tests.cast import Cast
from tests.factories.anomalies import make_finding
from tests.factories.volunteer import make_acting
from tests.matching.checkin.scenes import accept, arrive, attendances, browser, rows
from volunteer.core.db import db, write_turn
from volunteer.core.waiting import waiting_for
from volunteer.users.models import User


def _finding(app: Any, cast: Cast, clock: Any, **values: Any) -> int:
    accept(cast.hanako, cast.shift_today)
    arrive(browser(app, cast.hanako), cast.shift_today)
    clock.advance(timedelta(hours=6))
    close_forgotten()
    (one,) = attendances()
    with write_turn():
        return make_finding(cast.hanako.party_id, one.id, **values).id


def test_what_was_noticed_is_said_without_suspicion(app: Any, cast: Cast, clock: Any) -> None:
    number = _finding(app, cast, clock)
    desk = browser(app, cast.coordinator)
    page = desk.get("/desk/anomalies").text
    assert "まだ見ていないもの（1件）" in page
    assert "だれかを疑うものではありません" in page
    assert "同じ時間に2つの場所にいた記録が3回ありました。" in page
    page = desk.get(f"/desk/anomalies/{number}").text
    assert "もとになった受付（1件）" in page
    assert "佐藤 花子" in page
    assert "まだ見ていない気になる点 1件" in desk.get("/desk").text


@pytest.mark.parametrize("kind", list(AnomalyKind))
def test_each_kind_has_its_words(app: Any, cast: Cast, clock: Any, kind: AnomalyKind) -> None:
    number = _finding(app, cast, clock, kind=kind)
    page = browser(app, cast.coordinator).get(f"/desk/anomalies/{number}")
    assert page.status_code == 200
    assert "%(" not in page.text


@pytest.mark.both_databases
def test_looked_at_and_fine_with_a_reason(app: Any, cast: Cast, clock: Any) -> None:
    number = _finding(app, cast, clock)
    desk = browser(app, cast.coordinator)
    path = f"/desk/anomalies/{number}"
    answer = desk.submit(path, {"outcome": "fine", "reason": " "}, action=path)
    assert answer.status_code == 422
    opened = desk.get(path)
    fields = {"outcome": "fine", "reason": "団体に電話して聞きました"}
    done = desk.resubmit(opened, fields, action=path, follow_redirects=True)
    assert "見たことを記録しました" in done.text
    assert desk.resubmit(opened, fields, action=path).status_code == 303
    (one,) = rows(AnomalyAnswer)
    assert (one.outcome, one.user_id) == (LookedAt.FINE, cast.coordinator.id)
    with app.test_request_context():
        assert "anomaly" not in {one.kind for one in waiting_for(["coordinator"])}
    assert "見たもの" in desk.get("/desk/anomalies").text
    late = desk.resubmit(opened, {**fields, "form_key": "k" * 24}, action=path)
    assert late.status_code == 409


@pytest.mark.both_databases
def test_passed_on_leads_to_a_case_with_the_attendances(app: Any, cast: Cast, clock: Any) -> None:
    number = _finding(app, cast, clock)
    path = f"/desk/anomalies/{number}"
    fields = {"outcome": "passed_on", "reason": "団体の話と合いません"}
    desk = browser(app, cast.coordinator)
    done = desk.submit(path, fields, action=path, follow_redirects=True)
    (one,) = attendances()
    address = f"/desk/people/{cast.hanako.party_id}/false-records/new?attendance={one.id}"
    assert address in done.text
    assert desk.get(address).status_code == 200


def test_nobody_answers_about_themselves(app: Any, cast: Cast, clock: Any) -> None:
    number = _finding(app, cast, clock, user_id=cast.coordinator.id)
    path = f"/desk/anomalies/{number}"
    fields = {"outcome": "fine", "reason": "わたしです"}
    answer = browser(app, cast.coordinator).submit(path, fields, action=path)
    assert answer.status_code == 422
    assert "ほかの職員が見ます" in answer.text
    assert rows(AnomalyAnswer) == []


def test_nobody_answers_about_their_own_attendance(app: Any, cast: Cast, clock: Any) -> None:
    number = _finding(app, cast, clock)
    with write_turn():
        make_acting(db.session.get_one(User, cast.coordinator.id), cast.hanako.party_id)
    path = f"/desk/anomalies/{number}"
    fields = {"outcome": "fine", "reason": "わたしです"}
    assert browser(app, cast.coordinator).submit(path, fields, action=path).status_code == 422
    assert rows(AnomalyAnswer) == []


def test_the_auditor_reads_figures_and_answers_nothing(app: Any, cast: Cast, clock: Any) -> None:
    number = _finding(app, cast, clock)
    auditor = browser(app, cast.auditor)
    page = auditor.get(f"/desk/anomalies/{number}").text
    assert "佐藤" not in page
    assert "わけを書くのはコーディネーターです" in page
    assert auditor.get("/desk/anomalies").status_code == 200


@pytest.mark.both_databases
def test_findings_are_never_changed_and_own_data_tells_of_them(
    app: Any, cast: Cast, clock: Any
) -> None:
    number = _finding(app, cast, clock)
    with pytest.raises(DBAPIError), write_turn():
        db.session.execute(db.update(AnomalyFinding).values(figures={}))
    (records,) = own_data(cast.hanako.party_id)
    assert len(records.rows) == 1
    with write_turn():
        db.session.add(
            AnomalyAnswer(
                finding_id=number,
                outcome=LookedAt.FINE,
                reason="花子さんに聞いた",
                user_id=cast.coordinator.id,
                at=clock.now(),
            )
        )
    with write_turn():
        erase_person(cast.hanako.party_id)
    assert rows(AnomalyAnswer)[0].reason == ""
