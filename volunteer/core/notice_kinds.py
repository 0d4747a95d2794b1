"""What a message was about, in words: for lists of messages that must not show what stood in them (codes, names)."""

from typing import Any

from volunteer.core.i18n import _l

OTHER = _l("お知らせ")
CODE = _l("確認番号")
KINDS: dict[str, Any] = {
    "volunteer/users": _l("サインイン"),
    "volunteer/people": _l("ボランティア登録"),
    "volunteer/organizations": _l("団体の登録"),
    "matching/help_requests": _l("依頼"),
    "matching/assignments": _l("活動の申し込みと予定"),
    "matching/checkin": _l("活動の受付と時間"),
    "matching/false_records": _l("活動の記録の確かめ"),
    "points/bank_accounts": _l("お金を受けとる口座"),
    "points/earning": _l("ポイントの期限"),
    "points/redemption": _l("換金"),
    "points/payouts": _l("換金"),
    "points/transfers": _l("ポイントのやりとり"),
    "points/ledger": _l("台帳"),
}
"""By the folder of the mail's template."""


def kind_of(template: str) -> Any:
    """The words for a message written with templates/mail/<template>.txt."""
    folder, _slash, name = template.rpartition("/")
    return CODE if name.endswith("_code") else KINDS.get(folder, OTHER)
