"""Cards by the hundred: chosen once, printed in portions, noted when they came out; what the code of a card tells."""

import re
from typing import Any

import pytest
import zxingcpp

from tests.cast import CARD_OF_ICHIRO, Cast, sign_in_as
from tests.client import Client
from tests.factories.volunteer import make_card, make_person
from tests.volunteer.core.test_draw_qr import _picture
from volunteer.cards import queries, services
from volunteer.cards.models import CardInRun, CardPrintPortion, CardPrintRun
from volunteer.cards.own_data import own_data
from volunteer.cards.rules import Wanted
from volunteer.cards.states import CardChoice
from volunteer.core.db import db, run_turn, write_turn
from volunteer.core.models import AuditEntry, ViewEntry
from volunteer.people.models import Card
from volunteer.people.registration import end_registration, reissue_card

pytestmark = pytest.mark.both_databases
PAGE = "/desk/cards"


def _desk(app: Any, cast: Cast) -> Client:
    return sign_in_as(app.test_client(), cast.coordinator)


def _people(count: int, first: int = 0) -> None:
    with write_turn():
        for number in range(first, first + count):
            make_card(
                make_person(f"見本 {number}", kana=f"みほん{number:04}", number=f"V9{number:03}")
            )


def _all(model: Any) -> list[Any]:
    db.session.rollback()
    return list(db.session.execute(db.select(model).order_by(model.id)).scalars())


def _cards_on(page: str) -> list[str]:
    return re.findall(r'<p class="name [^"]*"><small>[^<]*</small><b>([^<]+)</b>', page)


def _with_quiet_zone(view: re.Match[str]) -> str:
    size = int(view[1]) + 8
    return f'viewBox="0 0 {size} {size}"'


def test_whoever_has_no_printed_card_yet_is_printed_once(app: Any, cast: Cast) -> None:
    desk = _desk(app, cast)
    first = desk.submit(PAGE, {"choice": "unprinted"}, action=PAGE, follow_redirects=True)
    assert _cards_on(first.text) == ["鈴木 一郎"]
    assert queries.counts()[CardChoice.UNPRINTED] == 1
    done = desk.resubmit(first, action="/desk/cards/1", follow_redirects=True)
    assert "カードの印刷が終わりました" in done.text
    assert queries.counts()[CardChoice.UNPRINTED] == 0
    none = desk.submit(PAGE, {"choice": "unprinted"}, action=PAGE)
    assert none.status_code == 422
    assert "印刷するカードはありません" in none.text


def test_a_thousand_cards_go_by_the_hundred_and_can_be_left_and_found(app: Any, cast: Cast) -> None:
    _people(249)
    desk = _desk(app, cast)
    page = desk.submit(PAGE, {"choice": "all"}, action=PAGE, follow_redirects=True)
    assert "250枚のうち 1〜100枚目" in page.text
    assert len(_cards_on(page.text)) == 100
    assert page.text.count('class="sheet cards"') == 10
    assert "0 / 250枚 印刷ずみ" in page.text
    page = desk.resubmit(page, action="/desk/cards/1", follow_redirects=True)
    assert "250枚のうち 101〜200枚目" in page.text
    assert "100 / 250枚 印刷ずみ" in page.text
    overview = desk.get(PAGE).text
    assert "途中（1 / 3回）" in overview
    found_again = desk.get("/desk/cards/1")
    assert "101〜200枚目" in found_again.text
    last = desk.get("/desk/cards/1?page=3")
    assert len(_cards_on(last.text)) == 50
    assert queries.counts()[CardChoice.UNPRINTED] == 150
    everybody = [card for one in (1, 2, 3) for card in queries.cards_of_portion(1, one)]
    assert len({card.person_id for card in everybody}) == 250
    assert [card.kana for card in everybody] == sorted(card.kana for card in everybody)


def test_a_portion_noted_twice_is_noted_once(app: Any, cast: Cast) -> None:
    desk = _desk(app, cast)
    page = desk.submit(PAGE, {"choice": "all"}, action=PAGE, follow_redirects=True)
    for _again in range(2):
        desk.resubmit(page, action="/desk/cards/1")
    desk.submit("/desk/cards/1", action="/desk/cards/1")
    assert len(_all(CardPrintPortion)) == 1
    assert desk.resubmit(page, {"number": "2"}, action="/desk/cards/1").status_code == 409
    for wrong in ("0", "2", "x", "", "999999999"):
        sent = desk.submit("/desk/cards/1", {"number": wrong}, action="/desk/cards/1")
        assert sent.status_code == 404
    assert desk.get("/desk/cards/77").status_code == 404
    assert desk.get("/desk/cards/1?page=99").status_code == 200


