"""Both members are told of a gift; neither learns a name."""

from points.bank_accounts.notices import write_to
from points.transfers.models import PointTransfer
from volunteer.people.models import Person


def tell_both(gift: PointTransfer, giver: Person, receiver: Person, programme: str) -> None:
    """Queue one message to each."""
    params = {"points": gift.points, "programme": programme}
    for person, what in ((giver, "given"), (receiver, "received")):
        write_to(person, f"points/transfers/{what}", f"gift:{gift.id}:{what}", params)
