"""The page of a tablet in Chromium: from a card before the camera to the words on the screen; a long queue going up.

The camera is a drawn one of 20 frames a second. A live scan, from its text on, is measured alone and once more every
two seconds while the queue is uploaded. The server is the application of the tests in this process, on SQLite; the
browser is on the same machine.

usage: .venv/bin/python -m bench.kiosk [--scans 20] [--queue 10000] [--people 1000]
"""

import argparse
import os
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from flask import Flask
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from bench.device_api import cards_of_people
from tests import databases
from tests.applications import application
from tests.browser import ARGUMENTS, Quiet
from tests.cast import NOW, Cast
from tests.e2e.filmed import HELD
from tests.e2e.tablet import LYING, enrolment
from tests.machine import CHROMIUM
from volunteer.core import clock
from volunteer.core.qr import modules

SEEN = """
  const shown = document.querySelector("[data-view=result]")
  const heading = document.querySelector("[data-slot=result-heading]")
  const seen = new Promise((done) => {
    const look = () => !shown.hidden && shown.className.match(/ok|again|stop/) && requestAnimationFrame(() => {
      watch.disconnect()
      done([performance.now() - begun, heading.textContent])
    })
    const watch = new MutationObserver(look)
    watch.observe(shown, { attributes: true, childList: true, subtree: true })
  })
  shown.hidden = true
  const begun = performance.now()"""
"""Until the words stand in the next frame."""

HOLD = f"async rows => {{ {SEEN}; hold(rows); const found = await seen; hold([]); return found }}"
"""From the card before the camera on."""

READ = f"""async code => {{
  const taking = await import("/static/js/kiosk/taking.js"); {SEEN}
  taking.scanned({{ code, how: "camera", direction: "in" }})
  return await seen
}}"""
"""From what the camera calls with a text it has decoded on."""

FILL = """async ([codes, count]) => {
  const store = await import("/static/js/kiosk/store.js")
  const clock = await import("/static/js/kiosk/clock.js")
  await store.change(["meta", "outbox"], async (meta, outbox) => {
    let counter = (await store.got(meta.get("counter"))) ?? 0
    for (let n = 0; n < count; n++) outbox.add({ uuid: crypto.randomUUID(), counter: ++counter, person_id: null,
      shift_id: null, direction: "in", how: "camera", code: codes[n % codes.length], label: "", ...clock.stamp() })
    meta.put(counter, "counter")
  })
  const outbox = await import("/static/js/kiosk/outbox.js")
  outbox.changed()
}"""
LEFT = """async () => {
  const store = await import("/static/js/kiosk/store.js")
  return await store.read(["outbox"], (outbox) => store.got(outbox.count()))
}"""
SEND = 'async () => { const outbox = await import("/static/js/kiosk/outbox.js"); outbox.send() }'


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a loopback port, with a clock that goes on."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    app.config["OTAGAI"].base_url = url = f"http://127.0.0.1:{server.server_port}"
    begun, over = time.monotonic(), threading.Event()

    def tick() -> None:
        while not over.wait(0.1):
            clock.set(NOW + timedelta(seconds=time.monotonic() - begun))

    for work in (server.serve_forever, tick):
        threading.Thread(target=work, daemon=True).start()
    yield url
    over.set()
    server.shutdown()


def alone(page: Page, script: str, texts: Sequence[object]) -> str:
    """Scans one after another, with nothing else to do."""
    spent = []
    for text in texts:
        milliseconds, words = page.evaluate(script, text)
        assert "受付しました" in words, words
        spent.append(milliseconds)
        page.wait_for_timeout(300)
    return middle(spent)


def middle(spent: list[float]) -> str:
    """How long it took."""
    return f"{statistics.median(spent):.0f} ms (median of {len(spent)}; longest {max(spent):.0f})"


def beside_a_queue(page: Page, waiting: list[str], live: list[str], count: int) -> tuple[str, str]:
    """How long a queue takes, and a live scan meanwhile."""
    page.evaluate(FILL, [waiting, count])
    begun, spent = time.monotonic(), []
    page.evaluate(SEND)
    while page.evaluate(LEFT) > 0:
        if live:
            milliseconds, words = page.evaluate(READ, live.pop())
            assert "受付しました" in words, words
            spent.append(milliseconds)
        page.wait_for_timeout(2000)
    seconds = time.monotonic() - begun
    return f"{seconds:.0f} s ({count / seconds:.0f} a second)", middle(spent)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=20)
    parser.add_argument("--queue", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=1000, help="whose cards wait in the queue")
    asked = parser.parse_args()
    many = asked.scans
    databases.open_folder()
    app = application("sqlite", with_cast=True)
    clock.set(NOW)
    with app.app_context(), served(app) as url, sync_playwright() as playwright:
        cast = Cast()
        codes = cards_of_people(cast, asked.people + 2 * asked.scans + 400)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = chromium.new_context(viewport=LYING, locale="ja-JP", timezone_id="Asia/Tokyo")
        context.clock.install(time=clock.now())
        context.add_init_script(HELD)
        page = context.new_page()
        page.goto(f"{url}/kiosk#{enrolment(cast)[1]}")
        page.get_by_role("heading", name="QRかカードを、ここに見せてください").wait_for()
        page.get_by_role("button", name="カメラを使う").click()
        page.locator("[data-slot=video]").wait_for()
        held, read, codes = codes[:many], codes[many : 2 * many], codes[2 * many :]
        drawn = [modules(f"{url}/c/{code}", "Q") for code in held]
        print(f"card before the camera to words on the screen: {alone(page, HOLD, drawn)}")
        print(f"text to words on the screen: {alone(page, READ, read)}")
        live, waiting = codes[:400], codes[400:]
        whole, meanwhile = beside_a_queue(page, waiting, live, asked.queue)
        print(f"{asked.queue} waiting scans: {whole}; a live one meanwhile: {meanwhile}")
        chromium.close()
    databases.close_folder()


if __name__ == "__main__":
    os.environ.setdefault("REQUIRE_ALL", "1")
    main()
