"""Transfer to the person's bank account, many in one bank file."""

from points.redemption.methods.method import Method, PaidBy
from volunteer.core.i18n import _l

METHOD = Method(
    code="bank_transfer",
    label=_l("口座に振りこむ"),
    icon="building",
    help=_l("登録した口座に振りこみます"),
    paid_by=PaidBy.BANK_FILE,
    needs_bank_account=True,
    amount_label=_l("振りこまれる金額"),
    next_steps=(
        _l("センターの2人が順に確かめます（5日ほど）"),
        _l("あなたの口座に振りこみます（銀行の休みの日は、次の営業日）"),
        _l("振りこんだら、お知らせを送ります。通帳に「支払ずみ」と出ます"),
    ),
)
