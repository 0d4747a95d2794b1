"""Setting a PIN, counting the tries of one, forgetting them after the right one."""

from sqlalchemy import delete, update

from volunteer.core import clock
from volunteer.core.crypto import seal
from volunteer.core.db import db, guarded_update, hold, insert_once
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import _l
from volunteer.core.passwords import hash_password
from volunteer.people.models import Person
from volunteer.pins import notices
from volunteer.pins.models import CardPin
from volunteer.pins.queries import pin_of, sealed_for
from volunteer.pins.rules import TRIES_MAX, is_easy, read_pin
from volunteer.pins.states import PinReason


def check_pin(person: Person, typed: str) -> str:
    """The digits, if they may be the PIN of this person. Raises `Refused` (pin_length, pin_easy)."""
    pin = read_pin(typed)
    if not pin:
        raise Refused(_l("4けたから6けたの数字を入れてください。"), code="pin_length")
    own = ["".join(filter(str.isdecimal, one or "")) for one in (person.number, person.telephone)]
    if is_easy(pin, person.birth_on, own):
        raise Refused(
            _l(
                "1234や0000、生まれた日、電話番号は、すぐに当てられます。ほかの数字にしてください。"
            ),
            code="pin_easy",
        )
    return pin


def sealed_pin(person_id: int, pin: str) -> str:
    """What is stored of a PIN. Slow; before the write turn."""
    return seal(hash_password(pin), sealed_for(person_id))


def set_pin(person_id: int, sealed: str, reason: PinReason, user_id: int) -> None:
    """From now on this PIN counts, and its tries start anew; whoever did not set it themselves is told.

    Raises `NotFound`, `Refused` (not_registered; pin_locked when its owner would unlock it: the desk does that).
    """
    hold(f"card_pin:{person_id}")
    person = db.session.get(Person, person_id, populate_existing=True)
    if person is None:
        raise NotFound(_l("見つかりませんでした。"))
    if not person.is_registered:
        raise Refused(_l("暗証番号は、登録がすむと決められます。"), code="not_registered")
    found = pin_of(person_id)
    if found is not None and found.is_locked and reason is PinReason.OWNER:
        raise locked()
    values = {
        "pin_sealed": sealed,
        "tries": 0,
        "reason": reason,
        "set_at": clock.now(),
        "set_by_user_id": user_id,
    }
    is_first = insert_once(CardPin, {"person_id": person_id, **values}) is not None
    if not is_first:
        guarded_update(update(CardPin).where(CardPin.person_id == person_id).values(**values))
    if reason is not PinReason.OWNER:
        notices.set_by_staff(person, sealed, is_first=is_first)
    db.session.expire_all()


def locked() -> Refused:
    """All tries are used up."""
    return Refused(
        _l(
            "まちがいが5回つづいたので、暗証番号をとめています。センターの窓口で、新しく決められます。"
        ),
        code="pin_locked",
    )


def count_try(person_id: int) -> int | None:
    """Count one try, in a turn of its own before anything is compared; how many are left, None when none was."""
    statement = (
        update(CardPin)
        .where(CardPin.person_id == person_id, CardPin.tries < TRIES_MAX)
        .values(tries=CardPin.tries + 1)
        .returning(CardPin.tries)
    )
    tries = db.session.execute(statement).scalar()
    return None if tries is None else TRIES_MAX - tries


def forget_tries(person_id: int, sealed: str) -> None:
    """It was right; unless it was changed meanwhile the tries start anew."""
    guarded_update(
        update(CardPin)
        .where(CardPin.person_id == person_id, CardPin.pin_sealed == sealed)
        .values(tries=0)
    )


def take_pin_away(person_id: int) -> None:
    """There is no PIN any more."""
    guarded_update(delete(CardPin).where(CardPin.person_id == person_id))
