"""The words of what looks odd about a cash-out."""

from typing import Any, NamedTuple

from points.redemption.queries import Flag
from volunteer.core.i18n import _, show


class FlagWords(NamedTuple):
    """A tag and the sentence that explains it."""

    look: str
    tag: str
    words: str


def flag_words(flag: Flag, with_names: bool) -> FlagWords:
    """Tag and sentence in the reader's language; names and account holders only for those who work with them."""
    tag, words = _words(flag.code, flag.facts)
    if not with_names:
        words = _without_names(flag.code) or words
    return FlagWords(flag.look, tag, words)


def _words(code: str, facts: dict[str, Any]) -> tuple[str, str]:
    until = str(show("date_long", facts["until"])) if "until" in facts else ""
    texts = {
        "hold_disagrees": (
            _("検算が合いません"),
            _(
                "預かっているのは %(held)s です。承認も支払もできません。",
                held=facts.get("held", ""),
            ),
        ),
        "no_account": (_("口座がありません"), _("お金を受けとる口座がまだありません。")),
        "name_differs": (
            _("口座名義がちがいます"),
            _(
                "口座の名義は「%(holder)s」です。本人の名前のカナとちがいます。",
                holder=facts.get("holder", ""),
            ),
        ),
        "changed": (
            _("口座を変えたばかり"),
            _("口座が変わったので、%(until)sまで支払いません。", until=until),
        ),
        "shared": (
            _("同じ口座の人がいます"),
            _(
                "%(names)sさんも同じ口座です。家族かどうか確かめてください。",
                names=facts.get("names", ""),
            ),
        ),
        "hand_entered": (
            _("手で入力したポイント"),
            _(
                "90日以内に職員などが手で入力した記録が %(count)s件あります。",
                count=facts.get("count", ""),
            ),
        ),
        "proxy": (_("代理の申請"), _("職員が代わりに申し込みました。委任状を確かめてください。")),
    }
    return texts[code]


def _without_names(code: str) -> str:
    """The sentence for the auditor, where the full one names somebody."""
    texts = {
        "name_differs": _("口座の名義は、本人の名前のカナとちがいます。"),
        "shared": _("ほかの人も同じ口座です。家族かどうか確かめてください。"),
    }
    return str(texts.get(code, ""))
