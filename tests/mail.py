"""Mails in tests: what waits in the outbox as it would be read, and a real SMTP server on loopback."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from volunteer.core.db import db
from volunteer.core.models import Notice
from volunteer.core.outbox import deliver_due, render


@dataclass(frozen=True)
class Letter:
    """A message as its receiver would read it."""

    to: str
    template: str
    subject: str
    text: str


class Outbox:
    """Reads the table of messages; sends nothing by itself."""

    def letters(self, to: str | None = None) -> list[Letter]:
        """All messages ever queued, oldest first, or those to one address."""
        db.session.rollback()
        notices = db.session.execute(db.select(Notice).order_by(Notice.id)).scalars()
        return [
            Letter(notice.to_address, notice.template, *render(notice))
            for notice in notices
            if to is None or notice.to_address == to
        ]

    def last(self, to: str | None = None) -> Letter:
        """The newest message."""
        letters = self.letters(to)
        assert letters, f"nothing was queued for {to or 'anybody'}"
        return letters[-1]

    def deliver(self) -> str:
        """Run the job that sends what is due."""
        return deliver_due()


@dataclass
class Mailbox:
    """What a mail server has taken; `refuse_with` (such as "550 no such box") makes it say no."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    refuse_with: str = ""

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take or refuse a receiver, by the name aiosmtpd calls it."""
        if self.refuse_with:
            return self.refuse_with
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep a message."""
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"


def free_port() -> int:
    """A loopback port nobody listens on now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def serve() -> Iterator[Mailbox]:
    """Run a mail server on loopback."""
    mailbox = Mailbox(port=free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
