"""Tickets for a lunch box, handed over as shopping vouchers are."""

from dataclasses import replace

from points.redemption.methods import voucher
from volunteer.core.i18n import _l

METHOD = replace(voucher.METHOD, code="bento_ticket", label=_l("弁当券"))
