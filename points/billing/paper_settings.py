"""What stands on papers beside the sum: reads of the settings, and their one verb."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from unicodedata import normalize

from sqlalchemy import select

from points.bank_accounts.details import AccountDetails
from points.bank_accounts.states import ACCOUNT_TYPE_LABELS, AccountType
from points.bank_accounts.yucho import BANK_CODE as YUCHO
from points.billing.models import PaperSetting
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.users.queries import own_name_of

FIRST_OTHER = "1000"
"""Codes below are banks; above are shinkin banks, credit unions and cooperatives, whose names say so."""
BRANCH_WORDS = ("店", "部", "所", "センター")


@dataclass(frozen=True, slots=True)
class OnPaper:
    """The account for transfers and the registration number; "" where there is none."""

    bank_code: str = ""
    bank_name: str = ""
    branch_code: str = ""
    branch_name: str = ""
    account_type: str = ""
    account_number: str = ""
    holder_kana: str = ""
    registration_number: str = ""

    @property
    def has_account(self) -> bool:
        """Whether transfers are taken."""
        return bool(self.bank_code)

    @property
    def bank(self) -> str:
        """The bank as payers call it, with its code; the directory leaves the word 銀行 out."""
        is_bank = self.bank_code < FIRST_OTHER or self.bank_code == YUCHO
        name = self.bank_name
        if name and is_bank and not name.endswith("銀行"):
            name += "銀行"
        return f"{name}（{self.bank_code}）" if name else self.bank_code

    @property
    def branch(self) -> str:
        """The branch with its code; the directory leaves the word 支店 out."""
        name = self.branch_name
        if name and self.bank_code != YUCHO and not name.endswith(BRANCH_WORDS):
            name += "支店"
        return f"{name}（{self.branch_code}）" if name else self.branch_code

    @property
    def kind(self) -> Any:
        """普通, 当座 or 貯蓄, in words."""
        return ACCOUNT_TYPE_LABELS[AccountType(self.account_type)]

    @property
    def holder(self) -> str:
        """The holder in kana that everybody can read."""
        return normalize("NFKC", self.holder_kana)


NAMES = tuple(one.name for one in fields(OnPaper))


def on_paper(moment: datetime | None = None) -> OnPaper:
    """What counts now, or counted at a moment: a paper keeps what it said."""
    statement = select(PaperSetting).order_by(PaperSetting.id.desc()).limit(1)
    if moment is not None:
        statement = statement.where(PaperSetting.made_at <= moment)
    return _read(db.session.execute(statement).scalar())


def _read(row: PaperSetting | None) -> OnPaper:
    return OnPaper(**{name: getattr(row, name) for name in NAMES}) if row else OnPaper()


def history(limit: int = 50) -> list[tuple[PaperSetting, OnPaper, str]]:
    """Everything that was written, by whom, the newest first."""
    who = own_name_of(PaperSetting.made_by_user_id)
    statement = select(PaperSetting, who).order_by(PaperSetting.id.desc()).limit(limit)
    return [(row[0], _read(row[0]), row[1] or "") for row in db.session.execute(statement)]


def write_paper_setting(
    account: AccountDetails | None, registration_number: str, reason: str, by_user_id: int
) -> PaperSetting:
    """From now on this stands on papers that are printed; `account` None takes no transfers any more."""
    made = PaperSetting(
        **_parts(account),
        registration_number=registration_number,
        reason=reason,
        made_by_user_id=by_user_id,
        made_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def _parts(account: AccountDetails | None) -> dict[str, str]:
    if account is None:
        return {}
    return {
        "bank_code": account.bank_code,
        "bank_name": account.bank_name,
        "branch_code": account.branch_code,
        "branch_name": account.branch_name,
        "account_type": account.account_type,
        "account_number": account.number,
        "holder_kana": account.holder_kana,
    }
