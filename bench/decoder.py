"""How well our own scanner reads codes of ours from bad pictures: 23 distortions, three codes each.

A page under our strict content policy (the one of pages that scan) loads static/js/scanner.js in Chromium and decodes
the frames that bench/decoder_frames.js draws. The codes are a venue's, a card's and a phone's address.

usage: .venv/bin/python -m bench.decoder [--pictures FOLDER]
"""

import argparse
import base64
import logging
import os
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from volunteer.core import headers
from volunteer.core.qr import modules

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
BASE = "https://otagai.example.jp"
CODES = {
    "venue": (f"{BASE}/v/AWqRzYAAAAAqvXh1k9kQ2ZwaZ", "M"),
    "card": (f"{BASE}/c/C7Q2K9XV", "Q"),
    "phone": (f"{BASE}/p/A2qVhwAAAABKq1m0uXh3Zk9P", "M"),
}
"""What is read, with the error level it is printed or shown with."""

CASES: dict[str, dict[str, float | bool]] = {
    "plain": {},
    "turned 15°": {"angle": 15},
    "turned 45°": {"angle": 45},
    "upside down": {"angle": 180},
    "tilted 10 %": {"tilt": 0.10},
    "tilted 20 %": {"tilt": 0.20},
    "tilted 20 %, turned 30°": {"tilt": 0.20, "angle": 30},
    "blurred 1.5": {"blur": 1.5},
    "blurred 2.5": {"blur": 2.5},
    "blurred 3.5": {"blur": 3.5},
    "small, 140 px": {"px": 140},
    "small, 100 px": {"px": 100},
    "small, 80 px": {"px": 80},
    "small, 80 px, turned 20°": {"px": 80, "angle": 20},
    "dark, 25 %": {"gain": 0.25, "noise": 8},
    "dark, 12 %": {"gain": 0.12, "noise": 6},
    "low contrast": {"contrast": 0.25, "noise": 6},
    "glare": {"glare": True},
    "inverted": {"invert": True},
    "a fifth covered": {"occlude": 0.2},
    "noisy": {"noise": 35},
    "small, 100 px, blurred": {"px": 100, "blur": 1.0},
    "dark, tilted, blurred": {"gain": 0.3, "tilt": 0.12, "blur": 1.2, "angle": 20},
}
"""px: width of the code with its white edge (a module of the plain one is 6.8 px); blur: sigma in px."""

PAGE = """<!doctype html><title>scan</title><link rel="icon" href="data:,">"""
LOAD = """async frame => {
  window.frame = eval(frame);
  window.scanner = await import("/static/js/scanner.js");
  window.reader = await scanner.decoder();
  return reader.name;
}"""
READ = """async ([rows, how, seed]) => {
  const image = frame(rows, how, seed), begun = performance.now();
  const text = await reader.decode(image);
  return [text, performance.now() - begun];
}"""
PICTURE = """([rows, how, seed]) => {
  const canvas = document.createElement("canvas"), image = frame(rows, how, seed);
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
}"""
WATCH = """async codes => {
  const canvas = document.createElement("canvas"), video = document.createElement("video");
  [canvas.width, canvas.height] = [640, 480];
  const paint = canvas.getContext("2d"), taken = [];
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(30);
  let rows = [], heard;
  const draw = setInterval(() => {
    paint.fillStyle = "#888";
    paint.fillRect(0, 0, 640, 480);
    const size = rows.length + 8;
    for (let y = -4; y < size - 4; y++) for (let x = -4; x < size - 4; x++) {
      paint.fillStyle = rows[y]?.[x] ? "#000" : "#fff";
      if (rows.length) paint.fillRect(200 + 5 * x, 120 + 5 * y, 5, 5);
    }
  }, 33);
  const watching = scanner.watch(video, text => heard(text), name => { throw new Error(name) });
  await watching.ready;
  for (const [text, drawn] of codes) {
    const begun = performance.now();
    rows = drawn;
    if (await new Promise(done => { heard = done }) !== text) throw new Error("misread");
    taken.push(performance.now() - begun);
    rows = [];
    await new Promise(done => setTimeout(done, 300 + 37 * taken.length % 100));
  }
  watching.stop();
  clearInterval(draw);
  return taken;
}"""
"""From a code held before a camera of 30 frames a second to its text, one code after another."""


@dataclass(frozen=True)
class Frame:
    """One picture: what is written in it, and what became of it."""

    case: str
    text: str
    number: int
    rows: list[list[bool]]

    @property
    def drawing(self) -> list[Any]:
        """What frame() of decoder_frames.js takes."""
        return [self.rows, CASES[self.case], self.number]


def frames() -> Iterator[Frame]:
    """All of them, case by case."""
    for case in CASES:
        for number, (text, level) in enumerate(CODES.values(), 1):
            yield Frame(case, text, number, modules(text, level))


@contextmanager
def scanning_page() -> Iterator[Page]:
    """A page in Chromium that may scan and holds nothing else, with our static files and our headers."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = Flask("scanning", static_folder=str(ROOT / "static"))
    headers.init_app(app)
    app.add_url_rule("/", "page", headers.scans_codes(lambda: PAGE))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page()
        page.on("console", lambda said: print("console:", said.text))
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        yield page
        chromium.close()
    server.shutdown()


def measure(page: Page) -> dict[str, list[tuple[bool, float, bool]]]:
    """For each case its frames: whether read, milliseconds, whether something else was read."""
    found: dict[str, list[tuple[bool, float, bool]]] = {case: [] for case in CASES}
    everything = list(frames())
    for warming in everything[:3]:
        page.evaluate(READ, warming.drawing)
    for one in everything:
        text, taken = page.evaluate(READ, one.drawing)
        found[one.case].append((text == one.text, taken, text not in (None, one.text)))
    return found


def waited(page: Page) -> list[float]:
    """Milliseconds from a code before the camera to its text, twenty times."""
    texts = [f"{BASE}/c/C7Q2K9{number:02}" for number in range(20)]
    found: list[float] = page.evaluate(WATCH, [[text, modules(text, "Q")] for text in texts])
    return found


def _median(values: list[float]) -> str:
    return f"{statistics.median(values):.0f}" if values else "–"


def main() -> None:
    """Print the table of docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, help="also write every frame there as a PNG")
    folder = parser.parse_args().pictures
    with scanning_page() as page:
        name = page.evaluate(LOAD, (ROOT / "bench" / "decoder_frames.js").read_text())
        found, seen_after = measure(page), waited(page)
        for one in frames() if folder else ():
            path = folder / f"{one.case.replace(' ', '_')}.{one.number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(base64.b64decode(page.evaluate(PICTURE, one.drawing)))
    rows = [row for rows in found.values() for row in rows]
    print(
        f"decoder: {name}\n\n| distortion | read | ms when read | ms when not |\n|---|---|---|---|"
    )
    for case, lines in [*found.items(), ("**all**", rows)]:
        hits = [taken for hit, taken, _ in lines if hit]
        misses = [taken for hit, taken, _ in lines if not hit]
        print(f"| {case} | {len(hits)} of {len(lines)} | {_median(hits)} | {_median(misses)} |")
    print(f"\nread wrongly: {sum(wrong for _, _, wrong in rows)}")
    print(f"from code to text: median {_median(seen_after)} ms, longest {max(seen_after):.0f} ms")


if __name__ == "__main__":
    main()
