"""The icons for the home screen, drawn from the logo: `python -m tests.e2e.draw_icons` writes static/icons."""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.machine import CHROMIUM

STATIC = Path(__file__).resolve().parents[2] / "static"
ICONS = {
    "icon-192": (192, 0.8),
    "icon-512": (512, 0.8),
    "maskable-192": (192, 0.56),
    "maskable-512": (512, 0.56),
    "apple-180": (180, 0.7),
}
"""Name, edge in pixels, share of the edge that the mark fills. Android cuts a circle out of what is maskable."""


def draw(browser: Browser, edge: int, share: float) -> bytes:
    """One PNG: the mark in the middle of a white square."""
    page = browser.new_page(viewport={"width": edge, "height": edge}, device_scale_factor=1)
    mark = (STATIC / "logo.svg").read_text(encoding="utf-8")
    page.set_content(
        f"<style>body {{ margin: 0; background: #fff; height: {edge}px; display: grid; place-items: center }}"
        f"svg {{ width: {edge * share}px; height: {edge * share}px }}</style>{mark}"
    )
    picture = page.screenshot()
    page.close()
    return picture


def main() -> None:
    """Draw all of them."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (edge, share) in ICONS.items():
            (STATIC / "icons" / f"{name}.png").write_bytes(draw(browser, edge, share))
        browser.close()


if __name__ == "__main__":
    main()
