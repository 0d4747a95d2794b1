"""Messages to people: queued in the same transaction as the act, rendered and sent afterwards by a job."""

import logging
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from flask import render_template
from sqlalchemy import or_, update

from volunteer.core import clock
from volunteer.core.center import center_or_none
from volunteer.core.config import settings
from volunteer.core.db import db, guarded_update, insert_once, run_turn
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l, in_language, plain_reading, show
from volunteer.core.mailer import MailFailure, PermanentFailure, compose, send
from volunteer.core.models import Notice, NoticeState

log = logging.getLogger("otagai.outbox")

BATCH = 50
RETRY_AFTER = (1, 5, 15, 60, 240, 720, 1440)
"""Minutes to wait after the first, second … failure; then the notice is given up and shown to staff."""
STUCK = timedelta(minutes=10)
"""A notice that stands in `sending` this long belonged to a process that died; it is tried again."""


def queue(
    template: str,
    key: str,
    to_address: str | None,
    params: dict[str, Any] | None = None,
    *,
    language: str | None = None,
    to_user_id: int | None = None,
    to_party_id: int | None = None,
) -> int | None:
    """Put one message into the outbox inside the caller's write turn; its id, or None if `key` was queued before.

    `template` names templates/mail/<template>.txt (first line = subject); `params` must be JSON: days and moments
    in ISO, sums as integers, so that they are written in the receiver's language (`kept`). Without an
    address the notice is kept for the desk, which tells the person by telephone or letter.
    """
    moment = clock.now()
    return insert_once(
        Notice,
        {
            "key": key,
            "template": template,
            "to_user_id": to_user_id,
            "to_party_id": to_party_id,
            "to_address": to_address or "",
            "language": language or "ja",
            "params": params or {},
            "state": NoticeState.WAITING if to_address else NoticeState.KEPT,
            "tries": 0,
            "next_try_at": moment,
            "queued_at": moment,
            "problem": "",
        },
    )


def render(notice: Notice) -> tuple[str, str]:
    """(subject, text) of a notice in the receiver's language."""
    with in_language(notice.language):
        text = render_template(
            f"mail/{notice.template}.txt",
            center=center_or_none(),
            base_url=settings().base_url,
            queued_at=notice.queued_at,
            **notice.params,
        )
    subject, _separator, body = plain_reading(text).partition("\n")
    return subject.strip(), body.strip() + "\n"


def kept(value: str, name: str, *more: str) -> str:
    """What a mail shows of ISO dates or moments in its params, written by the format `name`.

    Rows queued by older versions hold the finished words; these stay as they are.
    """
    try:
        values = [_from_iso(text) for text in (value, *more)]
    except ValueError:
        return value
    return str(show(name, *values))


def _from_iso(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def deliver_due(limit: int = BATCH) -> str:
    """Send what is due, one claim after the other; a short account of how many went and failed."""
    if not settings().smtp_host and not settings().is_production:
        return "no mail server: the messages stay readable on the demo's mail page"
    sent = failed = 0
    for notice_id in _due_ids(limit):
        if run_turn(_claim, notice_id):
            problem = _send_one(notice_id)
            sent, failed = (sent + 1, failed) if problem is None else (sent, failed + 1)
    return f"sent={sent} failed={failed}"


def _due_ids(limit: int) -> list[int]:
    moment = clock.now()
    ready = or_(
        Notice.state == NoticeState.WAITING,
        (Notice.state == NoticeState.SENDING) & (Notice.next_try_at < moment - STUCK),
    )
    statement = (
        db.select(Notice.id)
        .where(ready, Notice.next_try_at <= moment)
        .order_by(Notice.next_try_at, Notice.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def _claim(notice_id: int) -> bool:
    moment = clock.now()
    statement = (
        update(Notice)
        .where(
            Notice.id == notice_id,
            or_(
                Notice.state == NoticeState.WAITING,
                (Notice.state == NoticeState.SENDING) & (Notice.next_try_at < moment - STUCK),
            ),
        )
        .values(state=NoticeState.SENDING, tries=Notice.tries + 1, next_try_at=moment)
    )
    return guarded_update(statement) == 1


def _send_one(notice_id: int) -> MailFailure | None:
    notice = db.session.get_one(Notice, notice_id)
    tries = notice.tries
    try:
        message = _message(notice)
        db.session.rollback()  # no transaction is open while we wait for the mail server
        send(message)
    except MailFailure as failure:
        run_turn(_record_failure, notice_id, tries, failure)
        return failure
    run_turn(_record_sent, notice_id)
    return None


def _message(notice: Notice) -> EmailMessage:
    """The mail of a notice. A text that cannot be made must not stop the others: it fails visibly."""
    try:
        subject, body = render(notice)
    except Exception as error:
        log.exception("notice %s cannot be written", notice.id)
        raise PermanentFailure(f"the text cannot be written: {type(error).__name__}") from error
    message = compose(
        notice.to_address, subject, body, parseaddr(settings().mail_from)[1], _sender()
    )
    domain = message["From"].addresses[0].domain
    # fixed, so that a mail server can recognise a message that is handed in again after a lost answer
    message["Message-ID"] = f"<notice-{notice.id}-{notice.queued_at:%Y%m%d%H%M%S}@{domain}>"
    return message


def _sender() -> str:
    center = center_or_none()
    return parseaddr(settings().mail_from)[0] or (center.name if center else "")


def _record_sent(notice_id: int) -> None:
    db.session.execute(
        update(Notice)
        .where(Notice.id == notice_id)
        .values(state=NoticeState.SENT, sent_at=clock.now(), problem="")
    )


def _record_failure(notice_id: int, tries: int, failure: MailFailure) -> None:
    given_up = failure.permanent or tries > len(RETRY_AFTER)
    values: dict[str, Any] = {"problem": str(failure)[:200]}
    if given_up:
        values["state"] = NoticeState.FAILED
    else:
        values["state"] = NoticeState.WAITING
        values["next_try_at"] = _next_try(tries)
    db.session.execute(update(Notice).where(Notice.id == notice_id).values(**values))


def _next_try(tries: int) -> datetime:
    return clock.now() + timedelta(minutes=RETRY_AFTER[min(tries, len(RETRY_AFTER)) - 1])


def try_again(notice_id: int) -> None:
    """Staff put a given-up message back into the queue, inside the caller's write turn.

    Raises `NotFound` when there is no such message that was given up.
    """
    statement = (
        update(Notice)
        .where(Notice.id == notice_id, Notice.state == NoticeState.FAILED)
        .values(state=NoticeState.WAITING, tries=0, next_try_at=clock.now())
    )
    if guarded_update(statement) != 1:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
