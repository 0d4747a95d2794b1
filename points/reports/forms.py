"""What the payer types about money set aside."""

from volunteer.core.fields import IntegerField, ListField, Needed, ReasonField
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l

YEN_MAX = 999_999_999


class BudgetForm(BaseForm):
    """The budget of one year of one programme."""

    year = ListField(_l("制度と年度"), [Needed(_l("制度と年度をえらんでください"))])
    amount_yen = IntegerField(
        _l("予算（円）"), [Needed(_l("予算を円で入れてください"))], most=YEN_MAX
    )
    reason = ReasonField(_l("よりどころ（例：理事会の議決）"))
