"""What happens when a charge is decided anew: how much goes back, is let go, still comes in, or needs a second charge.
Pure; the page shows it before anything is done, and the verb does exactly that.
"""

from dataclasses import dataclass

from points.billing.shares import Share


@dataclass(frozen=True, slots=True)
class Stands:
    """A charge as it stands."""

    agreed: Share
    due: Share
    """As decided last."""
    kept_yen: int
    """Taken and not gone again."""
    most_yen: int
    """The most that this charge can still bring in all."""
    is_card: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What deciding so does."""

    due: Share
    """Of this charge."""
    more: Share
    """Of a second charge that follows it; nothing where none is needed."""
    back_yen: int = 0
    """Was taken and goes back to the payer."""
    come_yen: int = 0
    """Has still to come in for this charge."""
    is_card: bool = False

    @property
    def whole(self) -> Share:
        """Of both charges."""
        return Share(self.due.payee_yen + self.more.payee_yen, self.due.fee_yen + self.more.fee_yen)

    @property
    def seen(self) -> str:
        """By what a form knows again that this very effect was shown."""
        figures = (
            self.due.payee_yen, self.due.fee_yen, self.more.payee_yen, self.more.fee_yen,
            self.back_yen, self.come_yen,
        )  # fmt: skip
        return "-".join(str(one) for one in figures)


def effect_of(stands: Stands, wanted: Share) -> Effect:
    """What it does to decide that this is finally due of a charge, in all."""
    payee = min(wanted.payee_yen, stands.agreed.payee_yen, stands.most_yen)
    fee = min(wanted.fee_yen, stands.agreed.fee_yen, stands.most_yen - payee)
    due = Share(payee, fee)
    more = Share(wanted.payee_yen - payee, wanted.fee_yen - fee)
    return Effect(
        due,
        more,
        back_yen=max(0, stands.kept_yen - due.total_yen),
        come_yen=max(0, due.total_yen - stands.kept_yen),
        is_card=stands.is_card,
    )
