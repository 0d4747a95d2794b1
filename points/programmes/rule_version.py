"""A rule version: one dated state of a programme's rules, read from one TOML file.

docs/points-programmes.md describes every key. The file is read strictly: what it does not know is a
mistake, and all mistakes are reported at once.
"""

from dataclasses import dataclass
from datetime import date
from itertools import product

from points.programmes import sections, sections_exchange, sections_people, sections_time
from points.programmes.exchange_terms import Exchange, ExchangeMethod
from points.programmes.people_terms import (
    Checkpoint,
    FalseRecords,
    Insurance,
    Recognition,
    Registration,
    Requirement,
)
from points.programmes.terms import (
    AwardRule,
    Caps,
    CarryOver,
    Conditions,
    DatedException,
    Evidence,
    Exclusions,
    Expiry,
    MonthDay,
    ProgrammeClass,
    YearKind,
)
from points.programmes.toml_reader import Mistake, Source, Table, load_toml
from points.programmes.wording import N_

FILE_FORMAT = 1


class ProgrammeFileError(ValueError):
    """The file cannot be used. `mistakes` lists every reason, in the order of the file."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(mistakes, key=lambda mistake: mistake.line or 0)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """The rules of one programme from `valid_from` until before `valid_to` (None: until further notice).

    The day of the activity decides which version counts.
    """

    programme_code: str
    programme_name: str
    valid_from: date
    valid_to: date | None
    source: str
    unconfirmed: tuple[str, ...]
    may_collect: Conditions
    may_exchange: Conditions
    classes: tuple[ProgrammeClass, ...]
    awards: tuple[AwardRule, ...]
    exclusions: Exclusions
    caps: Caps
    year_kind: YearKind
    year_start: MonthDay
    """Unless the year begins on each person's anniversary."""
    exchange: Exchange
    evidence: Evidence
    expiry: Expiry
    carry_over: CarryOver
    exceptions: tuple[DatedException, ...]
    requirements: tuple[Requirement, ...]
    registration: Registration
    insurance: Insurance
    false_records: FalseRecords
    recognitions: tuple[Recognition, ...]
    may_transfer: bool
    replaced_card_keeps_points: bool

    def is_in_force(self, day: date) -> bool:
        """Whether activities of this day follow this version."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def lists(self, category_code: str) -> bool:
        """Whether activities of this category can earn at all."""
        return any(category_code in rule.categories for rule in self.awards)

    def award_rule(self, category_code: str, role: str, host: str = "") -> AwardRule | None:
        """The rule for a category, role and host; one that names the role or the host goes before one for all."""
        fitting = [
            rule
            for rule in self.awards
            if category_code in rule.categories
            and (not rule.roles or role in rule.roles)
            and (not rule.hosts or host in rule.hosts)
        ]
        return max(fitting, key=lambda rule: (bool(rule.roles), bool(rule.hosts)), default=None)

    def names_hosts(self, category_code: str) -> bool:
        """Whether it matters for this category at whose place the activity was."""
        return any(category_code in rule.categories and rule.hosts for rule in self.awards)

    def asked_at(self, checkpoint: Checkpoint) -> tuple[Requirement, ...]:
        """What is asked of a person at a checkpoint, in the order of the file."""
        return tuple(one for one in self.requirements if checkpoint in one.checked_at)

    def class_for_age(self, age: int) -> ProgrammeClass | None:
        """The class a person of this age belongs to; None in a programme without such a class."""
        return next((one for one in self.classes if _covers(one, age)), None)

    def caps_for(self, class_code: str | None) -> Caps:
        """The limits of a class: its own, and the programme's where it has none of its own."""
        if not class_code:
            return self.caps
        own = next((one.caps for one in self.classes if one.code == class_code), None)
        if own is None:
            raise ValueError(f"programme {self.programme_code} has no class {class_code}")
        return Caps(
            daily_points=own.daily_points or self.caps.daily_points,
            yearly_points=own.yearly_points or self.caps.yearly_points,
            yearly_exchange_points=own.yearly_exchange_points or self.caps.yearly_exchange_points,
            yearly_exchange_yen=own.yearly_exchange_yen or self.caps.yearly_exchange_yen,
            beyond=self.caps.beyond,
        )

    def method(self, code: str) -> ExchangeMethod | None:
        """The exchange method of this code, if the programme offers it."""
        return next((one for one in self.exchange.methods if one.code == code), None)


def _covers(one: ProgrammeClass, age: int) -> bool:
    return (one.age_min or 0) <= age and (one.age_max is None or age <= one.age_max)


def parse_rule_version(text: str) -> RuleVersion:
    """The rule version written in a TOML text.

    Raises ProgrammeFileError with every mistake, each naming its key, its line and what is expected.
    """
    values, unreadable = load_toml(text)
    if unreadable:
        raise ProgrammeFileError(list(unreadable))
    source = Source(text)
    version = _read(Table(source, values))
    _check_unconfirmed(source, version)
    if source.mistakes:
        raise ProgrammeFileError(source.mistakes)
    return version


def known_keys() -> frozenset[str]:
    """Every key a file may contain, as a path: ``awards[].points``."""
    source = Source("")
    probe = {
        **{key: [{}] for key in ("classes", "requirements", "exceptions", "recognitions")},
        "awards": [{"tiers": [{}]}],
        "exchange": {"methods": [{"table": [{}]}]},
    }
    _read(Table(source, probe))
    return frozenset(source.asked)


