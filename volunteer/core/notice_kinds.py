"""What a message was about, in words: for lists of messages that must not show what stood in them (codes, names).

Each package gives the words for its own mails in its wiring (`hooks.notice_kinds`).
"""

from typing import Any

from volunteer.core.hooks import hooks
from volunteer.core.i18n import _l

OTHER = _l("お知らせ")
CODE = _l("確認番号")


def kind_of(template: str) -> Any:
    """The words for a message written with templates/mail/<template>.txt."""
    folder, _slash, name = template.rpartition("/")
    if name.endswith("_code"):
        return CODE
    return next((words for known, words in hooks.notice_kinds if known == folder), OTHER)
