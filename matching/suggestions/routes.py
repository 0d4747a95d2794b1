"""For the volunteer: what suits me, and messages about what is new."""

from typing import Any

from flask import Blueprint, Response, url_for

from matching.categories.queries import rule_versions_from
from matching.engine.model import Mode
from matching.help_requests.models import Shift
from matching.help_requests.queries import areas, categories
from matching.help_requests.worth import worth_of
from matching.profiles.as_engine import mode_of
from matching.profiles.forms import PART_LABELS
from matching.profiles.week import PARTS
from matching.profiles.wording import weekday
from matching.suggestions import queries, services, stopping, wording
from matching.suggestions.forms import SearchForm
from matching.suggestions.models import SavedSearch
from matching.suggestions.ranking import suggest
from matching.suggestions.rules import Judged
from volunteer.core import clock
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _, _l
from volunteer.core.permissions import PERSON, PUBLIC, allow, viewer
from volunteer.people.queries import person as find_person

blueprint = Blueprint("suggestions", __name__)

FIRST = 5
MORE = 10
AGAINST = 4
REASONS = 3
"""Cards of each sort, and reasons on a card."""


def _person_id() -> int:
    person_id = viewer().person_id
    if person_id is None:
        raise NotFound(_l("その方は見つかりませんでした。"))
    return person_id


@blueprint.get("/me/suggestions")
@allow(PERSON)
def suggestions() -> Any:
    """Open shifts in the order in which they suit me, each with why; and what does not, with why not."""
    found = suggest(_person_id())
    if found is None:
        raise NotFound(_l("その方は見つかりませんでした。"))
    suiting = found.suiting[: FIRST + MORE]
    sorts = [(words, rows[:AGAINST], len(rows)) for words, rows in wording.groups(found.against)]
    shown = [*suiting, *(one for _words, rows, _count in sorts for one in rows)]
    shifts = queries.shifts([one.id for one in shown])
    versions = rule_versions_from(clock.today())
    mode = mode_of(found.known.said)
    return page(
        "matching/suggestions/suggestions.html",
        person=found.known.person,
        is_empty=found.known.said.is_empty,
        first=[_card(one, shifts, mode) for one in suiting[:FIRST]],
        more=[_card(one, shifts, mode) for one in suiting[FIRST:]],
        sorts=[
            (words, [_card(one, shifts, mode) for one in rows], count)
            for words, rows, count in sorts
        ],
        worth={key: worth_of(one, versions) for key, one in shifts.items()},
        button=ButtonForm(),
        may_apply=viewer().is_registered,
    )


def _card(one: Judged, shifts: dict[int, Shift], mode: Mode) -> tuple[Shift, str]:
    shift = shifts[one.id]
    return shift, str(_("、")).join(wording.why(one, shift, mode)[:REASONS])


@blueprint.route("/me/news", methods=["GET", "POST"])
@allow(PERSON)
def news() -> Any:
    """Of which new requests I want to hear."""
    person_id = _person_id()
    form = SearchForm()
    form.offer(categories(), areas())
    if form.validate_on_submit():
        wanted = form.wanted()
        try:
            return act_once(
                form,
                lambda: services.save_search(person_id, wanted),
                lambda _search: url_for(".news", done="saved"),
                subject=f"person:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    person = find_person(person_id)
    return page(
        "matching/suggestions/news.html",
        form,
        person=person,
        searches=[(one, _search_words(one)) for one in queries.searches_of(person_id)],
        button=ButtonForm(formdata=None),
    )


def _search_words(search: SavedSearch) -> str:
    days = [weekday(day) for day in range(7) if search.weekdays & (1 << day)]
    span = (search.from_minute, search.until_minute)
    parts = [PART_LABELS[part] for part, one in PARTS.items() if one == span]
    words = [
        search.category.name if search.category else _("すべての活動"),
        search.area.name if search.area else "",
        str(_("・")).join(days),
        *parts,
    ]
    return "　".join(str(one) for one in words if one)


@blueprint.post("/me/news/<int:search_id>/end")
@allow(PERSON)
def end_search(search_id: int) -> Response:
    """I hear no more of it."""
    person_id = _person_id()
    return act_once(
        ButtonForm(),
        lambda: services.end_search(person_id, search_id),
        lambda _result: url_for(".news", done="ended"),
        subject=f"person:{person_id}",
    )


@blueprint.route("/news/stop/<token>", methods=["GET", "POST"])
@allow(PUBLIC)
def stop(token: str) -> Any:
    """The link of the mail: one button stops further ones, without signing in. It says nothing about anybody."""
    person_id = stopping.person_of(token)
    if person_id is None:
        raise NotFound(_l("このリンクは使えません。メールのリンクを、もう一度押してください。"))
    form = ButtonForm()
    if form.validate_on_submit():
        return act_once(
            form,
            lambda: services.end_searches(person_id),
            lambda _result: url_for(".stop", token=token, done="stopped"),
            subject=f"person:{person_id}",
        )
    return page("matching/suggestions/stop.html", form, wants=queries.has_searches(person_id))