TABLES = (
    "programme", "version", "may_collect", "may_exchange", "exclusions", "caps", "programme_year",
    "exchange", "evidence", "expiry", "carry_over", "registration", "insurance", "transfer", "card",
    "false_records",
)  # fmt: skip


def _read(root: Table) -> RuleVersion:
    _check_format(root)
    at = {name: root.table(name) for name in TABLES}
    programme, version = at["programme"], at["version"]
    expiry = sections_time.read_expiry(at["expiry"])
    year_kind, year_start = sections_time.read_year(at["programme_year"])
    result = RuleVersion(
        programme_code=programme.code("code"),
        programme_name=programme.text("name", required=True, longest=80),
        valid_from=version.day("valid_from", required=True) or date.min,
        valid_to=version.day("valid_to"),
        source=version.text("source", longest=1000),
        unconfirmed=version.texts("unconfirmed"),
        may_collect=sections_people.read_conditions(at["may_collect"]),
        may_exchange=sections_people.read_conditions(at["may_exchange"]),
        classes=root.tables("classes", sections.read_class),
        awards=root.tables("awards", sections.read_award, required=True),
        exclusions=sections.read_exclusions(at["exclusions"]),
        caps=sections.read_caps(at["caps"]),
        year_kind=year_kind,
        year_start=year_start,
        exchange=sections_exchange.read_exchange(at["exchange"]),
        evidence=sections.read_evidence(at["evidence"]),
        expiry=expiry,
        carry_over=sections_time.read_carry_over(at["carry_over"], expiry),
        exceptions=root.tables("exceptions", sections_time.read_exception),
        requirements=root.tables("requirements", sections_people.read_requirement),
        registration=sections_people.read_registration(at["registration"]),
        insurance=sections_people.read_insurance(at["insurance"]),
        false_records=sections_people.read_false_records(at["false_records"]),
        recognitions=root.tables("recognitions", sections_people.read_recognition),
        may_transfer=at["transfer"].flag("between_members", default=False),
        replaced_card_keeps_points=at["card"].flag("replacement_keeps_points", default=True),
    )
    for table in (*at.values(), root):
        table.close()
    _check_dates(version, result)
    _check_classes(root, result.classes)
    _check_awards(root, result.awards)
    _check_reachable(root, result)
    sections_people.check_requirements(root, result.requirements)
    sections_time.check_exceptions(root, result.exceptions)
    return result


def _check_format(root: Table) -> None:
    found = root.number("format", FILE_FORMAT)
    if found != FILE_FORMAT:
        root.wrong("format", N_("%(format)s と書いてください"), format=FILE_FORMAT)


def _check_dates(table: Table, version: RuleVersion) -> None:
    if version.valid_to is not None and version.valid_to <= version.valid_from:
        table.wrong(
            "valid_to", N_("valid_from より後の日を書いてください（この日から無効になります）")
        )


def _check_classes(root: Table, classes: tuple[ProgrammeClass, ...]) -> None:
    codes = [one.code for one in classes]
    if len(set(codes)) != len(codes):
        root.wrong("classes", N_("同じ code が2回書かれています"))
    by_age = sorted(classes, key=lambda one: one.age_min or 0)
    for younger, older in zip(by_age, by_age[1:], strict=False):
        if _covers(younger, older.age_min or 0):
            message = N_("%(one)s と %(other)s の年齢が重なっています")
            root.wrong("classes", message, one=younger.code, other=older.code)


def _check_awards(root: Table, awards: tuple[AwardRule, ...]) -> None:
    """No category may be listed twice for the same role and host."""
    seen: set[tuple[str, str, str]] = set()
    for number, rule in enumerate(awards):
        keys = set(product(rule.categories, rule.roles or ("",), rule.hosts or ("",)))
        for category in sorted({category for category, _role, _host in keys & seen}):
            message = N_("%(category)s はすでに上の [[awards]] にあります")
            root.source.add(f"awards[{number}].categories", message, category=category)
        seen |= keys


def _check_reachable(root: Table, version: RuleVersion) -> None:
    """The least that can be exchanged must fit under the year's limits of somebody, or nobody ever exchanges."""
    if root.source.mistakes:
        return
    everybody = [version.caps, *(version.caps_for(one.code) for one in version.classes)]
    for number, method in enumerate(version.exchange.methods):
        points, yen = method.least
        if all(_is_over(caps, points, yen) for caps in everybody):
            message = N_("1回に最低でも%(points)sポイント・%(yen)s円で、1年の換金の上限をこえます")
            root.source.add(f"exchange.methods[{number}].code", message, points=points, yen=yen)


def _is_over(caps: Caps, points: int, yen: int) -> bool:
    over_points = caps.yearly_exchange_points is not None and points > caps.yearly_exchange_points
    return over_points or (caps.yearly_exchange_yen is not None and yen > caps.yearly_exchange_yen)


def _check_unconfirmed(source: Source, version: RuleVersion) -> None:
    for key in version.unconfirmed:
        if key not in source.asked:
            message = N_("%(name)s という項目はありません")
            source.add("version.unconfirmed", message, name=key)
