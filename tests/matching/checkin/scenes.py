"""What the tests of the check-in share: who is where, the code on the venue's screen, what the rows say."""

from datetime import timedelta
from typing import Any

from matching.assignments.models import Participation
from matching.checkin.models import Attendance, AttendanceEvent, ScanRefusal
from matching.checkin.scanning import key
from matching.checkin.tokens import venue_token
from matching.help_requests.models import Shift
from points.earning.models import Award
from points.ledger.queries import balances
from tests.cast import Cast, sign_in_as
from tests.client import Client
from tests.factories.matching import make_participation
from volunteer.core import clock
from volunteer.core.db import db, write_turn
from volunteer.people.models import Person
from volunteer.users.models import User

HALF_STEP = timedelta(seconds=10)


def accept(person: Person, shift: Shift) -> Participation:
    """The person has a place in the shift."""
    with write_turn():
        made: Participation = make_participation(
            db.session.get_one(Person, person.party_id), db.session.get_one(Shift, shift.id)
        )
        return made


def code_path(shift: Shift) -> str:
    """Where the QR on the venue's screen leads now."""
    return f"/v/{venue_token(key(), shift.id, clock.now())}"


def browser(app: Any, who: Person | User | None = None, **options: Any) -> Client:
    """A browser of its own, signed in."""
    made = app.test_client()
    assert isinstance(made, Client)
    return sign_in_as(made, who, **options) if who is not None else made


def scan(client: Client, shift: Shift) -> Any:
    """Read the QR and come to the page with the button (or to why not)."""
    return client.get(code_path(shift), follow_redirects=True)


def arrive(client: Client, shift: Shift) -> Any:
    """Read the QR and press 受付する; the page that follows."""
    return client.resubmit(scan(client, shift), action="/check-in", follow_redirects=True)


def rows(model: Any) -> list[Any]:
    """All rows of a table as they are now."""
    db.session.rollback()
    key = next(iter(model.__table__.primary_key.columns))
    return list(db.session.execute(db.select(model).order_by(key)).scalars())


def attendances() -> list[Attendance]:
    """All attendances."""
    return rows(Attendance)


def events() -> list[AttendanceEvent]:
    """All events."""
    return rows(AttendanceEvent)


def awards() -> list[Award]:
    """All awards, every revision."""
    return rows(Award)


def refusals() -> list[ScanRefusal]:
    """All refused scans."""
    return rows(ScanRefusal)


def in_lots(cast: Cast, person: Person) -> int:
    """The points a person has."""
    db.session.rollback()
    return balances(person.party_id, cast.programme.id).in_lots
