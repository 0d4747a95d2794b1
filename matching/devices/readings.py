"""What a device has read or been typed: a card, a phone, another code of ours, or nothing of ours. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from matching.devices.rules import CODE_MAX
from volunteer.core.codes import CodeKind, Fault, read_code


class Read(StrEnum):
    """What a text turned out to be."""

    CARD = "card"
    PHONE = "phone"
    VENUE = "venue_read"
    SHIFT = "shift_read"
    DEVICE = "device_read"
    MISTYPED = "mistyped"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text is, and its code or token."""

    kind: Read
    value: str = ""


_PATH = re.compile(r"/(?P<what>[cpvw])/(?P<value>[A-Za-z0-9_-]{1,120})/?")
_ADDRESS = re.compile(r"((?i:https?))[:+']//([^\s/]+/\S*)")
"""A USB reader types keys, not signs: one made for another keyboard writes + or ' for :, and = for _."""

_OF_PATH = {"p": Read.PHONE, "v": Read.VENUE, "w": Read.SHIFT}
_OF_CODE = {CodeKind.CARD: Read.CARD, CodeKind.SHIFT: Read.SHIFT, CodeKind.DEVICE: Read.DEVICE}


@lru_cache(maxsize=32)
def read(text: str) -> Reading:
    """What a device has read. Addresses are known by their path: a center may have several names.

    One scan asks for it several times.
    """
    if not text.strip() or len(text) > CODE_MAX or "\x00" in text:
        return Reading(Read.FOREIGN)
    text = unicodedata.normalize("NFKC", text).strip()
    if found := _ADDRESS.fullmatch(text):
        return _of_address(f"{found[1]}://{found[2]}".replace("=", "_"))
    return _of_code(text)


def _of_address(text: str) -> Reading:
    try:
        address = urlsplit(text)
    except ValueError:
        return Reading(Read.FOREIGN)
    if address.path.rstrip("/") == "/kiosk":
        return Reading(Read.DEVICE)
    found = _PATH.fullmatch(address.path)
    if found is None:
        return Reading(Read.FOREIGN)
    if found["what"] == "c":
        return _of_code(found["value"])
    return Reading(_OF_PATH[found["what"]], found["value"])


def _of_code(text: str) -> Reading:
    if len(text) > 40:
        return Reading(Read.FOREIGN)
    typed = read_code(text)
    if typed.fault in (Fault.CHECK, Fault.LENGTH) and typed.code[:1] == CodeKind.CARD:
        return Reading(Read.MISTYPED)
    if typed.fault is not None or typed.kind is None:
        return Reading(Read.FOREIGN)
    return Reading(_OF_CODE.get(typed.kind, Read.FOREIGN), typed.code)
