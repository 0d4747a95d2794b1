"""What may be written anew after publication: what to bring, dangers, whom to call. Nobody has to answer it.

Date, place, headcount, category and pay are frozen; changing date, place or headcount is a verb of changes.py.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, update

from matching.assignments import notices, queries
from matching.assignments.models import Participation
from matching.assignments.states import HOLDS_SEAT
from matching.help_requests.models import HelpRequest, HelpRequestDecision, Shift
from matching.help_requests.queries import help_request
from matching.help_requests.states import PUBLIC_SHIFT_STATES, HelpRequestState
from volunteer.core import clock
from volunteer.core.db import db, guarded_update
from volunteer.core.errors import Refused, TooManyAttempts
from volunteer.core.i18n import _l, in_language

REWRITTEN_MAX = 10
"""How often the details of one request are written anew within a day: each time everybody gets a message."""

DETAILS = {
    "description": _l("くわしい内容"),
    "bring": _l("持ち物"),
    "dangers": _l("気をつけること"),
    "bad_weather": _l("天気が悪いとき"),
    "contact_name": _l("当日の担当"),
    "contact_telephone": _l("担当の電話"),
}
"""What may change, with its name for people."""


def is_rewritable(request: HelpRequest) -> bool:
    """Whether the details can still be written anew: published, with a day that is not over."""
    return request.state is HelpRequestState.PUBLISHED and bool(_still_to_come(request))


def kept_details(help_request_id: int) -> dict[str, Any]:
    """What stands now."""
    found = help_request(help_request_id)
    return {name: getattr(found, name) for name in DETAILS}


def rewrite_details(help_request_id: int, answers: Mapping[str, Any], by_user_id: int) -> int:
    """The details are as in `answers`; each person with a place is told once. How many were told.

    The same words again change nothing and tell nobody. Raises `Refused` (over) when nothing is to come.
    """
    unknown = set(answers) - set(DETAILS)
    if unknown:
        raise ValueError(f"not a detail: {sorted(unknown)}")
    request = help_request(help_request_id)
    if not is_rewritable(request):
        raise Refused(_l("募集中の依頼だけ、書きかえられます。"), code="over")
    changed = [
        name
        for name in DETAILS
        if name in answers and _plain(name, answers[name]) != _plain(name, getattr(request, name))
    ]
    if not changed:
        return 0
    _rewrite(help_request_id, {name: answers[name] for name in changed})
    note = _note(help_request_id, changed, by_user_id)
    return _tell(help_request(help_request_id), changed, note)


def _rewrite(help_request_id: int, values: Mapping[str, Any]) -> None:
    """The row is written first: on PostgreSQL the next one waits for it, and then counts this note, too."""
    published = HelpRequest.state == HelpRequestState.PUBLISHED
    statement = update(HelpRequest).where(HelpRequest.id == help_request_id, published)
    if guarded_update(statement.values(**values)) != 1:
        raise Refused(_l("募集中の依頼だけ、書きかえられます。"), code="over")
    if _rewritten_lately(help_request_id) >= REWRITTEN_MAX:
        raise TooManyAttempts(
            _l(
                "1日に書きかえられるのは%(most)s回までです。急ぐときは、センターにお電話ください。",
                most=REWRITTEN_MAX,
            ),
            code="rewritten_too_often",
        )


def _rewritten_lately(help_request_id: int) -> int:
    """Notes of the last day; only a rewriting leaves a published request published."""
    statement = db.select(func.count()).where(
        HelpRequestDecision.help_request_id == help_request_id,
        HelpRequestDecision.to_state == HelpRequestState.PUBLISHED,
        HelpRequestDecision.decided_at > clock.now() - timedelta(days=1),
    )
    return int(db.session.execute(statement).scalar_one())


def _plain(name: str, text: str) -> str:
    """The words without what a form or another way of writing a number makes of them."""
    plain = text.replace("\r\n", "\n").strip()
    return plain.replace("-", "") if name == "contact_telephone" else plain


def _still_to_come(request: HelpRequest) -> list[Shift]:
    return [
        one
        for one in request.shifts
        if one.state in PUBLIC_SHIFT_STATES and one.ends_at > clock.now()
    ]


def _note(help_request_id: int, changed: list[str], by_user_id: int) -> int:
    """A line in the history, which is kept in the language of the center."""
    with in_language("ja"):
        words = _l(
            "書きかえたこと：%(what)s", what="、".join(str(DETAILS[name]) for name in changed)
        )
        made = HelpRequestDecision(
            help_request_id=help_request_id,
            to_state=HelpRequestState.PUBLISHED,
            reason=str(words),
            decided_by_user_id=by_user_id,
            decided_at=clock.now(),
        )
    db.session.add(made)
    db.session.flush()
    return made.id


def _tell(request: HelpRequest, changed: list[str], occasion: int) -> int:
    """One message for each person, about the next day they come."""
    told: set[int] = set()
    for shift in _still_to_come(request):
        for one in queries.people_of(shift.id):
            if one.state in HOLDS_SEAT and one.person_id not in told:
                told.add(one.person_id)
                _tell_person(one, shift, changed, occasion)
    return len(told)


def _tell_person(one: Participation, shift: Shift, changed: list[str], occasion: int) -> None:
    """What is new in words; the contact's name and number stand on the page only, from the evening before."""
    request = shift.help_request
    words = {
        name: getattr(request, name) if name in changed else ""
        for name in ("bring", "dangers", "bad_weather")
    }
    has_new_contact = bool({"contact_name", "contact_telephone"} & set(changed))
    notices.tell_person(
        one,
        shift,
        "details_changed",
        str(occasion),
        has_new_contact=has_new_contact,
        has_new_text="description" in changed,
        **words,
    )
