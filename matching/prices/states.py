"""Words for whom the center takes the orderer's money (`points.billing.states.Collects`)."""

from points.billing.states import Collects
from volunteer.core.i18n import _l

COLLECTS_LABELS = {
    Collects.AGENT: _l("学生に代わって受けとる（約束は 依頼した方と学生の間）"),
    Collects.SELLER: _l("センターが受けとる（約束は 依頼した方とセンターの間）"),
}
