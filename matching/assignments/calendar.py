"""A place in a shift as a calendar file (RFC 5545); the same UID each time, so that a change replaces the entry."""

from dataclasses import dataclass
from datetime import UTC, datetime

LINE_BYTES = 73
"""A content line is at most 75 bytes; a folded one begins with a space."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the calendar shows. Moments are aware; `changed_at` makes a later file win."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    summary: str
    location: str
    description: str
    url: str
    is_cancelled: bool = False


def calendar_file(entry: Entry) -> str:
    """The text of an .ics file with one event, lines ended by CRLF."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Otagai//JA",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"DTSTAMP:{_moment(entry.changed_at)}",
        f"SEQUENCE:{int(entry.changed_at.timestamp()) % 2**31}",
        f"DTSTART:{_moment(entry.starts_at)}",
        f"DTEND:{_moment(entry.ends_at)}",
        f"SUMMARY:{_text(entry.summary)}",
        f"LOCATION:{_text(entry.location)}",
        f"DESCRIPTION:{_text(entry.description)}",
        f"URL:{entry.url}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"), ("\r", "")):
        words = words.replace(sign, written)
    return words


def _folded(line: str) -> str:
    """The line cut where it gets too long, never inside a character."""
    parts, current = [], ""
    for sign in line:
        if len((current + sign).encode()) > LINE_BYTES:
            parts.append(current)
            current = ""
        current += sign
    return "\r\n ".join([*parts, current])
