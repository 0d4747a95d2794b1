"""Forms of a group: who has come, how many; who of them is registered; why something was wrong."""

from collections.abc import Sequence

from matching.groups.models import HEADS_MAX
from matching.groups.rules import LINES_MAX
from volunteer.core.fields import (
    IntegerField,
    LineField,
    NameField,
    Needed,
    PhoneField,
    ReasonField,
    SeveralField,
    TextField,
    TimeField,
)
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _, _l
from volunteer.people.models import Person

GROUP_NAME_MAX = 80
ROWS_MAX = 8000
"""Characters in the field for names: a hundred long lines and as much again."""


class HeadsField(IntegerField):
    """How many people a group is."""

    def explain(self, reason: str) -> object:
        """One at least, and no slip of the finger."""
        if reason in ("least", "most"):
            return _("人数は 1 から %(most)s までで入れてください", most=HEADS_MAX)
        return super().explain(reason)


def _heads() -> HeadsField:
    return HeadsField(_l("人数"), [Needed(_l("人数を入れてください"))], least=1, most=HEADS_MAX)


class VisitForm(BaseForm):
    """A group stands at the door."""

    name = LineField(
        _l("グループの名前"),
        [Needed(_l("学校や会社の名前を入れてください"))],
        length_max=GROUP_NAME_MAX,
    )
    heads = _heads()
    leader_name = NameField(_l("代表の人の名前"), [Needed(_l("代表の人の名前を入れてください"))])
    leader_telephone = PhoneField(_l("代表の人の電話番号"))
    leader_number = LineField(_l("代表の人の登録番号"), length_max=40)


class PastVisitForm(VisitForm):
    """Staff write down afterwards that a group was there."""

    came = TimeField(_l("来た時刻"), [Needed(_l("来た時刻を入れてください"))])
    reason = ReasonField(_l("どこから分かりましたか"), [Needed(_l("理由を入れてください"))])


class RowsForm(BaseForm):
    """Persons of a group, pasted as lines."""

    rows = TextField(_l("名前を書いて加える"), length_max=ROWS_MAX)

    @property
    def ticked(self) -> list[int]:
        """A leader sees no list to tick people on."""
        return []

    def tick(self, person_ids: Sequence[int]) -> None:
        """These stay ticked, because they were not taken."""


class NamesForm(RowsForm):
    """The same for whoever sees the list of the shift: people are ticked, too."""

    people = SeveralField(
        _l("この活動の名簿にある人"),
        message=_l("名簿が変わりました。いまの名簿で、もう一度えらんでください。"),
        choices=[],
    )

    def offer(self, people: Sequence[Person]) -> None:
        """Who may be ticked."""
        self.people.choices = [
            (str(one.party_id), _("%(name)s（%(number)s）", name=one.name, number=one.number))
            for one in people
        ]

    @property
    def ticked(self) -> list[int]:
        """The chosen persons."""
        return sorted({int(one) for one in self.people.data or []})

    def tick(self, person_ids: Sequence[int]) -> None:
        """These stay ticked, because they were not taken."""
        self.people.data = [str(one) for one in person_ids]


class HeadsForm(BaseForm):
    """The head count was wrong."""

    heads = _heads()
    reason = ReasonField()


class WhyForm(BaseForm):
    """Something recorded was wrong."""

    reason = ReasonField()


TOO_MANY = _l(
    "一度に加えられるのは %(most)s行までです。のこりは、もう一度押すと加えられます。",
    most=LINES_MAX,
)
