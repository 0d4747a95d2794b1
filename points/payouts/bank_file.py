"""From a frozen batch to the bytes for the bank, and back to the same bytes whenever asked."""

import json
from dataclasses import asdict, dataclass

from points.payouts.models import Originator as OriginatorRow
from points.payouts.models import PayoutBatch, PayoutLine
from points.payouts.zengin import (
    ClearingHouse,
    Originator,
    Payment,
    Profile,
    Separator,
    zengin_file,
)
from volunteer.core.crypto import seal, unseal_text
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l


@dataclass(frozen=True)
class Sender:
    """The center's own account and what its bank wants, as they were when a batch was made."""

    code: str
    name: str
    bank: str
    branch: str
    account_type: str
    account_number: str
    separator: str
    clearing_house: str
    wo_to_o: bool

    @property
    def originator(self) -> Originator:
        """For the header record."""
        return Originator(
            code=self.code,
            name=self.name,
            bank=self.bank,
            branch=self.branch,
            account_type=self.account_type,
            account_number=self.account_number,
        )

    @property
    def profile(self) -> Profile:
        """For all records."""
        return Profile(
            separator=Separator(self.separator),
            clearing_house=ClearingHouse(self.clearing_house),
            wo_to_o=self.wo_to_o,
        )


ORIGINATOR_CONTEXT = "originator:1:number"


def sender_of(row: OriginatorRow) -> Sender:
    """The sender as the settings say now; opens the center's own number."""
    return Sender(
        code=row.code,
        name=row.name_kana,
        bank=row.bank_code,
        branch=row.branch_code,
        account_type=row.account_type,
        account_number=unseal_text(row.number_sealed, ORIGINATOR_CONTEXT),
        separator=row.separator,
        clearing_house=row.clearing_house,
        wo_to_o=row.wo_to_o,
    )


def freeze(sender: Sender, batch_number: str) -> str:
    """The sender sealed into its batch."""
    return seal(json.dumps(asdict(sender), ensure_ascii=False), _batch_context(batch_number))


def frozen_sender(batch: PayoutBatch) -> Sender:
    """The sender of a batch."""
    return Sender(**json.loads(unseal_text(batch.originator_sealed, _batch_context(batch.number))))


def line_context(uid: str) -> str:
    """What the sealed number of a line is bound to."""
    return f"payout_line:{uid}:number"


def bytes_of(batch: PayoutBatch) -> bytes:
    """The file of a batch, from its frozen rows only; the same bytes each time. Opens every number."""
    sender = frozen_sender(batch)
    return make_file(batch, sender, batch.lines)


def make_file(batch: PayoutBatch, sender: Sender, lines: list[PayoutLine]) -> bytes:
    """The file of these lines; 顧客コード1 is the cash-out, by which the bank's answer is matched."""
    if not all(line.number_sealed for line in lines):
        raise Refused(
            _l(
                "この支払には、記録を消した方がふくまれるので、ファイルをもう一度作ることはできません。銀行に送ったものを使ってください。"
            ),
            code="person_erased",
        )
    payments = [
        Payment(
            id=line.cash_out_id,
            bank=line.bank_code,
            branch=line.branch_code,
            account_type=line.account_type,
            account_number=unseal_text(line.number_sealed, line_context(line.uid)),
            name=line.holder_kana,
            amount_yen=line.amount_yen,
        )
        for line in lines
    ]
    return zengin_file(sender.originator, batch.pay_on, payments, sender.profile)


def file_name(batch: PayoutBatch) -> str:
    """A name without anybody's data."""
    return f"furikomi-{batch.number}.txt"


def _batch_context(number: str) -> str:
    return f"payout_batch:{number}:originator"
