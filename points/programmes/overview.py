"""The programmes as the desk reads them: each version in words."""

from dataclasses import dataclass

from points.programmes.describing import describe_rule, describe_version
from points.programmes.models import Programme
from points.programmes.models import RuleVersion as RuleVersionRow
from points.programmes.queries import category_names, parsed, programmes, versions_of
from points.programmes.rule_version import RuleVersion
from points.programmes.wording import Wording
from volunteer.core import clock


@dataclass(frozen=True, slots=True)
class VersionInWords:
    """One version: its row, its awards, the rest of its rules."""

    row: RuleVersionRow
    rules: RuleVersion
    is_current: bool
    awards: list[tuple[str, list[Wording], bool]]
    """(categories by name, what they give, whether they count against the daily cap)."""
    sections: list[tuple[Wording, list[Wording]]]


def overview() -> list[tuple[Programme, list[VersionInWords]]]:
    """Every programme in the center's order with its versions, the newest first."""
    names = category_names()
    return [
        (programme, [_in_words(row, names) for row in versions_of(programme.id)])
        for programme in programmes()
    ]


def _in_words(row: RuleVersionRow, names: dict[str, str]) -> VersionInWords:
    rules, today = parsed(row.source), clock.today()
    is_current = row.valid_from <= today and (row.valid_to is None or today < row.valid_to)
    awards = [
        (
            "・".join((*(names.get(code, code) for code in one.categories), *one.roles)),
            describe_rule(one),
            one.counts_against_daily_cap,
        )
        for one in rules.awards
    ]
    return VersionInWords(row, rules, is_current, awards, describe_version(rules))
