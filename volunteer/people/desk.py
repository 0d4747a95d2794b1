"""The desk's work with people: list, applications, paper forms, decisions, cards."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for

from volunteer.core import audit, clock
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.hooks import WaitingItem
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.people import consent, queries, registration, rules, services
from volunteer.people.forms import (
    CardForm,
    CorrectForm,
    DecisionForm,
    DeskDetailsForm,
    PaperForm,
    details_of,
    five_of,
)
from volunteer.people.models import Person
from volunteer.people.rules import SignUp
from volunteer.people.states import PERSON_STATE_LABELS, TIE_LABELS, PersonState
from volunteer.users.queries import acts_for, users_for
from volunteer.users.visit import language

blueprint = Blueprint("people_desk", __name__, url_prefix="/desk/people")

ANSWER_WITHIN = timedelta(days=3)
"""How soon an applicant should hear from us."""

TABS = (
    (PersonState.APPLIED, _l("申し込み")),
    (PersonState.REGISTERED, _l("登録ずみ")),
    (PersonState.SUSPENDED, _l("休止中")),
    (PersonState.REFUSED, _l("おことわり")),
    (PersonState.LEFT, _l("終了")),
    (None, _l("すべて")),
)


def _person_or_404(person_id: int) -> Person:
    person = queries.person(person_id)
    if person is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return person


def _here(person_id: int, done: str) -> str:
    return url_for("people_desk.record", person_id=person_id, done=done)


def _by() -> int:
    return viewer().user_id or 0


def waiting_items() -> list[WaitingItem]:
    """Applications that wait for a decision, the oldest first."""
    waiting = queries.waiting()
    return [
        WaitingItem(
            "application",
            _l("%(name)sさんの登録", name=person.name),
            f"person:{person.party_id}",
            url_for("people_desk.record", person_id=person.party_id),
            person.applied_at + ANSWER_WITHIN,
            frozenset({Role.COORDINATOR.value}),
            "person",
        )
        for person in waiting
    ]


@blueprint.get("")
@allow(Role.COORDINATOR)
def people() -> Any:
    """Everybody, by state, with a search over number, name and reading."""
    words = request.args.get("q", "")
    wanted = request.args.get("state", "")
    state = next((one for one in PersonState if one.value == wanted), None)
    counts = queries.counts()
    if not words and "state" not in request.args:
        state = PersonState.APPLIED if counts.get(PersonState.APPLIED) else None
    found = queries.people_page(words, state, number=request.args.get("page", 1, type=int))
    return page(
        "volunteer/people/people.html",
        found=found,
        words=words,
        state=state,
        tabs=TABS,
        counts=counts,
        labels=PERSON_STATE_LABELS,
        states=PersonState,
    )


@blueprint.get("/<int:person_id>/record")
@allow(Role.COORDINATOR)
def record(person_id: int) -> Any:
    """Everything the desk knows about somebody's registration, and what can be decided. Logged."""
    person = _person_or_404(person_id)
    audit.record_view(person_id, "record")
    return page(
        "volunteer/people/record.html",
        person=person,
        age=rules.age_on(person.birth_on, clock.today()),
        is_minor=rules.is_minor(person.birth_on, clock.today()),
        missing=queries.missing(person),
        state=PERSON_STATE_LABELS[person.state],
        tie=TIE_LABELS[person.tie],
        states=PersonState,
        card=queries.live_card(person_id),
        decisions=queries.decisions(person_id),
        consents=queries.consents(person_id),
        lookalikes=queries.lookalikes(person),
        users=users_for(person_id),
        is_oneself=acts_for(_by(), person_id),
        button=ButtonForm(formdata=None),
        tabs_values={"person_id": person_id},
    )


@blueprint.post("/<int:person_id>/registration")
@allow(Role.COORDINATOR)
def register(person_id: int) -> Response:
    """Register an applicant: number, card, mail."""
    return act_once(
        ButtonForm(),
        lambda: registration.register_person(person_id, _by()),
        lambda _result: _here(person_id, "registered"),
        subject=f"person:{person_id}",
    )


