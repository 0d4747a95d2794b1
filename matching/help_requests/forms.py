"""Forms of the wizard, of the desk's decisions and of the search on the board."""

from typing import Any

from wtforms import BooleanField

from matching.categories.states import PRIORITY_LABELS, Priority
from matching.help_requests.models import HelpRequest
from matching.help_requests.rules import REPEATS_MAX, SEATS_MAX
from matching.help_requests.states import EFFORT_LABELS, Effort
from volunteer.core.fields import (
    ChoiceField,
    DateField,
    IntegerField,
    LineField,
    ListField,
    NameField,
    Needed,
    PhoneField,
    ReasonField,
    TextField,
    TimeField,
)
from volunteer.core.forms import BaseForm, columns_of
from volunteer.core.i18n import _l


class WhatForm(BaseForm):
    """What is wanted."""

    category_code = ChoiceField(
        _l("活動の種類"),
        [Needed(_l("活動の種類を1つえらんでください"))],
        message=_l("活動の種類を1つえらんでください"),
    )
    title = LineField(
        _l("ひとことで言うと"),
        [Needed(_l("ひとことで言うと何か、入れてください（例：夕食づくりの手伝い）"))],
        length_max=60,
        description=_l("一覧に出る言葉です。例：夕食づくりの手伝い"),
    )
    description = TextField(
        _l("くわしい内容"),
        [Needed(_l("どんなことをするか、くわしく入れてください"))],
        length_max=1000,
        description=_l(
            "だれが、何を、どのくらい。名前や住所は書かないでください。だれでも読めます"
        ),
    )


class PayForm(BaseForm):
    """Paid work is no employment."""

    employment = ChoiceField(
        _l("人を雇う（給料を払う）仕事ですか"),
        [Needed(_l("雇う仕事かどうか、1つえらんでください"))],
        choices=[
            ("no", _l("いいえ。1回のお手伝いに、お礼を払います")),
            ("yes", _l("はい。時間や仕事のしかたを決めて、働いてもらいます")),
        ],
    )


