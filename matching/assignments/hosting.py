"""What host and staff do with the places of a shift: the same pages, in the frame of each."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from matching.assignments import candidates, changes, details, queries, services
from matching.assignments.forms import ChangeForm, DeclineForm, DetailsForm, OfferForm, kept_change
from matching.assignments.models import Participation
from matching.assignments.states import ParticipationState
from matching.help_requests.forms import CallOffForm
from matching.help_requests.models import HelpRequest, Shift
from matching.help_requests.queries import shift_with_request
from matching.help_requests.states import PUBLIC_SHIFT_STATES
from matching.help_requests.wizard import Place
from volunteer.core import clock
from volunteer.core.audit import record_views
from volunteer.core.errors import DomainError
from volunteer.core.forms import BaseForm, ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _
from volunteer.core.permissions import viewer
from volunteer.people.models import Person

TEMPLATES = "matching/assignments"

GROUPS = {
    ParticipationState.APPLIED: "applied",
    ParticipationState.ACCEPTED: "accepted",
    ParticipationState.OFFERED: "offered",
    ParticipationState.WAITING: "waiting",
}


def _user_id() -> int:
    return viewer().user_id or 0


def people(place: Place, shift: Shift) -> ResponseReturnValue:
    """Who has to do with a shift, and what can be done about it."""
    groups: dict[str, list[Participation]] = {name: [] for name in (*GROUPS.values(), "gone")}
    for one in queries.people_of(shift.id):
        groups[GROUPS.get(one.state, "gone")].append(one)
    is_on_the_day = clock.activity_date(shift.starts_at) == clock.today()
    to_call = _to_call(groups, is_on_the_day)
    record_views([one.party_id for one in to_call], "telephone")
    return page(
        f"{TEMPLATES}/people.html",
        ButtonForm(),
        ways=place,
        shift=shift,
        groups=groups,
        answers=queries.change_answers(shift.id),
        notices=queries.change_notices(shift.id),
        is_coming=is_coming(shift),
        has_begun=shift.starts_at <= clock.now(),
        to_call=to_call,
        is_on_the_day=is_on_the_day,
        is_staff=viewer().is_staff,
    )


def _to_call(groups: dict[str, list[Participation]], is_on_the_day: bool) -> list[Person]:
    """Whose telephone stands on the list: staff call whoever was asked or comes, a host on the day who comes."""
    is_staff = viewer().is_staff
    shown = groups["accepted"] if is_staff or is_on_the_day else []
    shown = [*shown, *(groups["offered"] if is_staff else [])]
    return [one.person for one in shown if one.person.telephone]


def is_coming(shift: Shift) -> bool:
    """Whether the shift can still be changed, filled or called off."""
    return shift.state in PUBLIC_SHIFT_STATES and shift.starts_at > clock.now()


def _act(
    place: Place, form: BaseForm, shift_id: int, service: Callable[[], Any], done: str, subject: str
) -> Response:
    return act_once(
        form,
        service,
        lambda _made: place.url("people", shift_id=shift_id, done=done),
        subject=subject,
    )


def accept_application(place: Place, found: Participation) -> Response:
    """Take an applicant."""
    user_id, participation_id = _user_id(), found.id
    return _act(
        place,
        ButtonForm(),
        found.shift_id,
        lambda: services.accept_application(participation_id, user_id),
        "accepted",
        f"participation:{participation_id}",
    )


def decline_application(place: Place, found: Participation) -> ResponseReturnValue:
    """Not take an applicant, with a word for them."""
    form, participation_id, user_id = DeclineForm(), found.id, _user_id()
    if form.validate_on_submit():
        return _act(
            place,
            form,
            found.shift_id,
            lambda: services.decline_application(participation_id, user_id, form.reason.data or ""),
            "declined",
            f"participation:{participation_id}",
        )
    return page(f"{TEMPLATES}/decline.html", form, ways=place, mine=found, shift=found.shift)


def offer(place: Place, shift: Shift, host_party_id: int | None) -> ResponseReturnValue:
    """Ask a person: by number, or one of a list. Staff find everybody, a host those it worked with."""
    form, user_id, shift_id = OfferForm(), _user_id(), shift.id
    found: Person | None = None
    if form.validate_on_submit():
        found = candidates.person_with_number(form.number.data)
        if found is None:
            form.number.errors = [
                _("この登録番号の方は見つかりませんでした。カードの番号を確かめてください")
            ]
        else:
            person_id = found.party_id
            try:
                return _act(
                    place,
                    form,
                    shift_id,
                    lambda: services.offer(person_id, shift_id, user_id, host_party_id),
                    "offered",
                    f"shift:{shift_id}",
                )
            except DomainError as error:
                refuse(form, error)
    words = request.args.get("q", "").strip()
    known = (
        candidates.people_to_ask(words)
        if host_party_id is None
        else candidates.known_people(host_party_id, shift_id)
    )
    return page(
        f"{TEMPLATES}/offer.html",
        form,
        ways=place,
        shift=shift,
        known=known,
        words=words,
        is_staff=host_party_id is None,
        is_coming=is_coming(shift),
        back=place.url("people", shift_id=shift_id),
    )


def change(place: Place, shift: Shift) -> ResponseReturnValue:
    """Date, headcount or place after publication; everybody accepted is asked."""
    shift_id, user_id = shift.id, _user_id()
    form = ChangeForm(stands=lambda: kept_change(shift_with_request(shift_id)))
    if form.validate_on_submit():
        wanted = changes.Change(
            on=form.on.data,
            starts=form.starts.data,
            ends=form.ends.data,
            seats=form.seats.data,
            public_place=form.public_place.data,
            exact_place=form.exact_place.data,
            reason=form.reason.data,
        )
        try:
            return _act(
                place,
                form,
                shift_id,
                lambda: changes.change_shift(shift_id, wanted, user_id),
                "changed",
                f"shift:{shift_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        f"{TEMPLATES}/change.html",
        form,
        ways=place,
        shift=shift,
        is_coming=is_coming(shift),
        back=place.url("people", shift_id=shift_id),
    )


def rewrite(place: Place, request_place: Place, help_request: HelpRequest) -> ResponseReturnValue:
    """What to bring, dangers and contact after publication; everybody accepted is told."""
    request_id, user_id = help_request.id, _user_id()
    form = DetailsForm(stands=lambda: details.kept_details(request_id))
    back = request_place.url("help_request", help_request_id=request_id)
    if form.validate_on_submit():
        answers = {name: form.data[name] for name in details.DETAILS}
        try:
            return act_once(
                form,
                lambda: details.rewrite_details(request_id, answers, user_id),
                lambda told: request_place.url(
                    "help_request",
                    help_request_id=request_id,
                    done="rewritten_and_told" if told else "rewritten",
                ),
                subject=f"help_request:{request_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        f"{TEMPLATES}/details.html",
        form,
        help_request=help_request,
        is_rewritable=details.is_rewritable(help_request),
        change_urls=[
            (shift.starts_at, place.url("change", shift_id=shift.id))
            for shift in help_request.shifts
            if is_coming(shift)
        ],
        ways=place,
        back=back,
    )


def call_off(place: Place, shift: Shift) -> ResponseReturnValue:
    """A shift does not take place."""
    form, user_id, shift_id = CallOffForm(), _user_id(), shift.id
    if form.validate_on_submit():
        try:
            return _act(
                place,
                form,
                shift_id,
                lambda: changes.call_off_shift(shift_id, form.reason.data, user_id),
                "called_off",
                f"shift:{shift_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        f"{TEMPLATES}/call_off.html",
        form,
        heading=_("この活動を中止しますか"),
        shifts=[shift],
        help_request=shift.help_request,
        ways=place,
        back=place.url("people", shift_id=shift_id),
    )


def call_off_request(
    place: Place, request_place: Place, help_request: HelpRequest
) -> ResponseReturnValue:
    """A whole request is taken back."""
    form, user_id, request_id = CallOffForm(), _user_id(), help_request.id
    back = request_place.url("help_request", help_request_id=request_id)
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: changes.call_off_help_request(request_id, form.reason.data, user_id),
                lambda _told: request_place.url(
                    "help_request", help_request_id=request_id, done="called_off"
                ),
                subject=f"help_request:{request_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        f"{TEMPLATES}/call_off.html",
        form,
        heading=_("この依頼を取りやめますか"),
        shifts=[one for one in help_request.shifts if one.state in PUBLIC_SHIFT_STATES],
        help_request=help_request,
        ways=place,
        back=back,
    )
