"""What we took over from others is complete, unchanged and named with its licence."""

import hashlib
import json
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "static" / "vendor"
PACKAGES = json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8"))["packages"]

NAMES_A_HOST = {
    VENDOR
    / "zxing-wasm-3.1.4/es/share.js": "where it would fetch its .wasm, which we tell it ourselves",
}
"""Vendored scripts that name another host, each with why nothing is ever fetched from it."""


def test_every_vendored_file_has_the_checksum_of_its_release() -> None:
    for package in PACKAGES:
        for name, checksum in package["files"].items():
            content = (VENDOR / package["folder"] / name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == checksum, f"{package['name']}: {name}"


def test_no_vendored_file_is_missing_from_the_list() -> None:
    listed = {
        VENDOR / package["folder"] / name for package in PACKAGES for name in package["files"]
    }
    found = {path for path in VENDOR.rglob("*") if path.is_file()} - {VENDOR / "vendor.json"}
    assert found == listed


def test_every_package_names_version_and_licence_and_brings_its_text() -> None:
    for package in PACKAGES:
        assert package["version"]
        assert package["version"] in package["folder"]
        assert package["licence"]
        assert "LICENSE" in package["files"]


def test_no_style_sheet_and_no_template_names_another_host() -> None:
    root = VENDOR.parents[1]
    own = [*(root / "static").rglob("*.css"), *(root / "static").rglob("*.js")]
    own += [path for path in (root / "templates").rglob("*.html") if "mail" not in path.parts]
    for path in set(own) - set(NAMES_A_HOST):
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
        assert "http://" not in text, path
        assert "https://" not in text, path
        assert "@import" not in text, path


def test_the_decoder_is_told_where_its_file_is() -> None:
    text = (VENDOR.parent / "js" / "scanner" / "decoder.js").read_text(encoding="utf-8")
    assert "locateFile: (name) => `${ZXING}reader/${name}`" in text
    assert 'new URL("../../vendor/zxing-wasm-3.1.4/", import.meta.url)' in text


def test_no_template_uses_inline_style_or_script() -> None:
    for path in (VENDOR.parents[1] / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert " style=" not in text, path
        assert "<style" not in text, path
        assert "<script>" not in text, path
        assert " onclick=" not in text, path
