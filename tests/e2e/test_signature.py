"""The orderer signs on the student's phone: with a finger, cleared and written again with a mouse, sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Page

from matching.paid_work.models import WorkSignature
from matching.paid_work.strokes import read_strokes
from tests.browser import PHONE
from tests.cast import Cast
from tests.e2e.look import NARROW, RULES, SIDEWAYS_DOUBLED, SMALL, VIOLATIONS
from tests.e2e.visitor import enter
from tests.matching.checkin.scenes import rows
from tests.matching.paid_work.scenes import order

HOW_FAR = "() => scrollY"


def _finger(page: Page, points: list[tuple[float, float]]) -> None:
    """A finger goes down, along and up."""
    session = page.context.new_cdp_session(page)
    for number, (x, y) in enumerate(points):
        kind = "touchStart" if number == 0 else "touchMove"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def _mouse(page: Page, points: list[tuple[float, float]]) -> None:
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point)
    page.mouse.up()


def test_a_finger_and_a_mouse_sign(
    app: Flask, cast: Cast, clock: Any, new_context: Callable[..., Any]
) -> None:
    task = order(cast)
    clock.advance(timedelta(hours=3, minutes=10))
    phone = enter(new_context(has_touch=True), app, cast.student)
    phone.open(f"/paid/{task.number}/signature")
    page = phone.page
    page.evaluate(AXE_SCRIPT)
    assert not page.evaluate(VIOLATIONS, RULES)
    assert not page.evaluate(SMALL)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    assert page.evaluate(SIDEWAYS_DOUBLED) == ""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    field = page.locator("svg.sign")
    field.scroll_into_view_if_needed()
    before = page.evaluate(HOW_FAR)
    box = field.bounding_box()
    assert box is not None
    left, top = box["x"], box["y"]
    wave = [(left + 20 + 8 * n, top + 40 + 30 * (n % 2)) for n in range(20)]
    _finger(page, wave)
    _finger(page, [(x, y + 20) for x, y in wave])
    kept = page.locator("[data-strokes]")
    assert len(read_strokes(kept.input_value())) == 2
    assert page.evaluate(HOW_FAR) == before, "signing does not scroll the page"
    page.get_by_role("button", name="消して書きなおす").click()
    assert kept.input_value() == ""
    _mouse(page, wave)
    drawn = kept.input_value()
    assert field.locator("path").get_attribute("d") == drawn
    phone.tap("署名を送る")
    phone.reads("署名を受けとりました")
    assert [one.strokes for one in rows(WorkSignature)] == [drawn]
