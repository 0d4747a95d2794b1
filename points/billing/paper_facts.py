"""What the template of a paper needs: the same for the desk's print and the payer's."""

from typing import Any

from points.billing.models import BillingPaper, Charge, DeskPayment
from points.billing.papers import payees_part, said_on
from points.billing.parties import called_of
from points.billing.sources import told
from points.billing.states import Collects, Direction, PaperKind
from points.billing.wording import METHOD_LABELS
from volunteer.core.center import the_center
from volunteer.core.db import db


def facts_of(made: BillingPaper, charge: Charge) -> dict[str, Any]:
    """The context of `points/billing/paper.html` but for `names` and `back`."""
    received = _received(made)
    return {
        "made": made,
        "charge": charge,
        "received": received,
        "is_back": received is not None and received.direction is Direction.BACK,
        "words": told(charge.source),
        "is_agent": made.collects is Collects.AGENT,
        "people": called_of((charge.payer_id, charge.payee_id)),
        "center": the_center(),
        "payee_yen": payees_part(charge, made),
        "method": METHOD_LABELS[received.method if received else charge.method],
        "paper": said_on(made),
        "PaperKind": PaperKind,
    }


def _received(made: BillingPaper) -> DeskPayment | None:
    return db.session.get(DeskPayment, made.desk_payment_id) if made.desk_payment_id else None
