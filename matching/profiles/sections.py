"""The parts of a profile: each has a form, what it is opened with, and the verb that keeps it.

The overview, the pages and their addresses derive from `SECTIONS`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matching.help_requests.queries import areas, categories
from matching.profiles import forms, queries, services
from matching.profiles.queries import Known
from matching.profiles.states import TravelMode
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l

Stands = Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Section:
    """One part of a profile."""

    name: str
    title: Any
    icon: str
    make: Callable[[Stands, Known], BaseForm]
    stands: Callable[[Known], dict[str, Any]]
    keep: Callable[[int, Any], None]


def _times(stands: Stands, _known: Known) -> BaseForm:
    return forms.TimesForm(stands=stands)


def _wishes(stands: Stands, known: Known) -> BaseForm:
    form = forms.WishesForm(stands=stands)
    said = {code for code, _kind in known.said.wishes}
    form.offer((one.code, one.name) for one in categories() if one.is_active or one.code in said)
    return form


def _travel(stands: Stands, known: Known) -> BaseForm:
    form = forms.TravelForm(stands=stands)
    form.offer(areas())
    form.keep_minutes(known.said.travel_minutes_max)
    return form


def _abilities(stands: Stands, _known: Known) -> BaseForm:
    form = forms.AbilitiesForm(stands=stands)
    form.offer(queries.skills())
    return form


def _limits(stands: Stands, _known: Known) -> BaseForm:
    return forms.LimitsForm(stands=stands)


def _pause(stands: Stands, _known: Known) -> BaseForm:
    return forms.PauseForm(stands=stands)


def _abilities_of(known: Known) -> dict[str, Any]:
    return forms.abilities_of(known.said, [one.id for one in queries.skills()])


def _keep_times(person_id: int, form: forms.TimesForm) -> None:
    services.set_windows(person_id, form.windows())


def _keep_wishes(person_id: int, form: forms.WishesForm) -> None:
    services.set_wishes(person_id, form.wishes())


def _keep_travel(person_id: int, form: forms.TravelForm) -> None:
    area, mode, minutes = form.area.data, form.mode.data, form.minutes.data
    services.set_travel(
        person_id,
        int(area) if area else None,
        TravelMode(mode) if mode else None,
        int(minutes) if minutes else None,
    )


def _keep_abilities(person_id: int, form: forms.AbilitiesForm) -> None:
    services.set_abilities(
        person_id,
        [int(one) for one in form.skills.data or ()],
        form.languages.data or (),
        form.traits.data or (),
    )


def _keep_limits(person_id: int, form: forms.LimitsForm) -> None:
    hours = form.hours.data
    services.set_limits(person_id, form.times.data, None if hours is None else hours * 60)


def _keep_pause(person_id: int, form: forms.PauseForm) -> None:
    services.pause(person_id, form.until.data)


SECTIONS = {
    one.name: one
    for one in (
        Section(
            "times", _l("空いている曜日と時間"), "clock", _times,
            lambda known: forms.times_of(known.said), _keep_times,
        ),
        Section(
            "wishes", _l("したい活動"), "check", _wishes,
            lambda known: forms.wishes_of(known.said), _keep_wishes,
        ),
        Section(
            "travel", _l("地区と行き方"), "pin", _travel,
            lambda known: forms.travel_of(known.said, known.person.area_id), _keep_travel,
        ),
        Section(
            "abilities", _l("得意なこと・ことば"), "person", _abilities,
            _abilities_of, _keep_abilities,
        ),
        Section(
            "limits", _l("1週間にどのくらい"), "list", _limits,
            lambda known: forms.limits_of(known.said), _keep_limits,
        ),
        Section(
            "pause", _l("お休み"), "calendar", _pause,
            lambda known: forms.pause_of(known.said), _keep_pause,
        ),
    )
}  # fmt: skip
"""In the order of the overview."""