@blueprint.route("/<int:person_id>/refusal", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def refusal(person_id: int) -> Any:
    """Refuse an application with a reason."""
    return _decide(
        person_id, "refusal", lambda reason: registration.refuse_person(person_id, _by(), reason)
    )


@blueprint.route("/<int:person_id>/suspension", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def suspension(person_id: int) -> Any:
    """Let taking part rest."""
    return _decide(
        person_id,
        "suspension",
        lambda reason: registration.suspend_person(person_id, _by(), reason),
    )


@blueprint.route("/<int:person_id>/leaving", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def leaving(person_id: int) -> Any:
    """End a registration."""
    return _decide(
        person_id,
        "leaving",
        lambda reason: registration.end_registration(person_id, _by(), reason),
    )


def _decide(person_id: int, act: str, service: Callable[[str], None]) -> Any:
    person, form = _person_or_404(person_id), DecisionForm()
    if form.validate_on_submit():
        reason = form.reason.data
        try:
            return act_once(
                form,
                lambda: service(reason),
                lambda _result: _here(person_id, act),
                subject=f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/people/decide.html", form, person=person, act=act)


@blueprint.post("/<int:person_id>/resumption")
@allow(Role.COORDINATOR)
def resume(person_id: int) -> Response:
    """Let a suspended person take part again."""
    return act_once(
        ButtonForm(),
        lambda: registration.resume_person(person_id, _by()),
        lambda _result: _here(person_id, "resumed"),
        subject=f"person:{person_id}",
    )


@blueprint.post("/<int:person_id>/reopening")
@allow(Role.COORDINATOR)
def reopen(person_id: int) -> Response:
    """Look at a refused application again."""
    return act_once(
        ButtonForm(),
        lambda: registration.reopen_application(person_id, _by()),
        lambda _result: _here(person_id, "reopened"),
        subject=f"person:{person_id}",
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new() -> Any:
    """Register somebody from a paper form: number, card code and printable QR at once."""
    form = PaperForm()
    form.offer_areas(queries.areas())
    birth_on = form.birth_on.data
    form.need_guardian(birth_on is not None and rules.is_minor(birth_on, clock.today()))
    if form.validate_on_submit():
        wanted, details, code = form.wanted(), form.details(), language()
        try:
            return act_once(
                form,
                lambda: registration.register_from_paper(wanted, details, _by(), code),
                lambda person: _here(person.party_id, "registered"),
                subject=lambda person: f"person:{person.party_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/people/new.html", form, consent=consent)


@blueprint.route("/<int:person_id>/details", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def details(person_id: int) -> Any:
    """The second page, filled by staff from a telephone call or a paper."""
    person = _person_or_404(person_id)
    form = DeskDetailsForm(stands=lambda: details_of(_person_or_404(person_id)))
    form.offer_areas(queries.areas())
    is_minor = rules.is_minor(person.birth_on, clock.today())
    form.need_guardian(is_minor)
    if form.validate_on_submit():
        typed = form.details()
        try:
            return act_once(
                form,
                lambda: services.fill_details(person_id, typed),
                lambda _result: _here(person_id, "details"),
                subject=f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    audit.record_view(person_id, "details")
    return page("volunteer/people/desk_details.html", form, person=person, is_minor=is_minor)


@blueprint.route("/<int:person_id>/correction", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def correct(person_id: int) -> Any:
    """Correct name, reading, birth date or tie. Logged."""
    person = _person_or_404(person_id)
    form = CorrectForm(stands=lambda: five_of(_person_or_404(person_id)))
    if form.validate_on_submit():
        wanted: SignUp = form.wanted()
        try:
            return act_once(
                form,
                lambda: registration.correct(person_id, _by(), wanted),
                lambda _result: _here(person_id, "corrected"),
                subject=f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    audit.record_view(person_id, "correction")
    return page("volunteer/people/correct.html", form, person=person)


@blueprint.route("/<int:person_id>/card/replacement", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def replace_card(person_id: int) -> Any:
    """A new card; the old one stops working."""
    person, form = _person_or_404(person_id), CardForm()
    if form.validate_on_submit():
        because = form.because.data
        try:
            return act_once(
                form,
                lambda: registration.reissue_card(person_id, _by(), because),
                lambda _result: _here(person_id, "card"),
                subject=f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page("volunteer/people/replace_card.html", form, person=person)
