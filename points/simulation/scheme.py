"""The rules that a simulation follows: one version for all days, or several each in its time. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from points.programmes.rule_version import RuleVersion
from points.programmes.terms import Conditions


@dataclass(frozen=True, slots=True)
class Scheme:
    """Versions in the order of their first days."""

    versions: tuple[RuleVersion, ...]

    @property
    def newest(self) -> RuleVersion:
        """The version that names the scheme."""
        return self.versions[-1]

    @property
    def has_exceptions(self) -> bool:
        """Whether points may be extended by a dated exception at all."""
        return any(one.exceptions for one in self.versions)

    def at(self, day: date) -> RuleVersion | None:
        """The version whose activities those of this day are."""
        return next((one for one in self.versions if one.is_in_force(day)), None)

    def for_points(self, day: date) -> RuleVersion | None:
        """The rules for points that exist on this day: after the last version has ended, that one still."""
        earlier = [one for one in self.versions if one.valid_from <= day]
        return self.at(day) or (earlier[-1] if earlier else None)

    def asking_nothing_of_people(self) -> "Scheme":
        """The same without anything that one must know a person for: ages, ties, records, insurance, classes."""
        return Scheme(tuple(_open_to_all(one) for one in self.versions))


def always(version: RuleVersion) -> Scheme:
    """One version for all days, whatever its own dates: what if it had been in force."""
    return Scheme((replace(version, valid_from=date.min, valid_to=None),))


def in_time(versions: Iterable[RuleVersion]) -> Scheme:
    """Versions of one programme, each for the days on which it is in force."""
    return Scheme(tuple(sorted(versions, key=lambda one: one.valid_from)))


def _open_to_all(version: RuleVersion) -> RuleVersion:
    return replace(
        version,
        may_collect=Conditions(),
        may_exchange=Conditions(),
        requirements=(),
        classes=(),
        insurance=replace(version.insurance, must_cover=False),
    )


def yen_a_point(version: RuleVersion) -> Fraction:
    """What a point is worth by the method that gives most, in parts of a yen where need be."""
    rates = [Fraction(one.yen, one.points) for one in version.exchange.methods if not one.table]
    steps = [
        Fraction(step.yen, step.points) for one in version.exchange.methods for step in one.table
    ]
    return max([*rates, *steps])


def compare_worth(schemes: tuple[Scheme, ...], points: tuple[int, ...]) -> str:
    """Whether points under the second scheme are worth `more`, `fewer` or the `same` yen as those under the first."""
    before, after = (
        count * yen_a_point(one.newest) for one, count in zip(schemes, points, strict=True)
    )
    if after > before:
        return "more"
    return "fewer" if after < before else "same"
