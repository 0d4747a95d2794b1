"""Where a person stands with the center, and the tie to the town."""

from enum import StrEnum

from volunteer.core.i18n import _l


class PersonState(StrEnum):
    """applied → registered or refused; registered ⇄ suspended; registered → left."""

    APPLIED = "applied"
    REGISTERED = "registered"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    LEFT = "left"


PERSON_STATE_LABELS = {
    PersonState.APPLIED: _l("登録の申し込み中"),
    PersonState.REGISTERED: _l("登録ずみ"),
    PersonState.REFUSED: _l("登録をおことわり"),
    PersonState.SUSPENDED: _l("活動を休止中"),
    PersonState.LEFT: _l("登録を終了"),
}

MAY_LOOK = {PersonState.APPLIED, PersonState.REGISTERED, PersonState.SUSPENDED}
MAY_TAKE_PART = {PersonState.REGISTERED}

ALLOWED_MOVES = {
    PersonState.APPLIED: {PersonState.REGISTERED, PersonState.REFUSED},
    PersonState.REGISTERED: {PersonState.SUSPENDED, PersonState.LEFT},
    PersonState.SUSPENDED: {PersonState.REGISTERED, PersonState.LEFT},
    PersonState.REFUSED: {PersonState.APPLIED},
    PersonState.LEFT: set(),
}


class Tie(StrEnum):
    """Why somebody belongs to the town (decision 17)."""

    LIVES = "lives"
    WORKS = "works"
    STUDIES = "studies"
    OTHER = "other"


TIE_LABELS = {
    Tie.LIVES: _l("住んでいる"),
    Tie.WORKS: _l("働いている"),
    Tie.STUDIES: _l("学校に通っている"),
    Tie.OTHER: _l("その他（となりの町など）"),
}


class PersonDecisionKind(StrEnum):
    """What staff decided about a person."""

    REGISTERED = "registered"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    LEFT = "left"


DECISION_LABELS = {
    PersonDecisionKind.REGISTERED: _l("登録"),
    PersonDecisionKind.REFUSED: _l("おことわり"),
    PersonDecisionKind.SUSPENDED: _l("休止"),
    PersonDecisionKind.RESUMED: _l("再開"),
    PersonDecisionKind.LEFT: _l("終了"),
}
