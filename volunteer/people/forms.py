"""Forms about people: sign-up, the second page, the paper form, decisions."""

from typing import Any

from volunteer.core.fields import (
    BirthDateField,
    ChoiceField,
    DateField,
    EmailField,
    KanaField,
    LineField,
    ListField,
    NameField,
    Needed,
    PhoneField,
    PostcodeField,
    ReasonField,
)
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l
from volunteer.people.rules import PersonDetails, SignUp
from volunteer.people.states import TIE_LABELS, Tie


def _tie() -> ChoiceField:
    return ChoiceField(
        _l("町とのつながり"),
        [Needed(_l("町とのつながりをえらんでください"))],
        choices=[(tie.value, TIE_LABELS[tie]) for tie in Tie],
        message=_l("町とのつながりをえらんでください"),
    )


class FiveForm(BaseForm):
    """What everybody is asked."""

    name = NameField(_l("お名前"), [Needed(_l("お名前を入れてください"))])
    kana = KanaField(
        _l("フリガナ"),
        [Needed(_l("フリガナを入れてください"))],
        description=_l("ひらがなでもかまいません"),
    )
    birth_on = BirthDateField(
        _l("生年月日"),
        [Needed(_l("生年月日を入れてください"))],
        description=_l("年号でも西暦でも入れられます"),
    )
    tie = _tie()

    def wanted(self) -> SignUp:
        """What was typed; without an e-mail where the form asks for none."""
        birth_on = self.birth_on.data
        assert birth_on is not None
        email = self["email"].data if "email" in self else ""
        return SignUp(self.name.data, self.kana.data, birth_on, email, Tie(self.tie.data))


class SignUpForm(FiveForm):
    """The five things of decision 17, on one page."""

    email = EmailField(
        _l("メールアドレス"),
        [Needed(_l("メールアドレスを入れてください"))],
        description=_l("確認番号をこのアドレスに送ります"),
    )
    tie = _tie()
    """Asked last here: mistakes are listed in the order of the page."""


class DetailsPart(BaseForm):
    """The second page. The view fills the districts."""

    telephone = PhoneField(
        _l("電話番号"),
        [Needed(_l("電話番号を入れてください"))],
        description=_l("全角・半角、ハイフンあり・なし、どれでもかまいません"),
    )
    postcode = PostcodeField(_l("郵便番号"))
    address = LineField(
        _l("住所"),
        [Needed(_l("住所を入れてください"))],
        description=_l("町名・番地・建物の名前まで"),
    )
    area = ListField(_l("地区"), description=_l("わからないときは、そのままでかまいません"))
    emergency_name = NameField(
        _l("連絡先の方のお名前"), [Needed(_l("緊急のときの連絡先のお名前を入れてください"))]
    )
    emergency_relation = LineField(
        _l("続きがら"), length_max=20, description=_l("例：妻、息子、友人")
    )
    emergency_telephone = PhoneField(
        _l("連絡先の方の電話番号"), [Needed(_l("緊急のときの連絡先の電話番号を入れてください"))]
    )
    guardian_name = NameField(_l("保護者のお名前"))
    guardian_telephone = PhoneField(_l("保護者の電話番号"))

    def offer_areas(self, areas: list[Any]) -> None:
        """Fill the list of districts."""
        self.area.choices = [("", _l("えらばない")), *((str(a.id), a.name) for a in areas)]

    def need_guardian(self, is_minor: bool) -> None:
        """Ask for the guardian of somebody under age."""
        if not is_minor:
            return
        for field, words in (
            (self.guardian_name, _l("保護者のお名前を入れてください")),
            (self.guardian_telephone, _l("保護者の電話番号を入れてください")),
        ):
            field.validators = [Needed(words)]
            field.flags.required = True

    def details(self) -> PersonDetails:
        """What was typed."""
        agreed = getattr(self, "guardian_agreed_on", None)
        return PersonDetails(
            telephone=self.telephone.data,
            postcode=self.postcode.data,
            address=self.address.data,
            area_id=int(self.area.data) if self.area.data else None,
            emergency_name=self.emergency_name.data,
            emergency_relation=self.emergency_relation.data,
            emergency_telephone=self.emergency_telephone.data,
            guardian_name=self.guardian_name.data,
            guardian_telephone=self.guardian_telephone.data,
            guardian_agreed_on=agreed.data if agreed is not None else None,
        )


def details_of(person: Any) -> dict[str, Any]:
    """What the second page is opened with."""
    names = [name for name in PersonDetails.__dataclass_fields__ if name != "area_id"]
    return {**{name: getattr(person, name) for name in names}, "area": str(person.area_id or "")}


def five_of(person: Any) -> dict[str, Any]:
    """What the correction is opened with."""
    names = ("name", "kana", "birth_on")
    return {**{name: getattr(person, name) for name in names}, "tie": person.tie.value}


class DetailsForm(DetailsPart):
    """The second page as the person fills it."""


class DeskDetailsForm(DetailsPart):
    """The second page as staff fill it from a telephone call."""

    guardian_agreed_on = DateField(
        _l("保護者の同意書の日づけ"),
        prefer_past=True,
        description=_l("同意書を受けとったときに入れます（例：2026年4月1日）"),
    )


class PaperForm(FiveForm, DeskDetailsForm):
    """Both pages at once, from a paper form; e-mail is optional."""

    email = EmailField(_l("メールアドレス"), description=_l("なくても登録できます"))


class CorrectForm(FiveForm):
    """Name, reading, birth date, tie as staff correct them."""


class EmailCorrectionForm(BaseForm):
    """Another address, and why staff put it in."""

    email = EmailField(
        _l("新しいメールアドレス"), [Needed(_l("新しいメールアドレスを入れてください"))]
    )
    reason = ReasonField(
        description=_l(
            "だれから、どのように聞いたかを書きます（例：窓口で本人から。カードで確かめた）"
        )
    )


class NewEmailForm(BaseForm):
    """The new address of one's own."""

    email = EmailField(
        _l("新しいメールアドレス"),
        [Needed(_l("新しいメールアドレスを入れてください"))],
        description=_l("確認番号をこのアドレスに送ります"),
    )


class DecisionForm(BaseForm):
    """A decision with a reason the person reads."""

    reason = ReasonField(description=_l("ご本人に届く文です。ていねいに、短く書いてください"))


class CardForm(BaseForm):
    """Why a card is replaced."""

    because = ChoiceField(
        _l("再発行の理由"),
        [Needed(_l("理由をえらんでください"))],
        choices=[
            ("lost", _l("なくした")),
            ("broken", _l("こわれた・よごれた")),
            ("other", _l("その他")),
        ],
    )
