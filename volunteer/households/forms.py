"""The form of a household."""

from typing import Any

from volunteer.core.fields import (
    DateField,
    KanaField,
    LineField,
    ListField,
    NameField,
    Needed,
    PhoneField,
    TextField,
)
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l
from volunteer.households.rules import HouseholdFacts

CONTACTS = (1, 2, 3)


class HouseholdForm(BaseForm):
    """What staff write down."""

    name = NameField(_l("世帯主のお名前"), [Needed(_l("お名前を入れてください"))])
    kana = KanaField(_l("フリガナ"), [Needed(_l("フリガナを入れてください"))])
    area_id = ListField(_l("地区"), [Needed(_l("地区をえらんでください"))], choices=[])
    address = LineField(_l("住所"), [Needed(_l("住所を入れてください"))])
    telephone = PhoneField(_l("電話"))
    contact_1_name = NameField(_l("連絡先1のお名前"))
    contact_1_relation = LineField(_l("続柄"), length_max=20)
    contact_1_telephone = PhoneField(_l("連絡先1の電話"))
    contact_2_name = NameField(_l("連絡先2のお名前"))
    contact_2_relation = LineField(_l("続柄"), length_max=20)
    contact_2_telephone = PhoneField(_l("連絡先2の電話"))
    contact_3_name = NameField(_l("連絡先3のお名前"))
    contact_3_relation = LineField(_l("続柄"), length_max=20)
    contact_3_telephone = PhoneField(_l("連絡先3の電話"))
    remarks = TextField(_l("気をつけること"))
    checked_by = LineField(
        _l("確かめた人"), [Needed(_l("だれが確かめたかを入れてください"))], length_max=60
    )
    checked_on = DateField(_l("確かめた日"), [Needed(_l("確かめた日を入れてください"))])

    def offer_areas(self, areas: list[Any]) -> None:
        """The districts of this town."""
        self.area_id.choices = [("", _l("えらんでください"))] + [(str(a.id), a.name) for a in areas]

    def facts(self) -> HouseholdFacts:
        """What was typed, in one form; contacts without a name and telephone are left out."""
        contacts = [
            tuple(
                (self[f"contact_{n}_{part}"].data or "")
                for part in ("name", "relation", "telephone")
            )
            for n in CONTACTS
        ]
        return HouseholdFacts(
            name=self.name.data,
            kana=self.kana.data,
            area_id=int(self.area_id.data),
            address=self.address.data,
            telephone=self.telephone.data or "",
            remarks=self.remarks.data or "",
            checked_by=self.checked_by.data,
            checked_on=self.checked_on.data,
            contacts=tuple((a, b, c) for a, b, c in contacts if a and c),
        )
