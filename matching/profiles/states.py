"""Fixed choices of a profile, with their words."""

from enum import StrEnum
from typing import Any

from volunteer.core.i18n import _l


class WishKind(StrEnum):
    """What a person thinks of a kind of activity; nothing said is no row."""

    WANTED = "wanted"
    RATHER_NOT = "rather_not"
    NEVER = "never"

    @property
    def label(self) -> Any:
        """The word for people."""
        return WISH_LABELS[self]


WISH_LABELS = {
    WishKind.WANTED: _l("したい"),
    WishKind.RATHER_NOT: _l("できれば ほかの活動がいい"),
    WishKind.NEVER: _l("しない"),
}


class TravelMode(StrEnum):
    """How a person comes to an activity."""

    WALK = "walk"
    BICYCLE = "bicycle"
    BUS = "bus"
    CAR = "car"

    @property
    def label(self) -> Any:
        """The word for people."""
        return TRAVEL_LABELS[self]


TRAVEL_LABELS = {
    TravelMode.WALK: _l("歩いて"),
    TravelMode.BICYCLE: _l("自転車で"),
    TravelMode.BUS: _l("バス・電車で"),
    TravelMode.CAR: _l("車で"),
}


class Trait(StrEnum):
    """What some households wish of whoever comes. People tick what is so; nobody has to say anything."""

    WOMAN = "woman"
    MAN = "man"
    NON_SMOKING = "non_smoking"
    FINE_WITH_DOGS = "fine_with_dogs"
    FINE_WITH_CATS = "fine_with_cats"

    @property
    def label(self) -> Any:
        """The word for people, said of oneself."""
        return TRAIT_LABELS[self]


TRAIT_LABELS = {
    Trait.WOMAN: _l("女性です"),
    Trait.MAN: _l("男性です"),
    Trait.NON_SMOKING: _l("たばこを吸いません"),
    Trait.FINE_WITH_DOGS: _l("犬がいる家でも だいじょうぶ"),
    Trait.FINE_WITH_CATS: _l("猫がいる家でも だいじょうぶ"),
}

REQUEST_TRAIT_LABELS = {
    Trait.WOMAN: _l("女性に来てほしい"),
    Trait.MAN: _l("男性に来てほしい"),
    Trait.NON_SMOKING: _l("たばこを吸わない人に来てほしい"),
    Trait.FINE_WITH_DOGS: _l("犬がいます"),
    Trait.FINE_WITH_CATS: _l("猫がいます"),
}
"""The same, said by those who are helped."""

LANGUAGES: dict[str, Any] = {
    "en": _l("英語"),
    "zh": _l("中国語"),
    "ko": _l("韓国語・朝鮮語"),
    "ru": _l("ロシア語"),
    "vi": _l("ベトナム語"),
    "id": _l("インドネシア語"),
    "tl": _l("フィリピノ語（タガログ語）"),
    "ne": _l("ネパール語"),
    "my": _l("ミャンマー語"),
    "pt": _l("ポルトガル語"),
    "es": _l("スペイン語"),
    "jsl": _l("手話"),
}
"""Languages besides Japanese by ISO 639 code; 手話 is `jsl` (ISO 639-3)."""
