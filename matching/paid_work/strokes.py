"""A finger signature as strokes: what a phone sends is read into whole numbers and written anew. Pure.

Nothing of what was sent is kept as it came: only points inside the field, in the few letters of our own path
(`M12 30L14 33L17 36`), so that it can stand in a page as it is.
"""

import re

WIDTH, HEIGHT = 600, 300
"""The field in which one signs, in its own units."""
TEXT_MAX = 8000
"""Longer texts are not even read; a long name takes about 3,000 characters."""
STROKES_MAX = 80
POINTS_MIN = 8
SPREAD_MIN = 40
"""Right and left end are at least so far apart: a dot or a tap is no signature."""

_STROKE = re.compile(r"M(\d{1,3}) (\d{1,3})((?:L\d{1,3} \d{1,3})*)")
_WHOLE = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})*)+")
_POINT = re.compile(r"(\d{1,3}) (\d{1,3})")

Stroke = list[tuple[int, int]]


class NoSignature(ValueError):
    """What was sent is no signature; the argument says why: long, shape, outside, small."""


def read_strokes(text: str) -> list[Stroke]:
    """The strokes of a path of ours. Raises `NoSignature`."""
    if len(text) > TEXT_MAX:
        raise NoSignature("long")
    if not text.isascii() or not _WHOLE.fullmatch(text):
        raise NoSignature("shape")
    strokes = [
        [(int(x), int(y)) for x, y in _POINT.findall(found.group())]
        for found in _STROKE.finditer(text)
    ]
    if len(strokes) > STROKES_MAX:
        raise NoSignature("long")
    points = [point for stroke in strokes for point in stroke]
    if any(x > WIDTH or y > HEIGHT for x, y in points):
        raise NoSignature("outside")
    across = [x for x, _y in points]
    if len(points) < POINTS_MIN or max(across) - min(across) < SPREAD_MIN:
        raise NoSignature("small")
    return strokes


def path_of(strokes: list[Stroke]) -> str:
    """The path of these strokes as it is stored and drawn."""
    return "".join("M" + "L".join(f"{x} {y}" for x, y in stroke) for stroke in strokes)


def cleaned(text: str) -> str:
    """What was sent, written anew. Raises `NoSignature`."""
    return path_of(read_strokes(text))
