"""Why somebody cannot take part, in words, always with what to do next."""

from typing import Any

from matching.assignments.rules import Obstacle
from volunteer.core.i18n import _l

TEXTS: dict[Obstacle, Any] = {
    Obstacle.NOT_REGISTERED: _l(
        "申し込みは、ボランティア登録がすんでからです。登録の手続きは「わたし」のページで確かめられます。"
    ),
    Obstacle.TOO_YOUNG: _l(
        "この活動は、年齢の決まりがあります。「さがす」から、ほかの活動を見てください。"
    ),
    Obstacle.NOT_STUDENT: _l(
        "有償の活動は、学生の方の活動です。学生の方は、センターに知らせてください。記録すると申し込めます。"
    ),
    Obstacle.NOT_INSURED: _l(
        "活動の日に使える ボランティア活動保険がありません。センターで入ると、次の日から申し込めます。"
    ),
    Obstacle.NOT_QUALIFIED: _l(
        "この活動には、研修か資格が必要です。受けた方は、センターに知らせてください。記録すると申し込めます。"
    ),
    Obstacle.BY_CENTER: _l(
        "この活動は、行く人を センターが決めます。行ってみたいときは、センターに電話してください。"
    ),
    Obstacle.OVERLAP: _l(
        "同じ時間に、ほかの予定があります。「予定」で前の予定を取り消すと、申し込めます。"
    ),
}
"""Said to the person themselves."""

SHORT: dict[Obstacle, Any] = {
    Obstacle.NOT_REGISTERED: _l("登録がすんでいません"),
    Obstacle.TOO_YOUNG: _l("年齢の決まりに合いません"),
    Obstacle.NOT_STUDENT: _l("有償の活動は、学生だけです"),
    Obstacle.NOT_INSURED: _l("その日の保険がありません"),
    Obstacle.NOT_QUALIFIED: _l("必要な研修・資格の記録がありません"),
    Obstacle.BY_CENTER: _l("行く人を センターが決める活動です"),
    Obstacle.OVERLAP: _l("同じ時間に、ほかの予定があります"),
}
"""Said to staff and hosts about somebody."""
