"""What desk and organizers have in common: the page of one device with its QR while it waits, its buttons."""

from flask import Response, make_response, render_template, request, url_for

from matching.checkin.scanning import keep_private
from matching.devices import queries, services
from matching.devices.models import Device
from matching.devices.states import DEVICE_KIND_LABELS
from volunteer.core import clock
from volunteer.core.config import settings
from volunteer.core.forms import ButtonForm, act_once
from volunteer.core.i18n import _
from volunteer.core.permissions import viewer
from volunteer.core.qr import qr_svg

LOOK_AGAIN_SECONDS = 5
"""How often the page looks whether the device has been enrolled."""


def kiosk_address(code: str) -> str:
    """Where the QR leads; the code stands behind the #, which no browser sends and no log keeps."""
    base = settings().base_url or request.url_root.rstrip("/")
    return f"{base}/kiosk#{code}"


def device_page(blueprint: str, layout: str, device: Device) -> Response:
    """One device. While it waits for its enrolment the page asks for itself again by an HTTP header."""
    open_code = queries.open_enrolment(device.id) if device.token_hash is None else None
    code = services.code_of(open_code.nonce) if open_code else ""
    html = render_template(
        "matching/devices/desk_device.html",
        layout=layout,
        blueprint=blueprint,
        device=device,
        line=queries.line_of(device.id),
        code=code,
        address=kiosk_address(code) if code else "",
        picture=qr_svg(kiosk_address(code), _("端末を登録するQRコード")) if code else None,
        until=open_code.expires_at if open_code else None,
        kind_labels=DEVICE_KIND_LABELS,
        button=lambda: ButtonForm(formdata=None),
        now=clock.now(),
    )
    response = keep_private(make_response(html))
    if code:
        response.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response


def renew_enrolment(device_id: int) -> Response:
    """A new code for a device that was not enrolled in time."""
    return act_once(
        ButtonForm(),
        lambda: services.new_enrolment(device_id, viewer().user_id or 0),
        lambda _code: url_for(".device", device_id=device_id),
        subject=f"device:{device_id}",
    )


def end_device(device_id: int, then: str) -> Response:
    """The device receives nobody any more."""
    return act_once(
        ButtonForm(),
        lambda: services.revoke_device(device_id, viewer().user_id or 0),
        lambda _done: then,
        subject=f"device:{device_id}",
    )
