"""The two forms that open a name, both with a reason."""

from volunteer.core.fields import ChoiceField, LineField, NameField, Needed
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import JAPANESE, _l, in_language

WHY_MAX = 150
WHY = {
    "check": _l("監査の点検"),
    "mismatch": _l("食いちがいの調べ"),
    "question": _l("本人や家族からの問い合わせ"),
    "authority": _l("役所・裁判所などの求め"),
}
"""Why an auditor reads a name, in few words; further words are asked for too."""


class OpenNameForm(BaseForm):
    """Why the name is needed."""

    kind = ChoiceField(
        _l("理由"),
        [Needed(_l("理由をえらんでください"))],
        choices=list(WHY.items()),
        message=_l("理由をえらんでください"),
    )
    words = LineField(
        _l("くわしい理由"), [Needed(_l("くわしい理由を入れてください"))], length_max=WHY_MAX
    )

    @property
    def reason(self) -> str:
        """One line for the view log, in Japanese whatever the language of the page."""
        with in_language(JAPANESE):
            return f"{WHY[self.kind.data]}：{self.words.data}"


class FindNameForm(OpenNameForm):
    """The whole name or reading of somebody whose number is not known."""

    name = NameField(_l("名前かフリガナ（全部）"), [Needed(_l("名前かフリガナを入れてください"))])
