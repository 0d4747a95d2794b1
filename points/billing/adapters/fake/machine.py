"""The state of the fake: sessions, intents, charges, refunds, disputes, events; strict where money could be lost.

It knows what the platform calls and what a payer can do, for JPY with manual capture; anything else is refused rather
than half done. Times come from the clock it is given. Everything is plain dictionaries in the shapes of the API.
"""

from datetime import timedelta

from points.billing.adapters.fake.errors import ApiError, unexpected_state
from points.billing.adapters.fake.store import Object, Store
from points.billing.gateway import YEN_MAX, YEN_MIN

HOLD_DAYS = {"visa": 30, "mastercard": 30, "jcb": 30, "amex": 7}
"""How long a hold lasts for an account in Japan (docs.stripe.com/payments/place-a-hold-on-a-payment-method)."""

SESSION_MIN = timedelta(minutes=30)
SESSION_MAX = timedelta(hours=24)


class Machine(Store):
    """What happens to the objects of one account."""

    def let_time_pass(self) -> None:
        """Close pages and end holds whose time has come."""
        for one in list(self.objects.values()):
            if one["object"] == "checkout.session" and one["status"] == "open":
                if one["expires_at"] <= self.now():
                    self._close(one)
            elif one["object"] == "payment_intent" and self._hold_is_over(one):
                self._cancel(one, "automatic")

    def _hold_is_over(self, intent: Object) -> bool:
        if intent["status"] != "requires_capture":
            return False
        card = self._charge(intent)["payment_method_details"]["card"]
        return bool(card["capture_before"] <= self.now())

    # sessions

    def open_session(self, asked: Object) -> Object:
        """POST /v1/checkout/sessions."""
        data = asked.get("payment_intent_data") or {}
        if asked.get("mode") != "payment" or data.get("capture_method") != "manual":
            raise ApiError(
                400, "fake_unsupported", "The fake only holds payments for manual capture", "mode"
            )
        if not asked.get("success_url"):
            raise ApiError(
                400, "parameter_missing", "Missing required param: success_url.", "success_url"
            )
        amount = _amount(asked.get("line_items") or [])
        expires = asked.get("expires_at", self.now() + int(SESSION_MAX.total_seconds()))
        if not SESSION_MIN.total_seconds() <= expires - self.now() <= SESSION_MAX.total_seconds():
            raise ApiError(
                400,
                "parameter_invalid",
                "expires_at must be 30 minutes to 24 hours from now",
                "expires_at",
            )
        made = self.new(
            "cs",
            amount_total=amount,
            currency="jpy",
            mode="payment",
            status="open",
            payment_status="unpaid",
            payment_intent=None,
            client_reference_id=asked.get("client_reference_id"),
            customer_email=asked.get("customer_email"),
            metadata=asked.get("metadata") or {},
            success_url=asked["success_url"],
            cancel_url=asked.get("cancel_url"),
            expires_at=expires,
            _titles=_titles(asked["line_items"]),
        )
        made["url"] = f"{self.pages}/c/pay/{made['id']}"
        made["_intent_data"] = {"metadata": data.get("metadata") or {}}
        return made

    def expire_session(self, name: str) -> Object:
        """POST /v1/checkout/sessions/:id/expire."""
        session = self.get("cs", name)
        if session["status"] != "open":
            raise ApiError(
                400,
                "resource_invalid_state",
                "Only Checkout Sessions with a status in open can be expired.",
            )
        self._close(session)
        return session

    def _close(self, session: Object) -> None:
        session.update(status="expired", url=None)
        self.tell("checkout.session.expired", session)
        intent = self.objects.get(session["payment_intent"] or "")
        if intent and intent["status"] in ("requires_payment_method", "requires_action"):
            self._cancel(intent, "automatic")

    # what the payer does

    def pay(self, name: str, card: str = "visa") -> Object:
        """The payer gives a card on the page: `visa`, `amex` …, `declined` or `3ds` (the bank asks back)."""
        session = self.get("cs", name)
        if session["status"] != "open":
            raise ApiError(400, "resource_invalid_state", "This page is closed.")
        intent = self._intent_of(session)
        if card == "declined":
            error = {"type": "card_error", "code": "card_declined"}
            intent.update(status="requires_payment_method", last_payment_error=error)
            self.tell("payment_intent.payment_failed", intent)
        elif card == "3ds":
            intent["status"] = "requires_action"
            self.tell("payment_intent.requires_action", intent)
        else:
            self._hold(session, intent, card)
        return session

    def confirm_3ds(self, name: str, *, succeeds: bool = True) -> Object:
        """The payer answers the bank."""
        session = self.get("cs", name)
        intent = self._intent_of(session)
        if intent["status"] != "requires_action":
            raise unexpected_state("Nothing to confirm.")
        return self.pay(name, "visa" if succeeds else "declined")

    def _intent_of(self, session: Object) -> Object:
        if session["payment_intent"]:
            return self.objects[session["payment_intent"]]
        intent = self.new(
            "pi",
            amount=session["amount_total"],
            amount_capturable=0,
            amount_received=0,
            currency="jpy",
            capture_method="manual",
            status="requires_payment_method",
            latest_charge=None,
            canceled_at=None,
            cancellation_reason=None,
            last_payment_error=None,
            metadata=dict(session["_intent_data"]["metadata"]),
        )
        session["payment_intent"] = intent["id"]
        return intent

    def _hold(self, session: Object, intent: Object, brand: str) -> None:
        until = self.now() + int(timedelta(days=HOLD_DAYS.get(brand, 7)).total_seconds())
        charge = self.new(
            "ch",
            amount=intent["amount"],
            amount_captured=0,
            amount_refunded=0,
            captured=False,
            refunded=False,
            disputed=False,
            currency="jpy",
            payment_intent=intent["id"],
            status="succeeded",
            metadata=dict(intent["metadata"]),
            payment_method_details={
                "type": "card",
                "card": {"brand": brand, "capture_before": until},
            },
        )
        intent.update(
            status="requires_capture",
            amount_capturable=intent["amount"],
            latest_charge=charge["id"],
            last_payment_error=None,
        )
        session.update(status="complete", url=None)
        self.tell("payment_intent.amount_capturable_updated", intent)
        self.tell("checkout.session.completed", session)

    # intents

    def capture(self, name: str, amount: int | None) -> Object:
        """POST /v1/payment_intents/:id/capture; once, at most what is held."""
        intent = self.get("pi", name)
        if intent["status"] != "requires_capture":
            raise unexpected_state(
                f"This PaymentIntent could not be captured because it has a status of {intent['status']}."
            )
        taken = intent["amount_capturable"] if amount is None else amount
        if taken > intent["amount_capturable"]:
            raise ApiError(
                400,
                "amount_too_large",
                "The amount is greater than the capturable amount.",
                "amount_to_capture",
            )
        if taken < 1:
            raise ApiError(
                400,
                "parameter_invalid_integer",
                "This value must be greater than or equal to 1.",
                "amount_to_capture",
            )
        charge = self._charge(intent)
        charge.update(captured=True, amount_captured=taken)
        intent.update(status="succeeded", amount_received=taken, amount_capturable=0)
        self._let_go(charge, intent["amount"] - taken)
        self.tell("charge.captured", charge)
        self.tell("payment_intent.succeeded", intent)
        return intent

    def cancel(self, name: str, reason: str | None) -> Object:
        """POST /v1/payment_intents/:id/cancel; never after a capture."""
        intent = self.get("pi", name)
        if intent["status"] in ("succeeded", "canceled"):
            raise unexpected_state(
                f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}."
            )
        self._cancel(intent, reason)
        return intent

    def _cancel(self, intent: Object, reason: str | None) -> None:
        intent.update(
            status="canceled",
            amount_capturable=0,
            canceled_at=self.now(),
            cancellation_reason=reason,
        )
        if intent["latest_charge"]:
            self._let_go(self._charge(intent), intent["amount"])
        self.tell("payment_intent.canceled", intent)

    def _let_go(self, charge: Object, amount: int) -> None:
        """What is not taken of a hold counts as refunded at the service, although no money moved."""
        if amount:
            charge["amount_refunded"] = amount
            charge["refunded"] = amount == charge["amount"]
            self._refunded(charge, amount, None, {}, None)

    def _charge(self, intent: Object) -> Object:
        return self.objects[intent["latest_charge"]]

    # back to the payer

    def refund(self, asked: Object) -> Object:
        """POST /v1/refunds; never more than was captured in all."""
        if "payment_intent" not in asked:
            raise ApiError(
                400,
                "parameter_missing",
                "One of the following params should be provided: payment_intent",
            )
        intent = self.get("pi", asked["payment_intent"])
        charge = self.objects.get(intent["latest_charge"] or "")
        if charge is None or not charge["captured"]:
            raise ApiError(
                400, "charge_not_captured", "This PaymentIntent has no successful charge to refund."
            )
        left = charge["amount_captured"] - given_back(charge)
        amount = asked.get("amount", left)
        if self._is_charged_back(charge["id"]):
            raise ApiError(400, "charge_disputed", "This charge has been charged back.")
        if left == 0:
            raise ApiError(400, "charge_already_refunded", "Charge has already been refunded.")
        if not 1 <= amount <= left:
            raise ApiError(
                400,
                "amount_too_large" if amount > left else "parameter_invalid_integer",
                f"Refund amount (¥{amount}) is not between ¥1 and the unrefunded ¥{left}.",
                "amount",
            )
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        about, why = asked.get("metadata") or {}, asked.get("reason")
        return self._refunded(charge, amount, f"txn_test_{self.made:06d}", about, why)

    def _refunded(
        self, charge: Object, amount: int, moved: str | None, about: Object, why: str | None
    ) -> Object:
        made = self.new(
            "re",
            amount=amount,
            currency="jpy",
            charge=charge["id"],
            payment_intent=charge["payment_intent"],
            status="succeeded",
            balance_transaction=moved,
            reason=why,
            metadata=about,
        )
        self.tell("refund.created", made)
        self.tell("charge.refunded", charge)
        return made

    def _is_charged_back(self, charge: str) -> bool:
        """A charge stays `disputed` for good; what counts is whether a dispute is open or lost."""
        return any(one["charge"] == charge and one["status"] != "won" for one in self.all("dp"))

    def dispute(self, intent_name: str) -> Object:
        """The payer's bank takes what is left of a captured payment back, for now."""
        intent = self.get("pi", intent_name)
        charge = self._charge(intent)
        left = charge["amount_captured"] - given_back(charge)
        if not charge["captured"] or charge["disputed"] or left < 1:
            raise unexpected_state("Nothing to dispute.")
        charge["disputed"] = True
        made = self.new(
            "dp",
            amount=left,
            currency="jpy",
            charge=charge["id"],
            payment_intent=intent["id"],
            status="needs_response",
            reason="product_not_received",
        )
        self.tell("charge.dispute.created", made)
        return made

    def close_dispute(self, name: str, *, won: bool) -> Object:
        """The bank decides: the money stays with us, or it is gone."""
        dispute = self.get("dp", name)
        if dispute["status"] in ("won", "lost"):
            raise unexpected_state("This dispute is closed.")
        dispute["status"] = "won" if won else "lost"
        self.tell("charge.dispute.closed", dispute)
        return dispute


