"""Forms around signing in."""

from wtforms import PasswordField

from volunteer.core.fields import (
    ChoiceField,
    EmailCodeField,
    EmailField,
    ListField,
    NameField,
    Needed,
)
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role
from volunteer.users.states import ROLE_LABELS

ADDRESS_NEEDED = _l("メールアドレスを入れてください")
CODE_NEEDED = _l("確認番号を入れてください")


class EmailForm(BaseForm):
    """Where the code is sent."""

    email = EmailField(_l("メールアドレス"), [Needed(ADDRESS_NEEDED)])


class CodeForm(BaseForm):
    """The six digits."""

    code = EmailCodeField(_l("確認番号"), [Needed(CODE_NEEDED)])


class PasswordForm(BaseForm):
    """The first factor of staff."""

    email = EmailField(_l("メールアドレス"), [Needed(ADDRESS_NEEDED)])
    password = PasswordField(_l("パスワード"), [Needed(_l("パスワードを入れてください"))])


class EnrolForm(BaseForm):
    """Both factors, set by the owner of a one-time link."""

    password = PasswordField(
        _l("新しいパスワード"), [Needed(_l("新しいパスワードを入れてください"))]
    )
    code = EmailCodeField(
        _l("アプリに出た6けたの番号"), [Needed(_l("アプリの番号を入れてください"))]
    )


class WhoForm(BaseForm):
    """Whom one acts for; the view fills the choices."""

    acting = ChoiceField(
        _l("どなたですか"),
        [Needed(_l("1人えらんでください"))],
        message=_l("1人えらんでください"),
    )


class InviteForm(BaseForm):
    """A new member of staff."""

    name = NameField(_l("お名前"), [Needed(_l("お名前を入れてください"))])
    email = EmailField(_l("メールアドレス"), [Needed(ADDRESS_NEEDED)])
    role = ListField(
        _l("役割"),
        [Needed(_l("役割をえらんでください"))],
        choices=[("", _l("えらんでください")), *((role.value, ROLE_LABELS[role]) for role in Role)],
    )


class GrantForm(BaseForm):
    """One more role."""

    role = ListField(
        _l("役割"),
        [Needed(_l("役割をえらんでください"))],
        choices=[("", _l("えらんでください")), *((role.value, ROLE_LABELS[role]) for role in Role)],
    )
