"""Every QR code on any page of ours is read by zxing-cpp, which shares no code with the library that draws them, when
our address is as long as it may be and the code is printed as small as on a card."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
import zxingcpp
from flask import Flask

from matching.checkin.tokens import person_token, venue_token
from tests.cast import CARD_OF_ICHIRO, Cast, sign_in_as
from tests.client import Client
from tests.factories.volunteer import make_card
from tests.walk.addresses import everything
from tests.walk.world import NONE, World
from volunteer.core import clock
from volunteer.core.config import BASE_URL_MAX
from volunteer.core.db import write_turn
from volunteer.core.qr import qr_svg

LONGEST = "https://" + "volunteer." * 6
BASE = LONGEST[: BASE_URL_MAX - 3] + ".jp"
DOTS = (295, 148)
"""25 mm at 300 and at 150 dots an inch."""

EXPECTED = {
    "hanako": {"people.card"},
    "cook": {"checkin.venue", "paper.shift_poster", "paper.place_poster"},
    "coordinator": {"checkin_desk.venue", "paper_desk.shift_poster", "paper_desk.place_poster"},
}
"""Pages that show codes; others may, too."""

_DRAWN = re.compile(r'<svg class="qr".*?</svg>', re.DOTALL)
_SQUARES = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\d+z")
_CARD = re.compile(r"C[0-9A-Z]{7}")
QUIET_ZONE = 4


def _picture(svg: str, dots: int) -> memoryview:
    """The code on white paper, as a printer of few dots makes it: `dots` across the code without its white edge."""
    squares = _SQUARES.findall(ElementTree.fromstring(svg)[2].attrib["d"])  # noqa: S314 - our own
    dark = {
        (x, int(top)) for left, top, run in squares for x in range(int(left), int(left) + int(run))
    }
    first, last = min(x for x, _ in dark), max(x for x, _ in dark)
    side = last - first + 1
    edge = dots * QUIET_ZONE // side
    across = range(-edge, dots + edge)
    rows = [
        bytes(
            0 if (first + x * side // dots, first + y * side // dots) in dark else 255
            for x in across
        )
        for y in across
    ]
    return memoryview(b"".join(rows)).cast("B", shape=[len(rows), len(rows)])


def _read(svg: str) -> set[str]:
    found = [zxingcpp.read_barcodes(_picture(svg, dots)) for dots in DOTS]
    assert all(len(one) == 1 for one in found), [len(one) for one in found]
    return {str(one[0].text) for one in found}


@pytest.mark.parametrize("actor", list(EXPECTED))
def test_every_code_on_a_page_is_read(app: Flask, cast: Cast, world: World, actor: str) -> None:
    world.keep("session_id", 0, 0)
    app.config["OTAGAI"].base_url = BASE
    with write_turn():
        make_card(cast.hanako)
    client: Any = app.test_client()
    assert isinstance(client, Client)
    sign_in_as(client, getattr(cast, actor))
    seen: set[str] = set()
    for rule, method, which, address in everything(app, world):
        if method != "GET" or which == NONE:
            continue
        for svg in _DRAWN.findall(client.get(address).text):
            (text,) = _read(svg)
            seen.add(rule.endpoint)
            is_ours = text.startswith((f"{BASE}/", "otpauth://")) or _CARD.fullmatch(text)
            assert is_ours, f"{rule.endpoint}: {text}"
    assert seen >= EXPECTED[actor]


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("/v/" + venue_token(b"key", 2**31, clock.now()), "M"),
        ("/p/" + person_token(b"key", 2**31, clock.now()), "M"),
        ("/c/" + CARD_OF_ICHIRO, "Q"),
        ("/w/K7Q2K9XV", "Q"),
        ("/kiosk#D7Q2K9XV", "M"),
        ("", "Q"),
    ],
)
@pytest.mark.parametrize("length", [12, 22, 27, 33, 41, 50, BASE_URL_MAX])
def test_each_kind_of_code_is_read_whatever_the_length_of_our_address(
    path: str, level: str, length: int
) -> None:
    text = ("https://" + "volunteer-" * 6)[:length] + path if path else CARD_OF_ICHIRO
    assert _read(qr_svg(text, "QR", level)) == {text}
    assert _read(qr_svg(text, "QR", level, for_paper=True)) == {text}
