"""The fake as the SDK sees it: an HTTP client with keys, idempotency, faults and signed webhooks.

The real SDK builds the requests, retries and reads the answers; only the network is replaced.
"""

import copy
import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import stripe
from stripe import APIConnectionError, HTTPClient

from points.billing.adapters.fake.chaos import Chaos, Fault
from points.billing.adapters.fake.errors import ApiError
from points.billing.adapters.fake.forms import Malformed, decode
from points.billing.adapters.fake.machine import Machine
from points.billing.adapters.fake.routes import Checked

Answer = tuple[str, int, Mapping[str, str]]

KEYS_KEPT = timedelta(hours=24)
"""Stripe keeps idempotency keys at least so long and may then forget them (docs.stripe.com/api/idempotent_requests)."""


@dataclass(frozen=True)
class Remembered:
    """What was answered under a key."""

    fingerprint: str
    body: str
    status: int
    at: datetime


@dataclass(frozen=True)
class Call:
    """One request as it arrived, for tests that count them."""

    method: str
    path: str
    key: str


class FakeStripe(HTTPClient):
    """An account of the payment service in this process."""

    name = "fake"

    def __init__(
        self,
        clock: Callable[[], datetime],
        api_key: str,
        webhook_secret: str,
        chaos: Chaos | None = None,
    ) -> None:
        super().__init__()
        self.machine = Machine(clock, stripe.api_version)
        self.api_key, self.webhook_secret = api_key, webhook_secret
        self.chaos = chaos or Chaos()
        self.calls: list[Call] = []
        self.keys_kept = KEYS_KEPT
        self._remembered: dict[str, Remembered] = {}
        self._delivered = 0
        self._lock = threading.Lock()

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> Answer:
        """One request of the SDK; `APIConnectionError` where the network would have failed."""
        parts, sent = (
            urlsplit(url),
            {name.lower(): value for name, value in (headers or {}).items()},
        )
        with self._lock:
            return self._request(method.upper(), parts.path, post_data or parts.query, sent)

    def close(self) -> None:
        """Nothing is open."""

    def _sleep_time_seconds(self, num_retries: int) -> float:
        """The SDK's own retries wait for nothing here."""
        return 0.0

    def _request(self, method: str, path: str, body: str, sent: Mapping[str, str]) -> Answer:
        key = sent.get("idempotency-key", "")
        self.calls.append(Call(method, path, key))
        fault = self.chaos.next_fault()
        if fault is Fault.UNREACHABLE:
            raise APIConnectionError("The fake network lost the request.", should_retry=False)
        try:
            self._admit(sent)
            if fault is Fault.CONFLICT:
                raise ApiError(
                    409,
                    "idempotency_key_in_use",
                    "Another request with this key is under way.",
                    kind="idempotency_error",
                )
            if fault is Fault.TOO_MANY:
                raise ApiError(429, "rate_limit", "Too many requests.", kind="rate_limit_error")
            answer = self._once(method, path, body, key, fault)
        except ApiError as problem:
            return _answer(json.dumps(problem.body()), problem.status)
        if fault is Fault.ANSWER_LOST:
            raise APIConnectionError("The fake network lost the answer.", should_retry=False)
        return answer

    def _admit(self, sent: Mapping[str, str]) -> None:
        if sent.get("authorization") != f"Bearer {self.api_key}":
            raise ApiError(401, "", "Invalid API Key provided.", kind="invalid_request_error")
        if sent.get("stripe-version") != self.machine.api_version:
            raise ApiError(400, "", f"Invalid Stripe API version: {sent.get('stripe-version')}")

    def _once(self, method: str, path: str, body: str, key: str, fault: Fault) -> Answer:
        """Carry it out, unless this key was used: then the first answer again, for a day."""
        fingerprint = hashlib.sha256(f"{method} {path} {body}".encode()).hexdigest()
        known = self._known(key) if method == "POST" else None
        if known and known.fingerprint != fingerprint:
            raise ApiError(
                400,
                "",
                "Keys for idempotent requests can only be used with the same parameters.",
                kind="idempotency_error",
            )
        if known:
            return _answer(known.body, known.status, {"idempotent-replayed": "true"})
        try:
            checked = Checked(method, path, decode(body))
        except Malformed as problem:
            raise ApiError(400, "parameter_invalid", str(problem)) from problem
        text, status = self._carry_out(checked, fault)
        if method == "POST" and key:
            self._remembered[key] = Remembered(fingerprint, text, status, self.machine.clock())
        return _answer(text, status)

    def _carry_out(self, checked: Checked, fault: Fault) -> tuple[str, int]:
        failed = json.dumps(
            {"error": {"type": "api_error", "message": "An unknown error occurred"}}
        )
        if fault is Fault.FAILED:
            return failed, 500
        try:
            text, status = json.dumps(checked.carry_out(self.machine)), 200
        except ApiError as problem:
            text, status = json.dumps(problem.body()), problem.status
        return (failed, 500) if fault is Fault.FAILED_AFTER else (text, status)

    def _known(self, key: str) -> Remembered | None:
        known = self._remembered.get(key)
        if known and self.machine.clock() - known.at > self.keys_kept:
            del self._remembered[key]
            return None
        return known

    def webhooks(self, signed_at: int | None = None) -> list[tuple[bytes, str]]:
        """What is on its way to us since the last time: raw bytes and `Stripe-Signature`, as chaos has it."""
        with self._lock:
            self.machine.let_time_pass()
            new = self.machine.events[self._delivered :]
            self._delivered = len(self.machine.events)
            arriving = self.chaos.on_their_way(new)
        return [self.signed(one, at=signed_at) for one in arriving]

    def act(self, deed: Callable[[Machine], Any]) -> Any:
        """Something that the payer, or their bank, does meanwhile."""
        with self._lock:
            return deed(self.machine)

    def forget(self) -> None:
        """What was is elsewhere: nothing of it is listed or told any more."""
        with self._lock:
            self.machine.objects.clear()
            self.machine.events.clear()
            self.chaos.waiting.clear()
            self._delivered = 0
            self.calls.clear()

    def written(self) -> dict[str, Any]:
        """Everything that outlives this process, in plain values."""
        with self._lock:
            keys = {
                key: {**asdict(one), "at": one.at.isoformat()}
                for key, one in self._remembered.items()
            }
            return copy.deepcopy(
                {"machine": self.machine.written(), "keys": keys, "delivered": self._delivered}
            )

    def read(self, written: dict[str, Any]) -> None:
        """Go on where another process ended."""
        self.machine.read(written["machine"])
        self._delivered = written["delivered"]
        for key, one in written["keys"].items():
            at = datetime.fromisoformat(one["at"])
            self._remembered[key] = Remembered(**{**one, "at": at})

    def signed(
        self, event: dict[str, Any], secret: str = "", at: int | None = None
    ) -> tuple[bytes, str]:
        """An event as it is sent: its bytes, and the header signed now (or at `at`) with our (or another) secret."""
        payload = json.dumps(event)
        header = stripe.WebhookSignature.generate_signature_header(
            payload, secret or self.webhook_secret, self.machine.now() if at is None else at
        )
        return payload.encode(), header


def _answer(body: str, status: int, extra: Mapping[str, str] | None = None) -> Answer:
    return (
        body,
        status,
        {"request-id": "req_fake", "content-type": "application/json", **(extra or {})},
    )
