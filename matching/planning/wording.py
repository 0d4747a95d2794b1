"""The figures of a plan, and what stood against a pair, in plain words."""

from collections.abc import Mapping
from typing import Any

from matching.assignments.reasons import SHORT
from matching.planning.rules import HOUR_BANDS
from matching.suitability import words
from matching.suitability.reasons import Code
from volunteer.core.i18n import _, _l

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


BOOKED_NEAR = _l("前後1日にほかの活動あり")
SHARES = {"near": _l("近さ"), "time": _l("時間"), "experience": _l("経験"), "fair": _l("公平")}


def reasons(facts: list[Any], categories: Mapping[str, str]) -> list[str]:
    """What speaks for a pair, in words; facts of another time are left out."""
    known = {one.value for one in Code}
    return [words.say_one(one, categories) for one in facts if one.get("code") in known]


def refusal(code: str) -> Any:
    """Why somebody could not be asked."""
    if code in REFUSALS:
        return REFUSALS[code]
    known = {one.value: said for one, said in words.RULE_WORDS.items()}
    return known.get(code, _l("いまは条件に合いません"))


def quality(figures: dict[str, Any]) -> Any:
    """How good a plan is, as far as it is known."""
    if figures["is_proven"]:
        return _l("これより よい組み合わせは ありません（計算で確かめました）。")
    gap = figures["gap"]
    if figures["note"] == "no_highs":
        return _l(
            "よい組み合わせです。いちばんよいかどうかは、それを確かめるプログラム（HiGHS）がこのサーバーにないので、わかりません。"
        )
    if gap is None:
        return _l("よい組み合わせですが、どのくらいよいかは確かめられませんでした。")
    percent = f"{max(gap * 100, 0.01):.2f}"
    return _l("いちばんよい組み合わせとの差は、大きくても%(percent)s％です。", percent=percent)


def held(figures: dict[str, Any], shift_id: int) -> list[str]:
    """Why nobody is left for a shift that stays short: who could come is needed elsewhere; [] where nobody is."""
    higher, others = figures.get("held", {}).get(str(shift_id), (0, 0))
    said = []
    if higher:
        said.append(_("来られる%(n)s人は、この案では もっと優先度の高い活動に行きます。", n=higher))
    if others:
        said.append(_("来られる%(n)s人は、この案では ほかの活動に行きます。", n=others))
    return said


def bands(figures: dict[str, Any]) -> list[tuple[str, int, int]]:
    """(words, people before, people after) for each band of hours."""
    hours = [one // 60 for one in HOUR_BANDS]
    labels = [
        _("0時間"),
        *(_("%(n)s時間まで", n=most) for most in hours[1:]),
        _("%(n)s時間より多い", n=hours[-1]),
    ]
    spread = figures["hours"]
    return list(zip(labels, spread["before"], spread["after"], strict=True))
