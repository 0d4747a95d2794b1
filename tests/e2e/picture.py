"""Reads the QR code on a screenshot, as a phone's camera would."""

import struct
import zlib
from collections.abc import Iterator

import zxingcpp

CHANNELS = {2: 3, 6: 4}
"""Bytes of a pixel by the colour type of the PNG: RGB, RGBA."""


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += length + 12


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda one: abs(guess - one))


def _unfiltered(kind: int, line: bytearray, above: bytearray, step: int) -> bytearray:
    """One line of the picture from its filtered form (PNG specification, section 9)."""
    for place in range(len(line)):
        left = line[place - step] if place >= step else 0
        corner = above[place - step] if place >= step else 0
        up = above[place]
        guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]
        line[place] = (line[place] + guess) & 255
    return line


def grey(png: bytes) -> memoryview:
    """The picture's green channel, line by line: enough for black on white."""
    chunks = list(_chunks(png))
    width, height, _depth, colours = struct.unpack(">IIBB", chunks[0][1][:10])
    step = CHANNELS[colours]
    data = zlib.decompress(b"".join(body for name, body in chunks if name == b"IDAT"))
    above, paper = bytearray(width * step), bytearray()
    for start in range(0, len(data), width * step + 1):
        line = bytearray(data[start + 1 : start + 1 + width * step])
        above = _unfiltered(data[start], line, above, step)
        paper += above[1::step]
    return memoryview(bytes(paper)).cast("B", shape=[height, width])


def read_qr(png: bytes) -> str:
    """The text of the one QR code in the picture, read by another library than the one that drew it."""
    found = zxingcpp.read_barcodes(grey(png))
    assert len(found) == 1, f"{len(found)} codes in the picture"
    return str(found[0].text)
