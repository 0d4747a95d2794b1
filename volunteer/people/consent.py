"""What people agree to when they sign up. The version is stored with each consent; a new text gets a new version."""

from volunteer.core.i18n import _l

KIND = "personal_data"
VERSION = "2026-1"

TEXT = (
    (
        _l("何のために使うか"),
        _l(
            "お名前・生年月日・連絡先は、ボランティア活動の連絡、参加の受付、"
            "ボランティア活動保険の手続き、ポイントと換金の手続きに使います。"
        ),
    ),
    (
        _l("だれが見るか"),
        _l(
            "センターの職員が見ます。活動に参加するときは、受け入れる団体にお名前と登録番号を伝えます。"
            "電話番号は、活動の当日だけ団体に見えます。"
        ),
    ),
    (
        _l("ほかへ渡すとき"),
        _l(
            "保険会社、換金のための銀行など、手続きに必要なところだけに渡します。"
            "法律で決められたときのほかは、ほかの人には渡しません。"
        ),
    ),
    (
        _l("いつまで持つか"),
        _l(
            "登録をやめたあと、お名前や連絡先は消します。ポイントとお金の記録は、決まりにより10年のあいだ残します。"
        ),
    ),
    (
        _l("たしかめる・直す・やめる"),
        _l(
            "ご自分の情報は「わたし」のページで見て、直せます。登録をやめたいときは、センターに電話してください。"
        ),
    ),
)
"""Heading and paragraph, shown on /privacy and, folded, on the sign-up page."""
