"""Trainings, documents and conditions asked of a person at registration, award or exchange (E5, E7, I1). Pure."""

from dataclasses import dataclass
from datetime import date

from points.programmes.eligibility import Obstacle, PersonFacts, holds
from points.programmes.people_terms import Checkpoint, Need, Requirement
from points.programmes.rule_version import RuleVersion
from points.programmes.wording import N_, Wording, say

OBSTACLES = {
    Need.TRAINING: Obstacle.NOT_TRAINED,
    Need.DOCUMENT: Obstacle.NO_DOCUMENT,
    Need.CONDITION: Obstacle.NO_CONDITION,
    Need.EXCLUDED: Obstacle.EXCLUDED,
}

TEXTS = {
    Obstacle.NOT_TRAINED: N_("「%(name)s」を受けてからが対象です"),
    Obstacle.NO_DOCUMENT: N_("「%(name)s」をセンターに出してからが対象です"),
    Obstacle.NO_CONDITION: N_("「%(name)s」の方が対象です。センターにご相談ください"),
    Obstacle.EXCLUDED: N_("この制度の対象の方ではありません。センターにご相談ください"),
    Obstacle.NOT_INSURED: N_("ボランティア保険に入ってからが対象です。センターにご相談ください"),
}


@dataclass(frozen=True, slots=True)
class Unmet:
    """What a person lacks, or must not have. What must not be had is not named: it may be private."""

    obstacle: Obstacle
    name: str = ""

    @property
    def wording(self) -> Wording:
        """What can be done about it."""
        facts = {"name": self.name} if "%(name)s" in TEXTS[self.obstacle] else {}
        return say(TEXTS[self.obstacle], **facts)


def unmet(
    person: PersonFacts, version: RuleVersion, checkpoint: Checkpoint, day: date
) -> Unmet | None:
    """The first thing asked at a checkpoint that a person does not meet on a day, or None."""
    for one in version.asked_at(checkpoint):
        if not _is_met(person, one, day):
            name = "" if one.need is Need.EXCLUDED else one.name
            return Unmet(OBSTACLES[one.need], name)
    must_cover = checkpoint is Checkpoint.AWARD and version.insurance.must_cover
    return Unmet(Obstacle.NOT_INSURED) if must_cover and not person.is_insured else None


def _is_met(person: PersonFacts, one: Requirement, day: date) -> bool:
    has_it = holds(person, one.code, day, one.valid_months)
    return not has_it if one.need is Need.EXCLUDED else has_it


def asks_for_records(version: RuleVersion) -> bool:
    """Whether the desk's records of a person matter at all; else they need not be read."""
    conditions = (version.may_collect, version.may_exchange)
    by_records = any(one.group_members or one.exclude_high_school for one in conditions)
    return bool(version.requirements) or version.insurance.must_cover or by_records
