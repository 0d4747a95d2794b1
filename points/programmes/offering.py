"""What a file names and the system does not know: payout codes, kinds of activity. Warned of, never refused. Pure.

A programme may say today what is set up tomorrow; until then nobody is offered it, and nothing earns by it.
"""

from collections.abc import Collection

from points.programmes.describing_exchange import METHODS
from points.programmes.rule_version import RuleVersion
from points.programmes.toml_reader import Mistake, line_of
from points.programmes.wording import N_, say

NOT_OFFERED = N_(
    "受けとり方「%(code)s」は、このシステムにありません。読みこめますが、換金の申し込みには出ません"
)


def not_offered(text: str, version: RuleVersion) -> list[Mistake]:
    """Each such code of a version, with the line of the text it stands in."""
    found = []
    for number, method in enumerate(version.exchange.methods):
        if method.code not in METHODS:
            key = f"exchange.methods[{number}].code"
            found.append(Mistake(key, line_of(text, key), say(NOT_OFFERED, code=method.code)))
    return found


UNKNOWN_CATEGORIES = N_(
    "活動の種類「%(codes)s」は、まだセンターにありません。読みこめますが、種類を作るまでポイントはつきません"
)


def unknown_categories(text: str, version: RuleVersion, known: Collection[str]) -> list[Mistake]:
    """The kinds of activity that the center does not have, each table of awards with its line."""
    found = []
    for number, rule in enumerate(version.awards):
        key = f"awards[{number}].categories"
        codes = "・".join(code for code in rule.categories if code not in known)
        if codes:
            found.append(Mistake(key, line_of(text, key), say(UNKNOWN_CATEGORIES, codes=codes)))
    return found
