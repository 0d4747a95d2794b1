"""Points for shops: handed over as tickets the shops take, as shopping vouchers are (docs/points-programmes.md)."""

from dataclasses import replace

from points.redemption.methods import voucher
from volunteer.core.i18n import _l

METHOD = replace(voucher.METHOD, code="shop_payment", label=_l("お店で使える券"))
