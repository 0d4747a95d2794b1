"""Forms around a place in a shift."""

from typing import Any

from matching.help_requests.forms import ContactForm, PrepareForm
from matching.help_requests.models import Shift
from matching.help_requests.rules import SEATS_MAX
from volunteer.core import clock
from volunteer.core.fields import (
    DateField,
    IntegerField,
    LineField,
    Needed,
    ReasonField,
    TextField,
    TimeField,
)
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l


class WithdrawForm(BaseForm):
    """Giving a place up; a reason is welcome but not needed."""

    reason = LineField(
        _l("理由"), length_max=200, description=_l("書かなくてもかまいません。担当の人が読みます")
    )


class DeclineForm(BaseForm):
    """Not taking an applicant; what is written is sent to them."""

    reason = LineField(_l("ひとこと"), length_max=200)


class OfferForm(BaseForm):
    """Whom to ask: a button beside a name, or a registration number typed."""

    number = LineField(
        _l("登録番号"),
        [Needed(_l("登録番号を入れてください（例：V0001）"))],
        length_max=20,
        description=_l("ボランティアカードに書いてあります"),
    )


class ChangeForm(BaseForm):
    """A change after publication."""

    on = DateField(_l("日にち"), [Needed(_l("日にちを入れてください（例：11/28）"))])
    starts = TimeField(_l("始まり"), [Needed(_l("始まりの時刻を入れてください（例：9:30）"))])
    ends = TimeField(_l("終わり"), [Needed(_l("終わりの時刻を入れてください（例：11:30）"))])
    seats = IntegerField(
        _l("人数"), [Needed(_l("何人必要か入れてください"))], least=1, most=SEATS_MAX
    )
    public_place = LineField(
        _l("みんなに見せる場所"), [Needed(_l("場所を入れてください"))], length_max=80
    )
    exact_place = LineField(
        _l("くわしい場所"), [Needed(_l("くわしい場所を入れてください"))], length_max=200
    )
    reason = ReasonField(_l("変える理由"))


class DetailsForm(PrepareForm, ContactForm):
    """What may be written anew after publication without asking anybody."""

    description = TextField(
        _l("くわしい内容"),
        [Needed(_l("どんなことをするか、くわしく入れてください"))],
        length_max=1000,
        description=_l(
            "だれが、何を、どのくらい。名前や住所は書かないでください。だれでも読めます"
        ),
    )


def kept_change(shift: Shift) -> dict[str, Any]:
    """What the fields of a change hold when it is opened."""
    starts, ends = clock.to_tokyo(shift.starts_at), clock.to_tokyo(shift.ends_at)
    return {
        "on": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "seats": shift.seats,
        "public_place": shift.help_request.public_place,
        "exact_place": shift.help_request.exact_place,
    }
