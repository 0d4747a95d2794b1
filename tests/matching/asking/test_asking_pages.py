"""The page behind the link of the mail, and the desk's pages of an asking."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from matching.asking import duties, jobs, proposing, queries, services
from matching.asking.links import token_of
from matching.asking.models import Ask
from matching.assignments.states import ParticipationState
from matching.engine.waves import WavePolicy
from tests.cast import NOW, Cast, sign_in_as
from tests.client import Client
from tests.factories.asking import make_ask, make_asking
from tests.factories.matching import make_shift
from tests.factories.volunteer import insure
from tests.mail import Outbox
from volunteer.core.db import db, run_turn, write_turn


@pytest.fixture
def ask(cast: Cast) -> Ask:
    """佐藤 花子 is asked for a shift with one seat, and the student too."""
    with write_turn():
        insure(cast.student, date(2026, 4, 1), date(2027, 3, 31))
        shift = make_shift(cast.help_request, NOW + timedelta(days=7), seats=1)
        asking = make_asking(shift, cast, next_wave_at=NOW + timedelta(days=1))
        make_ask(cast.student, shift, cast, asking)
        return make_ask(cast.hanako, shift, cast, asking)


def link(ask: Ask) -> str:
    """The address in the mail."""
    return f"/answer/{token_of(ask.id, ask.asking.shift.starts_at)}"


def state_of(ask: Ask) -> ParticipationState:
    """What has become of it."""
    db.session.rollback()
    found = queries.ask(ask.id)
    assert found
    assert found.participation
    return found.participation.state


def test_opening_the_link_shows_two_buttons_and_changes_nothing(ask: Ask, client: Client) -> None:
    for _time in range(2):
        answer = client.get(link(ask))
        assert answer.status_code == 200
        assert "参加する" in answer.text
        assert "今回は見送る" in answer.text
        assert "佐藤 花子さんへのお願いです。" in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "調理室" not in answer.text  # the exact place comes with the place
    assert state_of(ask) is ParticipationState.OFFERED


def test_one_press_says_yes_without_signing_in(ask: Ask, client: Client) -> None:
    done = client.submit(link(ask), action="/yes", follow_redirects=True)
    assert "参加が決まりました。ありがとうございます" in done.text
    assert state_of(ask) is ParticipationState.ACCEPTED
    page = client.get(link(ask)).text
    assert "/yes" not in page


def test_one_press_says_no_and_hears_that_nothing_changes(ask: Ask, client: Client) -> None:
    done = client.submit(link(ask), action="/no", follow_redirects=True)
    assert "お返事ありがとうございます" in done.text
    assert state_of(ask) is ParticipationState.DECLINED


def test_who_comes_second_reads_that_others_were_quicker(ask: Ask, client: Client) -> None:
    shown = client.get(link(ask))
    other = next(one for one in queries.asks(ask.asking_id) if one.id != ask.id)
    run_turn(services.accept, other.id, None)
    late = client.resubmit(shown, action="/yes")
    assert late.status_code == 422
    assert "ほかの方で決まりました。ありがとうございます" in late.text
    assert "ほかの方で決まりました" in client.get(link(ask)).text
    assert state_of(ask) is ParticipationState.DECLINED


def test_a_foreign_link_leads_nowhere_and_an_old_one_says_so(
    ask: Ask, client: Client, clock: Any
) -> None:
    wrong = client.get(link(ask)[:-1] + "_")
    assert wrong.status_code == 404
    assert "このリンクは使えません" in wrong.text
    shown = client.get(link(ask))
    clock.advance(timedelta(days=8))
    assert client.get(link(ask)).status_code == 410
    over = client.resubmit(shown, action="/yes")
    assert over.status_code == 410
    assert "もう終わっています" in over.text


def test_after_the_deadline_the_page_says_what_can_be_done(
    ask: Ask, client: Client, clock: Any
) -> None:
    with write_turn():
        db.session.get_one(Ask, ask.id).answer_by = NOW + timedelta(days=1)
    shown = client.get(link(ask))
    clock.advance(timedelta(days=2))
    assert client.resubmit(shown, action="/yes").status_code == 422
    page = client.get(link(ask)).text
    assert "返事の期限がすぎました" in page
    assert "この活動のページを見る" in page


def test_a_chance_near_nothing_is_not_told_as_no_times_of_ten(cast: Cast, client: Client) -> None:
    with write_turn():
        cast.shift.seats = 9
    page = sign_in_as(client, cast.coordinator).get(f"/desk/shifts/{cast.shift.id}/asking").text
    assert "全部の席がうまる見こみは ほとんどありません" in page
    assert "およそ0回" not in page


def test_the_desk_asks_the_proposed_people_and_sees_their_answers(
    cast: Cast, client: Client, outbox: Outbox
) -> None:
    address = f"/desk/shifts/{cast.shift.id}/asking"
    sign_in_as(client, cast.coordinator)
    assert address in client.get(f"/desk/shifts/{cast.shift.id}").text
    page = client.get(address)
    assert "人にお願いする案です" in page.text
    assert "まだお願いしたことがない" in page.text
    ids = re.findall(r'name="people" value="(\d+)" checked', page.text)
    assert str(cast.hanako.party_id) in ids
    done = client.resubmit(page, {"people": ids}, follow_redirects=True)
    assert "お願いを送りました" in done.text
    assert "返事まち" in done.text
    letter = outbox.last("hanako@example.jp")
    found = re.search(r"/answer/\S+", letter.text)
    assert found
    client.submit(found[0], action="/yes")
    assert "参加が決まりました" in client.get(address).text
    assert "お願いした人" in client.get(address).text
    assert cast.help_request.public_place in client.get("/desk/askings").text


def test_the_desk_chooses_otherwise_and_must_choose_somebody(cast: Cast, client: Client) -> None:
    address = f"/desk/shifts/{cast.shift.id}/asking?target=800"
    sign_in_as(client, cast.coordinator)
    nobody = client.submit(address, {"people": []})
    assert nobody.status_code == 422
    assert "お願いする人を、1人以上えらんでください" in nobody.text
    only = {"people": [str(cast.ichiro.party_id)], "hours": "48", "goes_on": "no"}
    done = client.submit(address, only, follow_redirects=True)
    assert "次の人たちには、自動ではお願いしません" in done.text
    assert "メールがないので、電話してください" in done.text
    asking = queries.running(cast.shift.id)
    assert asking
    assert (asking.target_permille, asking.answer_hours) == (800, 48)


def test_the_newest_wave_stands_first(ask: Ask, cast: Cast, client: Client) -> None:
    with write_turn():
        ask.asking.wave = ask.wave = 2
    page = sign_in_as(client, cast.coordinator).get(f"/desk/shifts/{ask.asking.shift_id}/asking")
    second, first = (page.text.index(f"<h3>{n}回目のお願い</h3>") for n in (2, 1))
    assert second < page.text.index("佐藤 花子さん") < first < page.text.index("高橋 陽太さん")


def test_who_comes_second_is_shown_what_the_first_began(cast: Cast, client: Client) -> None:
    address = f"/desk/shifts/{cast.shift.id}/asking"
    sign_in_as(client, cast.coordinator)
    form = client.get(address).text
    with write_turn():
        make_asking(cast.shift, cast, next_wave_at=NOW + timedelta(days=1))
    fields = {
        name: form.split(f'name="{name}" value="')[1].split('"')[0]
        for name in ("csrf_token", "form_key")
    }
    wanted = {"people": str(cast.ichiro.party_id), "hours": "24", "goes_on": "yes"}
    late = client.post(address, data={**fields, **wanted}, follow_redirects=True)
    assert "ほかの職員が、先にお願いを始めていました" in late.text


def test_the_desk_stops_and_begins_anew(ask: Ask, cast: Cast, client: Client) -> None:
    sign_in_as(client, cast.coordinator)
    address = f"/desk/shifts/{ask.asking.shift_id}/asking"
    done = client.submit(address, action="/end", follow_redirects=True)
    assert "お願いを終わりにしました" in done.text
    assert "この活動で、もうお願いした人（2人）" in done.text
    again = client.submit(address, {"people": [str(cast.ichiro.party_id)]}, follow_redirects=True)
    assert "お願いを送りました" in again.text


def test_a_full_shift_asks_nobody(cast: Cast, client: Client) -> None:
    with write_turn():
        cast.shift.seats = 0
    sign_in_as(client, cast.coordinator)
    page = client.get(f"/desk/shifts/{cast.shift.id}/asking").text
    assert "いまはお願いできません" in page


def test_what_came_to_nothing_waits_at_the_desk(cast: Cast, client: Client, clock: Any) -> None:
    from_now = NOW + timedelta(days=7)
    with write_turn():
        shift = make_shift(cast.help_request, from_now, seats=1)
        asking = make_asking(shift, cast, goes_on=False)
        asking_id = asking.id
    run_turn(services.begin_wave, asking_id, 2, [])
    sign_in_as(client, cast.coordinator)
    assert "お願いが終わって、まだ人が足りない活動 1件" in client.get("/desk").text
    assert "お願いが終わりましたが、まだ人が足りません" in client.get("/desk/askings").text


def test_a_wave_that_the_budget_of_the_district_holds_back_is_said_so(
    cast: Cast, client: Client, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There are people to ask: nobody reads that there are none, and the page of the activity says why."""
    monkeypatch.setattr(proposing, "POLICY", WavePolicy(district_notices_a_week=0))
    with write_turn():
        shift = make_shift(cast.help_request, NOW + timedelta(days=7), seats=1)
        make_asking(shift, cast, next_wave_at=NOW, goes_on=True)
    clock.set(NOW + timedelta(hours=1))
    assert jobs.go_on() == "sent=0 waves=0 ended=1"
    sign_in_as(client, cast.coordinator)
    assert "お願いできる人がいなくな" not in client.get("/desk/askings").text
    page = client.get(f"/desk/shifts/{shift.id}/asking").text
    assert "この地区では、今週もうたくさんお願いしました" in page
    assert 'name="people"' in page


