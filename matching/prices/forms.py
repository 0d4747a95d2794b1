"""The form of the price rule."""

from matching.prices.models import CARD_DAYS_MAX
from matching.prices.states import COLLECTS_LABELS
from points.billing.pricing import MINUTES_MAX, YEN_PER_HOUR_MAX
from points.billing.states import Collects
from volunteer.core.fields import ChoiceField, IntegerField, LineField, Needed
from volunteer.core.forms import BaseForm
from volunteer.core.i18n import _l

NUMBER = _l("数字を入れてください")


class PricesForm(BaseForm):
    """Every part of the rule; what is typed replaces what counts now."""

    usual_yen_per_hour = IntegerField(
        _l("1時間の値段"),
        [Needed(NUMBER)],
        least=1,
        most=YEN_PER_HOUR_MAX,
        description=_l("活動の種類に値段がないときに使います"),
    )
    first_minutes = IntegerField(
        _l("はじめに、まるごと数える時間"),
        [Needed(NUMBER)],
        least=0,
        most=MINUTES_MAX,
        description=_l("60分なら、30分で終わっても1時間分です"),
    )
    step_minutes = IntegerField(_l("そのあとの区切り"), [Needed(NUMBER)], least=1, most=240)
    travel_yen = IntegerField(
        _l("交通費（1人1回）"), [Needed(NUMBER)], least=0, most=YEN_PER_HOUR_MAX
    )
    fee_percent = IntegerField(
        _l("センターの手数料"),
        [Needed(NUMBER)],
        least=0,
        most=50,
        description=_l("学生の報酬に足します。0なら、もらいません"),
    )
    floor_yen_per_hour = IntegerField(
        _l("最低賃金（1時間）"),
        [Needed(NUMBER)],
        least=0,
        most=YEN_PER_HOUR_MAX,
        description=_l("これより安いと、注意を出します。毎年10月ごろに変わります"),
    )
    same_day_minutes = IntegerField(
        _l("当日の取りやめで、もらう時間"), [Needed(NUMBER)], least=0, most=MINUTES_MAX
    )
    unannounced_percent = IntegerField(
        _l("連絡なしでいなかったとき、もらう割合"), [Needed(NUMBER)], least=0, most=100
    )
    collects = ChoiceField(
        _l("お金の受けとり方"),
        [Needed(_l("1つえらんでください"))],
        choices=[(one.value, words) for one, words in COLLECTS_LABELS.items()],
        coerce=Collects,
        description=_l("専門家に確認：約束の文、領収書、請求書が変わります"),
    )
    card_days = IntegerField(
        _l("カードの手つづきは、活動の何日前から"),
        [Needed(NUMBER)],
        least=1,
        most=CARD_DAYS_MAX,
        description=_l("早すぎると、確保が先に切れます。2日前なら、どのカードでも間に合います"),
    )
    cover = LineField(
        _l("けがや物をこわしたときの保険"),
        length_max=200,
        description=_l(
            "ボランティア活動保険は使えません。ほかの保険の名前を入れます。なければ、あけておきます"
        ),
    )
    reason = LineField(
        _l("変える理由"),
        [Needed(_l("変える理由を入れてください（例：最低賃金が変わった）"))],
        length_max=200,
        description=_l("履歴に残ります"),
    )
