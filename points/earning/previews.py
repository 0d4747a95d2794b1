"""What many activities would bring one person, read in a few statements for a whole page of cards."""

from datetime import date

from points.earning.deciding import Choice, choice_of, decide
from points.earning.facts import ActivityFacts
from points.earning.rules import AwardReason, Preview
from points.ledger.caps import Period, caps_used
from points.ledger.postings import Pots
from points.programmes.calendar import expires_on
from points.programmes.queries import Applying, applying
from points.programmes.requirements import asks_for_records


def previews(person_id: int, every: dict[int, ActivityFacts]) -> dict[int, Preview]:
    """By the caller's own keys: points, what is left of the caps, the last valid day. Nothing is written.

    Activities whose day is judged by rules that hold on the first and the last day alike; the others, and those of
    rules that ask for more of a person from day to day, are left out and shown one by one on their own pages.
    """
    enrolled = _for_all_days(person_id, [one.activity_on for one in every.values()])
    choices = {key: _choice(facts, enrolled) for key, facts in every.items()}
    used = _used([one for one in choices.values() if one is not None])
    found = {}
    for key, choice in choices.items():
        if choice is None or choice.applying.version.names_hosts(every[key].category_code):
            continue
        found[key] = _preview(every[key], choice, used[choice.pots])
    return found


def _for_all_days(person_id: int, days: list[date]) -> list[Applying]:
    if not days:
        return []
    first, last = applying(person_id, min(days)), applying(person_id, max(days))
    same = {(one.programme_id, one.rule_version_id) for one in first}
    if same != {(one.programme_id, one.rule_version_id) for one in last}:
        return []
    if any(one.version.classes or asks_for_records(one.version) for one in first):
        return []
    return first


def _choice(facts: ActivityFacts, enrolled: list[Applying]) -> Choice | None:
    listing = [one for one in enrolled if one.version.lists(facts.category_code)]
    return choice_of(listing[0], facts) if listing else None


def _used(choices: list[Choice]) -> dict[Pots, dict[Period, int]]:
    periods: dict[Pots, list[Period]] = {}
    for one in choices:
        known = periods.setdefault(one.pots, [])
        known += [period for period in one.periods if period not in known]
    return {pots: caps_used(pots, some) for pots, some in periods.items()}


def _preview(facts: ActivityFacts, choice: Choice, used: dict[Period, int]) -> Preview:
    decision = decide(facts, choice, used)
    rules = choice.applying
    return Preview(
        points=decision.points,
        reason=AwardReason(decision.reason),
        day_left=decision.day_left,
        year_left=decision.year_left,
        expires_on=expires_on(facts.activity_on, rules.version, rules.person.enrolled_on),
        lacks=decision.lacks,
    )
