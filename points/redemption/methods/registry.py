"""Every way of paying points out, by its code in the programme's file. Pages, checks and batches derive from here."""

from points.redemption.methods import bank_transfer, desk_cash
from points.redemption.methods.method import Method

METHODS: dict[str, Method] = {
    method.code: method for method in (bank_transfer.METHOD, desk_cash.METHOD)
}
