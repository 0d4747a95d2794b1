"""Forms of organizations."""

from typing import Any

from volunteer.core.fields import (
    EmailField,
    KanaField,
    LineField,
    ListField,
    NameField,
    Needed,
    PhoneField,
    ReasonField,
)
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l
from volunteer.organizations.rules import Application
from volunteer.organizations.states import ORGANIZATION_KIND_LABELS, OrganizationKind


class ApplyForm(BaseForm):
    """An organization applies."""

    name = LineField(_l("団体の名前"), [Needed(_l("団体の名前を入れてください"))], length_max=80)
    kana = KanaField(_l("ふりがな"), [Needed(_l("団体の名前のふりがなを入れてください"))])
    kind = ListField(
        _l("団体の種類"),
        [Needed(_l("団体の種類をえらんでください"))],
        choices=[("", _l("えらんでください"))]
        + [(kind.value, label) for kind, label in ORGANIZATION_KIND_LABELS.items()],
    )
    telephone = PhoneField(_l("電話"), [Needed(_l("電話番号を入れてください"))])
    address = LineField(_l("住所"), [Needed(_l("住所を入れてください"))])
    area_id = ListField(_l("地区"), choices=[])
    purpose = LineField(_l("どんな活動をしていますか"))
    applicant_name = NameField(
        _l("担当の方のお名前"), [Needed(_l("担当の方のお名前を入れてください"))]
    )
    email = EmailField(_l("担当の方のメール"), [Needed(_l("メールアドレスを入れてください"))])

    def offer_areas(self, areas: list[Any]) -> None:
        """The districts of this town."""
        self.area_id.choices = [("", _l("わからない"))] + [(str(a.id), a.name) for a in areas]

    def wanted(self) -> Application:
        """What was typed, in one form."""
        return Application(
            name=self.name.data,
            kana=self.kana.data,
            kind=OrganizationKind(self.kind.data),
            telephone=self.telephone.data,
            address=self.address.data,
            area_id=int(self.area_id.data) if self.area_id.data else None,
            purpose=self.purpose.data or "",
            applicant_name=self.applicant_name.data,
            email=self.email.data,
        )


class MemberForm(BaseForm):
    """One more member."""

    name = NameField(_l("お名前"), [Needed(_l("お名前を入れてください"))])
    email = EmailField(_l("メール"), [Needed(_l("メールアドレスを入れてください"))])


class DecisionForm(BaseForm):
    """A reason for a refusal or a rest."""

    reason = ReasonField(_l("理由"), [Needed(_l("理由を書いてください。相手に届きます"))])
