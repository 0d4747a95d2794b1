"""One message to one receiver over SMTP, and what a failure means for the outbox.

Nothing is sent inside a write turn. A message counts as sent as soon as the server has taken it; whatever happens
while saying goodbye does not matter any more.
"""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from volunteer.core.clock import now
from volunteer.core.config import Settings, settings
from volunteer.core.db import forbid_in_turn

_NOT_THE_MAIL = frozenset({421, 454, 530, 534, 535, 538})
"""Answers about us, the connection or the sign-in: the same mail may well be taken later."""


class MailFailure(Exception):
    """A message was not sent. `detail` is for the desk and holds no address; `code` is the server's, if any."""

    permanent = False

    def __init__(self, detail: str, code: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code


class PermanentFailure(MailFailure):
    """Trying again is of no use: the address or the message is wrong."""

    permanent = True


class TemporaryFailure(MailFailure):
    """The outbox tries again later."""


@dataclass(frozen=True)
class MailServer:
    """Where and as whom mail is handed in; `timeout_s` counts for each answer."""

    host: str
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    sender: str = "volunteer-center@localhost"
    timeout_s: float = 15

    @classmethod
    def of(cls, given: Settings) -> "MailServer":
        """The server named in the settings."""
        return cls(
            given.smtp_host,
            given.smtp_port,
            given.smtp_user,
            given.smtp_password,
            given.smtp_starttls,
            given.mail_from,
            given.smtp_timeout_s,
        )


def _one_line(text: str, what: str) -> str:
    if any(ord(sign) < 32 or ord(sign) == 127 or sign in "\x85\u2028\u2029" for sign in text):
        raise PermanentFailure(f"control characters in the {what}")
    return text.strip()


def _address(text: str, name: str = "") -> Address:
    plain = _one_line(text, "address")
    local, _at, domain = plain.rpartition("@")
    if not local or not domain or not plain.isascii() or any(s in plain for s in ' ,;<>()"\\'):
        raise PermanentFailure("not an e-mail address")
    # the two parts by themselves: Address(addr_spec=…) refuses the dots of old mobile phone addresses
    return Address(_one_line(name, "name"), local, domain)


def compose(to: str, subject: str, text: str, sender: str, sender_name: str = "") -> EmailMessage:
    """A plain text message to one address.

    Raises `PermanentFailure` when an address or header could smuggle in another header.
    """
    message = EmailMessage()
    message["To"] = _address(to)
    message["From"] = _address(sender, sender_name)
    message["Subject"] = _one_line(subject, "subject")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _receiver(message: EmailMessage) -> str:
    if message["Cc"] or message["Bcc"] or len(message.get_all("To", [])) != 1:
        raise PermanentFailure("one message goes to one receiver")
    addresses = message["To"].addresses
    if len(addresses) != 1:
        raise PermanentFailure("one message goes to one receiver")
    only = addresses[0]
    address = _address(f"{only.username}@{only.domain}")
    return f"{address.username}@{address.domain}"


def _complete(message: EmailMessage, server: MailServer) -> None:
    domain = _address(parseaddr(server.sender)[1]).domain
    if not message["From"]:
        message["From"] = server.sender
    if not message["Date"]:
        message["Date"] = format_datetime(now())
    if not message["Message-ID"]:
        message["Message-ID"] = make_msgid(domain=domain)


def _judge(code: int, answer: bytes | str) -> MailFailure:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    words = " ".join(word for word in text.split() if "@" not in word)[:200]
    if 500 <= code <= 599 and code not in _NOT_THE_MAIL:
        return PermanentFailure(f"{code} {words}", code)
    return TemporaryFailure(f"{code} {words}", code)


def _failure(error: Exception) -> MailFailure:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return _judge(code, answer)
    if isinstance(error, smtplib.SMTPResponseException):
        if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError):
            return TemporaryFailure(f"{error.smtp_code} sign-in or connection", error.smtp_code)
        return _judge(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return TemporaryFailure("no answer in time")
    if not isinstance(error, OSError):  # certificate errors are ValueErrors too, but not the mail's
        return PermanentFailure(f"the message cannot be written: {type(error).__name__}")
    return TemporaryFailure(f"the mail server cannot be used: {type(error).__name__}")


def _greet(connection: smtplib.SMTP, server: MailServer) -> None:
    if server.starttls:
        connection.starttls(context=ssl.create_default_context())
    if server.user:
        connection.login(server.user, server.password)


def send_with(server: MailServer, message: EmailMessage) -> str:
    """Hand `message` to the server; returns its Message-ID.

    Raises `PermanentFailure` or `TemporaryFailure`. A message without From, Date or Message-ID gets them; give a
    fixed Message-ID to a message that may be tried again.
    """
    forbid_in_turn("smtp")
    if not server.host:
        raise TemporaryFailure("OTAGAI_SMTP_HOST is missing")
    receiver = _receiver(message)
    _complete(message, server)
    sender = _address(parseaddr(server.sender)[1])
    try:
        connection = smtplib.SMTP(
            server.host,
            server.port,
            local_hostname=sender.domain,  # else the name service is asked who we are
            timeout=server.timeout_s,
        )
    except (OSError, smtplib.SMTPException) as error:
        raise _failure(error) from error
    try:
        _greet(connection, server)
        connection.send_message(message, parseaddr(server.sender)[1], [receiver])
    except (OSError, smtplib.SMTPException, MessageError, ValueError) as error:
        connection.close()
        raise _failure(error) from error
    with suppress(OSError, smtplib.SMTPException):
        connection.quit()
    connection.close()
    return str(message["Message-ID"])


def send(message: EmailMessage) -> str:
    """`send_with` the mail server of the settings."""
    return send_with(MailServer.of(settings()), message)
