"""What comes out of the printer: whole A4 pages, none empty, exact millimetres, nothing cut off."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from matching.help_requests.models import HelpRequest, Shift
from tests.cast import Cast
from tests.e2e.visitor import enter
from tests.factories.matching import make_participation
from tests.factories.volunteer import make_card, make_person
from volunteer.cards import services
from volunteer.cards.rules import Wanted
from volunteer.cards.states import CardChoice
from volunteer.core.db import db, run_turn, write_turn

MM = 96 / 25.4
"""CSS pixels in a millimetre."""

BOX = """(element) => { const box = element.getBoundingClientRect(); return [box.width, box.height] }"""
OVERFLOWS = """(sheets) => sheets.filter((one) => one.scrollHeight > one.clientHeight + 1
    || one.scrollWidth > one.clientWidth + 1).length"""
CUT_OFF = """(cards) => cards.filter((card) => [...card.children].some((one) =>
    one.getBoundingClientRect().bottom > card.getBoundingClientRect().bottom + 1
    || one.getBoundingClientRect().right > card.getBoundingClientRect().right + 1)).map((one) => one.innerText)"""


def _paper(page: Page) -> tuple[int, set[tuple[int, int]]]:
    """How many pages the printer gets, and their sizes in millimetres."""
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    sizes = {(round(float(w) / 72 * 25.4), round(float(h) / 72 * 25.4)) for w, h in boxes}
    page.emulate_media(media="print")
    return len(boxes), sizes


def _millimetres(page: Page, what: str) -> tuple[float, float]:
    width, height = page.locator(what).first.evaluate(BOX)
    return round(width / MM, 1), round(height / MM, 1)


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("雪かき", "桜会館"),
        ("みんなで囲むあたたかい夕食会の準備と片づけ", "花園公民館 2階 調理室と大広間"),
        ("長" * 60, "所" * 80),
    ],
    ids=("short", "long", "longest"),
)
@pytest.mark.parametrize("words", ["ja", "ja@easy", "en"])
def test_a_poster_is_one_page_with_a_code_of_100_mm(
    new_context: Any, live_server: Any, cast: Cast, title: str, place: str, words: str
) -> None:
    with write_turn():
        request = db.session.get_one(HelpRequest, cast.help_request.id)
        request.title, request.public_place = title, place
    cook = enter(new_context(), live_server.app, cast.cook)
    page = cook.page
    cook.open(f"/o/shifts/{cast.shift_today.id}/poster?words={words}")
    assert _paper(page) == (1, {(210, 297)})
    assert _millimetres(page, ".sheet svg.qr") == (100, 100)
    assert _millimetres(page, ".sheet") == (210, 297)
    assert page.locator(".sheet").evaluate_all(OVERFLOWS) == 0
    size = page.locator(".poster .name").evaluate("(one) => getComputedStyle(one).fontSize")
    assert float(size.removesuffix("px")) * 0.75 >= 36
    assert (page.locator(".poster ruby").count() > 0) == (words == "ja@easy")


def test_cards_are_91_by_55_mm_ten_to_a_page_with_cut_marks(
    new_context: Any, live_server: Any, cast: Cast
) -> None:
    long = ("ヴァレンシュタイン フォン ミュラー アレクサンドラ", "長" * 60)
    with write_turn():
        for number, name in enumerate((*long, *(f"見本 花子{n}" for n in range(20)))):
            make_card(make_person(name, kana=name[:60], number=f"V5{number:03}"))
    run = run_turn(
        services.start_run, Wanted(CardChoice.ALL), "paper-of-the-test", cast.coordinator.id
    )
    desk = enter(new_context(), live_server.app, cast.coordinator)
    page = desk.page
    desk.open(f"/desk/cards/{run}")
    assert _paper(page) == (3, {(210, 297)})
    assert _millimetres(page, ".id") == (91, 55)
    assert _millimetres(page, ".id svg.qr") == (26, 26)
    assert [sheet.locator(".id").count() for sheet in page.locator(".sheet").all()] == [10, 10, 3]
    assert page.locator(".sheet").first.locator(".cut").count() == 18
    assert page.locator(".sheet").evaluate_all(OVERFLOWS) == 0
    assert page.locator(".id").evaluate_all(CUT_OFF) == []


def test_a_name_list_is_whole_sheets(new_context: Any, live_server: Any, cast: Cast) -> None:
    with write_turn():
        shift = db.session.get_one(Shift, cast.shift_today.id)
        shift.seats = 50
        for number in range(40):
            make_participation(make_person(f"人{number}", number=f"V8{number:03}"), shift)
    cook = enter(new_context(), live_server.app, cast.cook)
    cook.open(f"/o/shifts/{cast.shift_today.id}/name-list")
    assert _paper(cook.page) == (2, {(210, 297)})
    assert cook.page.locator(".sheet").evaluate_all(OVERFLOWS) == 0
    assert _millimetres(cook.page, ".paper-list tbody tr")[1] >= 9.9
