"""The yearly statement (年間の明細): what somebody earned, lost and exchanged in one programme year, with the yen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from points.earning.facts import ActivityFacts
from points.earning.models import Award
from points.earning.states import LIVE
from points.ledger.debts import REPAID, WAIVED
from points.ledger.queries import Line, statement
from points.ledger.states import JournalKind
from points.programmes.calendar import ProgrammeYear, programme_year_of
from points.programmes.models import Programme
from points.programmes.queries import anchor_of, rules_at
from points.programmes.rule_version import RuleVersion
from points.recognitions.models import GivenRecognition
from points.recognitions.queries import letters_of
from points.redemption.methods.method import PaidBy
from points.redemption.methods.registry import codes_paid
from points.redemption.models import CashOut
from points.redemption.position import programmes_of
from points.redemption.states import CashOutState
from volunteer.core import clock
from volunteer.core.clock import from_tokyo
from volunteer.core.db import db
from volunteer.core.i18n import _l
from volunteer.people.models import Person

YEARS_BACK = 10
"""So long a journal is kept."""

KINDS = (
    (_l("活動でついたポイント"), (JournalKind.CREDIT, JournalKind.CONFIRM)),
    (_l("訂正"), (JournalKind.REVERSE,)),
    (_l("換金に使ったポイント"), (JournalKind.HOLD,)),
    (_l("換金から戻ったポイント"), (JournalKind.VOID, JournalKind.RETURN)),
    (_l("期限が切れたポイント"), (JournalKind.EXPIRE,)),
    (_l("ほかの会員とのやりとり"), (JournalKind.TRANSFER,)),
    (_l("そのほか"), (JournalKind.ADJUST, JournalKind.REFUSE, JournalKind.SETTLE)),
)
"""The lines of the statement, in order."""
REASONS = {
    REPAID: _l("不足をお金で返した分"),
    WAIVED: _l("返さなくてよいとされた不足"),
}
"""Lines of their own, whatever the kind of their journals."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One programme year of one person."""

    person: Person
    programmes: list[Programme]
    programme: Programme
    year: ProgrammeYear
    years: list[ProgrammeYear]
    opening: int
    lines: list[tuple[object, int]]
    """(words, points) of each kind that moved anything."""
    closing: int
    activities: int
    minutes: int
    paid: list[CashOut]
    """Cash-outs paid to the person in the year, in the order of their payment."""
    donated: list[CashOut]
    """Those that were passed on to others instead."""
    letters: list[GivenRecognition]
    """Letters of thanks handed over in the year."""

    @property
    def yen(self) -> int:
        """What was paid in the year."""
        return sum(one.amount_yen for one in self.paid)

    @property
    def donated_yen(self) -> int:
        """What was donated in the year."""
        return sum(one.amount_yen for one in self.donated)

    @property
    def exchanged(self) -> int:
        """The points behind it."""
        return sum(one.points for one in self.paid)


def asked_year(asked: Mapping[str, str]) -> tuple[int | None, date | None]:
    """What `?programme=&year=` ask for; nonsense asks for the running year of the first programme."""
    programme, day = asked.get("programme", ""), asked.get("year", "")
    number = int(programme) if programme.isascii() and programme.isdigit() else None
    try:
        return number, date.fromisoformat(day) if day else None
    except ValueError:
        return number, None


def statement_of(
    person_id: int, programme_id: int | None, starts_on: date | None
) -> Statement | None:
    """The statement that is asked for; None when there is no such person, programme or year.

    The running programme year where none is named; `starts_on` is the first day of another one.
    """
    person, found = db.session.get(Person, person_id), programmes_of(person_id)
    programme = next((one for one in found if programme_id in (None, one.id)), None)
    rules = rules_at(programme.id, clock.today()) if programme else None
    if person is None or programme is None or rules is None:
        return None
    anchor = anchor_of(person_id, programme.id, rules)
    lines = statement(person_id, programme.id)
    years = _years(lines, rules, anchor)
    year = next((one for one in years if starts_on in (None, one.start)), None)
    if year is None:
        return None
    return _told(person, found, programme, years, year, lines)


def _years(lines: list[Line], rules: RuleVersion, anchor: date | None) -> list[ProgrammeYear]:
    """The years from now back to the first line, the newest first."""
    day = clock.today()
    first = min((_day(one) for one in lines), default=day)
    found = [programme_year_of(day, rules, anchor)]
    while found[-1].start > first and len(found) < YEARS_BACK:
        found.append(programme_year_of(found[-1].start - timedelta(days=1), rules, anchor))
    return found


def _day(line: Line) -> date:
    return clock.to_tokyo(line.recorded_at).date()


def _told(
    person: Person,
    found: list[Programme],
    programme: Programme,
    years: list[ProgrammeYear],
    year: ProgrammeYear,
    lines: list[Line],
) -> Statement:
    before = [one for one in lines if _day(one) < year.start]
    within = [one for one in lines if year.start <= _day(one) < year.end]
    opening = before[-1].balance if before else 0
    activities, minutes = _helped(person.party_id, programme.id, year)
    paid = _paid(person.party_id, programme.id, year)
    donations = codes_paid(PaidBy.DONATION)
    return Statement(
        person=person,
        programmes=found,
        programme=programme,
        year=year,
        years=years,
        opening=opening,
        lines=_sums(within),
        closing=within[-1].balance if within else opening,
        activities=activities,
        minutes=minutes,
        paid=[one for one in paid if one.method not in donations],
        donated=[one for one in paid if one.method in donations],
        letters=[
            one
            for one in letters_of(person.party_id, programme.id)
            if year.start <= one.given_on < year.end
        ],
    )


def _sums(lines: list[Line]) -> list[tuple[object, int]]:
    """(words, points) of what moved anything; a debt made up for has its own line."""
    apart = [
        (words, sum(one.points for one in lines if one.reason == reason))
        for reason, words in REASONS.items()
    ]
    rest = [one for one in lines if one.reason not in REASONS]
    kinds = [(words, sum(one.points for one in rest if one.kind in some)) for words, some in KINDS]
    return [(words, points) for words, points in (*kinds, *apart) if points]


def _helped(person_id: int, programme_id: int, year: ProgrammeYear) -> tuple[int, int]:
    """How many activities of this programme, and how long, by the day of the activity."""
    facts = db.session.execute(
        db.select(Award.facts).where(
            Award.holder_id == person_id,
            Award.programme_id == programme_id,
            Award.activity_on >= year.start,
            Award.activity_on < year.end,
            Award.state.in_(LIVE),
        )
    ).scalars()
    minutes = [ActivityFacts.from_json(one).minutes for one in facts]
    minutes = [one for one in minutes if one]
    return len(minutes), sum(minutes)


def _paid(person_id: int, programme_id: int, year: ProgrammeYear) -> list[CashOut]:
    statement_ = (
        db.select(CashOut)
        .where(
            CashOut.person_id == person_id,
            CashOut.programme_id == programme_id,
            CashOut.state == CashOutState.PAID,
            CashOut.paid_at >= from_tokyo(year.start),
            CashOut.paid_at < from_tokyo(year.end),
        )
        .order_by(CashOut.paid_at, CashOut.id)
    )
    return list(db.session.execute(statement_).scalars())
