"""Whom pasted lines mean, as far as the one who pasted them may know: reads only.

The center may look for anybody. A host knows the people of the shift's own list; of others, and a leader of
everybody, only a whole line (number and name, or the code of a card) is answered, so that nobody learns from this
page who is registered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matching.checkin import services as checkin
from matching.checkin.sheet import MANY
from matching.groups import queries
from matching.groups.rules import Line, same_name
from matching.groups.states import Side
from volunteer.core.errors import DomainError
from volunteer.core.i18n import _
from volunteer.people.models import Person


@dataclass(frozen=True)
class Found:
    """Somebody, or the words that say what is lacking."""

    person_id: int | None = None
    name: str = ""
    words: Any = ""


def find_all(lines: Sequence[Line], side: Side, shift_id: int) -> list[Found]:
    """Whom each line means; the register is asked once for all of them."""
    seen = _Seen(
        queries.people_at(shift_id) if side is Side.HOST else [],
        queries.people_by_number({one.number for one in lines if one.number}),
        queries.people_named({one.name for one in lines if one.name}) if side is Side.STAFF else [],
    )
    return [_by_card(one.card) if one.card else _find(one, side, seen) for one in lines]


@dataclass(frozen=True)
class _Seen:
    """The people who may be meant: of the shift's list, by number, by name."""

    on_list: list[Person]
    by_number: dict[str, Person]
    named: list[Person]


def _find(line: Line, side: Side, seen: _Seen) -> Found:
    if side is Side.STAFF:
        return _in_register(line, seen)
    on_list = _fitting(seen.on_list, line)
    if on_list:
        return _of(on_list[0]) if len(on_list) == 1 else Found(words=_several(on_list))
    if not (line.number and line.name):
        return Found(words=_("登録番号と名前を、1行に両方書いてください（例：V0123 佐藤花子）"))
    person = seen.by_number.get(line.number)
    if person is None or not same_name(line.name, person.name, person.kana):
        words = _("この番号と名前の登録が見つかりません。登録していない人は、人数にだけ入ります")
        return Found(words=words)
    return _of(person)


def _of(person: Person) -> Found:
    return Found(person.party_id, person.name)


def _by_card(code: str) -> Found:
    try:
        return Found(checkin.person_of_card(code))
    except DomainError as error:
        return Found(words=error.facts.get("heading", error.message))


def _fitting(people: Iterable[Person], line: Line) -> list[Person]:
    """Those whom what was typed fits altogether: a number, a whole name, or both."""
    return [
        one
        for one in people
        if (not line.number or line.number == (one.number or "").upper())
        and (not line.name or same_name(line.name, one.name, one.kana))
    ]


def _in_register(line: Line, seen: _Seen) -> Found:
    person = seen.by_number.get(line.number)
    if person is not None and line.name and not _fitting([person], line):
        words = _("この番号は %(name)sさんです。番号と名前を確かめてください", name=person.name)
        return Found(words=words)
    found = [person] if person is not None else _fitting(seen.named, line)
    if len(found) == 1:
        return _of(found[0])
    return Found(words=_lacking(found))


def _lacking(found: Sequence[Person]) -> Any:
    if not found:
        return _("この番号や名前の登録が見つかりません。登録していない人は、人数にだけ入ります")
    if len(found) > MANY:
        return _("当てはまる人が多すぎます。登録番号を入れてください")
    return _several(found)


def _several(found: Sequence[Person]) -> Any:
    names = _("、").join(f"{one.number} {one.name}" for one in found)
    return _("%(n)s人います。登録番号で入れてください：%(names)s", n=len(found), names=names)
