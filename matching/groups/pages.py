"""Pages of a group: the same for the host at its own shifts and for staff at the desk."""

from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from matching.checkin.host_pages import Place
from matching.checkin.rules import window_of
from matching.checkin.typed_times import real_moments
from matching.groups import answering, naming, queries, services
from matching.groups.forms import HeadsForm, NamesForm, PastVisitForm, VisitForm, WhyForm
from matching.groups.leader_links import LeaderLink, token_of
from matching.groups.models import GroupVisit
from matching.groups.rules import same_name, why_closed
from matching.groups.services import WHY_CLOSED, By, NewVisit
from matching.groups.states import SIDE_LABELS, VISIT_EVENT_LABELS, VISIT_STATE_LABELS, Side
from matching.help_requests.models import Shift
from matching.help_requests.queries import names_of_users
from matching.help_requests.states import ShiftState
from volunteer.core import clock
from volunteer.core.audit import record_view
from volunteer.core.crypto import purpose_key
from volunteer.core.db import run_turn
from volunteer.core.errors import DomainError
from volunteer.core.forms import BaseForm, ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _
from volunteer.core.links import absolute
from volunteer.core.permissions import viewer
from volunteer.core.qr import qr_svg
from volunteer.core.typed import half_width

TEMPLATES = "matching/groups"


@dataclass(frozen=True)
class Frame:
    """Where the pages are shown: blueprint of the groups, the shift's own pages around it."""

    blueprint: str
    arrivals: Place

    @property
    def side(self) -> Side:
        """On whose behalf one acts here."""
        return Side.STAFF if self.arrivals.by_staff else Side.HOST

    @property
    def layout(self) -> str:
        """The frame of the pages."""
        return self.arrivals.layout

    def url(self, page_name: str, **values: Any) -> str:
        """The address of one of its pages."""
        return url_for(f"{self.blueprint}.{page_name}", **values)

    def by(self) -> By:
        """Whoever is looking."""
        who = viewer()
        return By(self.side, who.user_id, who.own_person_id)


def key() -> bytes:
    """The key of the leaders' links."""
    return purpose_key("links of group leaders")


def link_of(visit: GroupVisit) -> str:
    """The address of the leader's page; "" while there is none."""
    if not visit.link_is_open:
        return ""
    token = token_of(key(), LeaderLink(visit.id, visit.link_number))
    return absolute(url_for("groups.leader", token=token))


def days() -> int:
    """How many days after a shift names may be added."""
    found: int = current_app.config["OTAGAI"].group_name_days
    return found


def new(frame: Frame, shift: Shift) -> ResponseReturnValue:
    """A group has come: its name, how many, who leads it."""
    moment = clock.now()
    is_past = frame.side is Side.STAFF and moment >= shift.ends_at
    starts = clock.to_tokyo(shift.starts_at).time()
    form = PastVisitForm(data={"came": starts}) if is_past else VisitForm()
    if form.validate_on_submit() and _knows_leader(form):
        wanted = _wanted(shift, form)
        try:
            return act_once(
                form,
                lambda: services.record_visit(wanted, frame.by(), days()),
                lambda made: frame.url("visit", visit_id=made, done="recorded"),
                subject=lambda made: f"group_visit:{made}",
            )
        except DomainError as error:
            if error.status != 422:
                raise
            refuse(form, error)
    window = window_of(shift.starts_at, shift.ends_at)
    return page(
        f"{TEMPLATES}/new.html",
        form,
        of=frame,
        shift=shift,
        is_past=is_past,
        is_early=moment < window.opens_at,
        is_open=shift.state is not ShiftState.CANCELLED
        and moment >= window.opens_at
        and (frame.side is Side.STAFF or moment < shift.ends_at),
        window=window,
        days=days(),
    )


def _knows_leader(form: VisitForm) -> bool:
    """Whether the number, where one was typed, is that of the leader's own name."""
    number = half_width(form.leader_number.data)
    if not number:
        return True
    person = queries.people_by_number({number}).get(number.upper())
    if person is None or not same_name(form.leader_name.data, person.name, person.kana):
        form.leader_number.errors = [
            _("この番号と、代表の人の名前の登録が見つかりません。番号がないときは、空のままで")
        ]
        return False
    return True


def _wanted(shift: Shift, form: VisitForm) -> NewVisit:
    came_at, reason = None, ""
    if isinstance(form, PastVisitForm):
        came, _left = real_moments(shift.starts_at, shift.ends_at, form.came.data, form.came.data)
        came_at, reason = came, form.reason.data
    number = half_width(form.leader_number.data)
    leader = queries.people_by_number({number}).get(number.upper()) if number else None
    return NewVisit(
        str(form.form_key.data),
        shift.id,
        form.name.data,
        form.heads.data,
        form.leader_name.data,
        form.leader_telephone.data,
        leader.party_id if leader else None,
        came_at,
        reason,
    )


def visit(frame: Frame, found: GroupVisit) -> ResponseReturnValue:
    """One group: who of it is named, what is still to be done; names are added here."""
    form = NamesForm()
    people = queries.not_named_yet(found.shift_id)
    form.offer(people)
    answers: list[answering.Answer] = []
    if form.validate_on_submit():
        acting = answering.Acting(found.id, frame.by(), f"{frame.blueprint}.visit")
        answers = answering.add_all(acting, form, people)
        if answering.is_done(form, answers):
            count = len([one for one in answers if one.is_named])
            there = frame.url("visit", visit_id=found.id, done="named", n=count)
            return redirect(there, 303)
    return show(frame, queries.visit(found.id), form, answers)


