"""The desk fills a profile in for somebody, keeps the list of skills, and what requests wish of whoever comes."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from matching.help_requests.models import HelpRequest
from matching.help_requests.queries import help_request as find_request
from matching.profiles import editing, keeping_apart, queries, services, wording
from matching.profiles.editing import Place
from matching.profiles.forms import (
    HouseholdWishesForm,
    PairForm,
    RequestWishesForm,
    SkillForm,
    plain,
)
from volunteer.core import audit
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.households.queries import household as find_household
from volunteer.people.models import Person
from volunteer.people.queries import person as find_person
from volunteer.users.states import PartyKind

blueprint = Blueprint("profiles_desk", __name__, url_prefix="/desk")

PERSON = "/people/<int:person_id>"


def _person(person_id: int) -> Person:
    found = find_person(person_id)
    if found is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    return found


def _place(person_id: int) -> Place:
    _person(person_id)
    audit.record_view(person_id, "profile")
    return Place("profiles_desk", "layouts/desk.html", {"person_id": person_id}, person_id)


def _acting(person_id: int) -> Place:
    return Place("profiles_desk", "layouts/desk.html", {"person_id": person_id}, person_id)


def _by() -> int:
    return viewer().user_id or 0


@blueprint.get(f"{PERSON}/profile")
@allow(Role.COORDINATOR)
def profile(person_id: int) -> Any:
    """Everything somebody said."""
    return editing.overview(_place(person_id))


@blueprint.route(f"{PERSON}/profile/<section>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def edit(person_id: int, section: str) -> Any:
    """One part of it, as told by telephone or on paper."""
    return editing.edit(_place(person_id), section)


@blueprint.route(f"{PERSON}/profile/days", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def days(person_id: int) -> Any:
    """Days that differ from the week."""
    return editing.days(_place(person_id))


@blueprint.post(f"{PERSON}/profile/days/<int:exception_id>/removal")
@allow(Role.COORDINATOR)
def remove_day(person_id: int, exception_id: int) -> Response:
    """These days are as every week again."""
    return editing.remove_day(_acting(person_id), exception_id)


@blueprint.post(f"{PERSON}/profile/pause/end")
@allow(Role.COORDINATOR)
def end_pause(person_id: int) -> Response:
    """The rest is over."""
    return editing.end_pause(_acting(person_id))


@blueprint.route(f"{PERSON}/apart", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def apart(person_id: int) -> Any:
    """With whom somebody is never brought together; the look is logged for both sides."""
    person = _person(person_id)
    words = plain(request.args.get("q", ""))
    found = queries.parties_like(words, person_id)
    form = PairForm()
    form.offer(found)
    if form.validate_on_submit():
        other, reason = int(form.other.data), form.reason.data
        try:
            return act_once(
                form,
                lambda: keeping_apart.keep_apart(person_id, other, reason, _by()),
                lambda _pair: url_for(".apart", person_id=person_id, done="added"),
                subject=f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    pairs = queries.pairs_of(person_id)
    audit.record_views([person_id, *(one.other.id for one in pairs)], "no_go")
    return page(
        "matching/profiles/apart.html",
        form,
        person=person,
        pairs=pairs,
        words=words,
        found=found,
        button=ButtonForm(formdata=None),
    )


@blueprint.post(f"{PERSON}/apart/<int:pair_id>/end")
@allow(Role.COORDINATOR)
def end_pair(person_id: int, pair_id: int) -> Response:
    """The two may be brought together again."""
    return act_once(
        ButtonForm(),
        lambda: keeping_apart.end_pair(person_id, pair_id, _by()),
        lambda _result: url_for(".apart", person_id=person_id, done="ended"),
        subject=f"person:{person_id}",
    )


@blueprint.route("/requests/<int:help_request_id>/wishes", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def request_wishes(help_request_id: int) -> Any:
    """What those who are helped wish of whoever comes."""
    found = find_request(help_request_id)
    skills = queries.skills(with_inactive=True)
    form = RequestWishesForm(stands=lambda: _wishes_of(help_request_id))
    form.offer(skills)
    if form.validate_on_submit():
        chosen = (form.traits.data or (), form.languages.data or ())
        skill_ids = [int(one) for one in form.skills.data or ()]
        try:
            return act_once(
                form,
                lambda: services.set_request_wishes(help_request_id, *chosen, skill_ids),
                lambda _result: url_for(
                    ".request_wishes", help_request_id=help_request_id, done="saved"
                ),
                subject=f"help_request:{help_request_id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "matching/profiles/request_wishes.html",
        form,
        help_request=found,
        of_household=_of_household(found),
    )


def _of_household(found: HelpRequest) -> list[str] | None:
    """What its household always wishes, in words; None where nobody is helped at home. The look is logged."""
    if found.requester.kind is not PartyKind.HOUSEHOLD:
        return None
    audit.record_view(found.requester_party_id, "household")
    return wording.wished_lines(queries.household_wishes(found.requester_party_id))


def _wishes_of(help_request_id: int) -> dict[str, Any]:
    wishes = queries.request_wishes(help_request_id)
    return {
        "traits": sorted(wishes.traits),
        "languages": sorted(wishes.languages),
        "skills": sorted(str(one) for one in wishes.skills),
    }


@blueprint.route("/households/<int:party_id>/wishes", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def household_wishes(party_id: int) -> Any:
    """What a household wishes of whoever comes, whatever it asks for. The look is logged."""
    household = find_household(party_id)
    if household is None:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    form = HouseholdWishesForm(stands=lambda: _wishes_of_household(party_id))
    if form.validate_on_submit():
        traits, languages = form.traits.data or (), form.languages.data or ()
        try:
            return act_once(
                form,
                lambda: services.set_household_wishes(party_id, traits, languages),
                lambda _result: url_for(".household_wishes", party_id=party_id, done="saved"),
                subject=f"household:{party_id}",
            )
        except DomainError as error:
            refuse(form, error)
    audit.record_view(party_id, "household")
    return page("matching/profiles/household_wishes.html", form, household=household)


def _wishes_of_household(party_id: int) -> dict[str, Any]:
    wishes = queries.household_wishes(party_id)
    return {"traits": sorted(wishes.traits), "languages": sorted(wishes.languages)}


@blueprint.route("/skills", methods=["GET", "POST"])
@allow(Role.COORDINATOR, Role.ADMINISTRATOR)
def skills() -> Any:
    """The center's list of what people can be good at."""
    form = SkillForm()
    if form.validate_on_submit():
        name = form.name.data
        try:
            return act_once(
                form,
                lambda: services.add_skill(name),
                lambda _skill: url_for(".skills", done="added"),
                subject=lambda skill: f"skill:{skill.id}",
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "matching/profiles/skills.html",
        form,
        skills=queries.skills(with_inactive=True),
        counts=queries.skill_counts(),
        button=ButtonForm(formdata=None),
    )


@blueprint.post("/skills/<int:skill_id>/switch")
@allow(Role.COORDINATOR, Role.ADMINISTRATOR)
def switch_skill(skill_id: int) -> Response:
    """People may (not) choose a skill from now on."""
    wanted = request.form.get("on") == "1"
    return act_once(
        ButtonForm(),
        lambda: services.switch_skill(skill_id, is_active=wanted),
        lambda _result: url_for(".skills", done="saved"),
        subject=f"skill:{skill_id}",
    )