def test_where_everybody_was_asked_often_enough_there_is_nothing_to_send(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposing, "POLICY", WavePolicy(notices_a_week=0))
    page = sign_in_as(client, cast.coordinator).get(f"/desk/shifts/{cast.shift.id}/asking").text
    assert "みなさんに今週もう2回お願いしました" in page
    assert "お願いを送る" not in page


def test_figures_of_a_person_are_shown_as_what_they_are(
    ask: Ask, cast: Cast, client: Client
) -> None:
    run_turn(services.accept, ask.id, None)
    sign_in_as(client, cast.coordinator)
    address = f"/desk/people/{cast.hanako.party_id}/answers"
    page = client.get(address).text
    assert "50％" in page
    assert "見送った人を後ろにしたり、外したりはしません" in page
    assert address in client.get(f"/desk/people/{cast.hanako.party_id}").text
    assert (
        "まだお願いしたことはありません"
        in client.get(f"/desk/people/{cast.ichiro.party_id}/answers").text
    )


def test_what_is_kept_of_asks_is_told_and_goes(ask: Ask, cast: Cast, client: Client) -> None:
    with write_turn():
        db.session.get_one(Ask, ask.id).reasons = [{"code": "not_told"}]
    (records,) = duties.own_data(cast.hanako.party_id)
    assert len(records.rows) == 1
    run_turn(duties.erase_person, cast.hanako.party_id)
    db.session.rollback()
    found = queries.ask(ask.id)
    assert found
    assert found.reasons == []
