"""Plans of the insurance and the usual kinds of qualification; a center may add kinds under codes of its own."""

from typing import Any

from volunteer.core.hooks import hooks
from volunteer.core.i18n import _l

PLAN_LABELS = {
    "基本": _l("基本プラン"),
    "天災・地震補償": _l("天災・地震補償プラン"),
    "その他": _l("その他の保険"),
}

KIND_LABELS = {
    "snow_briefing": _l("雪かきの安全講習"),
    "food_hygiene": _l("食品衛生の講習"),
    "driving_licence": _l("運転免許"),
    "first_aid": _l("救急法の講習"),
    "dementia_supporter": _l("認知症サポーター養成講座"),
    "disaster_training": _l("災害ボランティアの研修"),
}
"""The code a category asks for, and what it is called."""

OTHER_KIND = "other"
"""Whatever has no code here: no activity asks for it, but the desk can find it by its name."""


def known_kinds() -> dict[str, Any]:
    """Code → name of every kind that can be chosen: the usual ones, and those the town's activities ask for."""
    kinds: dict[str, Any] = dict(KIND_LABELS)
    for more in hooks.qualification_kinds:
        for code, name in more().items():
            kinds.setdefault(code, name or code)
    return kinds
