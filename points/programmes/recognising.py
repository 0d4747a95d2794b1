"""Thanks without money: who has earned a letter (H1). Pure."""

from collections.abc import Mapping
from datetime import date

from points.programmes.people_terms import Recognition
from points.programmes.rule_version import RuleVersion


def years_with_enough(points_by_year: Mapping[date, int], recognition: Recognition) -> int:
    """In how many programme years a person earned enough for a recognition."""
    return sum(points >= recognition.points_each_year for points in points_by_year.values())


def recognitions_reached(
    points_by_year: Mapping[date, int], version: RuleVersion
) -> list[Recognition]:
    """The recognitions a person has reached; `points_by_year` has the points earned by first day of the year."""
    return [
        one for one in version.recognitions if years_with_enough(points_by_year, one) >= one.years
    ]
