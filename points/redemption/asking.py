"""What the page of a request shows: the position in words, the calculation, the choices. For persons and for staff."""

from dataclasses import dataclass
from typing import Any

from points.bank_accounts.models import BankAccount
from points.bank_accounts.queries import live_account
from points.ledger.states import Unit
from points.programmes.describing_exchange import describe_conduct
from points.programmes.exchange_terms import ExchangeMethod
from points.programmes.wording import Wording
from points.redemption.checking import targets_of
from points.redemption.claims import OWN_WORDS
from points.redemption.methods.method import Method
from points.redemption.position import Position, position_of, programmes_of
from points.redemption.reasons import explain
from points.redemption.rules import most_exchangeable, refusal_for, yen_for
from volunteer.core import clock
from volunteer.core.i18n import _


@dataclass(frozen=True)
class Choice:
    """A way of being paid this person can choose now, with its terms and the most points."""

    method: Method
    terms: ExchangeMethod
    most_points: int
    targets: tuple[str, ...] = ()
    """To whom a donation may go; empty where the center chooses."""


@dataclass(frozen=True)
class Calculation:
    """What a number of points becomes."""

    method: Method
    points: int
    left: int
    yen: int
    target: str = ""
    """To whom a donation goes."""


@dataclass(frozen=True)
class Asking:
    """Everything the page needs. `choices` is empty when nothing can be exchanged; `why_not` says why."""

    position: Position
    account: BankAccount | None
    choices: list[Choice]
    why_not: str
    lacks_account: bool

    @property
    def methods(self) -> list[Method]:
        """The ways that can be chosen."""
        return [one.method for one in self.choices]

    @property
    def targets(self) -> list[str]:
        """To whom donations may go, by any of the ways."""
        return list(dict.fromkeys(target for one in self.choices for target in one.targets))

    @property
    def conduct(self) -> list[Wording]:
        """Which points, when they are paid, what to bring."""
        return describe_conduct(self.position.version.exchange)

    def choice(self, code: str) -> Choice | None:
        """The choice of this code."""
        return next((one for one in self.choices if one.method.code == code), None)


def asking_for(person_id: int, programme_id: int | None, unit: Unit = Unit.POINTS) -> Asking | None:
    """The position of a person in a programme of this unit (or the first of theirs); None without any."""
    programmes = programmes_of(person_id, unit)
    wanted = [one for one in programmes if programme_id in (None, one.id)]
    at = position_of(person_id, wanted[0].id, clock.today()) if wanted else None
    if at is None:
        return None
    account = live_account(person_id)
    possible = [one for one in at.methods if account is not None or not one.needs_bank_account]
    if at.is_held_back:
        return Asking(at, account, [], str(OWN_WORDS), lacks_account=False)
    choices, why_not = [], ""
    for method in at.methods:
        most = most_exchangeable(at.facts, at.version, method.code)
        terms = at.version.method(method.code)
        if most.refusal is not None:
            words = explain(most.refusal, at.facts, at.version, method.code, unit)
            why_not = why_not or _(words.message, **words.facts)
        elif method in possible and terms is not None:
            targets = targets_of(at.version, method.code)
            choices.append(Choice(method, terms, most.points, targets))
    return Asking(at, account, choices, why_not, len(possible) < len(at.methods))


def calculate(asking: Asking, points: int, method_code: str, target: str = "") -> Calculation | str:
    """What these points become by this method, or why they cannot, in words."""
    choice, at = asking.choice(method_code), asking.position
    refusal = refusal_for(points, at.facts, at.version, method_code)
    if refusal is not None:
        words = explain(refusal, at.facts, at.version, method_code, at.programme.unit)
        return str(_(words.message, **words.facts))
    if choice is None:
        return str(_("この受けとり方はえらべません。"))
    yen = yen_for(points, choice.terms)
    left = at.balances.available - points
    return Calculation(choice.method, points, left, yen, target)


def calculate_from(form: Any, asking: Asking) -> Calculation | None:
    """The calculation the form asks for; a refusal stands at its field of points."""
    if not form.validate():
        return None
    target = target_asked(form, asking)
    if target is None:
        return None
    found = calculate(asking, form.points.data, form.method.data, target)
    if isinstance(found, str):
        form.points.errors = [found]
        return None
    return found


def target_asked(form: Any, asking: Asking) -> str | None:
    """The target that the form names for its method, "" where none is to be named. None: it is missing, and says so."""
    choice = asking.choice(form.method.data)
    targets = choice.targets if choice else ()
    if not targets:
        return ""
    wanted = form.target.data or (targets[0] if len(targets) == 1 else "")
    if wanted in targets:
        return str(wanted)
    form.target.errors = [str(_("寄付先をえらんでください"))]
    return None


def default_calculation(asking: Asking) -> Calculation | None:
    """The most that can be exchanged by the first way, shown when the page is opened."""
    if not asking.choices:
        return None
    first = asking.choices[0]
    if len(first.targets) > 1:
        return None  # the person says to whom first
    target = first.targets[0] if first.targets else ""
    found = calculate(asking, first.most_points, first.method.code, target)
    return None if isinstance(found, str) else found
