"""Payout codes of a file that the system has no way of paying for: warned of, never refused. Pure.

A programme may say today what a later version of the system pays; until then nobody is offered it.
"""

from points.programmes.describing import METHODS
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