def test_cards_are_chosen_by_number_or_day(app: Any, cast: Cast) -> None:
    _people(3)
    desk = _desk(app, cast)
    chosen = {"choice": "chosen", "numbers": "ｖ９００１、v9000\nV9001"}
    page = desk.submit(PAGE, chosen, action=PAGE, follow_redirects=True)
    assert _cards_on(page.text) == ["見本 0", "見本 1"]
    wrong = desk.submit(PAGE, {"choice": "chosen", "numbers": "V9001 X777"}, action=PAGE)
    assert wrong.status_code == 422
    assert "X777" in wrong.text
    assert "V9001 X777" in wrong.text  # what was typed stays
    for lacking in ({"choice": "chosen"}, {"choice": "since"}):
        assert desk.submit(PAGE, lacking, action=PAGE).status_code == 422
    page = desk.submit(PAGE, {"choice": "since", "since": "2026-11-22"}, action=PAGE)
    assert page.status_code == 422
    assert "印刷するカードはありません" in page.text
    page = desk.submit(PAGE, {"choice": "since", "since": "2026-01-01"}, action=PAGE)
    assert page.status_code == 303


def test_a_card_replaced_meanwhile_is_not_printed(app: Any, cast: Cast) -> None:
    _people(2)
    desk = _desk(app, cast)
    desk.submit(PAGE, {"choice": "all"}, action=PAGE)
    run_turn(reissue_card, cast.ichiro.party_id, cast.coordinator.id, "lost")
    page = desk.get("/desk/cards/1")
    assert "鈴木 一郎" not in page.text
    assert "1枚は、新しいカードが出ているので、ここにのせていません" in page.text
    desk.submit("/desk/cards/1", action="/desk/cards/1")
    assert queries.counts()[CardChoice.UNPRINTED] == 1  # the new one


def test_who_has_left_is_not_printed(app: Any, cast: Cast) -> None:
    run_turn(end_registration, cast.ichiro.party_id, cast.coordinator.id, "転出")
    assert queries.cards_to_print(CardChoice.ALL) == []


def test_printing_is_noted_whose_cards_were_seen_and_by_whom(app: Any, cast: Cast) -> None:
    desk = _desk(app, cast)
    page = desk.submit(PAGE, {"choice": "all"}, action=PAGE, follow_redirects=True)
    desk.resubmit(page, action="/desk/cards/1")
    seen = {(one.party_id, one.what, one.user_id) for one in _all(ViewEntry)}
    assert (cast.ichiro.party_id, "card", cast.coordinator.id) in seen
    acts = [(one.act, one.subject) for one in _all(AuditEntry)]
    assert ("cards_desk.cards", "card_print_run:1") in acts
    assert ("cards_desk.note_portion", "card_print_run:1") in acts
    (portion,) = _all(CardPrintPortion)
    assert portion.printed_by_user_id == cast.coordinator.id
    assert len(own_data(cast.ichiro.party_id)[0].rows) == 1
    assert own_data(cast.hanako.party_id)[0].rows == []


def test_one_card_is_printed_and_read_by_another_decoder(app: Any, cast: Cast) -> None:
    desk = _desk(app, cast)
    address = f"/desk/people/{cast.ichiro.party_id}/card"
    assert address in desk.get(f"/desk/people/{cast.ichiro.party_id}/record").text
    page = desk.get(address)
    svg = re.findall(r'<svg class="qr".*?</svg>', page.text, re.DOTALL)[0]
    paper = re.sub(r'viewBox="4 4 (\d+) \d+"', _with_quiet_zone, svg)
    (found,) = zxingcpp.read_barcodes(_picture(paper))
    assert found.text == f"http://localhost/c/{CARD_OF_ICHIRO}"
    assert found.ec_level == "Q"
    for words in ("鈴木 一郎", "すずき いちろう", "V0002", "CCAR-D726", "なくした方・ひろった方"):
        assert words in page.text
    desk.submit(address, action="/card")
    assert queries.printed_at(cast.ichiro.party_id)
    assert "前に印刷した日：" in desk.get(address).text
    assert desk.get(f"/desk/people/{cast.hanako.party_id}/card").status_code == 404


def test_the_page_of_a_card_is_the_same_whether_it_exists_or_not(app: Any, cast: Cast) -> None:
    run_turn(reissue_card, cast.ichiro.party_id, cast.coordinator.id, "lost")
    db.session.rollback()
    live = (
        db.session.execute(db.select(Card.code).where(Card.revoked_at.is_(None))).scalars().first()
    )
    visitor = app.test_client()
    pages = set()
    for code in (live, CARD_OF_ICHIRO, "CNOTHING", "x" * 80):
        answer = visitor.get(f"/c/{code}")
        assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        text = re.sub(r'nonce="[^"]*"|value="[^"]*"', "", answer.text)
        pages.add(text.replace(f"/c/{code}", ""))
    assert len(pages) == 1
    page = pages.pop()
    assert "カードをひろった方へ" in page
    assert "鈴木" not in page


def test_the_same_key_makes_one_run(app: Any, cast: Cast) -> None:
    wanted = Wanted(CardChoice.ALL)
    made = {run_turn(services.start_run, wanted, "k" * 20, cast.coordinator.id) for _ in range(2)}
    assert len(made) == 1
    assert len(_all(CardPrintRun)) == 1
    assert len(_all(CardInRun)) == 1
