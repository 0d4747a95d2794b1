"""What an attendance must be, told by its events alone: none is an edit, so the last word of each kind holds. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from matching.checkin.rules import Window, corrected_minutes
from matching.checkin.states import Direction


class Event(Protocol):
    """What is read of an event."""

    direction: Direction
    server_time: datetime
    detail: dict[str, Any]


@dataclass(frozen=True)
class Replayed:
    """When somebody came and went, what counts, and whether it was refused."""

    came_at: datetime | None = None
    left_at: datetime | None = None
    minutes: int = 0
    households: int = 0
    is_refused: bool = False


def replay(events: Iterable[Event], window: Window, households: int) -> Replayed:
    """The facts after these events (oldest first) of somebody at a shift that was planned so."""
    found = Replayed()
    for event in events:
        found = _after(found, event, window, households)
    return found


def _after(found: Replayed, event: Event, window: Window, households: int) -> Replayed:
    if event.direction is Direction.CHECK_IN:
        return _arrived(event, window, households)
    if event.direction is Direction.CHECK_OUT:
        left = _moment(event.detail, "left")
        return replace(found, left_at=left, minutes=event.detail["minutes"])
    if event.direction is Direction.REFUSAL:
        return replace(found, minutes=0, households=0, is_refused=True)
    if event.direction is Direction.CORRECTION:
        return _corrected(found, event.detail)
    return found


def _arrived(event: Event, window: Window, households: int) -> Replayed:
    came = _moment(event.detail, "came") or event.server_time
    left = _moment(event.detail, "left")
    minutes = window.planned_minutes if left is None else corrected_minutes(window, came, left)
    return Replayed(came, left, minutes, event.detail.get("households", households))


def _corrected(found: Replayed, detail: dict[str, Any]) -> Replayed:
    """A correction tells the times; what two people put back has only what it had counted."""
    minutes, households = detail["after"]
    came = _moment(detail, "came") or found.came_at
    left = _moment(detail, "left") or found.left_at
    return Replayed(came, left, minutes, households)


def _moment(detail: dict[str, Any], name: str) -> datetime | None:
    text = detail.get(name)
    return datetime.fromisoformat(text) if isinstance(text, str) else None
