"""Mails are handed to a real SMTP server on loopback."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from volunteer.core.config import Settings
from volunteer.core.db import writing_allowed
from volunteer.core.mailer import (
    MailFailure,
    MailServer,
    PermanentFailure,
    TemporaryFailure,
    compose,
    send,
    send_with,
)

SENDER = "center@otagai.example.jp"


class Box:
    """A mail server's box; `answers` says what it answers to RCPT and DATA instead of yes."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.receivers: list[str] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(  # the names are aiosmtpd's
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Take or refuse a receiver."""
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep or refuse a message."""
        if "DATA" in self.answers:
            return self.answers["DATA"]
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        self.receivers += envelope.rcpt_tos
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def _serving(box: Box, **options: Any) -> Iterator[MailServer]:
    controller = Controller(box, hostname="127.0.0.1", port=_free_port(), **options)
    controller.start()
    try:
        yield MailServer("127.0.0.1", controller.port, sender=SENDER, timeout_s=5)
    finally:
        controller.stop()


@pytest.fixture
def box() -> Box:
    """An empty box."""
    return Box()


@pytest.fixture
def server(box: Box) -> Iterator[MailServer]:
    """A running mail server that puts mail into `box`."""
    with _serving(box) as server:
        yield server


def _letter(to: str = "hanako@example.jp", subject: str = "受付のお知らせ") -> EmailMessage:
    return compose(
        to, subject, "花子さん\n\nありがとうございました。\n", SENDER, "小樽市ボランティアセンター"
    )


def test_a_japanese_letter_arrives_whole(box: Box, server: MailServer) -> None:
    subject = "【小樽】雪かきの受付がすみました　" * 8
    message_id = send_with(server, _letter(subject=subject))
    (got,) = box.taken
    assert str(got["Subject"]) == subject.strip()
    assert got.get_content().replace("\r\n", "\n") == "花子さん\n\nありがとうございました。\n"
    assert got["From"].addresses[0].display_name == "小樽市ボランティアセンター"
    assert got["From"].addresses[0].addr_spec == SENDER
    assert got["To"].addresses[0].addr_spec == "hanako@example.jp"
    assert got["Message-ID"] == message_id
    assert message_id.endswith("@otagai.example.jp>")
    assert got["Date"].datetime.tzinfo is not None
    assert got["Auto-Submitted"] == "auto-generated"


def test_a_given_message_id_is_kept(box: Box, server: MailServer) -> None:
    message = _letter()
    message["Message-ID"] = "<notice-7@otagai.example.jp>"
    assert send_with(server, message) == "<notice-7@otagai.example.jp>"
    assert box.taken[0]["Message-ID"] == "<notice-7@otagai.example.jp>"


def test_a_sender_with_a_name_is_understood(box: Box, server: MailServer) -> None:
    named = MailServer(server.host, server.port, sender=f"Center <{SENDER}>", timeout_s=5)
    message = EmailMessage()
    message["To"] = "hanako@example.jp"
    message["Subject"] = "x"
    message.set_content("x")
    send_with(named, message)
    assert box.taken[0]["From"].addresses[0].addr_spec == SENDER


@pytest.mark.parametrize("address", ["a..b@docomo.example.jp", "hanako.@ezweb.example.jp"])
def test_old_mobile_addresses_are_served(box: Box, server: MailServer, address: str) -> None:
    send_with(server, _letter(address))
    assert box.receivers == [address]


@pytest.mark.parametrize("where", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ("450 4.2.0 busy, try hanako@example.jp later", TemporaryFailure, 450),
        ("421 4.3.2 going down", TemporaryFailure, 421),
        ("550 5.1.1 no such box <hanako@example.jp>", PermanentFailure, 550),
        ("554 5.7.1 not wanted", PermanentFailure, 554),
    ],
)
def test_refusals_are_permanent_or_temporary_and_name_nobody(
    box: Box, server: MailServer, where: str, answer: str, kind: type[MailFailure], code: int
) -> None:
    box.answers[where] = answer
    with pytest.raises(kind) as failure:
        send_with(server, _letter())
    assert failure.value.code == code
    assert failure.value.permanent is (kind is PermanentFailure)
    assert "hanako" not in failure.value.detail
    assert box.taken == []
    del box.answers[where]
    send_with(server, _letter())
    assert len(box.taken) == 1


def test_nobody_listening_is_temporary() -> None:
    with pytest.raises(TemporaryFailure):
        send_with(MailServer("127.0.0.1", _free_port(), sender=SENDER), _letter())


def test_no_server_in_the_settings_is_temporary_and_said() -> None:
    with pytest.raises(TemporaryFailure, match="OTAGAI_SMTP_HOST"):
        send_with(MailServer("", sender=SENDER), _letter())


@contextmanager
def _scripted(lines: dict[bytes, bytes]) -> Iterator[MailServer]:
    """A server that answers each command as told, and not at all where it is told nothing."""
    door = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        caller, _address = door.accept()
        with suppress(OSError), caller, caller.makefile("rb") as heard:
            caller.sendall(lines.get(b"HELLO", b""))
            for line in heard:
                caller.sendall(lines.get(line[:4].strip().upper(), b""))

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield MailServer("127.0.0.1", door.getsockname()[1], sender=SENDER, timeout_s=0.3)
    finally:
        door.close()
        thread.join(2)


