"""What a camera sees: clips for Chromium's fake camera, photos, and a camera that a test can hold things before."""

import random
import struct
import zlib
from pathlib import Path

from volunteer.core.qr import QUIET_ZONE, modules

WIDTH, HEIGHT = 640, 480
SMALL = (320, 240)
GROUND = 0x8C
FRAMES_A_SECOND = 10
GONE_SECONDS, SHOWN_SECONDS = 7, 1
"""So long out of sight that the tablet has put away the result of the first time."""


def paper(text: str, scale: int, level: str = "M") -> list[bytes]:
    """The lines of a QR code on white paper, grey bytes, `scale` pixels a module."""
    rows = modules(text, level)
    size = (len(rows) + 2 * QUIET_ZONE) * scale
    edge, side = [b"\xff" * size] * (QUIET_ZONE * scale), b"\xff" * (QUIET_ZONE * scale)
    lines = [
        side + b"".join(b"\x00" * scale if dark else b"\xff" * scale for dark in row) + side
        for row in rows
        for _ in range(scale)
    ]
    return [*edge, *lines, *edge]


def frame(
    lines: list[bytes], left: int, top: int, size: tuple[int, int] = (WIDTH, HEIGHT)
) -> bytes:
    """A grey picture with the paper at a place."""
    width, height = size
    ground = bytes([GROUND]) * width
    pictures = [ground] * height
    for y, line in enumerate(lines, top):
        pictures[y] = ground[:left] + line + ground[left + len(line) :]
    return b"".join(pictures)


def film_passing(path: Path, text: str) -> None:
    """A clip of four seconds: nothing at first, then a code carried past."""
    lines, nothing = paper(text, 6), frame([], 0, 0)
    passing = [frame(lines, 40 + 6 * step, 60 + 2 * step) for step in range(35)]
    _film(path, [nothing] * 5 + passing, (WIDTH, HEIGHT))


def film_held(path: Path, text: str) -> None:
    """A small clip: a card with this code, then nothing for a while."""
    lines = paper(text, 5) if text else []
    shown, nothing = frame(lines, 80, 40, SMALL), frame([], 0, 0, SMALL)
    seconds = [shown] * SHOWN_SECONDS + [nothing] * GONE_SECONDS
    _film(path, [one for one in seconds for _ in range(FRAMES_A_SECOND)], SMALL)


def _film(path: Path, frames: list[bytes], size: tuple[int, int]) -> None:
    """Write a clip (y4m, grey), which Chromium plays for ever."""
    width, height = size
    chroma = bytes([128]) * (width * height // 2)
    head = f"YUV4MPEG2 W{width} H{height} F{FRAMES_A_SECOND}:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + b"".join(b"FRAME\n" + one + chroma for one in frames))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(grey: bytes, width: int, level: int = 1) -> bytes:
    """A grey picture as a PNG file."""
    height = len(grey) // width
    lines = b"".join(b"\0" + grey[y * width : (y + 1) * width] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(lines, level)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def photo(text: str = "", width: int = 4000, height: int = 3000) -> bytes:
    """A photo as a phone takes it, twelve million pixels; with a code that fills a third of its height, or none."""
    lines = paper(text, height // 3 // 45) if text else []
    return png(frame(lines, width // 2, height // 2, (width, height)), width)


def heavy_photo(text: str) -> bytes:
    """A photo of more than 20 MB: grain which nothing makes smaller, and a code in its corner."""
    width, lines = 5000, paper(text, 12)
    grain = random.Random(4)  # noqa: S311 - grain of a picture
    grey = bytearray(grain.randbytes(width * 4300))
    for y, line in enumerate(lines, 300):
        grey[y * width + 300 : y * width + 300 + len(line)] = line
    return png(bytes(grey), width, level=0)


HELD = """
window.held = [];
window.hold = rows => { window.held = rows };
if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = async () => {
  if (window.trouble) throw new DOMException("", window.trouble);
  const canvas = document.createElement("canvas"), paint = canvas.getContext("2d");
  [canvas.width, canvas.height] = [640, 480];
  window.drawing = setInterval(() => {
    const rows = window.held, size = rows.length + 8;
    paint.fillStyle = "#999";
    paint.fillRect(0, 0, 640, 480);
    if (!rows.length) return;
    paint.fillStyle = "#fff";
    paint.fillRect(100, 60, size * 7, size * 7);
    paint.fillStyle = "#000";
    rows.forEach((row, y) => row.forEach((dark, x) =>
      dark && paint.fillRect(100 + (x + 4) * 7, 60 + (y + 4) * 7, 7, 7)));
  }, 50);
  window.stream = canvas.captureStream(20);
  return window.stream;
};
"""
"""In place of the camera one before which a test can hold codes: `hold(rows)`; `trouble` makes it fail."""
