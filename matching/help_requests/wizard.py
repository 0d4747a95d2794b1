"""The wizard of a help request: the same pages for an organization and for staff who answer the telephone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from matching.help_requests import queries, services
from matching.help_requests.forms import (
    STEP_FORMS,
    WhatForm,
    WhenForm,
    kept_answers,
    typed_answers,
)
from matching.help_requests.models import HelpRequest
from matching.help_requests.rules import missing_steps, repeated_days
from matching.help_requests.states import EDITABLE
from matching.help_requests.steps import PAY, STEPS, after, before, count_of, number_of
from matching.prices.queries import rule_of
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import BaseForm, ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import viewer

TEMPLATES = "matching/help_requests"


@dataclass(frozen=True)
class Place:
    """Where the wizard is shown: the blueprint of its pages and the frame around them."""

    blueprint: str
    layout: str

    def url(self, page_name: str, **values: Any) -> str:
        """The address of one of its pages."""
        return url_for(f"{self.blueprint}.{page_name}", **values)


def first_step(
    place: Place, start: Callable[[dict[str, Any]], HelpRequest], context: dict[str, Any]
) -> ResponseReturnValue:
    """The first question; answering it makes the draft."""
    form = _form("what", None)
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: start(typed_answers(form)),
                lambda made: _next_url(place, made.id, "what"),
                subject=lambda made: f"help_request:{made.id}",
            )
        except DomainError as error:
            refuse(form, error)
    return _show(place, None, "what", form, context)


def step(place: Place, help_request: HelpRequest, name: str) -> ResponseReturnValue:
    """One question about a draft; its answers are saved when they are sent."""
    if name not in STEPS or (name == PAY and not help_request.category.is_paid):
        raise NotFound(_l("そのページはありません。"))
    if help_request.state not in EDITABLE:
        return _redirect_to_request(place, help_request)
    form = _form(name, help_request)
    if _goes_on_without_adding(form, help_request):
        form.on.errors = form.starts.errors = form.ends.errors = form.seats.errors = ()
        return _saved(place, help_request, name, form, lambda: None)
    if form.validate_on_submit():
        try:
            return _saved(place, help_request, name, form, _saving(help_request.id, name, form))
        except DomainError as error:
            refuse(form, error)
    return _show(place, help_request, name, form, {})


def _goes_on_without_adding(form: BaseForm, help_request: HelpRequest) -> bool:
    """On the page of the days: nothing typed, and there is a day already."""
    return bool(
        isinstance(form, WhenForm)
        and form.is_submitted()
        and "more" not in request.form
        and form.is_blank
        and help_request.shifts
    )


def _saving(help_request_id: int, name: str, form: BaseForm) -> Callable[[], Any]:
    if isinstance(form, WhenForm):
        days = repeated_days(form.on.data, form.weeks.data or 1)
        times = (form.starts.data, form.ends.data, form.seats.data)
        return lambda: services.add_shifts(help_request_id, days, *times)
    return lambda: services.save_answers(help_request_id, typed_answers(form))


def _saved(
    place: Place, help_request: HelpRequest, name: str, form: BaseForm, save: Callable[[], Any]
) -> Response:
    request_id = help_request.id
    return act_once(
        form,
        save,
        lambda _saved: _next_url(place, request_id, name),
        subject=f"help_request:{request_id}",
    )


def _next_url(place: Place, help_request_id: int, name: str) -> str:
    """Where a saved step leads: out (途中で保存), once more, back to the check page, or on."""
    if "leave" in request.form:
        return place.url("help_request", help_request_id=help_request_id, done="kept")
    if "more" in request.form:
        return place.url("step", help_request_id=help_request_id, step=name)
    is_paid = queries.help_request(help_request_id).category.is_paid
    following = None if request.args.get("back") == "check" else after(name, is_paid)
    if following is None:
        return place.url("check", help_request_id=help_request_id)
    return place.url("step", help_request_id=help_request_id, step=following)


def _form(name: str, help_request: HelpRequest | None) -> Any:
    form = _opened(name, help_request)
    if isinstance(form, WhatForm):
        chosen = help_request.category_code if help_request else None
        form.category_code.choices = [(one.code, one.name) for one in queries.categories(chosen)]
    if name == "where":
        form.area_id.choices = [(area.id, area.name) for area in queries.areas()]
    return form


def _opened(name: str, help_request: HelpRequest | None) -> BaseForm:
    if help_request is None:
        return STEP_FORMS[name]()
    if name == "when":  # days are added, and replace none
        return STEP_FORMS[name](data=kept_answers(help_request, name))
    request_id = help_request.id
    return STEP_FORMS[name](stands=lambda: kept_answers(queries.help_request(request_id), name))


def _show(
    place: Place,
    help_request: HelpRequest | None,
    name: str,
    form: BaseForm,
    context: dict[str, Any],
) -> tuple[str, int]:
    is_paid = help_request is not None and help_request.category.is_paid
    earlier = before(name, is_paid)
    back = None
    if help_request is not None:
        back = place.url("help_request", help_request_id=help_request.id)
        if request.args.get("back") == "check":
            back = place.url("check", help_request_id=help_request.id)
        elif earlier is not None:
            back = place.url("step", help_request_id=help_request.id, step=earlier)
    facts = {
        "ways": place,
        "help_request": help_request,
        "step": name,
        "question": STEPS[name],
        "number": number_of(name, is_paid),
        "count": count_of(is_paid),
        "back": back,
        "categories": queries.categories(help_request.category_code if help_request else None)
        if name == "what"
        else [],
        "button": ButtonForm() if name == "when" else None,
        "rule": rule_of(help_request.category) if help_request and name == PAY else None,
    }
    return page(f"{TEMPLATES}/steps/{name}.html", form, **{**facts, **context})


def remove_shift(place: Place, help_request: HelpRequest, shift_id: int) -> Response:
    """A day is taken out again."""
    return act_once(
        ButtonForm(),
        lambda: services.remove_shift(help_request.id, shift_id),
        lambda _result: place.url("step", help_request_id=help_request.id, step="when"),
        subject=f"help_request:{help_request.id}",
    )


def check(place: Place, help_request: HelpRequest) -> ResponseReturnValue:
    """All answers with 変更 beside each; sending happens here."""
    if help_request.state not in EDITABLE:
        return _redirect_to_request(place, help_request)
    form = ButtonForm()
    is_paid = help_request.category.is_paid
    answers = {name: getattr(help_request, name) for name in services.ANSWERS}
    if form.validate_on_submit():
        user_id = viewer().user_id or 0
        try:
            return act_once(
                form,
                lambda: services.submit_help_request(help_request.id, user_id),
                lambda _sent: place.url("sent", help_request_id=help_request.id),
                subject=f"help_request:{help_request.id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        f"{TEMPLATES}/check.html",
        form,
        ways=place,
        help_request=help_request,
        missing=missing_steps(answers, len(help_request.shifts), is_paid=is_paid),
        questions=STEPS,
        number=count_of(is_paid),
        count=count_of(is_paid),
        back=place.url("step", help_request_id=help_request.id, step=list(STEPS)[-1]),
    )


def _redirect_to_request(place: Place, help_request: HelpRequest) -> Response:
    url = place.url("help_request", help_request_id=help_request.id)
    return Response(status=303, headers={"Location": url})
