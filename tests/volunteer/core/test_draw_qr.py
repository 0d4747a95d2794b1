"""QR codes are read back by zxing-cpp, which shares no code with the library that draws them."""

import re
from xml.etree import ElementTree

import pytest
import zxingcpp
from markupsafe import Markup

from volunteer.core.qr import (
    LEVELS,
    QUIET_ZONE,
    VERSION_MAX,
    bytes_held,
    modules,
    qr_svg,
    smallest_version,
)

ADDRESS = "https://otagai.example.jp/v/AQBtY2lAAAAAKvXh1k9kQ2Zw"
SVG = "{http://www.w3.org/2000/svg}"


def _picture(svg: str, scale: int = 4) -> memoryview:
    """The grey bytes of the SVG, painted from its own path as a browser would."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - written by our own function
    size = int(root.attrib["viewBox"].split()[2])
    paper = bytearray(b"\xff" * (size * scale) ** 2)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", root[2].attrib["d"]):
        for line in range(int(y) * scale, (int(y) + 1) * scale):
            start = line * size * scale + int(x) * scale
            paper[start : start + int(width) * scale] = bytes(int(width) * scale)
    return memoryview(bytes(paper)).cast("B", shape=[size * scale, size * scale])


def _read(svg: str) -> str:
    found = zxingcpp.read_barcodes(_picture(svg))
    assert len(found) == 1
    return str(found[0].text)


@pytest.mark.parametrize("level", list(LEVELS))
@pytest.mark.parametrize("version", range(1, VERSION_MAX + 1))
def test_every_version_and_level_is_read_when_full(version: int, level: str) -> None:
    held = bytes_held(version, level)
    text = ("https://otagai.example.jp/v/" + "aZ09-_" * 200)[:held]
    assert _read(qr_svg(text, "受付のコード", level, version)) == text


@pytest.mark.parametrize("level", list(LEVELS))
def test_an_address_of_ours_is_read_and_small(level: str) -> None:
    svg = qr_svg(ADDRESS, "受付のコード", level)
    assert _read(svg) == ADDRESS
    assert len(svg) < 12_000


def test_japanese_text_is_read() -> None:
    assert _read(qr_svg("小樽市ボランティアセンター", "案内", "Q")) == "小樽市ボランティアセンター"


def test_a_fixed_version_keeps_the_size_of_the_picture() -> None:
    assert len(modules("a", "M", 4)) == len(modules("a" * 60, "M", 4)) == 33


def test_too_much_text_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        modules("a" * (bytes_held(4, "Q") + 1), "Q", 4)
    with pytest.raises(ValueError, match="too many"):
        modules("a" * 2000, "Q")
    assert smallest_version(bytes_held(9, "M"), "M") == 9
    assert smallest_version(bytes_held(9, "M") + 1, "M") == 10


def test_the_picture_has_a_title_and_a_quiet_zone_and_no_style() -> None:
    svg = qr_svg(ADDRESS, 'カード <"A&B">', "Q")
    assert isinstance(svg, Markup)
    root = ElementTree.fromstring(svg)  # noqa: S314 - written by our own function
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == root[0].text == 'カード <"A&B">'
    assert root[0].tag == f"{SVG}title"
    columns = [int(x) for x in re.findall(r"M(\d+) ", root[2].attrib["d"])]
    assert min(columns) == QUIET_ZONE
    assert "style" not in svg
    assert "<script" not in svg
