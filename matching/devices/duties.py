"""What this feature owes the rest through hooks: things that wait, a person's own data, erasure."""

from sqlalchemy import select, update

from matching.devices import queries
from matching.devices.answers import words_of
from matching.devices.models import Device, DeviceScan, DeviceScanDecision
from matching.devices.states import ScanStatus
from matching.help_requests.models import HelpRequest, Shift
from volunteer.core import clock
from volunteer.core.db import db
from volunteer.core.hooks import OwnRecords, WaitingTotal
from volunteer.core.i18n import _l, show
from volunteer.core.permissions import Role
from volunteer.users.models import Acting
from volunteer.users.states import ActingAs

COORDINATOR = frozenset({Role.COORDINATOR.value})

SCANS = WaitingTotal(
    kind="device_scan",
    counted=queries.scans_for_the_desk_counted,
    label=lambda n: _l("端末からあとで届いた記録 %(n)s件", n=n),
    endpoint="devices_desk.scans",
    icon="warning",
    roles=COORDINATOR,
)
"""One line for all uploads that the desk must decide."""


def own_data(person_id: int) -> list[OwnRecords]:
    """Scans of this person that credited nothing; what was credited stands among the activities."""
    statement = (
        select(DeviceScan, HelpRequest.title)
        .outerjoin(Shift, Shift.id == DeviceScan.shift_id)
        .outerjoin(HelpRequest, HelpRequest.id == Shift.help_request_id)
        .where(
            DeviceScan.person_id == person_id,
            DeviceScan.status.in_((ScanStatus.REFUSED, ScanStatus.QUARANTINED)),
        )
        .order_by(DeviceScan.id)
    )
    rows = [
        [
            (_l("読んだとき"), show("datetime_long", scan.at)),
            (_l("活動"), title or ""),
            (_l("結果"), words_of(scan.outcome, for_leader=False).heading),
        ]
        for scan, title in db.session.execute(statement)
    ]
    return [OwnRecords("device_scans", _l("端末で受付できなかった記録"), list(rows))]


def erase_person(person_id: int) -> None:
    """Free words about a person go, and their own phones receive nobody any more (decision 14)."""
    theirs = select(DeviceScan.id).where(DeviceScan.person_id == person_id)
    db.session.execute(
        update(DeviceScanDecision)
        .where(DeviceScanDecision.device_scan_id.in_(theirs))
        .values(reason="")
        .execution_options(synchronize_session=False)
    )
    users = select(Acting.user_id).where(
        Acting.party_id == person_id, Acting.capacity == ActingAs.SELF
    )
    own = (
        update(Device).where(Device.user_id.in_(users)).execution_options(synchronize_session=False)
    )
    db.session.execute(own.values(name=""))
    db.session.execute(own.where(Device.revoked_at.is_(None)).values(revoked_at=clock.now()))
