"""Every way of paying points out, by its code in the programme's file. Pages, checks and batches derive from here."""

from points.redemption.methods import (
    bank_transfer,
    bento_ticket,
    desk_cash,
    donation,
    gift_voucher,
    school_donation,
    shop_payment,
    voucher,
)
from points.redemption.methods.method import Method, PaidBy

METHODS: dict[str, Method] = {
    module.METHOD.code: module.METHOD
    for module in (
        bank_transfer,
        desk_cash,
        voucher,
        gift_voucher,
        bento_ticket,
        shop_payment,
        donation,
        school_donation,
    )
}


def codes_paid(way: PaidBy) -> frozenset[str]:
    """The methods whose money leaves the center this way: what a page of the payers works through."""
    return frozenset(code for code, method in METHODS.items() if method.paid_by is way)
