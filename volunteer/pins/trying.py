"""A PIN that was typed at a kiosk: counted and committed first, compared then (decision 9)."""

from volunteer.core.crypto import unseal_text
from volunteer.core.db import run_turn
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l
from volunteer.core.passwords import verify_password
from volunteer.pins.queries import pin_of, sealed_for
from volunteer.pins.rules import read_pin
from volunteer.pins.services import count_try, locked


def try_pin(person_id: int, typed: str) -> str:
    """What is stored of the PIN when it was right, for `forget_tries`.

    Raises `Refused`: no_pin, pin_length (nothing that could be one is no try), pin_locked, wrong_pin (`left`).
    """
    if pin_of(person_id) is None:
        raise Refused(
            _l("暗証番号が、まだ決まっていません。センターの窓口で決められます。"), code="no_pin"
        )
    pin = read_pin(typed)
    if not pin:
        raise Refused(_l("4けたから6けたの数字を入れてください。"), code="pin_length")
    left = run_turn(count_try, person_id)
    # read after counting: the try belongs to the PIN that stands now
    found = pin_of(person_id)
    if left is None or found is None:
        raise locked()
    sealed = found.pin_sealed
    if verify_password(unseal_text(sealed, sealed_for(person_id)), pin):
        return sealed
    if left == 0:
        raise locked()
    raise Refused(
        _l("暗証番号がちがいます。あと%(n)s回ためせます。", n=left), code="wrong_pin", left=left
    )
