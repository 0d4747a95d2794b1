"""Forms of the desk for asking in waves."""

from collections.abc import Mapping

from matching.asking.proposing import Pick
from matching.asking.rules import ANSWER_HOURS, TARGETS_PERMILLE
from volunteer.core.fields import ChoiceField, Needed, SeveralField
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _, _l
from volunteer.people.models import Person

HOUR_LABELS = {
    6: _l("6時間（いそぐとき）"),
    24: _l("1日"),
    48: _l("2日"),
}
TARGET_LABELS = {
    800: _l("10回のうち8回は うまる人数"),
    900: _l("10回のうち9回は うまる人数（ふつう）"),
    950: _l("20回のうち19回は うまる人数"),
}
GO_ON = {
    "yes": _l("返事が足りないときは、次の人たちに自動でお願いする"),
    "no": _l("この人たちだけにお願いする"),
}


class AskingForm(BaseForm):
    """Whom to ask, how long to wait, and whether to go on."""

    people = SeveralField(_l("お願いする人"), choices=[])
    hours = ChoiceField(
        _l("返事を待つ時間"),
        [Needed(_l("返事を待つ時間をえらんでください"))],
        choices=[(str(one), HOUR_LABELS[one]) for one in ANSWER_HOURS],
        default="24",
    )
    goes_on = ChoiceField(
        _l("返事が足りないとき"),
        [Needed(_l("返事が足りないときに どうするかをえらんでください"))],
        choices=list(GO_ON.items()),
        default="yes",
    )

    def offer_people(self, picks: list[Pick], people: Mapping[int, Person]) -> None:
        """Who can be ticked; who was asked often enough this week stands on the page, but cannot."""
        self.people.choices = [
            (str(one.person_id), _called(people[one.person_id]))
            for one in picks
            if not one.is_capped
        ]

    @property
    def chosen(self) -> set[int]:
        """The people ticked."""
        return {int(one) for one in self.people.data or ()}


def _called(person: Person) -> str:
    return str(_("%(name)sさん（%(number)s）", name=person.name, number=person.number))


def target_of(text: str) -> int:
    """The aim in the address of the page; anything else is the usual one."""
    return int(text) if text in {str(one) for one in TARGETS_PERMILLE} else 900