def show(
    frame: Frame, found: GroupVisit, form: NamesForm, answers: list[answering.Answer]
) -> ResponseReturnValue:
    """The page of a group as it is now, with what became of each row."""
    if answers:
        form.offer(queries.not_named_yet(found.shift_id))
    history = queries.events(found.id)
    if found.leader_telephone and found.leader_person_id is not None:
        record_view(found.leader_person_id, "telephone")
    address = link_of(found)
    moment = clock.now()
    window = window_of(found.shift.starts_at, found.shift.ends_at)
    closed = why_closed(found.state, found.names_until, moment)
    return page(
        f"{TEMPLATES}/visit.html",
        form,
        of=frame,
        visit=found,
        shift=found.shift,
        answers=answers,
        names=queries.names(found.id),
        history=history,
        who=names_of_users({one.user_id for one in history if one.user_id is not None}),
        side_labels=SIDE_LABELS,
        event_labels=VISIT_EVENT_LABELS,
        state_labels=VISIT_STATE_LABELS,
        why=WHY_CLOSED[closed] if closed else "",
        address=address,
        code=qr_svg(address, _("代表の人のページのQRコード")) if address else None,
        may_leave=found.left_at is None and not closed and moment < window.check_out_until,
        button=lambda: ButtonForm(formdata=None),
        now=moment,
    )


def heads(frame: Frame, found: GroupVisit) -> ResponseReturnValue:
    """How many there really were, and why that was recorded otherwise."""
    form = HeadsForm(stands=lambda: {"heads": queries.visit(found.id).heads})
    if form.validate_on_submit():
        number, reason, form_key = form.heads.data, form.reason.data, str(form.form_key.data)
        return _act(
            frame,
            found,
            form,
            "heads",
            lambda: services.correct_heads(
                found.id, number, frame.by(), reason=reason, key=form_key
            ),
        )
    return page(f"{TEMPLATES}/heads.html", form, of=frame, visit=found)


def withdrawal(frame: Frame, found: GroupVisit) -> ResponseReturnValue:
    """The group was recorded by mistake."""
    form = WhyForm()
    if form.validate_on_submit():
        reason, form_key = form.reason.data, str(form.form_key.data)
        return _act(
            frame,
            found,
            form,
            "withdrawal",
            lambda: services.withdraw_visit(found.id, frame.by(), reason=reason, key=form_key),
        )
    return page(f"{TEMPLATES}/withdrawal.html", form, of=frame, visit=found)


def removal(frame: Frame, found: GroupVisit, name_id: int) -> ResponseReturnValue:
    """A name was wrong: why."""
    name = queries.name_in(name_id, found.id)
    form = WhyForm()
    if form.validate_on_submit():
        reason, form_key = form.reason.data, str(form.form_key.data)
        return _act(
            frame,
            found,
            form,
            "removal",
            lambda: naming.take_out(name_id, found.id, frame.by(), reason=reason, key=form_key),
            name=name,
        )
    return page(f"{TEMPLATES}/removal.html", form, of=frame, visit=found, name=name)


def _act(
    frame: Frame, found: GroupVisit, form: BaseForm, done: str, service: Any, **more: Any
) -> ResponseReturnValue:
    try:
        return act_once(
            form,
            service,
            lambda _done: frame.url("visit", visit_id=found.id, done=done),
            subject=f"group_visit:{found.id}",
        )
    except DomainError as error:
        if error.status not in (403, 409, 422) or error.code in ("already_sent", "not_allowed"):
            raise
        refuse(form, error)
    now = queries.visit(found.id)
    return page(f"{TEMPLATES}/{done}.html", form, of=frame, visit=now, **more)


def _press(frame: Frame, found: GroupVisit, done: str, service: Any) -> ResponseReturnValue:
    """A button of the group's page; a refusal is told on that page."""
    form = ButtonForm()
    try:
        return act_once(
            form,
            lambda: service(str(form.form_key.data)),
            lambda _done: frame.url("visit", visit_id=found.id, done=done),
            subject=f"group_visit:{found.id}",
        )
    except DomainError as error:
        if error.status != 422:
            raise
        names = NamesForm(formdata=None)
        names.offer(queries.not_named_yet(found.shift_id))
        names.problems.append(error.message)
        return show(frame, queries.visit(found.id), names, [])


def departure(frame: Frame, found: GroupVisit) -> ResponseReturnValue:
    """The group goes home; its persons are checked out one by one, each in a turn of its own."""
    answer = _press(
        frame, found, "left", lambda key: services.group_leaves(found.id, frame.by(), key)
    )
    if isinstance(answer, Response):
        for attendance_id in queries.open_of_group(found.id):
            run_turn(naming.let_go, found.id, attendance_id)
    return answer


def link(frame: Frame, found: GroupVisit) -> ResponseReturnValue:
    """The leader gets a page of their own."""
    return _press(frame, found, "link", lambda key: services.open_link(found.id, frame.by(), key))


def end_link(frame: Frame, found: GroupVisit) -> ResponseReturnValue:
    """The leader's page is closed."""
    return _press(
        frame, found, "closed", lambda key: services.close_link(found.id, frame.by(), key)
    )
