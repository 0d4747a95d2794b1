"""Until when names are taken, and what a pasted line says: a number, a card, a name. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from matching.groups.states import VisitState
from volunteer.core import typed
from volunteer.core.codes import CodeKind, kind_of, normalise

LINES_MAX = 100
"""So many rows in one go: what one can have looked at; the others stay in the field."""

_SEPARATORS = re.compile(r"[\s,;、]+")
_POSITION = re.compile(r"\(?\d{1,3}[.):]?")
_BULLETS = "・•*-–—●○◯□☐"


def names_until(ends_at: datetime, days: int) -> datetime:
    """Until when names can be added to a group: so many days after the planned end."""
    return ends_at + timedelta(days=days)


class Closed(StrEnum):
    """Why a visit takes no more names and no other head count."""

    WITHDRAWN = "withdrawn"
    NAMES_CLOSED = "names_closed"


def why_closed(state: VisitState, until: datetime, at: datetime) -> Closed | None:
    """Why nothing can be changed at a visit; None while it can. The moment decides also before the job has run."""
    if state is VisitState.WITHDRAWN:
        return Closed.WITHDRAWN
    return Closed.NAMES_CLOSED if state is VisitState.SETTLED or at >= until else None


def left_when(
    left_at: datetime | None, ended_at: datetime | None, ends_at: datetime, at: datetime
) -> datetime | None:
    """When somebody who is named now had gone home: with the group, or when it was over; None while it goes on."""
    ends = [left_at, ended_at, ends_at if at >= ends_at else None]
    return min((one for one in ends if one is not None and one <= at), default=None)


@dataclass(frozen=True)
class Line:
    """A pasted line: as typed, and what of it may be a card's code, a registration number, a name."""

    text: str
    card: str = ""
    number: str = ""
    name: str = ""


def read_lines(text: str) -> list[Line]:
    """The lines in which something stands, each once, in their order."""
    lines = (read_line(one) for one in typed.several_lines(text).split("\n"))
    return list({one.text: one for one in lines if one.text}.values())


def read_line(text: str) -> Line:
    """One line of a list as people keep them: numbered, with dashes, name first or number first."""
    plain = typed.half_width(text)
    whole = plain.rsplit("/", 1)[-1]
    if kind_of(whole) is CodeKind.CARD:
        return Line(plain, card=normalise(whole))
    words = [one for one in (word.strip(_BULLETS) for word in _SEPARATORS.split(plain)) if one]
    if len(words) > 1 and _POSITION.fullmatch(words[0]):
        words = words[1:]
    cards = [word for word in words if kind_of(word) is CodeKind.CARD]
    numbers = [word for word in words if word not in cards and any(map(str.isdigit, word))]
    names = [word for word in words if word not in cards and word not in numbers]
    number = numbers[0].upper() if len(numbers) == 1 else " ".join(numbers).upper()
    return Line(plain, normalise(cards[0]) if cards else "", number, " ".join(names))


def same_name(words: str, name: str, kana: str) -> bool:
    """Whether what was typed is all of somebody's name, in kanji or in kana, spaces aside."""
    wanted = _bare(words)
    return bool(wanted) and wanted in (_bare(name), _bare(kana))


def _bare(words: str) -> str:
    return "".join(typed.to_katakana(words).split()).upper()