def given_back(charge: Object) -> int:
    """What went back of what was taken: `amount_refunded` counts what was let go untaken too."""
    untaken: int = charge["amount"] - charge["amount_captured"]
    back: int = charge["amount_refunded"] - untaken
    return back if charge["captured"] else 0


def _titles(lines: list[Object]) -> list[str]:
    return [line["price_data"].get("product_data", {}).get("name", "") for line in lines]


def _amount(lines: list[Object]) -> int:
    """The sum of the lines in yen, within what a card can be charged."""
    if not lines:
        raise ApiError(
            400, "parameter_missing", "Missing required param: line_items.", "line_items"
        )
    total = 0
    for index, line in enumerate(lines):
        price, where = line.get("price_data"), f"line_items[{index}]"
        if not price:
            raise ApiError(400, "fake_unsupported", "The fake only takes price_data", where)
        if price["currency"] != "jpy":
            raise ApiError(
                400,
                "currency_not_supported",
                f"Invalid currency: {price['currency']}",
                f"{where}[price_data][currency]",
            )
        if price.get("unit_amount", -1) < 0 or line.get("quantity", 1) < 1:
            raise ApiError(400, "parameter_invalid_integer", "This value must be positive.", where)
        total += price["unit_amount"] * line.get("quantity", 1)
    if total < YEN_MIN:
        raise ApiError(
            400, "amount_too_small", f"The amount must be at least ¥{YEN_MIN}.", "line_items"
        )
    if total > YEN_MAX:
        raise ApiError(
            400, "amount_too_large", f"The amount must be no more than ¥{YEN_MAX}.", "line_items"
        )
    return total
