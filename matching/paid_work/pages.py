"""Pages about the time, the same for an organization, for a household by its link, for the student and for staff."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, redirect
from flask.typing import ResponseReturnValue

from matching.checkin.scanning import keep_private
from matching.paid_tasks.states import By, PaidTaskState
from matching.paid_work import queries, services
from matching.paid_work.forms import (
    ConfirmByStaffForm,
    ConfirmForm,
    ObjectForm,
    ReportForm,
    SayForm,
)
from matching.paid_work.queries import Work
from matching.paid_work.rules import differs
from matching.paid_work.services import Actor, Objection
from matching.paid_work.states import BY_LABELS, WAITS_LABELS, WORK_DISPUTE_LABELS
from volunteer.core import clock
from volunteer.core.crypto import purpose_key
from volunteer.core.errors import DomainError
from volunteer.core.forms import BaseForm, act_once, page, refuse
from volunteer.core.permissions import viewer

TEMPLATES = "matching/paid_work"


def slip_key() -> bytes:
    """The key of the slips' codes."""
    return purpose_key("slips of paid work")


def lot_key() -> bytes:
    """The key by which signatures are drawn for a call: nobody can tell beforehand."""
    return purpose_key("call-backs of paid work")


@dataclass(frozen=True)
class Frame:
    """Where a page is shown: for whom, in which frame, and where one comes from."""

    by: By
    layout: str
    home: str
    base: str
    """The beginning of the addresses of these pages."""
    is_private: bool = False
    """Whether a token stands in the address."""

    def url(self, name: str) -> str:
        """The address of one of the pages."""
        return f"{self.base}/{name}"

    def actor(self, form: BaseForm) -> Actor:
        """Whoever is looking; nobody by a household's link, whoever may be signed in on that phone."""
        user_id = None if self.is_private else viewer().user_id
        return Actor(self.by, user_id, str(form.form_key.data))

    def answer(self, given: ResponseReturnValue) -> Response:
        """The page as it is sent; one with a token in its address is told to nobody."""
        made = make_response(given)
        return keep_private(made) if self.is_private else made

    def go_home(self, done: str = "") -> Response:
        """Back to the task's own page."""
        return self.answer(redirect(self.done(done), 303))

    def done(self, what: str) -> str:
        """The address of the task's own page, where it says what was done."""
        return f"{self.home}?done={what}" if what else self.home


def student(found: Work) -> Frame:
    """The student's own pages."""
    home = f"/paid/{found.task.number}"
    return Frame(By.STUDENT, "layouts/member.html", home, home)


def organization(found: Work) -> Frame:
    """The pages of an organization that ordered."""
    home = f"/organization/paid/{found.task.number}"
    return Frame(By.ORDERER, "layouts/member.html", home, home)


def by_link(token: str) -> Frame:
    """The pages of a household, which has the link."""
    home = f"/o/{token}"
    return Frame(By.ORDERER, "layouts/public.html", home, home, is_private=True)


def desk(found: Work) -> Frame:
    """The pages of staff."""
    home = f"/desk/paid/{found.task.id}"
    return Frame(By.STAFF, "layouts/desk.html", home, home)


def words_of_page(found: Work) -> dict[str, Any]:
    """What every page about the time shows."""
    return {
        "work": found,
        "shift": found.shift,
        "by_labels": BY_LABELS,
        "waits_labels": WAITS_LABELS,
        "differs": differs,
        "now": clock.now(),
    }


def act(
    frame: Frame, form: BaseForm, task_id: int, done: str, service: Callable[[], Any]
) -> Response | None:
    """Do it once and go home; None where the form must be shown again with the refusal."""
    try:
        made = act_once(
            form, service, lambda _done: frame.done(done), subject=f"paid_task:{task_id}"
        )
        return frame.answer(made)
    except DomainError as error:
        if error.status not in (403, 422):
            raise
        refuse(form, error)
        return None


def report(found: Work) -> Response:
    """The student says how long it took; before there is an answer it can be corrected."""
    frame, last = student(found), found.report
    minutes = last.minutes if last is not None else found.seen_minutes or found.task.planned_minutes
    form = ReportForm(data={"minutes": minutes, "words": last.words if last is not None else ""})
    task_id = found.task.id
    if form.validate_on_submit():
        given, words = form.minutes.data, form.words.data
        actor = frame.actor(form)
        sent = act(
            frame,
            form,
            task_id,
            "reported",
            lambda: services.report(task_id, given, words, actor),
        )
        if sent is not None:
            return sent
    elif not found.may_report and not form.has_problems:
        return frame.go_home()
    now = queries.work(task_id)
    return frame.answer(page(f"{TEMPLATES}/report.html", form, of=frame, **words_of_page(now)))


def confirmation(frame: Frame, found: Work) -> Response:
    """The orderer says yes to the reported time; staff say whom they have asked."""
    form = ConfirmByStaffForm() if frame.by is By.STAFF else ConfirmForm()
    task_id = found.task.id
    if form.validate_on_submit():
        note = form.note.data if isinstance(form, ConfirmByStaffForm) else ""
        about, actor = form.about, frame.actor(form)
        sent = act(
            frame,
            form,
            task_id,
            "time_confirmed",
            lambda: services.confirm(task_id, about, actor, note),
        )
        if sent is not None:
            return sent
    return _about_report(frame, task_id, form, "confirm")


def objection(frame: Frame, found: Work) -> Response:
    """The orderer says that it was another time."""
    form = ObjectForm()
    task_id = found.task.id
    if form.validate_on_submit():
        told = Objection(form.about, form.minutes.data, form.words.data)
        actor = frame.actor(form)
        sent = act(
            frame,
            form,
            task_id,
            "disputed",
            lambda: services.object_to(task_id, told, actor),
        )
        if sent is not None:
            return sent
    return _about_report(frame, task_id, form, "object")


def _about_report(frame: Frame, task_id: int, form: Any, name: str) -> Response:
    """The page as the report stands now: whoever sends it once more has seen that."""
    found = queries.work(task_id)
    if found.task.state is not PaidTaskState.REPORTED or found.report is None:
        return frame.go_home()
    form.report_id.data = str(found.report.id)
    return frame.answer(
        page(
            f"{TEMPLATES}/{name}.html",
            form,
            of=frame,
            yen=found.yen(found.report.minutes),
            **words_of_page(found),
        )
    )


def talk(frame: Frame, found: Work) -> Response:
    """What both sides and staff say about the time; one adds something while it is open."""
    form = SayForm()
    task_id = found.task.id
    subject = queries.dispute(task_id)
    if form.validate_on_submit():
        words, actor = form.words.data, frame.actor(form)
        sent = act(frame, form, task_id, "said", lambda: services.say(task_id, words, actor))
        if sent is not None:
            return sent
        subject = queries.dispute(task_id)
    return frame.answer(
        page(
            f"{TEMPLATES}/words.html",
            form,
            of=frame,
            dispute=subject,
            names=queries.speakers(subject) if frame.by is By.STAFF else {},
            state_labels=WORK_DISPUTE_LABELS,
            **words_of_page(found),
        )
    )
