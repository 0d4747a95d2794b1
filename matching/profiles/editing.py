"""The pages of a profile, for its owner and for the desk that fills it in for somebody."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, url_for

from matching.categories.queries import category_names
from matching.profiles import queries, services, wording
from matching.profiles.forms import DayOffForm
from matching.profiles.queries import Known
from matching.profiles.rules import DayOff
from matching.profiles.sections import SECTIONS, Section
from volunteer.core import clock
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.credentials.models import Qualification
from volunteer.credentials.queries import qualifications_of


@dataclass(frozen=True)
class Place:
    """Where the pages stand: their blueprint, layout, and what completes their addresses."""

    blueprint: str
    layout: str
    values: dict[str, Any]
    person_id: int

    def url(self, name: str, **values: Any) -> str:
        """The address of a page of this place."""
        return url_for(f"{self.blueprint}.{name}", **self.values, **values)


def _known(person_id: int) -> Known:
    found = queries.known(person_id)
    if found is None:
        raise NotFound(_l("その方は見つかりませんでした。"))
    return found


def overview(place: Place) -> Any:
    """Everything that was said, each part with the way to change it."""
    known = _known(place.person_id)
    said, today = known.said, clock.today()
    skills = {one.id: one.name for one in queries.skills(with_inactive=True)}
    lines = {
        "times": wording.week_lines(said.windows),
        "wishes": wording.wish_lines(said, category_names()),
        "travel": wording.travel_lines(said, known.person.area.name if known.person.area else ""),
        "abilities": wording.ability_lines(said, skills),
        "limits": wording.limit_lines(said),
    }
    return page(
        "matching/profiles/overview.html",
        place=place,
        person=known.person,
        parts=[(SECTIONS[name], found) for name, found in lines.items()],
        days_off=[wording.day_off_words(one) for one in said.days_off],
        paused_until=_ahead(said.paused_until, today),
        qualifications=_valid(qualifications_of(place.person_id), today),
        button=ButtonForm(formdata=None),
    )


def _ahead(day: date | None, today: date) -> date | None:
    return day if day is not None and day > today else None


def _valid(rows: list[Qualification], today: date) -> list[Qualification]:
    return [
        one
        for one in rows
        if one.cancelled_at is None and (one.valid_until is None or one.valid_until >= today)
    ]


def edit(place: Place, name: str) -> Any:
    """One part: what stands, the form, and back to the overview once it is kept."""
    section = SECTIONS.get(name)
    if section is None:
        raise NotFound(_l("そのページはありません。"))
    person_id = place.person_id
    known = _known(person_id)
    form = section.make(lambda: section.stands(_known(person_id)), known)
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: section.keep(person_id, form),
                lambda _result: place.url("profile", done=name),
                subject=_subject(person_id, section),
            )
        except DomainError as error:
            refuse(form, error)
    return page(
        "matching/profiles/section.html", form, place=place, section=section, person=known.person
    )


def _subject(person_id: int, section: Section) -> str:
    return f"profile_{section.name}:{person_id}"


def days(place: Place) -> Any:
    """The days that differ from the week, and a form for more."""
    person_id = place.person_id
    known = _known(person_id)
    form = DayOffForm()
    if form.validate_on_submit():
        found = _days_off(form)
        try:
            return act_once(
                form,
                lambda: services.add_days_off(person_id, found),
                lambda _result: place.url("days", done="added"),
                subject=f"profile_days:{person_id}",
            )
        except DomainError as error:
            refuse(form, error)
    rows = queries.coming_exceptions(person_id)
    return page(
        "matching/profiles/days.html",
        form,
        place=place,
        person=known.person,
        rows=[(one, wording.day_off_words(_day_off(one))) for one in rows],
        button=ButtonForm(formdata=None),
    )


def _days_off(form: DayOffForm) -> list[DayOff]:
    first, is_free = form.from_on.data, form.kind.data == "free"
    assert first is not None
    return [DayOff(first, form.to_on.data or first, span, is_free) for span in form.spans()]


def _day_off(row: Any) -> DayOff:
    return DayOff(row.from_on, row.to_on, (row.from_minute, row.until_minute), row.is_free)


def remove_day(place: Place, exception_id: int) -> Response:
    """These days are as every week again."""
    return act_once(
        ButtonForm(),
        lambda: services.remove_day_off(place.person_id, exception_id),
        lambda _result: place.url("days", done="removed"),
        subject=f"profile_days:{place.person_id}",
    )


def end_pause(place: Place) -> Response:
    """The rest is over."""
    return act_once(
        ButtonForm(),
        lambda: services.end_pause(place.person_id),
        lambda _result: place.url("profile", done="pause_ended"),
        subject=f"profile_pause:{place.person_id}",
    )
