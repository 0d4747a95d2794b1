"""The questions of the wizard, one a page, in their order."""

from volunteer.core.i18n import _l

STEPS = {
    "what": _l("なにを手伝ってほしいですか"),
    "when": _l("いつですか"),
    "where": _l("どこですか"),
    "prepare": _l("持ち物や、気をつけることはありますか"),
    "people": _l("どんな人に来てほしいですか"),
    "contact": _l("当日の連絡先はどなたですか"),
    "accept": _l("申し込みを どう受けますか"),
}
"""Name in the address → the question. The page after the last one is the check of all answers."""

COUNT = len(STEPS) + 1


def number_of(step: str) -> int:
    """Which question it is, from 1."""
    return list(STEPS).index(step) + 1


def after(step: str) -> str | None:
    """The next question, or None when the answers are to be checked."""
    names = list(STEPS)
    place = names.index(step) + 1
    return names[place] if place < len(names) else None


def before(step: str) -> str | None:
    """The question before, or None at the first."""
    names = list(STEPS)
    place = names.index(step)
    return names[place - 1] if place else None
