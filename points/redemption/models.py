"""Cash-out and the acts on it. The unique rules are the four eyes (decision 12)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from points.ledger.states import Unit
from points.programmes.models import Programme
from points.redemption.states import CashOutState, Step
from volunteer.core.db import Model, one_of
from volunteer.people.models import Person


class CashOut(Model):
    """A wish to turn points, or yen that paid work earned, into money (換金申請); held from the first moment."""

    __table_args__ = (
        CheckConstraint("points > 0", name="points"),
        CheckConstraint("amount_yen >= 0", name="yen"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made by the client with the form; names the hold account and makes a repeat harmless."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    rule_version_id: Mapped[int] = mapped_column(ForeignKey("rule_version.id"))
    method: Mapped[str] = mapped_column(String(30))
    points: Mapped[int]
    amount_yen: Mapped[int]
    bank_account_id: Mapped[int | None] = mapped_column(ForeignKey("bank_account.id"))
    target: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """To whom a donation goes, in the words of the programme's file; "" leaves that to the center, which
    names it once, when it has passed the donation on. Never another one."""
    state: Mapped[CashOutState] = mapped_column(one_of(CashOutState), index=True)
    requested_at: Mapped[datetime]
    requested_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    requested_by_name: Mapped[str | None] = query_expression()
    """Only where the desk reads it along (`with_acts`); a person is not told which clerk it was."""
    is_held_back: Mapped[bool | None] = query_expression()
    """Only where payers read it along (`approved_by_methods`): whether nothing is paid to this person now."""
    is_proxy: Mapped[bool] = mapped_column(default=False)
    mandate: Mapped[str] = mapped_column(String(200), default="")
    """For a request by staff: which mandate (委任状) lies where."""
    proxy_reason: Mapped[str] = mapped_column(String(200), default="")
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[str] = mapped_column(String(400), default="")
    paid_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
    programme: Mapped[Programme] = relationship(lazy="joined", innerjoin=True)
    acts: Mapped[list["CashOutAct"]] = relationship(order_by="CashOutAct.id")

    @property
    def is_earnings(self) -> bool:
        """Whether it pays out what paid work earned: its `points` are yen then, and no page calls them points."""
        return self.programme.unit is Unit.YEN


class CashOutAct(Model):
    """One step by one user who is one person; nobody appears twice on one cash-out.

    The beneficiary is entered first (step `requested`) as the person, with the user who typed it in.
    """

    __table_args__ = (
        UniqueConstraint("cash_out_id", "step", "round"),
        UniqueConstraint("cash_out_id", "user_id"),
        UniqueConstraint("cash_out_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cash_out_id: Mapped[int] = mapped_column(ForeignKey("cash_out.id"))
    step: Mapped[Step] = mapped_column(one_of(Step))
    round: Mapped[int] = mapped_column(default=1)
    """Above 1 only where another payer takes up a cash-out whose first batch was dropped."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"))
    verdict: Mapped[str] = mapped_column(String(20), default="")
    """`approved` or `rejected` on the step `decided`."""
    reason: Mapped[str] = mapped_column(String(400), default="")
    acted_at: Mapped[datetime]
    person: Mapped[Person] = relationship()


class ClaimHold(Model):
    """While it lasts nothing is paid to a person: records are being looked into, or taking part rests (R1)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.party_id"), index=True)
    source: Mapped[str] = mapped_column(String(60), unique=True)
    """What caused it, such as `false_record:3`."""
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    """The moment from which it holds no longer; NULL until somebody has decided."""