class WhenForm(BaseForm):
    """One day, or the same time on several weeks."""

    on = DateField(
        _l("日にち"),
        [Needed(_l("日にちを入れてください（例：11/28）"))],
        description=_l("例：11/28"),
    )
    seats = IntegerField(
        _l("人数"), [Needed(_l("何人必要か入れてください"))], least=1, most=SEATS_MAX
    )
    starts = TimeField(
        _l("始まり"),
        [Needed(_l("始まりの時刻を入れてください（例：9:30）"))],
        description=_l("例：9:30"),
    )
    ends = TimeField(
        _l("終わり"),
        [Needed(_l("終わりの時刻を入れてください（例：11:30）"))],
        description=_l("例：11:30"),
    )
    weeks = IntegerField(
        _l("毎週 同じ曜日と時刻で、ぜんぶで何回"),
        least=1,
        most=REPEATS_MAX,
        description=_l("1回だけなら、そのままで"),
    )

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed into the fields that matter."""
        return not any(
            str(part).strip()
            for field in (self.on, self.starts, self.ends)
            for part in field.raw_data or []
        )


class WhereForm(BaseForm):
    """Where; what everybody may read and what only accepted people see."""

    area_id = ListField(_l("地区"), [Needed(_l("地区をえらんでください"))], coerce=int)
    public_place = LineField(
        _l("みんなに見せる場所"),
        [Needed(_l("みんなに見せる場所を入れてください（例：花園公民館、桜3丁目）"))],
        length_max=80,
        description=_l("建物の名前か、丁目まで。家の番地は入れないでください"),
    )
    exact_place = LineField(
        _l("くわしい場所"),
        [Needed(_l("くわしい場所を入れてください"))],
        length_max=200,
        description=_l("住所は決まった人にだけ見せます（前の日の夕方から）"),
    )
    households_count = IntegerField(
        _l("1回でまわる家の数"),
        [Needed(_l("まわる家の数を入れてください。家をまわらないときは1です"))],
        least=1,
        most=99,
        description=_l("雪かきや配食で家をまわるとき。ほかは1のまま"),
    )


class PrepareForm(BaseForm):
    """What to bring, what to mind."""

    bring = LineField(_l("持ち物"), length_max=200, description=_l("例：エプロン、上ばき"))
    dangers = LineField(
        _l("気をつけること"), length_max=200, description=_l("例：屋根の下に立たない")
    )
    bad_weather = LineField(
        _l("天気が悪いとき"),
        length_max=200,
        description=_l("例：大雪の注意報が出たら中止。7時までに電話します"),
    )


class PeopleForm(BaseForm):
    """Who can do it."""

    effort = ChoiceField(
        _l("体力のめやす"),
        [Needed(_l("体力のめやすをえらんでください"))],
        choices=[(one.value, EFFORT_LABELS[one]) for one in Effort],
        coerce=Effort,
    )
    needs_car = BooleanField(_l("車で来られる人が必要"))
    age_min = IntegerField(
        _l("何歳から"), least=6, most=99, description=_l("決まりがないときは、あけておきます")
    )


class ContactForm(BaseForm):
    """Whom to call on the day."""

    contact_name = NameField(_l("当日の担当"), [Needed(_l("当日の担当のお名前を入れてください"))])
    contact_telephone = PhoneField(
        _l("その人の電話"),
        [Needed(_l("当日つながる電話番号を入れてください"))],
        description=_l("参加が決まった人にだけ見せます"),
    )


class AcceptForm(BaseForm):
    """How applications are taken."""

    accepts = ChoiceField(
        _l("申し込みがあったら"),
        [Needed(_l("1つえらんでください"))],
        choices=[("at_once", _l("先着順で、すぐ決める")), ("asked", _l("返事をしてから決める"))],
    )
    walk_in_allowed = BooleanField(_l("当日、申し込まずに来た人も受け入れる"))


STEP_FORMS: dict[str, type[BaseForm]] = {
    "what": WhatForm,
    "pay": PayForm,
    "when": WhenForm,
    "where": WhereForm,
    "prepare": PrepareForm,
    "people": PeopleForm,
    "contact": ContactForm,
    "accept": AcceptForm,
}


NO_ANSWERS = {"csrf_token", "form_key", "shown"}


def typed_answers(form: BaseForm) -> dict[str, Any]:
    """What was typed, as columns of the help request (every step but the days)."""
    own = {name: value for name, value in form.data.items() if name not in NO_ANSWERS}
    if "employment" in own:
        own["is_employment"] = own.pop("employment") == "yes"
    if "accepts" in own:
        own["accepts_at_once"] = own.pop("accepts") == "at_once"
    return own


def kept_answers(help_request: HelpRequest, step: str) -> dict[str, Any]:
    """What the fields of a step hold when it is opened again."""
    if step == "when":
        return {"weeks": 1}
    if step == "pay":
        return {"employment": None if help_request.is_employment is None else "no"}
    if step == "accept":
        accepts = "at_once" if help_request.accepts_at_once else "asked"
        return {"accepts": accepts, "walk_in_allowed": help_request.walk_in_allowed}
    return columns_of(help_request, STEP_FORMS[step])


AS_CATEGORY = "usual"
"""The choice that leaves a request to its category."""


class PriorityForm(BaseForm):
    """How pressing one request is, and why; read by the desk alone."""

    priority = ChoiceField(
        _l("この依頼の優先度"),
        [Needed(_l("優先度を1つえらんでください"))],
        message=_l("優先度を1つえらんでください"),
    )
    reason = ReasonField(
        _l("そう決めた理由"),
        description=_l("職員だけが読みます。名前や病気のことは書かないでください"),
    )

    def offer(self, usual: Priority) -> None:
        """The category's usual one first, by its word, then the four."""
        as_usual = _l("活動の種類のとおり（%(word)s）", word=usual.label)
        own = [(str(int(one)), words) for one, words in PRIORITY_LABELS.items()]
        self.priority.choices = [(AS_CATEGORY, as_usual), *own]

    def wanted(self) -> Priority | None:
        """What was chosen; None = as the category says."""
        chosen = self.priority.data
        return None if chosen == AS_CATEGORY else Priority(int(chosen))


class SendBackForm(BaseForm):
    """Why a request goes back; the asker reads it."""

    reason = ReasonField(_l("直してほしいところ"))


class CallOffForm(BaseForm):
    """Why something is called off; everybody who had a place reads it."""

    reason = ReasonField(_l("中止の理由"))
