"""Shopping vouchers, handed over at the center's desk against a numbered receipt."""

from points.redemption.methods.method import Method, PaidBy
from volunteer.core.i18n import _l

METHOD = Method(
    code="voucher",
    label=_l("商品券"),
    icon="card",
    help=_l("本人確認の書類をお持ちください"),
    paid_by=PaidBy.DESK,
    needs_bank_account=False,
    amount_label=_l("窓口で受けとる券の額"),
    next_steps=(
        _l("センターの2人が順に確かめます（5日ほど）"),
        _l("確かめおわったら、お知らせを送ります"),
        _l("本人確認の書類を持って窓口に来てください。領収書に名前を書いて受けとります"),
    ),
)
