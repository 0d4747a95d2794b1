"""Somebody of 72 says on the phone when they are free, and the first suggestions change."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

from playwright.sync_api import expect

from tests.browser import LiveServer
from tests.cast import Cast
from tests.e2e.look import Look
from tests.e2e.visitor import Visitor, enter
from tests.factories.matching import make_help_request, make_shift
from volunteer.core.clock import from_tokyo
from volunteer.core.db import write_turn

FIRST = 5
MONDAY = date(2026, 11, 23)


def some_weeks(cast: Cast) -> None:
    """Mornings and evenings of three weeks, each at a place of its own."""
    with write_turn():
        for day in range(20):
            for hour, part in ((10, "朝"), (18, "夜")):
                request = make_help_request(
                    cast.minato.party_id,
                    cast.category,
                    cast.area,
                    cast.cook,
                    public_place=f"{day + 1}日目の{part}の会館",
                )
                make_shift(request, from_tokyo(MONDAY + timedelta(days=day), time(hour)))


def first_five(visitor: Visitor) -> list[str]:
    """The places of the first suggestions."""
    cards = visitor.page.locator("#first article")
    expect(cards).to_have_count(FIRST)
    return [card.locator("h3").inner_text() for card in cards.all()]


def test_free_times_change_the_first_five_suggestions(
    live_server: LiveServer, cast: Cast, new_context: Callable[..., Any]
) -> None:
    some_weeks(cast)
    hanako = enter(new_context(), live_server.app, cast.hanako)
    look = Look(hanako.page, "hanako", [])
    hanako.open("/board")
    hanako.tap("あなたに合う順に見る")
    before = first_five(hanako)
    hanako.start_counting()
    hanako.tap("空いている時間を入れる")
    for day in ("火曜日", "木曜日"):
        hanako.page.get_by_label(f"{day} 夜").check()
    look("times", "ja")
    hanako.tap("保存する")
    hanako.reads("空いている曜日と時間を保存しました", "火・木：夜")
    hanako.tap("合う活動を見る")
    assert hanako.taps == 3
    after = first_five(hanako)
    look("suggestions", "ja")
    assert set(after) != set(before)
    assert after == [f"{day}日目の夜の会館" for day in (2, 4, 9, 11, 16)]
    hanako.reads("火曜の夜が空いている")
    assert not look.problems, "\n".join(look.problems)
