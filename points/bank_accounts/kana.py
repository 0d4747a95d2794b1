"""The account holder's kana in the letters a bank file may hold.

Source: the transfer file of the Japanese Bankers Association (digits, A-Z, half-width kana without
small letters and without the long mark, voiced marks as bytes of their own) and the entry rules
published by banks. What no rule decides, such as the middle dot, is refused and never guessed.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from points.bank_accounts.refusals import N_, BankDataRefused, Fact

NAME_BYTES = 30  # 受取人名; banks ask for the first 30 letters of a longer name
DEFAULT_SYMBOLS = "()-."

_KATAKANA = {chr(code): chr(code + 0x60) for code in range(ord("ぁ"), ord("ゖ") + 1)}
_LARGE = dict(zip("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ", strict=True))
_MODERN = {"ヰ": "イ", "ヱ": "エ"}
# long mark, hyphens, en and em dash, bar, minus, box lines: banks accept one mark for all of them
_DASHES = dict.fromkeys("ー‐‑‒–—―−─━", "-")
_CAPITALS = {chr(code): chr(code - 32) for code in range(ord("a"), ord("z") + 1)}
_WO = {"ｦ": "ｵ"}
_VOICED, _HALF_VOICED = "\u3099", "\u309a"
_SPACING_MARKS = str.maketrans({"゛": _VOICED, "゜": _HALF_VOICED})
_HALF_LETTERS = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ"
_TO_HALF = {unicodedata.normalize("NFKC", half): half for half in _HALF_LETTERS + "ｦ"}
_TO_HALF |= {_VOICED: "ﾞ", _HALF_VOICED: "ﾟ"}
_ALWAYS_ALLOWED = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ " + _HALF_LETTERS)
_BEARERS = {"ﾞ": set("ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ"), "ﾟ": set("ﾊﾋﾌﾍﾎ")}
_MIDDLE_DOTS = "・·•‧∙⋅"


class KanaRefused(BankDataRefused):
    """The holder's name cannot be written in the letters of a bank file."""


class NameMissing(KanaRefused):
    """Nothing was typed."""

    code = "kana_missing"
    msgid = N_("口座名義のカナを、通帳のとおりに入力してください。")


class MiddleDot(KanaRefused):
    """A middle dot: one bank registers a period, another a space, so no rule can decide."""

    code = "kana_middle_dot"
    msgid = N_(
        "「%(character)s」は振込に使えません。通帳のカナを見て、"
        "そこにあるとおり、空白か「.」などに直してください。"
    )


class NotKana(KanaRefused):
    """A Chinese character, whose reading only the holder knows."""

    code = "kana_not_kana"
    msgid = N_(
        "「%(character)s」は漢字なので振込に使えません。"
        "通帳に書かれたカナ（法人は「カ)」「フク)」などの形）で入力してください。"
    )


class SmallKaKe(KanaRefused):
    """ヵ and ヶ are read カ, ガ, ケ or コ, so no rule can decide."""

    code = "kana_small_ka_ke"
    msgid = N_(
        "「%(character)s」は読み方が決まらないので使えません。"
        "通帳のカナ（カ・ガ・ケ・コなど）で入力してください。"
    )


class MarkMisplaced(KanaRefused):
    """A voiced mark after a letter that cannot bear it."""

    code = "kana_mark_misplaced"
    msgid = N_(
        "「%(character)s」の濁点・半濁点の位置が正しくありません。通帳のカナを見て直してください。"
    )


class CharacterRefused(KanaRefused):
    """Any other character outside the profile."""

    code = "kana_character"
    msgid = N_(
        "「%(character)s」は振込に使えない文字です。通帳のカナを見て、"
        "カタカナ・英字・数字・空白と「%(symbols)s」だけで入力してください。"
    )


@dataclass(frozen=True)
class Note:
    """One change made to the typed name, or a warning about it; `msgid` has places for `facts`."""

    code: str
    msgid: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.msgid % self.facts


@dataclass(frozen=True)
class HolderKana:
    """A name in the letters of the bank file: one letter of `text` is one byte.

    `changes` says what differs from what was typed, to be shown and confirmed; `warnings` what the
    person should compare with the bankbook.
    """

    text: str
    changes: tuple[Note, ...]
    warnings: tuple[Note, ...]

    @property
    def in_file(self) -> str:
        """The first 30 bytes, which is all the bank receives."""
        return self.text[:NAME_BYTES].rstrip(" ")


