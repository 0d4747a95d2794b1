"""登録番号 of an issuer of qualified invoices (適格請求書発行事業者) that is a corporation: T and its 法人番号. Pure.

The first digit of a 法人番号 checks the other twelve: 9 less the rest by 9 of their sum, weighted 1 and 2 in turn from
the right. Sources: 法人番号の指定等に関する省令（平成26年財務省令第70号）第2条;
国税庁「チェックデジットの計算」 https://www.houjin-bangou.nta.go.jp/documents/checkdigit.pdf;
国税庁「登録番号の構成」: T and the 法人番号 for whoever has one. For others no rule is published; a center is a
corporation or a city.
"""

import re
from typing import Any

from volunteer.core.codes import normalise_digits
from volunteer.core.errors import Refused
from volunteer.core.i18n import _l

_SHAPE = re.compile(r"[TtＴｔ]?[ 　]*(?P<digits>[^TtＴｔ]+)")
DIGITS = 13


class RegistrationRefused(Refused):
    """What was typed is no 登録番号 of a corporation."""

    def __init__(self, words: Any) -> None:
        super().__init__(words, code="registration_number")


def check_digit(base: str) -> int:
    """The digit in front of the twelve of `base`, 1 to 9."""
    weighted = (int(one) * (1 + place % 2) for place, one in enumerate(reversed(base)))
    return 9 - sum(weighted) % 9


def read_registration(typed: str) -> str:
    """T and thirteen digits, from whatever was typed: any width, with hyphens, with or without T. "" stays "".

    Raises RegistrationRefused.
    """
    if not typed.strip():
        return ""
    found = _SHAPE.fullmatch(typed.strip())
    digits = normalise_digits(found["digits"]) if found else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) == DIGITS):
        raise RegistrationRefused(
            _l("登録番号は、Tと13けたの数字です。国税庁の通知を見て入れてください。")
        )
    if check_digit(digits[1:]) != int(digits[0]):
        raise RegistrationRefused(
            _l("この番号は、どこか1けたがちがいます。国税庁の通知と見くらべてください。")
        )
    return f"T{digits}"
