"""The figures of a plan, and what stood against a pair, in plain words."""

from collections.abc import Callable
from typing import Any

from matching.assignments.reasons import SHORT
from matching.engine.model import Rule
from matching.planning.rules import HOUR_BANDS
from volunteer.core.i18n import _, _l, show

PRIORITIES = {
    0: _l("命にかかわる"),
    1: _l("急ぎ"),
    2: _l("ふつう"),
    3: _l("あればうれしい"),
}

REFUSALS: dict[str, Any] = {
    **{one.value: words for one, words in SHORT.items()},
    "full": _l("ほかの人で満員になりました"),
    "closed": _l("募集が終わりました"),
    "cancelled": _l("活動が中止になりました"),
    "started": _l("もう始まっています"),
    "said_no": _l("本人が見送るか取り消しています"),
    "dropped_pair": _l("ほかの職員が候補から外しました"),
    "not_found": _l("活動が見つかりません"),
}
"""By the code of what stood against it."""


RULES: dict[Rule, Any] = {
    Rule.INACTIVE: _l("活動を休んでいる"),
    Rule.CATEGORY: _l("「しない」とした種類"),
    Rule.QUALIFICATION: _l("研修・資格が、その日に有効でない"),
    Rule.INSURANCE: _l("保険が、その日に有効でない"),
    Rule.SKILL: _l("求められた特技がない"),
    Rule.CAR: _l("車で来られない"),
    Rule.LANGUAGE: _l("求められた言葉を話さない"),
    Rule.STUDENT: _l("学生ではない"),
    Rule.PREFERENCE: _l("依頼者の希望に合わない"),
    Rule.TOO_YOUNG: _l("年齢の決まりに合わない"),
    Rule.GUARDIAN: _l("保護者の同意がない"),
    Rule.CHILD_SAFETY: _l("子どもの活動の確認がない"),
    Rule.NO_GO: _l("会わせない組み合わせ"),
    Rule.DROPPED: _l("外したか、本人が見送った"),
    Rule.PAUSED: _l("お休み中"),
    Rule.AVAILABILITY: _l("空いている時間に合わない"),
    Rule.BUSY: _l("同じころに別の活動がある"),
    Rule.TRAVEL: _l("遠い"),
    Rule.MINUTES_CAP: _l("1週間に決めた時間をこえる"),
    Rule.SHIFTS_CAP: _l("1週間に決めた回数をこえる"),
}
"""Why somebody does not come into question, said to staff only."""

MENDED = {
    Rule.INSURANCE: _l("保険に入れば"),
    Rule.QUALIFICATION: _l("研修・資格を更新すれば"),
    Rule.GUARDIAN: _l("保護者の同意があれば"),
    Rule.CAR: _l("車の手配ができれば"),
    Rule.AVAILABILITY: _l("時間を相談できれば"),
}
"""What would let people come whom nothing else stops."""

REASONS: dict[str, Callable[[int], Any]] = {
    "travel": lambda n: _("行くのに%(n)s分", n=n) if n else _("同じ地区"),
    "availability": lambda _n: _("この時間が空き"),
    "unknown_availability": lambda _n: _("空き時間は聞いていない"),
    "experience": lambda n: _("この活動%(n)s回", n=n) if n else _("この活動ははじめて"),
    "continuity": lambda n: _("同じ相手に%(n)s回", n=n),
    "recent": lambda n: (
        _("4週間で%(time)s", time=show("minutes", n)) if n else _("4週間は活動なし")
    ),
    "wanted": lambda _n: _("したい活動"),
}
WARNINGS: dict[str, Any] = {
    "avoided": _l("この活動は「できれば さけたい」"),
    "booked_near": _l("前後1日にほかの活動あり"),
}
SHARES = {"near": _l("近さ"), "time": _l("時間"), "experience": _l("経験"), "fair": _l("公平")}


def reasons(facts: list[Any]) -> list[str]:
    """What speaks for a pair, in words; codes of another time are left out."""
    return [str(REASONS[code](figure)) for code, figure in facts if code in REASONS]


def warnings(facts: list[Any]) -> list[Any]:
    """What should be known before somebody is asked."""
    return [WARNINGS[code] for code, _figure in facts if code in WARNINGS]


def refusal(code: str) -> Any:
    """Why somebody could not be asked."""
    if code in REFUSALS:
        return REFUSALS[code]
    known = {one.value: words for one, words in RULES.items()}
    return known.get(code, _l("いまは条件に合いません"))


def quality(figures: dict[str, Any]) -> Any:
    """How good a plan is, as far as it is known."""
    if figures["is_proven"]:
        return _l("これより よい組み合わせは ありません（計算で確かめました）。")
    gap = figures["gap"]
    if gap is None:
        return _l("よい組み合わせですが、どのくらいよいかは確かめられませんでした。")
    percent = f"{max(gap * 100, 0.01):.2f}"
    return _l("いちばんよい組み合わせとの差は、大きくても%(percent)s％です。", percent=percent)


def bands(figures: dict[str, Any]) -> list[tuple[str, int, int]]:
    """(words, people before, people after) for each band of hours."""
    hours = [one // 60 for one in HOUR_BANDS]
    words = [
        _("0時間"),
        *(_("%(n)s時間まで", n=most) for most in hours[1:]),
        _("%(n)s時間より多い", n=hours[-1]),
    ]
    spread = figures["hours"]
    return list(zip(words, spread["before"], spread["after"], strict=True))
