"""The questions of the wizard, one a page, in their order."""

from volunteer.core.i18n import _l

STEPS = {
    "what": _l("なにを手伝ってほしいですか"),
    "pay": _l("有償のお手伝いで、よいですか"),
    "when": _l("いつですか"),
    "where": _l("どこですか"),
    "prepare": _l("持ち物や、気をつけることはありますか"),
    "people": _l("どんな人に来てほしいですか"),
    "contact": _l("当日の連絡先はどなたですか"),
    "accept": _l("申し込みを どう受けますか"),
}
"""Name in the address → the question. The page after the last one is the check of all answers."""

PAY = "pay"
"""Asked for paid work only."""


def names_of(is_paid: bool) -> list[str]:
    """The questions of a request, in order."""
    return [name for name in STEPS if is_paid or name != PAY]


def count_of(is_paid: bool) -> int:
    """How many pages the wizard has, with the check of all answers."""
    return len(names_of(is_paid)) + 1


def number_of(step: str, is_paid: bool) -> int:
    """Which question it is, from 1."""
    return names_of(is_paid).index(step) + 1


def after(step: str, is_paid: bool) -> str | None:
    """The next question, or None when the answers are to be checked."""
    names = names_of(is_paid)
    place = names.index(step) + 1
    return names[place] if place < len(names) else None


def before(step: str, is_paid: bool) -> str | None:
    """The question before, or None at the first."""
    names = names_of(is_paid)
    place = names.index(step)
    return names[place - 1] if place else None
