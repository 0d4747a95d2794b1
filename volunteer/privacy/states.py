"""Why a person was erased."""

from enum import StrEnum

from volunteer.core.i18n import _l


class Because(StrEnum):
    """A list, not free words: they would stay where nothing can be emptied."""

    OWN_WISH = "own_wish"
    BY_TELEPHONE = "by_telephone"
    ON_PAPER = "on_paper"
    DIED = "died"
    DOUBLE = "double"
    REPLAYED = "replayed"


DESK_REASONS = (Because.ON_PAPER, Because.BY_TELEPHONE, Because.DIED, Because.DOUBLE)

BECAUSE_LABELS = {
    Because.OWN_WISH: _l("本人が画面で消した"),
    Because.BY_TELEPHONE: _l("本人から電話か窓口でたのまれた"),
    Because.ON_PAPER: _l("本人から書面でたのまれた"),
    Because.DIED: _l("亡くなった"),
    Because.DOUBLE: _l("同じ人が2回登録されていた"),
    Because.REPLAYED: _l("控えから戻したあとに、もう一度消した"),
}
