"""What became of asks, in words."""

from typing import Any

from matching.asking.queries import History
from matching.asking.rules import Outcome
from volunteer.core import clock
from volunteer.core.i18n import _, _l

OUTCOMES: dict[Outcome, Any] = {
    Outcome.OPEN: _l("返事まち"),
    Outcome.ACCEPTED: _l("参加が決まりました"),
    Outcome.DECLINED: _l("今回は見送り"),
    Outcome.FILLED: _l("返事の前に うまりました"),
    Outcome.LAPSED: _l("期限までに返事なし"),
    Outcome.CALLED_OFF: _l("活動が中止になりました"),
    Outcome.BEGUN: _l("活動が始まりました"),
    Outcome.OVER: _l("お願いは終わりました"),
}
"""For staff."""

REFUSALS: dict[str, Any] = {
    "capped": _l("今週はもう何度もお願いしたので、送りませんでした"),
    "engaged": _l("もう申し込みかお願いがあるので、送りませんでした"),
}
OTHER_REFUSAL = _l("条件に合わなくなったので、送りませんでした")


def outcome_words(what: Outcome) -> Any:
    """What somebody who was asked has said, for staff."""
    return OUTCOMES[what]


def refusal_words(code: str) -> Any:
    """Why somebody was not asked after all."""
    return REFUSALS.get(code, OTHER_REFUSAL)


def asked_words(before: History) -> str:
    """When somebody was last asked for anything: what the order of asking goes by."""
    if before.last_asked_at is None:
        return str(_("まだお願いしたことがない"))
    days = (clock.now() - before.last_asked_at).days
    return str(_("前のお願いは%(n)s日前", n=days)) if days else str(_("前のお願いは今日"))
