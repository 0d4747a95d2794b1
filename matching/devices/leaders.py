"""An organizer's own phone receives people at the shifts of the organization, and only there (leader mode)."""

from datetime import timedelta

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from matching.devices import queries, services
from matching.devices.enrolling import device_page, end_device, renew_enrolment
from matching.devices.models import Device
from matching.devices.services import NewDevice
from matching.devices.states import DEVICE_KIND_LABELS, DeviceKind
from volunteer.core import clock
from volunteer.core.forms import ButtonForm, act_once, page
from volunteer.core.i18n import _
from volunteer.core.permissions import MEMBER, allow, own_or_404, viewer

blueprint = Blueprint("leader_devices", __name__, url_prefix="/o")

LASTS = timedelta(days=90)


@blueprint.get("/devices")
@allow(MEMBER)
def devices() -> ResponseReturnValue:
    """The phones with which people of the organization receive volunteers."""
    return page(
        "matching/devices/desk_leaders.html",
        ButtonForm(),
        lines=queries.devices(host_party_id=viewer().organization_id),
        kind_labels=DEVICE_KIND_LABELS,
        now=clock.now(),
    )


@blueprint.post("/devices/new")
@allow(MEMBER)
def new() -> Response:
    """My own phone receives people from now on."""
    who = viewer()
    moment = clock.now()
    start, _end = clock.day_bounds(clock.today())
    wanted = NewDevice(
        DeviceKind.LEADER,
        _("%(name)sの端末", name=who.name or _("担当者"))[:60],
        who.user_id or 0,
        start,
        moment + LASTS,
        who.organization_id,
        user_id=who.user_id,
    )
    return act_once(
        ButtonForm(),
        lambda: services.make_with_code(wanted),
        lambda device_id: url_for(".device", device_id=device_id),
        subject=lambda device_id: f"device:{device_id}",
    )


def _own(device_id: int) -> Device:
    """A phone of this organization; any other answers like a missing one."""
    organization_id = viewer().organization_id
    own_or_404(organization_id is not None)
    found = queries.device(device_id, organization_id)
    own_or_404(found.kind is DeviceKind.LEADER)
    return found


@blueprint.get("/devices/<int:device_id>")
@allow(MEMBER)
def device(device_id: int) -> Response:
    """One phone: its QR while it waits to be enrolled; only its owner sees that."""
    found = _own(device_id)
    own_or_404(found.user_id == viewer().user_id or found.token_hash is not None)
    return device_page("leader_devices", "layouts/member.html", found)


@blueprint.post("/devices/<int:device_id>/enrolment")
@allow(MEMBER)
def enrolment(device_id: int) -> Response:
    """A new code for my phone, which was not enrolled in time."""
    own_or_404(_own(device_id).user_id == viewer().user_id)
    return renew_enrolment(device_id)


@blueprint.post("/devices/<int:device_id>/revocation")
@allow(MEMBER)
def revoke(device_id: int) -> Response:
    """The phone receives nobody any more; any member may say so, for a lost phone cannot."""
    _own(device_id)
    return end_device(device_id, url_for(".devices", done="revoked"))
