"""Cards through Stripe: a Checkout page in JPY with manual capture. The SDK is imported when the first call is made.

Behind the contract of `points.billing.gateway`. Amounts and dates always come from the object as it is now, never
from a webhook. The hold's end is the charge's own `capture_before`.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from points.billing.gateway import (
    ForgedNotice,
    GatewayRefused,
    GatewayUnreachable,
    Notice,
    Payment,
    PaymentOrder,
    PaymentState,
)

NETWORK_RETRIES = 2
"""By the SDK itself, with the same key."""

TIMEOUT_SECONDS = 15
"""For each try; somebody may be waiting for their payment page."""

TOLERANCE_SECONDS = 300
"""How old the signature of a webhook may be; its event id, kept by the caller, is what stops a replay."""

WHOLE = ["payment_intent.latest_charge"]
HARMLESS = ("won", "warning_closed", "prevented")
"""Disputes in these states took nothing away."""
LOST = "lost"

KINDS = ("checkout.session.*", "payment_intent.*", "charge.*", "refund.*")


class StripeCards:
    """One Stripe account. `secrets` are the webhook's signing secrets: two while they are being changed.

    `address` is where the service answers instead of Stripe's own: the fake over a socket.
    """

    name = "stripe"

    def __init__(
        self,
        api_key: str,
        secrets: tuple[str, ...],
        account: str = "",
        http_client: Any = None,
        address: str = "",
    ) -> None:
        self.secrets = tuple(secret for secret in secrets if secret)
        self.account, self.is_live = account, "_live_" in api_key
        self._api_key, self._http_client, self._address = api_key, http_client, address
        self._made: Any = None

    @property
    def _client(self) -> Any:
        if self._made is None:
            sdk, address = _sdk(), self._address
            # the fake is on this machine, where no proxy of the environment leads
            straight = {"proxy": {"http": None, "https": None}} if address else {}
            network = sdk.RequestsClient(timeout=TIMEOUT_SECONDS, **straight)
            self._made = sdk.StripeClient(
                self._api_key,
                http_client=self._http_client or network,
                max_network_retries=NETWORK_RETRIES,
                **({"base_addresses": {"api": address}} if address else {}),
            )
        return self._made

    def open_payment(self, order: PaymentOrder, key: str) -> Payment:
        """See `Gateway`."""
        about = {"charge_key": order.charge_key}
        asked = {
            "mode": "payment",
            "line_items": [
                {
                    "price_data": {
                        "currency": "jpy",
                        "unit_amount": order.amount_yen,
                        "product_data": {"name": order.title},
                    },
                    "quantity": 1,
                }
            ],
            "payment_intent_data": {"capture_method": "manual", "metadata": about},
            "client_reference_id": order.charge_key,
            "metadata": about,
            "success_url": order.success_url,
            "cancel_url": order.cancel_url,
            "expires_at": int(order.open_until.timestamp()),
            "locale": "ja",
            "expand": WHOLE,
            **({"customer_email": order.email} if order.email else {}),
        }
        with _translated():
            return self._read(self._client.v1.checkout.sessions.create(asked, _keyed(key)))

    def payment(self, reference: str) -> Payment:
        """See `Gateway`."""
        with _translated():
            return self._read(self._session(reference))

    def find(self, charge_key: str, since: datetime) -> Payment | None:
        """See `Gateway`; the newest."""
        with _translated():
            for session in self._sessions(since):
                if session.client_reference_id == charge_key:
                    return self._read(session)
        return None

    def capture(self, reference: str, amount_yen: int, key: str) -> Payment:
        """See `Gateway`."""
        with _translated():
            intent = self._intent(reference)
            self._client.v1.payment_intents.capture(
                intent, {"amount_to_capture": amount_yen}, _keyed(key)
            )
            return self._read(self._session(reference))

    def release(self, reference: str, key: str) -> Payment:
        """See `Gateway`."""
        with _translated():
            payment = self._read(self._session(reference))
            if payment.state is PaymentState.OPEN:
                self._client.v1.checkout.sessions.expire(reference, {}, _keyed(f"{key}:page"))
            elif payment.state is PaymentState.HELD:
                self._client.v1.payment_intents.cancel(
                    self._intent(reference),
                    {"cancellation_reason": "requested_by_customer"},
                    _keyed(f"{key}:hold"),
                )
            elif payment.state is PaymentState.CAPTURED:
                raise GatewayRefused("captured", "what is captured is refunded, not released")
            return self._read(self._session(reference))

    def refund(self, reference: str, amount_yen: int, key: str) -> Payment:
        """See `Gateway`."""
        with _translated():
            session = self._session(reference)
            if session.payment_intent is None:
                raise GatewayRefused("nothing_held", "nobody has paid yet")
            asked = {
                "payment_intent": session.payment_intent.id,
                "amount": amount_yen,
                "reason": "requested_by_customer",
                "metadata": {"charge_key": session.client_reference_id or ""},
            }
            self._client.v1.refunds.create(asked, _keyed(key))
            return self._read(self._session(reference))

    def read_notice(self, raw: bytes, signature: str) -> Notice:
        """See `Gateway`. Anything that is not signed with one of our secrets, for our account and mode, is forged."""
        sdk = _sdk()
        for secret in self.secrets:
            try:
                sdk.WebhookSignature.verify_header(
                    raw.decode(), signature, secret, TOLERANCE_SECONDS
                )
                break
            except (sdk.SignatureVerificationError, ValueError):
                continue
        else:
            raise ForgedNotice("signature")
        try:
            event = json.loads(raw)
            if (
                event.get("account", self.account) != self.account
                or event["livemode"] != self.is_live
            ):
                raise ForgedNotice("account")
            return _notice(event["id"], event["type"], event["created"], event["data"]["object"])
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise ForgedNotice("content") from problem

    def notices_since(self, at: datetime) -> list[Notice]:
        """See `Gateway`."""
        asked = {"created": {"gte": int(at.timestamp())}, "types": list(KINDS), "limit": 100}
        with _translated():
            events = self._client.v1.events.list(asked).auto_paging_iter()
            found = [
                _notice(one.id, one.type, one.created, one.data.object.to_dict()) for one in events
            ]
        return found[::-1]

    def payments_since(self, at: datetime) -> list[Payment]:
        """See `Gateway`."""
        with _translated():
            return [self._read(session) for session in self._sessions(at)]

    def _session(self, reference: str) -> Any:
        return self._client.v1.checkout.sessions.retrieve(reference, {"expand": WHOLE})

    def _sessions(self, since: datetime) -> Iterator[Any]:
        asked = {
            "created": {"gte": int(since.timestamp())},
            "limit": 100,
            "expand": [f"data.{path}" for path in WHOLE],
        }
        found: Iterator[Any] = self._client.v1.checkout.sessions.list(asked).auto_paging_iter()
        return found

    def _intent(self, reference: str) -> str:
        intent = self._session(reference).payment_intent
        if intent is None:
            raise GatewayRefused("nothing_held", "nobody has paid yet")
        return str(intent.id)

    def _read(self, session: Any) -> Payment:
        intent = session.payment_intent
        charge = intent.latest_charge if intent is not None else None
        state = _state(session, intent)
        until = _capture_before(charge) if state is PaymentState.HELD else None
        is_disputed = charge is not None and charge.disputed
        disputed, lost = self._disputed(intent.id) if is_disputed else (0, 0)
        return Payment(
            reference=session.id,
            intent=intent.id if intent is not None else "",
            charge_key=session.client_reference_id or "",
            state=state,
            currency=session.currency,
            amount_yen=session.amount_total,
            held_yen=intent.amount_capturable if intent is not None else 0,
            captured_yen=intent.amount_received if intent is not None else 0,
            refunded_yen=_given_back(charge) if charge is not None else 0,
            disputed_yen=disputed,
            lost_yen=lost,
            capture_before=until,
            url=session.url or "",
            needs_payer=state is PaymentState.OPEN and intent is not None,
        )

    def _disputed(self, intent: str) -> tuple[int, int]:
        """(under dispute or lost, of it lost)."""
        asked = {"payment_intent": intent, "limit": 100}
        disputes = self._client.v1.disputes.list(asked).data
        taken = [one for one in disputes if one.status not in HARMLESS]
        return sum(one.amount for one in taken), sum(
            one.amount for one in taken if one.status == LOST
        )


def _sdk() -> Any:
    """The SDK: some 60 MB that a worker without card payments need not carry."""
    import stripe  # noqa: PLC0415 - heavy, only where it is used

    return stripe


def _state(session: Any, intent: Any) -> PaymentState:
    if intent is not None:
        if intent.status == "succeeded":
            return PaymentState.CAPTURED
        if intent.status == "requires_capture":
            return PaymentState.HELD
        if intent.status == "canceled" and intent.latest_charge is not None:
            return PaymentState.RELEASED
    return PaymentState.OPEN if session.status == "open" else PaymentState.EXPIRED


def _given_back(charge: Any) -> int:
    """What went back of what was taken.

    Stripe counts what a partial capture lets go as refunded, although it was never taken: `amount_refunded` is then
    `amount - amount_captured` before any refund (docs.stripe.com/api/payment_intents/capture).
    """
    if not charge.captured:
        return 0
    return max(0, int(charge.amount_refunded) - int(charge.amount - charge.amount_captured))


def _capture_before(charge: Any) -> datetime | None:
    """Said of cards; a hold of another kind that the account allows, such as a wallet, may say nothing."""
    until = getattr(getattr(charge.payment_method_details, "card", None), "capture_before", None)
    return datetime.fromtimestamp(until, UTC) if until else None


def _keyed(key: str) -> dict[str, str]:
    return {"idempotency_key": key}


def _notice(event_id: str, kind: str, created: int, about: Any) -> Notice:
    """What an event is about: a session and an intent name themselves, the others their intent."""
    is_session = about["object"] == "checkout.session"
    is_intent = about["object"] == "payment_intent"
    return Notice(
        event_id=event_id,
        kind=kind,
        reference=about["id"] if is_session else "",
        at=datetime.fromtimestamp(created, UTC),
        charge_key=_of(_of(about, "metadata") or {}, "charge_key") or "",
        intent=(about["id"] if is_intent else _of(about, "payment_intent")) or "",
    )


def _of(about: Any, name: str) -> Any:
    return about.get(name)


@contextmanager
def _translated() -> Iterator[None]:
    """The SDK's errors as the contract's: what may have happened, and what certainly did not."""
    stripe = _sdk()
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as problem:
        raise GatewayUnreachable(type(problem).__name__) from problem
    except stripe.StripeError as problem:
        status, code = problem.http_status or 0, problem.code or ""
        if status >= 500 or status == 409:
            raise GatewayUnreachable(f"{status} {code}".strip()) from problem
        raise GatewayRefused(
            code or type(problem).__name__, str(problem.user_message or "")
        ) from problem
