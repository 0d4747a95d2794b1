"""QR codes as small SVG pictures, drawn from the modules that `qrcode` computes.

The mask is fixed: trying all eight costs seven times as much and readers do not need it (a test proves with an
independent decoder that every version and level we use is read). No Pillow, no style attribute, sharp in print.
"""

from functools import lru_cache
from itertools import groupby

from markupsafe import Markup, escape
from qrcode import constants
from qrcode.main import QRCode
from qrcode.util import BIT_LIMIT_TABLE, MODE_8BIT_BYTE, QRData

MASK = 2
QUIET_ZONE = 4
"""Modules of white around the code (ISO/IEC 18004)."""

VERSION_MAX = 20
"""Larger ones hold far more than one short address and are hard to read from a card."""

LEVELS = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}


def bytes_held(version: int, level: str) -> int:
    """How many bytes a code of this version and error level can hold."""
    bits = BIT_LIMIT_TABLE[LEVELS[level]][version] - 4 - (8 if version < 10 else 16)
    return int(bits // 8)


def smallest_version(length: int, level: str) -> int:
    """The smallest version that holds `length` bytes; raises ValueError when none of ours does."""
    for version in range(1, VERSION_MAX + 1):
        if bytes_held(version, level) >= length:
            return version
    raise ValueError(f"{length} bytes are too many for a QR code that people can scan")


def modules(text: str, level: str = "M", version: int | None = None) -> list[list[bool]]:
    """The dark (True) and light squares, rows from the top, without the quiet zone.

    `level` is L, M, Q or H; cards take Q. Without `version` the smallest that fits; a given one keeps the picture's
    size the same while the text changes. Raises ValueError when the text does not fit.
    """
    data = text.encode()
    version = version or smallest_version(len(data), level)
    if len(data) > bytes_held(version, level):
        raise ValueError(f"{len(data)} bytes do not fit version {version}, level {level}")
    code: QRCode = QRCode(version=version, error_correction=LEVELS[level], mask_pattern=MASK)
    code.add_data(QRData(data, mode=MODE_8BIT_BYTE), optimize=0)
    code.make(fit=False)
    return [[bool(square) for square in row] for row in code.modules]


def _path(rows: list[list[bool]]) -> str:
    steps: list[str] = []
    for y, row in enumerate(rows, QUIET_ZONE):
        x = QUIET_ZONE
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                steps.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return "".join(steps)


@lru_cache(maxsize=32)
def qr_path(text: str, level: str = "M", version: int | None = None) -> tuple[int, str]:
    """How many modules a side the code of `text` has with its quiet zone, and its dark ones as an SVG path.

    Kept for a while: several devices show the same code of a venue. See `modules` for the rest.
    """
    rows = modules(text, level, version)
    return len(rows) + 2 * QUIET_ZONE, _path(rows)


def qr_svg(
    text: str,
    title: str,
    level: str = "M",
    version: int | None = None,
    *,
    for_paper: bool = False,
) -> Markup:
    """The QR code of `text` as an inline SVG; `title` is what a screen reader says. See `modules` for the rest.

    `for_paper`: the picture is the code alone, so that it comes out in exactly the millimetres the style sheet says,
    whatever its version; the sheet leaves the quiet zone white.
    """
    size, path = qr_path(text, level, version)
    edge = QUIET_ZONE if for_paper else 0
    view = f"{edge} {edge} {size - 2 * edge} {size - 2 * edge}"
    return Markup(  # noqa: S704 - numbers of ours; the title is escaped
        f'<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="{view}" role="img"'
        f' aria-label="{escape(title)}" shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>'
    )
