"""The pages of a paid task: the same for its organization, for a household by its link, for the student, for staff."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, make_response, url_for
from flask.typing import ResponseReturnValue

from matching.checkin.scanning import keep_private
from matching.paid_tasks import charging, queries, services
from matching.paid_tasks.calling_off import call_off, owed_when_called_off
from matching.paid_tasks.card_pages import open_pages
from matching.paid_tasks.forms import METHOD_LABELS, AgreeForm, CallOffForm, MethodForm
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.paying import pay_otherwise, renew_charge
from matching.paid_tasks.rules import quote_of, rule_of
from matching.paid_tasks.states import AgreedBy, By, PaidTaskState
from points.billing.gateway import PaymentState
from points.billing.models import Charge, Payment
from points.billing.paper_settings import OnPaper, on_paper
from points.billing.payer_papers import offers_of
from points.billing.services import NONE
from points.billing.states import PayMethod
from volunteer.core import clock
from volunteer.core.config import settings
from volunteer.core.errors import DomainError
from volunteer.core.forms import BaseForm, ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import viewer

TEMPLATES = "matching/paid_tasks"

DONE = {
    "agreed": _l("約束ができました。ありがとうございます"),
    "card_page": _l("カードの手つづきのページができました"),
    "other_way": _l("払い方を変えました"),
    "link_over": _l("リンクを使えなくしました"),
    "no_show": _l("来なかった・いなかったと記録しました。双方に知らせました"),
    "called_off": _l("取りやめました。相手に知らせました"),
    "told": _l("電話で伝えたと記録しました"),
}


@dataclass(frozen=True)
class Frame:
    """Where a page is shown and for whom."""

    side: By
    layout: str
    blueprint: str
    names: dict[str, Any]
    """What stands in its addresses."""
    agreed_by: AgreedBy = AgreedBy.ORGANIZATION
    back: str = ""
    is_private: bool = False
    """A token stands in the address."""

    def url(self, name: str, **values: Any) -> str:
        """The address of one of its pages."""
        return url_for(f"{self.blueprint}.{name}", **self.names, **values)

    @property
    def user_id(self) -> int | None:
        """Who acts; nobody by a link, whoever is signed in on that telephone."""
        return None if self.is_private else viewer().user_id

    def answer(self, given: ResponseReturnValue) -> Response:
        """The page as it is sent; one with a token in its address is told to nobody."""
        made = make_response(given)
        return keep_private(made) if self.is_private else made


@dataclass(frozen=True)
class Money:
    """One charge of the task as its orderer sees it."""

    charge: Charge
    payment: Payment
    due_yen: int

    @property
    def paid_yen(self) -> int:
        """In less back."""
        return self.payment.captured_yen - self.payment.refunded_yen

    @property
    def is_gone(self) -> bool:
        """Its page was closed or its hold is lost, and something is due."""
        return self.payment.state in charging.GONE and self.due_yen > 0

    @property
    def is_open(self) -> bool:
        """The payer still has to do something with the card."""
        is_card = self.charge.method is PayMethod.CARD
        return is_card and self.payment.state is PaymentState.OPEN and self.due_yen > 0


def money_of(task: PaidTask) -> list[Money]:
    """The charges in force, with what is due of each."""
    return [
        Money(charge, payment, charging.due_of(charge).total_yen)
        for charge, payment in charging.in_force(task)
    ]


def has_cards() -> bool:
    """Whether this center takes cards."""
    return settings().cards != NONE


def now() -> datetime:
    """The moment of this page."""
    return clock.now()


def facts_of(task: PaidTask) -> dict[str, Any]:
    """The context of the templates."""
    money = money_of(task) if task.agreed_at else []
    is_late_card = task.method is PayMethod.CARD and task.charge_id is None and task.is_open
    return {
        "task": task,
        "shift": task.participation.shift,
        "quote": quote_of(task.quote),
        "rule": rule_of(task.quote),
        "money": money,
        "card_opens_at": charging.opens_at(task) if is_late_card else None,
        "methods": METHOD_LABELS,
        "has_cards": has_cards(),
        "may_call_off": task.state in (PaidTaskState.QUOTED, PaidTaskState.AGREED),
        "earned_yen": sum(charging.due_of(one.charge).payee_yen for one in money),
        "now": clock.now(),
    }


def show(
    frame: Frame,
    task: PaidTask,
    form: BaseForm | None = None,
    template: str = "",
    **more: Any,
) -> Response:
    """The task with its quote, its terms, what is to be done now."""
    name = template or ("desk_task" if frame.side is By.STAFF else "task")
    asks = form if form is not None else _agree_form(task)
    other = MethodForm(formdata=None)
    other.offer(has_cards=has_cards(), but=task.method)
    facts = facts_of(task)
    context = {
        "ways": frame,
        "asks": asks,
        **_papers(frame, facts["money"]),
        "other": other,
        "button": ButtonForm(formdata=None),
        "done_words": DONE,
    }
    return frame.answer(page(f"{TEMPLATES}/{name}.html", form, **context, **facts, **more))


def _papers(frame: Frame, money: list[Money]) -> dict[str, Any]:
    """What a payer can print, and where a transfer goes."""
    if frame.side is not By.ORDERER or not money:
        return {"papers": [], "transfer_to": OnPaper()}
    offers = offers_of((one.charge, one.payment, one.due_yen) for one in money)
    return {"papers": offers, "transfer_to": on_paper()}


def _agree_form(task: PaidTask, kind: type[AgreeForm] = AgreeForm) -> AgreeForm:
    made = kind(data={"quote_hash": task.quote_hash})
    made.offer(has_cards=has_cards())
    return made


def agree(
    frame: Frame, task: PaidTask, kind: type[AgreeForm] = AgreeForm, template: str = "", **more: Any
) -> Response:
    """Yes to the quote on the page; where it has changed since, the page comes back with the new one."""
    form = _agree_form(task, kind)
    task_id = task.id
    if form.validate_on_submit():
        words = form.words.data if "words" in form else ""
        sent = _act(
            frame,
            form,
            task_id,
            "agreed",
            lambda: services.agree(
                task_id,
                form.quote_hash.data or "",
                form.method.data,
                frame.agreed_by,
                frame.user_id,
                str(form.form_key.data),
                words,
            ),
        )
        if sent is not None:
            open_pages(task_id)
            return sent
    found = queries.task_or_404(task_id)
    form.quote_hash.data = found.quote_hash
    return show(frame, found, form, template, **more)


def _act(
    frame: Frame, form: BaseForm, task_id: int, done: str, service: Callable[[], Any]
) -> Response | None:
    """Do it once and go back to the task; None where the form comes back with the refusal."""
    try:
        made = act_once(
            form,
            service,
            lambda _made: frame.url("task", done=done),
            subject=f"paid_task:{task_id}",
        )
    except DomainError as error:
        if error.status != 422:
            raise
        refuse(form, error)
        return None
    return frame.answer(made)


def pay(frame: Frame, task: PaidTask) -> Response:
    """A page for the card is there: the one that waits, or a new one for what was lost."""
    task_id = task.id
    form = ButtonForm()
    sent = _act(frame, form, task_id, "card_page", lambda: renew_charge(task_id, frame.user_id))
    open_pages(task_id)
    return sent or show(frame, queries.task_or_404(task_id), form)


def change_method(frame: Frame, task: PaidTask, **more: Any) -> Response:
    """What is not paid yet is paid in another way."""
    task_id = task.id
    form = MethodForm()
    form.offer(has_cards=has_cards())
    if form.validate_on_submit():
        sent = _act(
            frame,
            form,
            task_id,
            "other_way",
            lambda: pay_otherwise(task_id, form.method.data, frame.user_id),
        )
        if sent is not None:
            open_pages(task_id)
            return sent
    return show(frame, queries.task_or_404(task_id), form, **more)


def call_it_off(
    frame: Frame, task: PaidTask, form: CallOffForm, side: Callable[[], By]
) -> Response:
    """What it costs to call it off now, and why; then it is off."""
    task_id = task.id
    if form.validate_on_submit():
        sent = _act(
            frame,
            form,
            task_id,
            "called_off",
            lambda: call_off(
                task_id,
                side(),
                form.reason.data,
                frame.user_id,
                str(form.form_key.data),
                form.yen(),
            ),
        )
        if sent is not None:
            return sent
    found = queries.task_or_404(task_id)
    costs = owed_when_called_off(found, By.ORDERER)
    form.shown_yen.data = str(costs)
    context = {"ways": frame, "costs": costs, **facts_of(found)}
    return frame.answer(page(f"{TEMPLATES}/calling_off.html", form, **context))