_STEPS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("hiragana", N_("ひらがなをカタカナにしました。"), _KATAKANA),
    ("small", N_("小さい文字を大きい文字にしました（%(pairs)s）。"), _LARGE),
    ("old_kana", N_("旧かなを今のかなにしました（%(pairs)s）。"), _MODERN),
    ("dash", N_("長音や横線を「-」にしました（%(pairs)s）。"), _DASHES),
    ("capitals", N_("英字の小文字を大文字にしました（%(pairs)s）。"), _CAPITALS),
)
_SPACES = N_("空白を整えました（前後を除き、間は1つにしました）。")
_WIDTH = N_("半角の文字にしました。")
_WO_CHANGED = N_("「ヲ」を「オ」にしました。")
_WO_WARNING = N_("通帳のカナが「ヲ」でも、この振込では「オ」と書きます。確かめてください。")
_TOO_LONG = N_(
    "名義が長いので、振込には初めの%(limit)d文字（濁点も1文字）"
    "「%(sent)s」だけを書きます。「%(left_out)s」は入りません。"
)


def normalise(typed: str, *, wo_to_o: bool = True, symbols: str = DEFAULT_SYMBOLS) -> HolderKana:
    """Turn a typed name into the half-width capitals of the bank file; twice is the same as once.

    Args:
        typed: the name in any width, hiragana or katakana.
        wo_to_o: whether ヲ becomes ｵ (some banks forbid it) or stays ｦ.
        symbols: the signs this bank accepts besides letters, digits and the space.

    Raises:
        KanaRefused: one of its children, naming the first character no rule can convert.
    """
    changes: list[Note] = []
    text = _tidy_spaces(_compose(typed), changes)
    if not text:
        raise NameMissing()
    for code, msgid, table in _STEPS:
        text = _apply(code, msgid, table, text, changes)
    half = "".join(_half_width(character) for character in text)
    if any(unicodedata.east_asian_width(character) in "FW" for character in typed):
        changes.append(Note("width", _WIDTH))
    warnings: list[Note] = []
    if wo_to_o and "ｦ" in half:
        half = _apply("wo", _WO_CHANGED, _WO, half, changes)
        warnings.append(Note("wo", _WO_WARNING))
    _refuse_what_remains(half, symbols, wo_allowed=not wo_to_o)
    warnings.extend(_length_warnings(half))
    return HolderKana(half, tuple(changes), tuple(warnings))


def _compose(typed: str) -> str:
    """Join voiced marks to their letters in one form (NFKC); spaced marks count as joined ones.

    NFKC alone would turn a spaced mark into a space and a mark.
    """
    return unicodedata.normalize("NFKC", typed.translate(_SPACING_MARKS))


def _tidy_spaces(text: str, changes: list[Note]) -> str:
    tidy = " ".join(text.split())
    if tidy and tidy != text:
        changes.append(Note("spaces", _SPACES))
    return tidy


def _apply(code: str, msgid: str, table: Mapping[str, str], text: str, changes: list[Note]) -> str:
    """Replace letters by a table and note the pairs that occurred, each once, in order."""
    found = dict.fromkeys(character for character in text if character in table)
    if found:
        pairs = "、".join(f"{character}→{table[character]}" for character in found)
        changes.append(Note(code, msgid, {"pairs": pairs}))
    return "".join(table.get(character, character) for character in text)


def _half_width(character: str) -> str:
    """One composed letter as its half-width letter and, if it has one, its mark."""
    if "ァ" <= character <= "ヺ":
        parts = unicodedata.normalize("NFD", character)
    else:
        parts = character
    return "".join(_TO_HALF.get(part, part) for part in parts)


def _refuse_what_remains(half: str, symbols: str, *, wo_allowed: bool) -> None:
    allowed = _ALWAYS_ALLOWED | set(symbols) | (set("ｦ") if wo_allowed else set())
    before = ""
    for character in half:
        if character in _BEARERS:
            if before not in _BEARERS[character]:
                raise MarkMisplaced(character=before + character)
        elif character not in allowed:
            _refuse(character, symbols)
        before = character


def _refuse(character: str, symbols: str) -> NoReturn:
    """Raise the error that helps most with this character."""
    if character in _MIDDLE_DOTS:
        raise MiddleDot(character=character)
    if character in "ヵヶ":
        raise SmallKaKe(character=character)
    if character == "々" or unicodedata.name(character, "").startswith("CJK"):
        raise NotKana(character=character)
    visible = character.isprintable() and not unicodedata.combining(character)
    shown = character if visible else f"U+{ord(character):04X}"
    raise CharacterRefused(character=shown, symbols=symbols)


def _length_warnings(half: str) -> list[Note]:
    if len(half) <= NAME_BYTES:
        return []
    sent, left_out = half[:NAME_BYTES], half[NAME_BYTES:]
    return [Note("too_long", _TOO_LONG, {"limit": NAME_BYTES, "sent": sent, "left_out": left_out})]
