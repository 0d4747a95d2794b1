"""When an uploaded scan happened and how far the clock of the device can be believed; kana rows. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LIVE_WITHIN = timedelta(minutes=2)
"""A scan this young is one of now: server time decides. A clock this far off is not believed."""

LATE_UNTIL = timedelta(hours=72)
SCANS_MAX = 50
PIN_SHAPE = re.compile(r"[0-9]{4,8}")
CODE_MAX = 500
"""Longer texts in a QR code are not ours."""

COUNTER_MAX = 2**31 - 1


class Clock(StrEnum):
    """What we make of the time of an upload."""

    LIVE = "live"
    LATE = "late"
    DOUBTFUL = "doubtful"
    TOO_OLD = "too_old"


@dataclass(frozen=True, slots=True)
class Told:
    """What a device says about the time of a scan."""

    device_time: datetime
    sent_at: datetime | None = None
    last_server_time: datetime | None = None
    offset: timedelta | None = None
    """Clock of the device minus ours, as it found at the last contact."""


@dataclass(frozen=True, slots=True)
class Happened:
    """When a scan happened, as far as we can tell, and how sure that is."""

    at: datetime
    clock: Clock

    @property
    def is_late(self) -> bool:
        """Whether nobody heard our answer when it happened."""
        return self.clock is not Clock.LIVE


def happened(told: Told, now: datetime) -> Happened:
    """Live scans count from now; later ones from the time of the device, corrected by the offset it knew.

    A time in the future, before the last contact, by a clock that is more than two minutes off or has jumped since
    the last contact is doubtful. Older than 72 hours is for the desk.
    """
    shift = told.offset if told.offset is not None else _offset_now(told, now)
    at = told.device_time - shift
    age = now - at
    if abs(age) <= LIVE_WITHIN:
        return Happened(now, Clock.LIVE)
    if age < timedelta(0):
        return Happened(now, Clock.DOUBTFUL)
    if age > LATE_UNTIL:
        return Happened(at, Clock.TOO_OLD)
    return Happened(at, Clock.DOUBTFUL if _is_doubtful(told, at, now) else Clock.LATE)


def _offset_now(told: Told, now: datetime) -> timedelta:
    return told.sent_at - now if told.sent_at is not None else timedelta(0)


def _is_doubtful(told: Told, at: datetime, now: datetime) -> bool:
    jumped = told.offset is not None and abs(_offset_now(told, now) - told.offset) > LIVE_WITHIN
    is_off = abs(told.offset if told.offset is not None else _offset_now(told, now)) > LIVE_WITHIN
    before = told.last_server_time is not None and at < told.last_server_time - LIVE_WITHIN
    ahead = told.last_server_time is not None and told.last_server_time > now + LIVE_WITHIN
    unknown = told.offset is None or told.sent_at is None
    return jumped or is_off or before or ahead or unknown


def is_out_of_order(
    at: datetime, earlier: datetime | None, later: datetime | None, *, is_repeated: bool
) -> bool:
    """Whether a counter and its time disagree with what the device sent besides.

    `earlier` is when the scan with the next lower counter happened, `later` the one with the next higher.
    """
    after = earlier is not None and at < earlier - LIVE_WITHIN
    before = later is not None and at > later + LIVE_WITHIN
    return is_repeated or after or before


ROWS = {
    "あ": "あいうえおぁぃぅぇぉゔ",
    "か": "かきくけこがぎぐげごゕゖ",
    "さ": "さしすせそざじずぜぞ",
    "た": "たちつてとだぢづでどっ",
    "な": "なにぬねの",
    "は": "はひふへほばびぶべぼぱぴぷぺぽ",
    "ま": "まみむめも",
    "や": "やゆよゃゅょ",
    "ら": "らりるれろ",
    "わ": "わをんゎゐゑ",
}
_ROW_OF = {sign: row for row, signs in ROWS.items() for sign in signs}
_TO_HIRAGANA = ord("ァ") - ord("ぁ")


def kana_row(kana: str) -> str:
    """The row of the syllabary under which a name is looked for; "わ" for what has none."""
    first = kana.strip()[:1]
    if "ァ" <= first <= "ヶ":
        first = chr(ord(first) - _TO_HIRAGANA)
    return _ROW_OF.get(first, "わ")
