"""Devices at the desk: make and enrol a tablet, end a device, decide about uploads that credited nothing."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from matching.assignments.queries import called_off_at
from matching.checkin.confirming import RealTimes
from matching.devices import answers, choosing, queries, services
from matching.devices.enrolling import device_page, end_device, renew_enrolment
from matching.devices.forms import AcceptScanForm, DismissScanForm, NewKioskForm
from matching.devices.models import DeviceScan
from matching.devices.services import NewDevice, Word
from matching.devices.states import DECISION_LABELS, DEVICE_KIND_LABELS, DeviceKind
from matching.help_requests.models import Shift
from matching.help_requests.states import ShiftState
from volunteer.core import clock
from volunteer.core.errors import DomainError
from volunteer.core.forms import act_once, page
from volunteer.core.i18n import show
from volunteer.core.permissions import Role, allow, viewer

blueprint = Blueprint("devices_desk", __name__, url_prefix="/desk")

TEMPLATES = "matching/devices"
USUAL_DAYS = timedelta(days=30)


@blueprint.get("/devices")
@allow(Role.COORDINATOR)
def devices() -> ResponseReturnValue:
    """All devices with when they were last seen, and what waits for a decision."""
    return page(
        f"{TEMPLATES}/desk_devices.html",
        lines=queries.devices(),
        waiting=len(queries.scans_for_the_desk()),
        kind_labels=DEVICE_KIND_LABELS,
        now=clock.now(),
    )


@blueprint.route("/devices/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new() -> ResponseReturnValue:
    """A tablet for a place, an organization or chosen activities."""
    form = _new_form()
    if form.validate_on_submit():
        wanted = _wanted(form)
        return act_once(
            form,
            lambda: services.make_with_code(wanted),
            lambda device_id: url_for(".device", device_id=device_id),
            subject=lambda device_id: f"device:{device_id}",
        )
    return page(f"{TEMPLATES}/desk_new.html", form)


def _new_form() -> NewKioskForm:
    chosen = request.args.get("shift", type=int)
    today = clock.today()
    form = NewKioskForm(
        data={
            "starts_on": today,
            "ends_on": today + USUAL_DAYS,
            "shifts": [str(chosen)] if chosen else [],
        }
    )
    found = choosing.offered(chosen)
    form.host.choices = [
        *(form.host.choices or []),
        *((str(number), name) for number, name in found.organizations),
    ]
    form.place.choices = [*(form.place.choices or []), *((one, one) for one in found.places)]
    form.shifts.choices = [(str(one.id), _words_of(one)) for one in found.shifts]
    return form


def _words_of(shift: Shift) -> str:
    when = f"{show('date', shift.starts_at)} {show('time_range', shift.starts_at, shift.ends_at)}"
    return f"{when} {shift.help_request.public_place} {shift.help_request.title}"


def _wanted(form: NewKioskForm) -> NewDevice:
    """What the form asks for; the PIN is hashed here, before any turn."""
    first, last = form.starts_on.data, form.ends_on.data
    assert isinstance(first, date)
    assert isinstance(last, date)
    salt = secrets.token_hex(16)
    return NewDevice(
        DeviceKind.KIOSK,
        form.name.data,
        viewer().user_id or 0,
        clock.from_tokyo(first),
        clock.from_tokyo(last + timedelta(days=1)),
        int(form.host.data) if form.host.data else None,
        form.place.data or "",
        tuple(int(one) for one in form.shifts.data or ()),
        pin_salt=salt,
        pin_hash=services.hash_pin(form.pin.data, salt),
    )


@blueprint.get("/devices/<int:device_id>")
@allow(Role.COORDINATOR)
def device(device_id: int) -> Response:
    """One device: its QR while it waits to be enrolled, then when it was seen; the button that ends it."""
    return device_page("devices_desk", "layouts/desk.html", queries.device(device_id))


@blueprint.post("/devices/<int:device_id>/enrolment")
@allow(Role.COORDINATOR)
def enrolment(device_id: int) -> Response:
    """A new code for a device that was not enrolled in time."""
    return renew_enrolment(device_id)


@blueprint.post("/devices/<int:device_id>/revocation")
@allow(Role.COORDINATOR)
def revoke(device_id: int) -> Response:
    """The device receives nobody any more."""
    queries.device(device_id)
    return end_device(device_id, url_for(".device", device_id=device_id, done="revoked"))


@blueprint.get("/device-scans")
@allow(Role.COORDINATOR)
def scans() -> ResponseReturnValue:
    """受付できなかった記録: uploads that credited nothing, for a decision."""
    return page(
        f"{TEMPLATES}/desk_scans.html",
        scans=queries.scans_for_the_desk(),
        why=_why,
    )


def _why(scan: DeviceScan) -> Any:
    return answers.words_of(scan.outcome, for_leader=False).heading


@blueprint.route("/device-scans/<int:scan_id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def scan(scan_id: int) -> ResponseReturnValue:
    """One upload: write it down with the real times and a reason, or not, with a reason."""
    found = queries.scan_for_the_desk(scan_id)
    form = AcceptScanForm(data=_times_of(found))
    if found.shift is not None and form.validate_on_submit():
        word, times = _word(scan_id, form.reason.data, str(form.form_key.data)), _times(found, form)
        try:
            return act_once(
                form,
                lambda: services.accept_scan(word, times),
                lambda _id: url_for(".scans", done="accepted"),
                subject=f"device_scan:{scan_id}",
            )
        except DomainError as error:
            if error.status not in (403, 409, 422) or error.code == "already_sent":
                raise
            form.problems.append(error.message)
    return _scan_page(found, form, DismissScanForm(formdata=None))


def _word(scan_id: int, reason: str, key: str) -> Word:
    who = viewer()
    return Word(scan_id, reason, f"scan:{key}", who.user_id or 0, who.own_person_id)


def _scan_page(
    found: DeviceScan, form: AcceptScanForm, dismiss: DismissScanForm
) -> ResponseReturnValue:
    return page(
        f"{TEMPLATES}/desk_scan.html",
        dismiss if dismiss.has_problems else form,
        accept=form,
        dismiss=dismiss,
        scan=found,
        day=clock.to_tokyo(found.at).date(),
        why=_why,
        beside=queries.scans_beside(found),
        stopped_at=_stopped_at(found.shift) if found.shift is not None else None,
        decision=queries.decision_of(found.id),
        decision_labels=DECISION_LABELS,
    )


def _times_of(found: DeviceScan) -> dict[str, Any]:
    """When the scans of this person say that they came and went; where none says it, as planned or as long as it went
    on.
    """
    if found.shift is None:
        return {}
    scans = (found, *queries.scans_beside(found))
    came = min((one.at for one in scans if not one.is_out), default=found.shift.starts_at)
    stopped_at = _stopped_at(found.shift)
    was_over = stopped_at is not None and came < stopped_at < found.shift.ends_at
    ended_at = stopped_at if was_over and stopped_at is not None else found.shift.ends_at
    left = max((one.at for one in scans if one.is_out), default=ended_at)
    came_at, left_at = (
        clock.to_tokyo(one).time().replace(second=0, microsecond=0) for one in (came, left)
    )
    return {
        "came": came_at,
        "left": left_at,
        "households": found.shift.help_request.households_count,
    }


def _stopped_at(shift: Shift) -> datetime | None:
    """When a shift was called off or ended before its time."""
    if shift.state is ShiftState.CANCELLED:
        return called_off_at(shift.id)
    is_early = shift.ended_at is not None and shift.ended_at < shift.ends_at
    return shift.ended_at if is_early else None


def _times(found: DeviceScan, form: AcceptScanForm) -> RealTimes:
    assert found.shift is not None
    day = clock.activity_date(found.shift.starts_at)
    came, left = (clock.from_tokyo(day, one.data) for one in (form.came, form.left))
    return RealTimes(came, left + timedelta(days=left < came), form.households.data)


@blueprint.post("/device-scans/<int:scan_id>/dismissal")
@allow(Role.COORDINATOR)
def dismiss(scan_id: int) -> ResponseReturnValue:
    """Nothing is written down, and why."""
    found = queries.scan_for_the_desk(scan_id)
    form = DismissScanForm()
    if form.validate_on_submit():
        word = _word(scan_id, form.reason.data, str(form.form_key.data))
        return act_once(
            form,
            lambda: services.dismiss_scan(word),
            lambda _done: url_for(".scans", done="dismissed"),
            subject=f"device_scan:{scan_id}",
        )
    return _scan_page(found, AcceptScanForm(formdata=None, data=_times_of(found)), form)
