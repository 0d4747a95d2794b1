"""Whose cards are printed."""

from enum import StrEnum

from volunteer.core.i18n import _l


class CardChoice(StrEnum):
    """How the cards of a print run were chosen."""

    UNPRINTED = "unprinted"
    SINCE = "since"
    CHOSEN = "chosen"
    ALL = "all"


CHOICE_LABELS = {
    CardChoice.UNPRINTED: _l("まだ印刷していない人"),
    CardChoice.SINCE: _l("ある日からあとに登録した人"),
    CardChoice.CHOSEN: _l("登録番号でえらんだ人"),
    CardChoice.ALL: _l("登録している人みんな"),
}
