"""Charges for the walks: each earned by one of the two, paid in cash, with its receipt."""

from collections.abc import Callable

from points.billing.papers import print_paper
from points.billing.services import AtDesk, Order, make_charge, record_desk_payment
from points.billing.states import Direction, PaperKind, PayMethod
from tests.cast import Cast
from volunteer.core import clock
from volunteer.core.db import write_turn


def keep_charges(keep: Callable[..., None], cast: Cast) -> None:
    """A charge of the household for each, of which a part was paid, and the receipt of it."""
    people = (cast.hanako.party_id, cast.student.party_id)
    payer, by = cast.household.party_id, cast.payer.id
    money = AtDesk(Direction.IN, PayMethod.CASH, 1000, clock.today())
    charges, papers = [], []
    with write_turn():
        for person_id in people:
            key = f"walk:{person_id}"
            order = Order(key, key, payer, person_id, 2000, 0, PayMethod.CASH, clock.today())
            charge = make_charge(order, "none")
            made = record_desk_payment(charge.id, money, key=key, by_user_id=by)
            paper = print_paper(
                charge.id, PaperKind.RECEIPT, desk_payment_id=made.id, key=key, by_user_id=by
            )
            charges.append(charge.id)
            papers.append(paper.id)
    keep("charge_id", *charges)
    keep("paper_id", *papers)
