"""Reads about printed cards: who would be printed, the runs so far, one portion of a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select

from volunteer.cards.models import CardInRun, CardPrintPortion, CardPrintRun
from volunteer.cards.states import CardChoice
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.errors import NotFound
from volunteer.core.i18n import _l
from volunteer.people.models import Card, Person
from volunteer.people.states import PersonState
from volunteer.users.queries import user_name

PORTION = 100
"""Cards in one answer: ten sheets. More would make the browser and the printer slow."""

RUNS_SHOWN = 20

_printed = (
    select(CardInRun.card_id)
    .join(
        CardPrintPortion,
        (CardPrintPortion.run_id == CardInRun.run_id)
        & (CardPrintPortion.number == CardInRun.portion),
    )
    .where(CardInRun.card_id == Card.id)
)


def _live_cards() -> Select[int]:
    return (
        select(Card.id)
        .join(Person, Person.party_id == Card.person_id)
        .where(Card.revoked_at.is_(None), Person.state == PersonState.REGISTERED)
    )


def cards_to_print(
    choice: CardChoice, since: date | None = None, numbers: Sequence[str] = ()
) -> list[int]:
    """The live cards of registered people that are meant, by kana; of `CHOSEN` those with these numbers."""
    statement = _live_cards().order_by(Person.kana, Person.party_id)
    if choice is CardChoice.UNPRINTED:
        statement = statement.where(~_printed.exists())
    elif choice is CardChoice.SINCE and since is not None:
        statement = statement.where(Person.registered_at >= clock.day_bounds(since)[0])
    elif choice is CardChoice.CHOSEN:
        statement = statement.where(Person.number.in_(numbers))
    return list(db.session.execute(statement).scalars())


def unknown_numbers(numbers: Sequence[str]) -> list[str]:
    """Those of the typed numbers that belong to nobody with a card, in the order in which they were typed."""
    statement = select(Person.number).where(
        Person.number.in_(numbers),
        Person.party_id.in_(select(Card.person_id).where(Card.revoked_at.is_(None))),
        Person.state == PersonState.REGISTERED,
    )
    known = set(db.session.execute(statement).scalars())
    return [number for number in dict.fromkeys(numbers) if number not in known]


def counts() -> dict[CardChoice, int]:
    """How many cards two of the choices mean now."""
    everybody = _live_cards()
    return {
        choice: int(
            db.session.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
        )
        for choice, statement in (
            (CardChoice.UNPRINTED, everybody.where(~_printed.exists())),
            (CardChoice.ALL, everybody),
        )
    }


@dataclass(frozen=True)
class RunLine:
    """A run in the list: how far it has come."""

    run: CardPrintRun
    who: str
    printed: int

    @property
    def portions(self) -> int:
        """Into how many portions it is cut."""
        return -(-self.run.cards // PORTION)

    @property
    def is_done(self) -> bool:
        """Whether every portion has been printed."""
        return self.printed >= self.portions


def runs() -> list[RunLine]:
    """The newest runs."""
    counted = (
        select(CardPrintPortion.run_id, func.count().label("n"))
        .group_by(CardPrintPortion.run_id)
        .subquery()
    )
    statement = (
        select(CardPrintRun, func.coalesce(counted.c.n, 0))
        .outerjoin(counted, counted.c.run_id == CardPrintRun.id)
        .order_by(CardPrintRun.id.desc())
        .limit(RUNS_SHOWN)
    )
    rows = db.session.execute(statement).all()
    names = {row[0].made_by_user_id: "" for row in rows}
    names = {user_id: user_name(user_id) for user_id in names}
    return [RunLine(row[0], names[row[0].made_by_user_id], row[1]) for row in rows]


def run(run_id: int) -> CardPrintRun:
    """A run. Raises `NotFound`."""
    found = db.session.get(CardPrintRun, run_id)
    if found is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


def printed_portions(run_id: int) -> dict[int, datetime]:
    """Which portions of a run have been printed, and when."""
    statement = select(CardPrintPortion.number, CardPrintPortion.printed_at).where(
        CardPrintPortion.run_id == run_id
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


@dataclass(frozen=True)
class PrintedCard:
    """What stands on one card."""

    person_id: int
    name: str
    kana: str
    number: str | None
    code: str
    issued_at: datetime

    @property
    def size(self) -> str:
        """How long the name is: "", long, longest."""
        if len(self.name) <= NAME_FITS:
            return ""
        return "long" if len(self.name) <= 2 * NAME_FITS else "longest"


NAME_FITS = 7
"""Letters of a name that fit on one line of a card in the large size."""

_CARD = select(
    Person.party_id, Person.name, Person.kana, Person.number, Card.code, Card.issued_at
).join_from(Card, Person, Person.party_id == Card.person_id)


def cards_of_portion(run_id: int, number: int) -> list[PrintedCard]:
    """The cards of a portion that are still good; one that was replaced meanwhile is not printed again."""
    statement = (
        _CARD.join(CardInRun, CardInRun.card_id == Card.id)
        .where(CardInRun.run_id == run_id, CardInRun.portion == number, Card.revoked_at.is_(None))
        .order_by(CardInRun.position)
    )
    return [PrintedCard(*row) for row in db.session.execute(statement)]


def card_of(person_id: int) -> PrintedCard:
    """The live card of a person. Raises `NotFound`."""
    statement = _CARD.where(Card.person_id == person_id, Card.revoked_at.is_(None))
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound(_l("この方のカードは、まだありません。登録すると出せます。"))
    return PrintedCard(*row)


def printed_at(person_id: int) -> list[datetime]:
    """When cards of a person were printed, the newest first."""
    statement = (
        select(CardPrintPortion.printed_at)
        .join(
            CardInRun,
            (CardInRun.run_id == CardPrintPortion.run_id)
            & (CardInRun.portion == CardPrintPortion.number),
        )
        .join(Card, Card.id == CardInRun.card_id)
        .where(Card.person_id == person_id)
        .order_by(CardPrintPortion.id.desc())
    )
    return list(db.session.execute(statement).scalars())
