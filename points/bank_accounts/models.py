"""Bank accounts of persons; the number is sealed, only its last three digits are shown."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.db import Model


class BankAccount(Model):
    """Where money goes (振込先口座). A change ends the row and adds a new one."""

    __table_args__ = (
        Index(
            "uq_bank_account_live",
            "party_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    """Random; bound into the seal of the number, so a sealed value moved to another row does not open."""
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    bank_code: Mapped[str] = mapped_column(String(4))
    bank_name: Mapped[str] = mapped_column(String(40))
    branch_code: Mapped[str] = mapped_column(String(3))
    branch_name: Mapped[str] = mapped_column(String(40))
    account_type: Mapped[str] = mapped_column(String(1))
    """1 普通, 2 当座, 4 貯蓄."""
    number_sealed: Mapped[str] = mapped_column(String(200))
    number_tail: Mapped[str] = mapped_column(String(3))
    holder_kana: Mapped[str] = mapped_column(String(30))
    """Half-width kana as it goes to the bank, confirmed by the person."""
    holder_as_typed: Mapped[str] = mapped_column(String(80))
    blind_index: Mapped[str] = mapped_column(String(64), index=True)
    """HMAC of bank, branch, kind and number: finds two members with one account."""
    entered_by_user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    entered_for_reason: Mapped[str] = mapped_column(String(200), default="")
    entered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