TALK = {
    b"HELLO": b"220 hello\r\n",
    b"EHLO": b"250 hello\r\n",
    b"MAIL": b"250 yes\r\n",
    b"RCPT": b"250 yes\r\n",
    b"DATA": b"354 go on\r\n",
    b".": b"250 taken\r\n",
    b"QUIT": b"221 bye\r\n",
}


@pytest.mark.parametrize("silent_at", [b"HELLO", b"EHLO", b"MAIL", b"RCPT", b"DATA", b"."])
def test_silence_is_temporary_wherever_it_begins(silent_at: bytes) -> None:
    told = {command: answer for command, answer in TALK.items() if command != silent_at}
    with _scripted(told) as server, pytest.raises(TemporaryFailure, match="no answer in time"):
        send_with(server, _letter())


def test_what_happens_after_the_mail_was_taken_does_not_matter() -> None:
    with _scripted({c: a for c, a in TALK.items() if c != b"QUIT"}) as server:
        assert send_with(server, _letter())
    with _scripted(TALK | {b"QUIT": b"500 what?\r\n"}) as server:
        assert send_with(server, _letter())


def test_a_server_that_hangs_up_is_temporary() -> None:
    door = socket.create_server(("127.0.0.1", 0))

    def hang_up() -> None:
        caller, _address = door.accept()
        caller.sendall(b"220 hello\r\n")
        caller.close()

    thread = threading.Thread(target=hang_up, daemon=True)
    thread.start()
    with door, pytest.raises(TemporaryFailure):
        send_with(MailServer("127.0.0.1", door.getsockname()[1], sender=SENDER), _letter())
    thread.join(2)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_is_our_fault_not_the_mails(box: Box) -> None:
    def judge(
        _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any
    ) -> AuthResult:
        return AuthResult(success=data.password == b"right", handled=False)

    with _serving(box, authenticator=judge, auth_require_tls=False, auth_required=True) as server:
        for password, taken in (("wrong", 0), ("right", 1)):
            signed_in = MailServer(
                server.host, server.port, "center", password, sender=SENDER, timeout_s=5
            )
            if taken:
                send_with(signed_in, _letter())
            else:
                with pytest.raises(TemporaryFailure) as failure:
                    send_with(signed_in, _letter())
                assert failure.value.code == 535
            assert len(box.taken) == taken


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_starttls_is_used_and_the_certificate_checked(
    box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with _serving(box, tls_context=context, require_starttls=True) as server:
        tls = MailServer(server.host, server.port, starttls=True, sender=SENDER, timeout_s=5)
        with pytest.raises(TemporaryFailure):
            send_with(tls, _letter())
        assert box.taken == []
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        send_with(tls, _letter())
        assert len(box.taken) == 1


def test_without_the_wanted_starttls_nothing_is_sent(box: Box, server: MailServer) -> None:
    tls = MailServer(server.host, server.port, starttls=True, sender=SENDER, timeout_s=5)
    with pytest.raises(TemporaryFailure):
        send_with(tls, _letter())
    assert box.taken == []


@pytest.mark.parametrize(
    "smuggled",
    ["x\r\nBcc: all@example.jp", "x\nBcc: all@example.jp", "x\rBcc: y", "x\u2028y", "\x00"],
)
def test_no_header_smuggles_another(smuggled: str) -> None:
    with pytest.raises(PermanentFailure, match="control characters"):
        compose("hanako@example.jp", smuggled, "text", SENDER)
    with pytest.raises(PermanentFailure):
        compose(smuggled + "@example.jp", "subject", "text", SENDER)
    with pytest.raises(PermanentFailure):
        compose("hanako@example.jp", "subject", "text", SENDER, smuggled)


@pytest.mark.parametrize(
    "address",
    ["", "hanako", "@example.jp", "hanako@", "a@example.jp,b@example.jp", "a b@example.jp",
     "<a@example.jp>", "花子@example.jp", "a;b@example.jp", '"a b"@example.jp'],
)  # fmt: skip
def test_what_is_no_address_is_permanent(address: str) -> None:
    with pytest.raises(PermanentFailure):
        compose(address, "subject", "text", SENDER)


def test_one_letter_has_one_receiver(box: Box, server: MailServer) -> None:
    for header in ("Cc", "Bcc"):
        message = _letter()
        message[header] = "other@example.jp"
        with pytest.raises(PermanentFailure, match="one receiver"):
            send_with(server, message)
    crowd = EmailMessage()
    crowd["To"] = "a@example.jp, b@example.jp"
    for message in (crowd, EmailMessage()):
        with pytest.raises(PermanentFailure, match="one receiver"):
            send_with(server, message)
    assert box.taken == []


def test_lines_of_a_single_dot_and_long_lines_arrive(box: Box, server: MailServer) -> None:
    text = "前\n.\n..後\n" + "あ" * 3000 + "\nFrom x\n"
    send_with(server, compose("hanako@example.jp", "点", text, SENDER))
    assert box.taken[0].get_content().replace("\r\n", "\n") == text


def test_never_inside_a_write_turn(server: MailServer) -> None:
    with writing_allowed(), pytest.raises(RuntimeError, match="smtp"):
        send_with(server, _letter())


def test_the_short_name_takes_the_server_of_the_settings(box: Box, server: MailServer) -> None:
    app = Flask(__name__)
    app.config["OTAGAI"] = Settings(
        smtp_host=server.host, smtp_port=server.port, mail_from=SENDER, smtp_timeout_s=5
    )
    with app.app_context():
        send(_letter())
    assert len(box.taken) == 1
