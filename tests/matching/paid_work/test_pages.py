"""The pages of paid work: the code of the slip, the signature, the time, the words of both sides, calls, the family."""

import re
from datetime import timedelta
from typing import Any

import pytest

from matching.checkin.states import AttendanceState, Grade, Source
from matching.disputes.queries import has_open_dispute
from matching.paid_tasks.states import PaidTaskState
from matching.paid_work import duties, jobs, queries, services
from matching.paid_work.models import (
    CallBack,
    FamilyConsent,
    FamilyReport,
    WorkDispute,
    WorkMessage,
    WorkReport,
    WorkSignature,
    WorkSlip,
)
from matching.paid_work.states import CallState
from tests.cast import Cast
from tests.mail import Outbox
from tests.matching.checkin.scenes import attendances, browser, refusals, rows
from tests.matching.paid_work.scenes import (
    DRAWN,
    HOUR,
    link,
    now,
    order,
    report,
    sign,
    slip_path,
    worked,
)
from volunteer.core.db import db, run_turn
from volunteer.households.services import end_household


def waiting() -> int:
    """How many things of this the desk's list counts."""
    return int(db.session.execute(queries.waiting_counted()).one()[0])


@pytest.fixture(autouse=True)
def nobody_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which signatures are drawn hangs on numbers and keys; here only typed names are."""
    monkeypatch.setattr(services, "is_drawn", lambda _key, _task, *, is_typed: is_typed)


def test_the_slip_checks_in_and_out_and_leads_to_the_report(
    app: Any, cast: Cast, clock: Any
) -> None:
    task = order(cast)
    path = slip_path(task, cast)
    clock.advance(HOUR)
    guest = browser(app).get(path)
    assert "メールでサインイン" in guest.text
    assert guest.headers["Referrer-Policy"] == "no-referrer"
    assert attendances() == [], "opening it changes nothing"
    student = browser(app, cast.student)
    came = student.submit(path, action=path, follow_redirects=True)
    assert "受付しました。終わるときに" in came.text
    (here,) = attendances()
    assert (here.source, here.grade) == (Source.VENUE_CODE, Grade.ON_SITE)
    assert here.flags == ["work_slip"]
    assert "時間を報告する" not in came.text
    clock.advance(2 * HOUR)
    assert "いま仕事を終わる" in student.get(path).text
    left = student.submit(path, action="/end", follow_redirects=True)
    assert "時間の報告" in left.text
    assert 'value="120"' in left.text
    assert attendances()[0].state is AttendanceState.CLOSED
    sent = student.resubmit(
        left, {"minutes": "120", "words": "庭をかたづけました"}, follow_redirects=True
    )
    assert "時間を報告しました。依頼した方の返事を待ちます。" in sent.text
    assert now(task).state is PaidTaskState.REPORTED
    assert student.get(path, follow_redirects=True).status_code == 200


def test_a_code_that_is_forged_foreign_old_or_too_early_lets_nobody_in(
    app: Any, cast: Cast, clock: Any
) -> None:
    task = order(cast)
    student = browser(app, cast.student)
    old = slip_path(task, cast)
    new = slip_path(task, cast)
    assert len(rows(WorkSlip)) == 2
    clock.advance(-HOUR)
    assert "受付はまだ始まっていません" in student.get(new).text
    assert refusals()[-1].code == "too_early"
    clock.advance(2 * HOUR)
    fields = dict(
        re.findall(r'name="(csrf_token|form_key)" value="([^"]+)"', student.get(new).text)
    )
    assert student.post(old, data=fields).status_code == 410
    assert "この用紙は、もう使えません" in student.get(old).text
    forged = new[:-2] + ("AA" if not new.endswith("AA") else "BB")
    for path in (forged, "/s/x", "/s/" + "A" * 5000):
        answer = student.get(path)
        assert answer.status_code == 404
    other = browser(app, cast.hanako)
    assert "別の人の仕事のもの" in other.get(new).text
    seen = re.findall(r'name="(csrf_token|form_key)" value="([^"]+)"', other.get("/me").text)
    assert other.post(new, data=dict(seen)).status_code == 404
    assert attendances() == []
    clock.advance(5 * HOUR)
    assert "受付の時間は終わりました" in student.get(new).text


def test_before_the_orderer_agreed_the_slip_opens_nothing(app: Any, cast: Cast, clock: Any) -> None:
    task = order(cast, agreed=False)
    path = slip_path(task, cast)
    clock.advance(HOUR)
    student = browser(app, cast.student)
    assert "まだ約束ができていません" in student.get(path).text
    assert student.get(f"/paid/{task.number}/report").status_code == 303
    assert student.get(f"/paid/{task.number}/signature").status_code == 303


def test_the_orderer_signs_on_the_phone_and_nonsense_is_told(
    app: Any, cast: Cast, clock: Any
) -> None:
    task = order(cast)
    clock.advance(timedelta(hours=3, minutes=5))
    student = browser(app, cast.student)
    path = f"/paid/{task.number}/signature"
    for sent, words in (
        ({"strokes": "", "signer": ""}, "署名を書いてもらうか"),
        ({"strokes": "M1 1L2 2" * 130_000}, "長すぎます"),
        ({"strokes": '"><script>alert(1)</script>'}, "署名を読みとれませんでした"),
        ({"strokes": "M100 100"}, "署名が短すぎます"),
        ({"strokes": DRAWN, "left": "9:00"}, "終わった時刻は、来た時刻より後に"),
        ({"strokes": DRAWN, "left": "12:30"}, "これから先の時刻は"),
    ):
        answer = student.submit(path, sent)
        assert answer.status_code == 422
        assert words in answer.text
        assert "<script>alert" not in answer.text
        assert len(answer.text) < 100_000
    assert rows(WorkSignature) == attendances() == []
    done = student.submit(path, {"strokes": DRAWN, "left": "12:00"}, follow_redirects=True)
    assert "署名を受けとりました" in done.text
    assert "時間を報告する" in done.text
    assert student.get(path).status_code == 303


def test_the_household_confirms_by_its_link_without_signing_in(
    app: Any, cast: Cast, clock: Any
) -> None:
    task, _reported = worked(cast, clock)
    base = f"/o/{link(task, cast)}"
    guest = browser(app)
    home = guest.get(base)
    assert "時間を確かめてください" in home.text
    asked = guest.get(f"{base}/confirmation")
    assert "はい、2時間でまちがいありません" in asked.text
    assert "2,000円" in asked.text
    assert asked.headers["Referrer-Policy"] == "no-referrer"
    done = guest.resubmit(asked, page=f"{base}/confirmation", follow_redirects=True)
    assert "時間を確認しました" in done.text
    assert now(task).state is PaidTaskState.CONFIRMED
    again = guest.resubmit(asked, page=f"{base}/confirmation", follow_redirects=True)
    assert again.status_code == 200, "a second click leads to the same place"
    assert guest.get(f"{base}/objection").status_code == 303
    assert guest.get(f"/o/{'a' * 43}/confirmation").status_code == 404


def test_longer_work_names_the_price_before_the_yes(app: Any, cast: Cast, clock: Any) -> None:
    task, _reported = worked(cast, clock, 150, by_household=False)
    cook = browser(app, cast.cook)
    path = f"/organization/paid/{task.number}/confirmation"
    page = cook.get(path).text
    assert "約束より500円多くなります" in page
    assert "受付の記録は2時間、学生の報告は2時間30分" in page
    report(task, cast, 140)
    stale = cook.submit(path, {"report_id": "1"})
    assert "学生が時間を直しました" in stale.text
    sent = cook.resubmit(stale, page=path, follow_redirects=True)
    assert "時間を確認しました" in sent.text
    assert now(task).confirmed_minutes == 140


def test_both_sides_speak_and_staff_decide_with_reasons(
    app: Any, cast: Cast, clock: Any, outbox: Outbox
) -> None:
    task, _reported = worked(cast, clock, by_household=False)
    cook, student = browser(app, cast.cook), browser(app, cast.student)
    base = f"/organization/paid/{task.number}"
    assert "有償のお手伝いの時間を確かめる" in cook.get("/o").text
    assert "この時間の報酬" in student.get(f"/paid/{task.number}").text
    empty = cook.submit(f"{base}/objection", {"minutes": "-5", "words": ""})
    assert "0以上の数" in empty.text
    told = cook.submit(
        f"{base}/objection", {"minutes": "60", "words": "11時に帰りました"}, follow_redirects=True
    )
    assert "センターに伝わりました" in told.text
    talk = student.get(f"/paid/{task.number}/words")
    assert "11時に帰りました" in talk.text
    student.resubmit(talk, {"words": "12時までいました"})
    assert "12時までいました" in cook.get(f"{base}/words").text
    desk = browser(app, cast.coordinator)
    assert waiting() == 1
    url = f"/desk/paid/{task.id}/decision"
    assert url in desk.get("/desk/paid/waiting").text
    page = desk.get(url)
    assert "12時までいました" in page.text
    assert f'd="{DRAWN}"' in page.text
    asked = desk.resubmit(
        page, {"words": "だれか見ていましたか"}, action="/words", follow_redirects=False
    )
    assert asked.status_code == 303
    too_long = desk.submit(url, {"minutes": "200", "reason": "長い"})
    assert "0分から120分までで決めてください" in too_long.text
    done = desk.submit(url, {"minutes": "90", "reason": "日誌を見ました"})
    assert done.status_code == 303
    assert "日誌を見ました" in student.get(f"/paid/{task.number}/words").text
    assert "日誌を見ました" in cook.get(f"{base}/words").text
    letters = [one for one in outbox.letters() if one.template == "matching/paid_work/decided"]
    assert len(letters) == 3
    assert all("日誌を見ました" in one.text for one in letters)
    assert waiting() == 0


def test_staff_confirm_or_object_as_they_have_heard_it(app: Any, cast: Cast, clock: Any) -> None:
    task, _reported = worked(cast, clock)
    desk = browser(app, cast.coordinator)
    base = f"/desk/paid/{task.id}"
    assert "だれに聞いたかを入れてください" in desk.submit(f"{base}/confirmation").text
    done = desk.submit(f"{base}/confirmation", {"note": "ご本人に電話で聞いた"})
    assert done.status_code == 303
    assert now(task).state is PaidTaskState.CONFIRMED
    assert desk.get(f"{base}/confirmation").status_code == 303
    assert desk.get(f"{base}/objection").status_code == 303


def test_a_typed_name_is_called_back_from_the_list(app: Any, cast: Cast, clock: Any) -> None:
    task = order(cast)
    clock.advance(timedelta(hours=3, minutes=10))
    sign(task, cast, strokes="", signer="川上 ハル")
    desk = browser(app, cast.coordinator)
    assert "いま確かめることはありません" not in desk.get("/desk/paid/waiting").text
    assert "まだ書けません" in desk.get(f"/desk/paid/{task.id}/call").text
    assert waiting() == 0
    report(task, cast)
    assert waiting() == 1
    url = f"/desk/paid/{task.id}/call"
    page = desk.get(url)
    assert "川上 ハル" in page.text
    missing = desk.resubmit(page, {"answer": "differs", "note": "1時間とのこと"}, page=url)
    assert "依頼した方のいう時間を入れてください" in missing.text
    done = desk.submit(
        url,
        {"answer": "differs", "minutes": "60", "note": "1時間とのこと"},
        follow_redirects=True,
    )
    assert "センターが時間を決めます" in done.text
    assert [one.state for one in rows(CallBack)] == [CallState.DIFFERS]
    assert now(task).state is PaidTaskState.DISPUTED


def test_the_family_reads_what_the_household_allows_until_it_ends(
    app: Any, cast: Cast, clock: Any, outbox: Outbox
) -> None:
    task, _reported = worked(cast, clock)
    base = f"/o/{link(task, cast)}"
    guest = browser(app)
    given = {"name": "川上 太郎", "relation": "むすこ", "email": "taro@example.jp"}
    done = guest.submit(f"{base}/family", given, follow_redirects=True)
    assert "ご家族に知らせます" in done.text
    assert [one for one in outbox.letters() if one.to == "taro@example.jp"] == []
    clock.advance(timedelta(hours=72))
    jobs.confirm_paid_work()
    (letter,) = [one for one in outbox.letters() if one.to == "taro@example.jp"]
    assert "雪をかたづけました" in letter.text
    page = guest.get(f"{base}/family")
    assert "雪をかたづけました" in page.text
    ended = guest.resubmit(page, action="/family/end", follow_redirects=True)
    assert "知らせるのをやめました" in ended.text
    (consent,) = rows(FamilyConsent)
    assert (consent.name, consent.email) == ("", "")
    assert len(rows(FamilyReport)) == 1


def test_without_consent_nobody_of_the_family_is_told(
    app: Any, cast: Cast, clock: Any, outbox: Outbox
) -> None:
    task, _reported = worked(cast, clock)
    desk = browser(app, cast.coordinator)
    path = f"/desk/households/{task.orderer_id}/family"
    desk.submit(path, {"way": "telephone", "name": "川上 太郎", "relation": "", "email": ""})
    assert "川上 太郎" in desk.get(path).text
    desk.submit(path, action="/family/end")
    clock.advance(timedelta(hours=72))
    jobs.confirm_paid_work()
    assert rows(FamilyReport) == []
    desk = browser(app, cast.coordinator)
    again = desk.submit(
        path, {"way": "paper", "name": "川上 次郎", "relation": "おい", "email": ""}
    )
    assert again.status_code == 303
    assert "これまでのお知らせ" not in desk.get(path).text
    run_turn(end_household, task.orderer_id)
    assert jobs.forget_paid_work() == "forgotten=1"
    assert [one.name for one in rows(FamilyConsent)] == ["", ""]


def test_who_may_not_sees_and_does_nothing(app: Any, cast: Cast, clock: Any) -> None:
    task, _reported = worked(cast, clock, by_household=False)
    number = task.number
    for who, paths in (
        (cast.hanako, (f"/paid/{number}/report", f"/paid/{number}/signature")),
        (cast.outsider, (f"/organization/paid/{number}/confirmation",)),
        (cast.outsider, (f"/organization/paid/{number}/objection",)),
        (cast.payer, (f"/desk/paid/{task.id}/confirmation", "/desk/paid/waiting")),
    ):
        client = browser(app, who)
        for path in paths:
            assert client.get(path).status_code in (403, 404)
    household = order(cast)
    token = link(household, cast)
    assert browser(app).get(f"/o/{token}/words").status_code == 404
    assert now(task).state is PaidTaskState.REPORTED


def test_signatures_and_words_are_forgotten_in_time_and_with_the_person(
    app: Any, cast: Cast, clock: Any
) -> None:
    task, reported = worked(cast, clock)
    names = {one.name: one.rows for one in duties.own_data(cast.student.party_id)}
    assert [len(names[name]) for name in ("work_reports", "work_signatures", "work_disputes")] == [
        1,
        1,
        0,
    ]
    told = services.Objection(reported.id, 60, "ちがいます")
    actor = services.Actor(services.By.ORDERER, None, "the-household-says-no")
    run_turn(services.object_to, task.id, told, actor)
    assert has_open_dispute(cast.student.party_id)
    staff = services.Actor(services.By.STAFF, cast.coordinator.id, "staff-have-decided")
    run_turn(services.decide, task.id, 60, "聞きました", staff)
    assert not has_open_dispute(cast.student.party_id)
    assert jobs.forget_paid_work() == "forgotten=0"
    clock.advance(timedelta(days=181))
    assert jobs.forget_paid_work() == "forgotten=1"
    assert rows(WorkSignature)[0].strokes == ""
    run_turn(duties.erase_person, cast.student.party_id)
    assert [one.words for one in rows(WorkReport) + rows(WorkMessage)] == ["", "", ""]
    assert rows(WorkDispute)[0].decided_minutes == 60


def test_the_paper_for_the_household_has_its_code(app: Any, cast: Cast, clock: Any) -> None:
    task = order(cast)
    desk = browser(app, cast.coordinator)
    path = f"/desk/paid/{task.id}/slip"
    assert "用紙を作る" in desk.get(path).text
    made = desk.submit(path, action="/slip", follow_redirects=True)
    assert "来る人：高橋 陽太さん" in made.text
    assert "来たとき" in made.text
    assert "<svg" in made.text
    assert len(rows(WorkSlip)) == 1
