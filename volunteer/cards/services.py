"""Print runs: chosen once, printed in portions of a hundred, each noted when it has come out of the printer."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from volunteer.cards.models import CardInRun, CardPrintPortion, CardPrintRun
from volunteer.cards.queries import PORTION, cards_to_print, run, unknown_numbers
from volunteer.cards.rules import Wanted
from volunteer.cards.states import CardChoice
from volunteer.core import clock
from volunteer.core.db import db, insert_once
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import _l
from volunteer.people.models import Person

NUMBERS_MAX = 500


def start_run(wanted: Wanted, key: str, user_id: int) -> int:
    """The cards that are meant now, in a fixed order; the run's number. Nothing counts as printed yet.

    Raises `Refused` (nobody, unknown_numbers, no_numbers, no_day).
    """
    _check(wanted)
    card_ids = cards_to_print(wanted.choice, wanted.since, wanted.numbers)
    if not card_ids:
        raise Refused(_l("印刷するカードはありません。えらび方を変えてください。"), code="nobody")
    return _new_run(wanted, card_ids, key, user_id)


def _check(wanted: Wanted) -> None:
    if wanted.choice is CardChoice.SINCE and wanted.since is None:
        raise Refused(_l("いつからの登録かを入れてください。"), code="no_day")
    if wanted.choice is not CardChoice.CHOSEN:
        return
    if not wanted.numbers:
        raise Refused(_l("登録番号を入れてください。"), code="no_numbers")
    if len(wanted.numbers) > NUMBERS_MAX:
        raise Refused(
            _l("一度に入れられる番号は %(n)s件までです。", n=NUMBERS_MAX), code="too_many_numbers"
        )
    unknown = unknown_numbers(wanted.numbers)
    if unknown:
        raise Refused(
            _l(
                "この登録番号のカードはありません：%(numbers)s。番号を確かめてください。",
                numbers=" ".join(unknown[:20]),
            ),
            code="unknown_numbers",
        )


def _new_run(wanted: Wanted, card_ids: Sequence[int], key: str, user_id: int) -> int:
    values = {
        "key": key,
        "choice": wanted.choice,
        "since": wanted.since if wanted.choice is CardChoice.SINCE else None,
        "cards": len(card_ids),
        "made_at": clock.now(),
        "made_by_user_id": user_id,
    }
    run_id = insert_once(CardPrintRun, values)
    if run_id is None:
        known = select(CardPrintRun.id).where(CardPrintRun.key == key)
        return int(db.session.execute(known).scalar_one())
    rows = [
        {
            "run_id": run_id,
            "card_id": card_id,
            "position": position,
            "portion": position // PORTION + 1,
        }
        for position, card_id in enumerate(card_ids)
    ]
    db.session.execute(insert(CardInRun), rows)
    return run_id


def note_portion(run_id: int, number: int, user_id: int) -> None:
    """These cards have come out of the printer; said twice changes nothing. Raises `NotFound`."""
    if not 1 <= number <= -(-run(run_id).cards // PORTION):
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    values = {
        "run_id": run_id,
        "number": number,
        "printed_at": clock.now(),
        "printed_by_user_id": user_id,
    }
    insert_once(CardPrintPortion, values)


def note_single(person_id: int, key: str, user_id: int) -> None:
    """The one card of a person has been printed. Raises `NotFound`, `Refused`."""
    row = db.session.execute(
        select(Person.number).where(Person.party_id == person_id)
    ).one_or_none()
    if row is None:
        raise NotFound(_l("その人は見つかりませんでした。"))
    wanted = Wanted(CardChoice.CHOSEN, numbers=(row.number,) if row.number else ())
    note_portion(start_run(wanted, key, user_id), 1, user_id)
