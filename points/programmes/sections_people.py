"""One reader for each section about people and duties: a TOML table in, a part of the rule version out."""

from points.programmes.people_terms import (
    Checkpoint,
    FalseRecords,
    Insurance,
    Need,
    Payer,
    Recognition,
    Registration,
    Requirement,
    Term,
)
from points.programmes.terms import AgeBasis, Conditions
from points.programmes.toml_reader import Table
from points.programmes.wording import N_
from volunteer.people.states import Tie

OLDEST = 130
LONGEST_MONTHS = 1200
LONGEST_DAYS = 36_600


def read_ages(table: Table) -> tuple[int | None, int | None]:
    """The youngest and the oldest, both included."""
    youngest = table.integer("age_min", low=0, high=OLDEST)
    oldest = table.integer("age_max", low=0, high=OLDEST)
    if youngest is not None and oldest is not None and youngest > oldest:
        table.wrong("age_max", N_("age_min より小さくできません"))
    return youngest, oldest


def read_conditions(table: Table) -> Conditions:
    """[may_collect] and [may_exchange]."""
    youngest, oldest = read_ages(table)
    found = Conditions(
        age_min=youngest,
        age_max=oldest,
        age_basis=table.choice("age_basis", AgeBasis, AgeBasis.ACTIVITY_DAY),
        ties=table.choices("residence", Tie),
        guardian_consent_under=table.number("guardian_consent_under", 0, low=0, high=20),
        municipalities=table.texts("municipalities"),
        group_members=table.flag("group_members", default=False),
        exclude_high_school=table.flag("exclude_high_school", default=False),
    )
    if found.municipalities and Tie.LIVES not in found.ties:
        table.wrong("municipalities", N_('residence に "lives" があるときだけ書けます'))
    if found.group_members and not found.ties:
        table.wrong(
            "group_members", N_("residence を書いたときだけ使えます（なければだれでも対象）")
        )
    return found


def read_requirement(table: Table) -> Requirement:
    """One [[requirements]] row."""
    need = table.choice("need", Need)
    found = Requirement(
        need=need,
        code=table.code("code"),
        name=table.text("name", required=True, longest=80),
        checked_at=table.choices("checked_at", Checkpoint),
        valid_months=table.integer("valid_months", high=LONGEST_MONTHS),
    )
    if not found.checked_at and isinstance(table.values.get("checked_at", []), list):
        table.wrong("checked_at", N_("いつ確かめるかを1つ以上書いてください"))
    if found.valid_months and need in (Need.CONDITION, Need.EXCLUDED):
        table.wrong("valid_months", N_("need が training か document のときだけ書けます"))
    return found


def check_requirements(root: Table, requirements: tuple[Requirement, ...]) -> None:
    """Nothing is asked for twice, and nothing is both needed and excluded."""
    seen: set[str] = set()
    for number, one in enumerate(requirements):
        if one.code and one.code in seen:
            message = N_("%(code)s はすでに上の [[requirements]] にあります")
            root.source.add(f"requirements[{number}].code", message, code=one.code)
        seen.add(one.code)


def read_registration(table: Table) -> Registration:
    """[registration]: how long taking part lasts, and what leaving does."""
    term = table.choice("term", Term, Term.NONE)
    years = table.integer("years", high=100, required=term is Term.YEARS)
    if years and term is not Term.YEARS:
        table.wrong("years", N_("term が years のときだけ書けます"))
    days = table.integer("exchange_lapses_after_days", low=0, high=LONGEST_DAYS)
    months = table.integer("exchange_lapses_after_months", low=0, high=LONGEST_MONTHS)
    if days is not None and months is not None:
        table.wrong("exchange_lapses_after_months", N_("日数か月数のどちらか1つを書いてください"))
    return Registration(term, years, days, months)


def read_insurance(table: Table) -> Insurance:
    """[insurance]."""
    return Insurance(
        paid_by=table.choice("paid_by", Payer, Payer.UNKNOWN),
        must_cover=table.flag("must_cover", default=False),
    )


def read_false_records(table: Table) -> FalseRecords:
    """[false_records]."""
    return FalseRecords(
        void_award=table.flag("void_award", default=True),
        hold_claims=table.flag("hold_claims", default=True),
        claw_back=table.flag("claw_back", default=True),
        suspend_days=table.number("suspend_days", 0, low=0, high=LONGEST_DAYS),
    )


def read_recognition(table: Table) -> Recognition:
    """One [[recognitions]] row."""
    return Recognition(
        name=table.text("name", required=True, longest=80),
        years=table.integer("years", high=100, required=True) or 1,
        points_each_year=table.number("points_each_year", 1),
    )
