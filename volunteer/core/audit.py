"""The audit trail (操作履歴) and the view log. Ids and names of fields only, never their values."""

from collections.abc import Iterable
from datetime import datetime

from flask import has_request_context
from sqlalchemy import insert

from volunteer.core import clock
from volunteer.core.db import db, log_turn
from volunteer.core.headers import request_id
from volunteer.core.models import AuditEntry, Outcome, ViewEntry
from volunteer.core.permissions import viewer


def record(act: str, subject: str = "", outcome: Outcome = Outcome.DONE, code: str = "") -> None:
    """One act of whoever is looking, added to the trail in the current write turn.

    `act` is the endpoint or `job:NAME`/`command:NAME`; `subject` is `table:id`.
    """
    who = viewer()
    db.session.add(
        AuditEntry(
            at=clock.now(),
            actor_user_id=who.user_id,
            actor_party_id=who.party_id,
            act=act,
            subject=subject,
            outcome=outcome,
            code=code,
            correlation=request_id() if has_request_context() else "",
        )
    )


def last_done(subject: str) -> tuple[int | None, datetime | None]:
    """Who did the last act about `subject` (`table:id`), and when."""
    statement = (
        db.select(AuditEntry.actor_user_id, AuditEntry.at)
        .where(AuditEntry.subject == subject, AuditEntry.outcome == Outcome.DONE)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    found = db.session.execute(statement).first()
    return (found.actor_user_id, found.at) if found else (None, None)


def record_view(party_id: int, what: str, reason: str = "") -> None:
    """Log that the viewer saw sensitive data of `party_id`, in a short turn of its own, before the page is sent.

    Call it in the GET view of a sensitive page before rendering; if it fails, the page is not sent.
    """
    log_turn(add_views, [party_id], what, reason)


def record_views(party_ids: Iterable[int], what: str) -> None:
    """`record_view` for everybody on a page, in one turn; none at all when nobody is on it."""
    if everybody := list(party_ids):
        log_turn(add_views, everybody, what)


def add_views(party_ids: Iterable[int], what: str, reason: str = "") -> None:
    """The same lines inside a write turn that is open already; each party once."""
    shared = {"at": clock.now(), "user_id": viewer().user_id, "what": what, "reason": reason}
    rows = [{**shared, "party_id": party_id} for party_id in dict.fromkeys(party_ids)]
    db.session.execute(insert(ViewEntry), rows)
