"""The desk's pages of an asking: choose whom to ask, see who answered, stop."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from matching.asking import queries, services
from matching.asking.forms import TARGET_LABELS, AskingForm, target_of
from matching.asking.models import Ask, Asking
from matching.asking.proposing import POLICY, Pick, Proposal, acceptance_percent, propose_in
from matching.asking.rules import Outcome
from matching.asking.states import EndedBecause
from matching.asking.words import asked_words, outcome_words, refusal_words
from matching.categories.queries import category_names
from matching.help_requests.models import Shift
from matching.help_requests.queries import shift_with_request
from matching.suitability import words
from matching.suitability.ranking import scene_at, stopped
from volunteer.core.errors import DomainError
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.permissions import Role, allow, viewer

blueprint = Blueprint("asking_desk", __name__, url_prefix="/desk")

TEMPLATES = "matching/asking"


@blueprint.get("/askings")
@allow(Role.COORDINATOR)
def askings() -> ResponseReturnValue:
    """What goes on, and what came to nothing."""
    return page(f"{TEMPLATES}/askings.html", going=queries.going_on(), dried=queries.dried_up())


@blueprint.route("/shifts/<int:shift_id>/asking", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def asking(shift_id: int) -> ResponseReturnValue:
    """The asking that goes on with its answers, or the people proposed for a new one."""
    shift = shift_with_request(shift_id)
    going, before = queries.of_shift(shift_id)
    if going is not None and request.method == "GET":
        return _going(shift, going, [one for one in before if one.asking_id == going.id])
    target, form = target_of(request.args.get("target", "")), AskingForm()
    is_open = services.closed_because(shift) is None
    found = propose_in(scene_at(shift), target) if is_open else None
    picks = found.picks if found else []
    form.offer_people(picks, queries.people([one.person_id for one in picks]))
    if request.method == "GET" and found:
        form.people.data = [str(one.person_id) for one in found.proposed]
    if form.validate_on_submit():
        try:
            return _start(form, shift_id, picks, target)
        except DomainError as error:
            if error.code == "running":
                return redirect(url_for(".asking", shift_id=shift_id, done="running"))
            refuse(form, error)
    return _choose(form, shift, found, target, before)


def _start(form: AskingForm, shift_id: int, picks: list[Pick], target: int) -> Response:
    chosen = [one for one in picks if one.person_id in form.chosen]
    hours, goes_on = int(form.hours.data), form.goes_on.data == "yes"
    user_id = viewer().user_id or 0
    return act_once(
        form,
        lambda: services.start_asking(
            shift_id,
            chosen,
            target_permille=target,
            answer_hours=hours,
            goes_on=goes_on,
            by_user_id=user_id,
        ),
        lambda _made: url_for(".asking", shift_id=shift_id, done="asked"),
        subject=f"shift:{shift_id}",
    )


def _choose(
    form: AskingForm, shift: Shift, found: Proposal | None, target: int, before: list[Ask]
) -> ResponseReturnValue:
    names = _names(shift)
    lacks = found is not None and not found.wave.is_enough
    return page(
        f"{TEMPLATES}/choose.html",
        form,
        shift=shift,
        found=found,
        reasons={str(one.person_id): _about(one, names) for one in found.picks} if found else {},
        mends=words.mends(stopped(found.scene).sole) if found and lacks else [],
        targets=list(TARGET_LABELS.items()),
        target=target,
        before=[(one, _said(one, shift)) for one in before],
    )


def _about(one: Pick, names: dict[str, str]) -> str:
    """Why this person; what they answered before is not said: it moves nobody in this list."""
    return f"{words.say(one.facts, names)}・{asked_words(one.history)}"


def _said(ask: Ask, shift: Shift) -> Any:
    if ask.refusal:
        return refusal_words(ask.refusal)
    return outcome_words(services.outcome(ask, shift))


def _names(shift: Shift) -> dict[str, str]:
    """The names that the facts about a shift's people need: of its own category."""
    category = shift.help_request.category
    return {category.code: category.name}


def _going(shift: Shift, going: Asking, asks: list[Ask]) -> ResponseReturnValue:
    names = _names(shift)
    outcomes = [services.outcome(one, shift) for one in asks if one.sent_at]
    newest_first = sorted(asks, key=lambda one: -one.wave)
    return page(
        f"{TEMPLATES}/going.html",
        shift=shift,
        going=going,
        answers=[(one, _said(one, shift), words.say(one.reasons, names)) for one in newest_first],
        counts={what.value: outcomes.count(what) for what in Outcome},
        form=ButtonForm(),
    )


@blueprint.get("/people/<int:person_id>/answers")
@allow(Role.COORDINATOR)
def answers(person_id: int) -> ResponseReturnValue:
    """How often somebody was asked and came, by kind of activity, and the chance that waves reckon with."""
    found = queries.person(person_id)
    names = category_names()
    return page(
        f"{TEMPLATES}/answers.html",
        person=found,
        rows=[
            (
                names.get(one.category, one.category),
                one,
                acceptance_percent(one.asked, one.said_yes),
            )
            for one in queries.answers_of(person_id)
        ],
        usual=acceptance_percent(0, 0),
        policy=POLICY,
    )


@blueprint.post("/askings/<int:asking_id>/end")
@allow(Role.COORDINATOR)
def end(asking_id: int) -> Response:
    """Nobody more is asked; who has not answered yet reads that it is over."""
    found, user_id = queries.asking(asking_id), viewer().user_id
    shift_id = found.shift_id
    return act_once(
        ButtonForm(),
        lambda: services.end_asking(asking_id, EndedBecause.STOPPED, user_id),
        lambda _none: url_for(".asking", shift_id=shift_id, done="stopped"),
        subject=f"shift:{shift_id}",
    )
