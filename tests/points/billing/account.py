"""An account at the fake payment service, and the platform's way to it, under a clock that the test moves."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from points.billing.adapters.fake.chaos import Chaos
from points.billing.adapters.fake.client import FakeStripe
from points.billing.adapters.stripe_cards import StripeCards
from points.billing.gateway import Payment, PaymentOrder

START = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
SECRET = "whsec_first"
OLD_SECRET = "whsec_before"


@dataclass
class Account:
    """The fake, the gateway in front of it, and the time both live in."""

    chaos: Chaos = field(default_factory=Chaos)
    secrets: tuple[str, ...] = (SECRET,)
    now: datetime = START

    def __post_init__(self) -> None:
        self.fake = FakeStripe(lambda: self.now, "sk_test_town", SECRET, self.chaos)
        self.cards = StripeCards("sk_test_town", self.secrets, "", self.fake)

    def order(self, charge: str = "charge:7", amount_yen: int = 3000) -> PaymentOrder:
        """Three hours of a student's help."""
        until = self.now + timedelta(hours=2)
        return PaymentOrder(
            charge,
            amount_yen,
            "除雪 3時間",
            "https://town.example/done",
            "https://town.example/no",
            until,
        )

    def opened(self, charge: str = "charge:7", amount_yen: int = 3000) -> Payment:
        """A payment page that waits."""
        return self.cards.open_payment(self.order(charge, amount_yen), f"{charge}:open:1")

    def held(self, charge: str = "charge:7", amount_yen: int = 3000, card: str = "visa") -> Payment:
        """A payment whose amount is reserved on the card."""
        payment = self.opened(charge, amount_yen)
        self.fake.machine.pay(payment.reference, card)
        return self.cards.payment(payment.reference)

    def captured(self, charge: str = "charge:7", amount_yen: int = 3000) -> Payment:
        """A payment taken in full."""
        held = self.held(charge, amount_yen)
        return self.cards.capture(held.reference, amount_yen, f"{charge}:capture:1")
