"""A donation: the center passes the money on to whom the person chose; nothing is paid to the person."""

from points.redemption.methods.method import Method, PaidBy
from volunteer.core.i18n import _l

METHOD = Method(
    code="donation",
    label=_l("寄付する"),
    icon="group",
    help=_l("センターがまとめて寄付先にとどけます"),
    paid_by=PaidBy.DONATION,
    needs_bank_account=False,
    amount_label=_l("寄付する金額"),
    next_steps=(
        _l("センターの2人が順に確かめます（5日ほど）"),
        _l("センターが、ほかの人の寄付とまとめて、寄付先にとどけます"),
        _l("とどけたら、お礼のお知らせを送ります"),
    ),
)
