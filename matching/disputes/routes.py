"""Pages of the volunteer, who says that the record is wrong, and of the host, who says what they know."""

from typing import Any

from flask import Blueprint, current_app, url_for

from matching.checkin.queries import attendance_at
from matching.checkin.typed_times import real_moments
from matching.disputes import queries, services
from matching.disputes.forms import DisputeForm, SayForm
from matching.disputes.models import TimeDispute
from matching.disputes.rules import kinds_of, last_moment, why_closed
from matching.disputes.services import WHY_CLOSED, Saying, Wanted
from matching.disputes.states import (
    DISPUTE_KIND_LABELS,
    DISPUTE_STATE_LABELS,
    SIDE_LABELS,
    DisputeKind,
    Side,
)
from matching.help_requests.models import Shift
from matching.help_requests.queries import shift_with_request
from volunteer.core import clock
from volunteer.core.errors import DomainError
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _
from volunteer.core.permissions import MEMBER, PERSON, allow, own_or_404, viewer

blueprint = Blueprint("disputes", __name__)

TEMPLATES = "matching/disputes"


def days() -> int:
    """How many days after it is settled a record can be disputed."""
    found: int = current_app.config["OTAGAI"].dispute_days
    return found


def words_of_page(found: TimeDispute | None) -> dict[str, Any]:
    """What every page about a dispute shows."""
    return {
        "dispute": found,
        "names": queries.speakers(found) if found else {},
        "state_labels": DISPUTE_STATE_LABELS,
        "kind_labels": DISPUTE_KIND_LABELS,
        "side_labels": SIDE_LABELS,
    }


@blueprint.route("/shifts/<int:shift_id>/dispute", methods=["GET", "POST"])
@allow(PERSON)
def dispute(shift_id: int) -> Any:
    """「時間がちがいます」: what was different; then how it stands, and what host and desk have said."""
    person_id = viewer().person_id or 0
    subject = queries.subject_at(person_id, shift_id)
    own_or_404(subject is not None)
    assert subject is not None
    shift = shift_with_request(shift_id)
    attendance = attendance_at(person_id, shift_id)
    form = DisputeForm(data=_times_now(shift, attendance))
    kinds = kinds_of(subject.record.state)
    form.offer(kinds)
    if len(kinds) == 1 and not form.kind.data:
        form.kind.data = kinds[0].value
    if form.validate_on_submit() and form.is_complete():
        try:
            return _open(shift, form)
        except DomainError as error:
            if error.status != 422:
                raise
            refuse(form, error)
    disputes = queries.disputes_of(person_id, shift_id)
    why = why_closed(subject.record, clock.now(), days())
    return page(
        f"{TEMPLATES}/own.html",
        form,
        shift=shift,
        attendance=attendance,
        kinds=kinds,
        earlier=disputes[1:],
        why=WHY_CLOSED[why] if why else "",
        until=last_moment(subject.record, days()),
        say_form=SayForm(formdata=None),
        button=ButtonForm(formdata=None),
        **words_of_page(disputes[0] if disputes else None),
    )


def _times_now(shift: Shift, attendance: Any) -> dict[str, Any]:
    came = attendance.checked_in_at if attendance else shift.starts_at
    left = (attendance.checked_out_at if attendance else None) or shift.ends_at
    return {
        "came": clock.to_tokyo(came).time().replace(second=0, microsecond=0),
        "left": clock.to_tokyo(left).time().replace(second=0, microsecond=0),
    }


def _open(shift: Shift, form: DisputeForm) -> Any:
    who, kind = viewer(), DisputeKind(form.kind.data)
    moments: tuple[Any, Any] = (None, None)
    if kind is not DisputeKind.NOT_THERE:
        moments = real_moments(shift.starts_at, shift.ends_at, form.came.data, form.left.data)
    saying = _saying(form, Side.VOLUNTEER)
    wanted, limit = Wanted(kind, *moments), days()
    return act_once(
        form,
        lambda: services.open_dispute(who.person_id or 0, shift.id, wanted, saying, limit),
        lambda _made: url_for(".dispute", shift_id=shift.id, done="opened"),
        subject=lambda made: f"dispute:{made.id}",
    )


def _saying(form: Any, side: Side) -> Saying:
    return Saying(str(form.form_key.data), side, viewer().user_id or 0, form.words.data or "")


def say_once(form: SayForm, dispute_id: int, side: Side, back: str) -> Any:
    """Add what `side` says and go `back`; None where the form must be shown again."""
    if not form.validate_on_submit():
        return None
    saying = _saying(form, side)
    try:
        return act_once(
            form,
            lambda: services.say(dispute_id, saying),
            lambda _done: f"{back}?done=said",
            subject=f"dispute:{dispute_id}",
        )
    except DomainError as error:
        if error.status != 422:
            raise
        refuse(form, error)
        return None


def _own(dispute_id: int) -> TimeDispute:
    found = queries.dispute(dispute_id)
    own_or_404(found.participation.person_id == viewer().person_id)
    return found


@blueprint.post("/disputes/<int:dispute_id>/words")
@allow(PERSON)
def say(dispute_id: int) -> Any:
    """The volunteer adds something."""
    found = _own(dispute_id)
    back = url_for(".dispute", shift_id=found.participation.shift_id)
    form = SayForm()
    return say_once(form, dispute_id, Side.VOLUNTEER, back) or page(
        f"{TEMPLATES}/say.html", form, back=back, title=_("伝えたいこと")
    )


@blueprint.post("/disputes/<int:dispute_id>/withdrawal")
@allow(PERSON)
def withdraw(dispute_id: int) -> Any:
    """The volunteer lets it be."""
    found = _own(dispute_id)
    return act_once(
        ButtonForm(),
        lambda: services.withdraw(dispute_id),
        lambda _done: url_for(".dispute", shift_id=found.participation.shift_id, done="withdrawn"),
        subject=f"dispute:{dispute_id}",
    )


@blueprint.route("/o/disputes/<int:dispute_id>", methods=["GET", "POST"])
@allow(MEMBER)
def host(dispute_id: int) -> Any:
    """What is disputed about a shift of this organization; the host says what they know."""
    found = queries.dispute(dispute_id)
    host_id = found.participation.shift.help_request.host_party_id
    own_or_404(host_id is not None and host_id == viewer().organization_id)
    form = SayForm()
    back = url_for(".host", dispute_id=dispute_id)
    return say_once(form, dispute_id, Side.HOST, back) or page(
        f"{TEMPLATES}/host.html",
        form,
        attendance=queries.attendance_of(found),
        **words_of_page(found),
    )
