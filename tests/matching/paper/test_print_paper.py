"""Posters and name lists as the printer gets them: whole A4 pages, exact millimetres, nothing personal on a poster."""

import re
from datetime import timedelta
from typing import Any

import pytest
import zxingcpp

from matching.checkin.sheet import codes_of
from matching.help_requests.models import Shift
from tests.cast import NOW, Cast
from tests.factories.matching import make_participation, make_shift
from tests.factories.volunteer import make_person
from tests.matching.checkin.scenes import accept, browser, rows
from tests.volunteer.core.test_draw_qr import _picture
from volunteer.core.db import db, write_turn
from volunteer.core.models import ViewEntry


def _with_quiet_zone(view: re.Match[str]) -> str:
    """What the sheet leaves white around the code."""
    size = int(view[1]) + 8
    return f'viewBox="0 0 {size} {size}"'


def _svg(html: str) -> str:
    return re.findall(r'<svg class="qr".*?</svg>', html, re.DOTALL)[0]


@pytest.mark.parametrize(("who", "home"), [("cook", "/o"), ("coordinator", "/desk")])
def test_a_poster_is_one_click_from_the_list_and_leads_to_its_page(
    app: Any, cast: Cast, who: str, home: str
) -> None:
    printer = browser(app, getattr(cast, who))
    address = f"{home}/shifts/{cast.shift_today.id}/poster"
    assert address in printer.get(f"{home}/shifts/{cast.shift_today.id}/arrivals").text
    page = printer.get(address)
    for words in ("子ども食堂の準備", "花園公民館", "11月21日", "こまったときは", "有効："):
        assert words in page.text
    code = str(cast.shift_today.code)
    assert f"{code[:4]}<br>{code[4:]}" in page.text
    for steps in ("1 カメラで読む", "2 「受付」を押す", "3 活動する"):
        assert steps in page.text


def test_the_code_on_a_poster_is_read_by_another_decoder(app: Any, cast: Cast) -> None:
    page = browser(app, cast.cook).get(f"/o/shifts/{cast.shift_today.id}/poster")
    paper = re.sub(r'viewBox="4 4 (\d+) \d+"', _with_quiet_zone, _svg(page.text))
    (found,) = zxingcpp.read_barcodes(_picture(paper))
    assert found.text == f"http://localhost/w/{cast.shift_today.code}"


def test_a_poster_with_readings_and_one_in_english(app: Any, cast: Cast) -> None:
    cook = browser(app, cast.cook)
    path = f"/o/shifts/{cast.shift_today.id}/poster"
    assert "<ruby>" not in cook.get(path).text
    easy = cook.get(path, query_string={"words": "ja@easy"}).text
    assert "<ruby>" in easy
    assert "{" not in re.sub(r"<script.*?</script>", "", easy)
    assert 'lang="en"' in cook.get(path, query_string={"words": "en"}).text
    assert cook.get(path, query_string={"words": "nonsense"}).status_code == 200


def test_the_poster_of_a_place_holds_for_all_its_days(app: Any, cast: Cast) -> None:
    page = browser(app, cast.cook).get(f"/o/help-requests/{cast.help_request.id}/poster")
    assert "令和8年11月21日〜令和8年11月28日" in page.text
    assert "この場所のポスター" in page.text


def test_nothing_is_printed_for_what_is_not_there(app: Any, cast: Cast) -> None:
    cook, outsider = browser(app, cast.cook), browser(app, cast.outsider)
    for path in ("shifts/{}/poster", "shifts/{}/name-list"):
        assert outsider.get(f"/o/{path.format(cast.shift_today.id)}").status_code == 404
        assert cook.get(f"/o/{path.format(987654)}").status_code == 404
    assert outsider.get(f"/o/help-requests/{cast.help_request.id}/poster").status_code == 404


def test_a_name_list_has_short_codes_boxes_and_a_line_to_sign(app: Any, cast: Cast) -> None:
    accept(cast.student, cast.shift_today)
    place = accept(cast.hanako, cast.shift_today)
    page = browser(app, cast.cook).get(f"/o/shifts/{cast.shift_today.id}/name-list")
    for words in ("佐藤 花子", "さとう はなこ", "V0001", "来た", "帰った", "担当の人の署名"):
        assert words in page.text
    assert codes_of(cast.shift_today.id)[place.id] in page.text
    assert page.text.index("佐藤 花子") < page.text.index("高橋 陽太")
    seen = {(one.party_id, one.what) for one in rows(ViewEntry)}
    assert {(one.party_id, "name_list") for one in (cast.hanako, cast.student)} <= seen


def test_a_long_list_goes_over_several_sheets(app: Any, cast: Cast) -> None:
    with write_turn():
        shift = db.session.get_one(Shift, cast.shift_today.id)
        shift.seats = 50
        for number in range(45):
            make_participation(make_person(f"人{number}", number=f"V8{number:03}"), shift)
    page = browser(app, cast.coordinator).get(f"/desk/shifts/{cast.shift_today.id}/name-list")
    assert page.text.count('class="sheet paper-list"') == 3
    assert "3枚目／3枚" in page.text


def test_ten_shifts_of_a_day_come_in_one_print(app: Any, cast: Cast) -> None:
    with write_turn():
        for hour in range(11):
            make_shift(cast.help_request, NOW + timedelta(hours=hour / 2))
    for who, home in ((cast.cook, "/o"), (cast.coordinator, "/desk")):
        first = browser(app, who).get(f"{home}/name-lists?day=2026-11-21")
        assert first.text.count('class="sheet paper-list"') == 10
        assert "12件のうち 1〜10件目" in first.text
        second = browser(app, who).get(f"{home}/name-lists?day=2026-11-21&page=2")
        assert second.text.count('class="sheet paper-list"') == 2
    assert "この日の活動はありません" in browser(app, cast.outsider).get("/o/name-lists").text
    assert browser(app, cast.cook).get("/o/name-lists?day=nonsense").status_code == 200
