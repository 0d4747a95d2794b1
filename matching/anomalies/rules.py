"""What differs from what is usual: facts of some weeks in, findings out. Pure; nothing here judges anybody.

Each rule compares with the town itself and needs a pattern over several days: once is chance, or help among
neighbors. Moments come on the wall clock of Tokyo. The reasons of the limits stand beside them and in
docs/anomalies.md. An attendance that a finding was about before (`seen`) counts in no further finding of the same
kind about the same subject.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt

from matching.anomalies.states import AnomalyKind

DEVICE_HOMES = 3
"""A couple or a neighbor without a phone makes two homes on one device; three at one activity is more than that."""
DEVICE_DAYS = 3
"""Once is a flat battery, twice is chance; on three days it is how things are done."""

HAND_ENTRIES = 20
"""Below twenty entries a share says nothing."""
HAND_SHARE = 0.5
HAND_SIGMAS = 4.0
"""More than four standard deviations above the share of the town: by chance less than once in 30,000."""

CAP_TIMES = 4
CAP_SHARE = 0.5
"""Corrected times are whole five minutes: hitting the cap exactly happens to about one in twenty. Four times and
half of a person's corrections is a pattern. Planned hours that fill the cap are no correction and do not count."""

NIGHT_FROM, NIGHT_TO = 0, 5
"""Hours of Tokyo in which nobody keeps lists. Before midnight many do."""
NIGHT_AROUND = timedelta(hours=2)
"""Entries this close to the activity itself are part of it: night shelters, snow before dawn."""
NIGHT_ENTRIES, NIGHT_NIGHTS = 5, 3
"""One long night after a festival is ordinary; three nights are a habit."""

PAIR_TIMES = 10
PAIR_SHARE = 0.8
PAIR_FACTOR = 2
"""Twice what 95 of 100 pairs of the town reach, at least ten times, and nearly all that the person has there."""
OTHERS_SHARE = 0.34
"""... while at most a third of the others at the same activities rest on that word: the list is not the habit there."""

OVERLAP = timedelta(minutes=30)
OVERLAP_TIMES = 2
"""Going from one place to the next takes a while and clocks differ; once is a slip of the check-out."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Something about an attendance that a person entered by hand: arrival by name, paper row, word, correction."""

    user_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """One attendance as the rules see it. `home`: who lives together; `device`: of a check-in by oneself only."""

    attendance_id: int
    shift_id: int
    person_id: int
    home: str
    organization_id: int | None
    place: str
    starts_at: datetime
    ends_at: datetime
    came_at: datetime
    left_at: datetime | None
    device: str = ""
    is_by_hand: bool = False
    is_of_group: bool = False
    """Named as one of a group whose heads were counted: neither by hand nor otherwise, as far as shares go."""
    is_auto_closed: bool = False
    is_corrected: bool = False
    fills_cap: bool = False
    """The points end exactly at the daily cap, nothing is cut off."""
    hands: tuple[Hand, ...] = ()

    @property
    def day(self) -> str:
        """The day of the activity in Tokyo."""
        return self.starts_at.date().isoformat()


@dataclass(frozen=True, slots=True)
class Noticed:
    """One finding: about whom, in figures, and the attendances."""

    kind: AnomalyKind
    subject: str
    figures: Mapping[str, int]
    attendance_ids: tuple[int, ...]
    person_id: int | None = None
    organization_id: int | None = None
    user_id: int | None = None

    @property
    def key(self) -> str:
        """The same finding has the same key for ever."""
        return f"{self.kind.value}:{self.subject}:{min(self.attendance_ids)}"


Seen = Mapping[tuple[str, str], frozenset[int]]
"""By (kind, subject): attendances an earlier finding was about."""


def notice(facts: Sequence[Fact], seen: Seen | None = None) -> list[Noticed]:
    """All findings of a period, in a fixed order."""
    before = seen or {}
    found = [
        *_shared_devices(facts, before),
        *_by_hand(facts, before),
        *_exact_caps(facts, before),
        *_at_night(facts, before),
        *_same_pairs(facts, before),
        *_two_places(facts, before),
    ]
    return sorted(found, key=lambda one: one.key)


def _fresh(facts: Iterable[Fact], seen: Seen, kind: AnomalyKind, subject: str) -> list[Fact]:
    known = seen.get((kind.value, subject), frozenset())
    return [one for one in facts if one.attendance_id not in known]


def _ids(facts: Iterable[Fact]) -> tuple[int, ...]:
    return tuple(sorted({one.attendance_id for one in facts}))


def minutes_planned(starts_at: datetime, ends_at: datetime) -> int:
    """From planned start to planned end."""
    return int((ends_at - starts_at).total_seconds() // 60)


def percentile(values: Iterable[int], percent: int) -> int:
    """The smallest value that so many of a hundred do not exceed; 0 of nothing."""
    ordered = sorted(values)
    if not ordered:
        return 0
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def percent_of(part: int, whole: int) -> int:
    """Rounded to whole percent; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def _shared_devices(facts: Sequence[Fact], seen: Seen) -> Iterator[Noticed]:
    """Several homes checked in at one activity from one phone, on several days. Kiosks are no such device."""
    kind = AnomalyKind.SHARED_DEVICE
    by_device: dict[str, list[Fact]] = defaultdict(list)
    for one in facts:
        if one.device:
            by_device[one.device].append(one)
    usual = percentile((len({one.home for one in own}) for own in by_device.values()), 95)
    for device, own in by_device.items():
        subject = f"device:{device[:16]}"
        by_shift: dict[int, list[Fact]] = defaultdict(list)
        for one in _fresh(own, seen, kind, subject):
            by_shift[one.shift_id].append(one)
        many = [
            fact
            for group in by_shift.values()
            if len({one.home for one in group}) >= DEVICE_HOMES
            for fact in group
        ]
        days = {one.day for one in many}
        if len(days) >= DEVICE_DAYS:
            figures = {
                "people": len({one.person_id for one in many}),
                "homes": len({one.home for one in many}),
                "days": len(days),
                "usual": usual,
            }
            yield Noticed(kind, subject, figures, _ids(many))


def _by_hand(facts: Sequence[Fact], seen: Seen) -> Iterator[Noticed]:
    """An organization with far more entries by hand than the others."""
    kind = AnomalyKind.BY_HAND
    hosts: dict[int, list[Fact]] = defaultdict(list)
    for one in facts:
        if one.organization_id is not None and not one.is_of_group:
            hosts[one.organization_id].append(one)
    total, total_hand = _hand_counts(one for own in hosts.values() for one in own)
    for host, own in hosts.items():
        subject = f"organization:{host}"
        fresh = _fresh(own, seen, kind, subject)
        count, hand = _hand_counts(fresh)
        all_here, hand_here = _hand_counts(own)
        usual = _usual(total_hand - hand_here, total - all_here)
        if hand < HAND_ENTRIES or hand < HAND_SHARE * count:
            continue
        if hand - count * usual < HAND_SIGMAS * sqrt(count * usual * (1 - usual)):
            continue
        figures = {
            "times": hand,
            "of": count,
            "percent": percent_of(hand, count),
            "usual": round(100 * usual),
        }
        chosen = [one for one in fresh if one.is_by_hand]
        yield Noticed(kind, subject, figures, _ids(chosen), organization_id=host)


def _usual(part: int, whole: int) -> float:
    """The share of everybody else, never so small that one entry would stand out."""
    return min(0.95, max(0.05, part / whole)) if whole else 0.5


def _hand_counts(facts: Iterable[Fact]) -> tuple[int, int]:
    count = hand = 0
    for one in facts:
        count += 1
        hand += one.is_by_hand
    return count, hand


def _exact_caps(facts: Sequence[Fact], seen: Seen) -> Iterator[Noticed]:
    """Corrected times of one person that end at the daily cap to the point, again and again."""
    kind = AnomalyKind.EXACT_CAP
    corrected: dict[int, list[Fact]] = defaultdict(list)
    for one in facts:
        if one.is_corrected:
            corrected[one.person_id].append(one)
    rows = [one for own in corrected.values() for one in own]
    usual = percent_of(sum(one.fills_cap for one in rows), len(rows))
    for person_id, own in corrected.items():
        subject = f"person:{person_id}"
        fresh = _fresh(own, seen, kind, subject)
        exact = [one for one in fresh if one.fills_cap]
        if len(exact) >= CAP_TIMES and len(exact) >= CAP_SHARE * len(fresh):
            figures = {"times": len(exact), "of": len(fresh), "usual": usual}
            yield Noticed(kind, subject, figures, _ids(exact), person_id=person_id)


def is_at_night(fact: Fact, at: datetime) -> bool:
    """Whether something was entered at an hour at which nobody keeps lists, away from the activity itself."""
    near = fact.starts_at - NIGHT_AROUND <= at <= fact.ends_at + NIGHT_AROUND
    return NIGHT_FROM <= at.hour < NIGHT_TO and not near


def _at_night(facts: Sequence[Fact], seen: Seen) -> Iterator[Noticed]:
    """Somebody enters records in the middle of the night, on several nights."""
    kind = AnomalyKind.AT_NIGHT
    entries: dict[int, list[tuple[Fact, Hand]]] = defaultdict(list)
    for one in facts:
        for hand in one.hands:
            entries[hand.user_id].append((one, hand))
    at_night = sum(is_at_night(one, hand.at) for own in entries.values() for one, hand in own)
    usual = percent_of(at_night, sum(len(own) for own in entries.values()))
    for user_id, own in entries.items():
        subject = f"user:{user_id}"
        fresh = {
            one.attendance_id for one in _fresh((fact for fact, _ in own), seen, kind, subject)
        }
        late = [
            (fact, hand)
            for fact, hand in own
            if fact.attendance_id in fresh and is_at_night(fact, hand.at)
        ]
        nights = {hand.at.date() for _fact, hand in late}
        rows = {fact.attendance_id for fact, _hand in late}
        if len(rows) >= NIGHT_ENTRIES and len(nights) >= NIGHT_NIGHTS:
            figures = {"times": len(rows), "days": len(nights), "of": len(fresh), "usual": usual}
            yield Noticed(kind, subject, figures, tuple(sorted(rows)), user_id=user_id)


def _same_pairs(facts: Sequence[Fact], seen: Seen) -> Iterator[Noticed]:
    """Nearly all of one person's attendances rest on the word of one other, which at the same place is unusual."""
    kind = AnomalyKind.SAME_PAIR
    pairs: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    by_shift: dict[int, list[Fact]] = defaultdict(list)
    by_person: dict[int, list[Fact]] = defaultdict(list)
    for one in facts:
        by_shift[one.shift_id].append(one)
        by_person[one.person_id].append(one)
        for user_id in {hand.user_id for hand in one.hands}:
            pairs[user_id, one.person_id].append(one)
    usual = percentile((len(own) for own in pairs.values()), 95)
    for (user_id, person_id), own in pairs.items():
        subject = f"pair:{user_id}-{person_id}"
        fresh = _fresh(own, seen, kind, subject)
        every = _fresh(by_person[person_id], seen, kind, subject)
        if len(fresh) < max(PAIR_TIMES, PAIR_FACTOR * usual) or len(fresh) < PAIR_SHARE * len(
            every
        ):
            continue
        others = [
            other
            for shift_id in {one.shift_id for one in fresh}
            for other in by_shift[shift_id]
            if other.person_id != person_id
        ]
        by_same = sum(any(hand.user_id == user_id for hand in one.hands) for one in others)
        if others and by_same <= OTHERS_SHARE * len(others):
            figures = {
                "times": len(fresh),
                "of": len(every),
                "others": percent_of(by_same, len(others)),
                "usual": usual,
            }
            yield Noticed(kind, subject, figures, _ids(fresh), person_id=person_id, user_id=user_id)


def _two_places(facts: Sequence[Fact], seen: Seen) -> Iterator[Noticed]:
    """Somebody is recorded at two places at the same time, more than once."""
    kind = AnomalyKind.TWO_PLACES
    by_person: dict[int, list[Fact]] = defaultdict(list)
    for one in facts:
        if one.left_at is not None and not one.is_auto_closed:
            by_person[one.person_id].append(one)
    for person_id, own in by_person.items():
        subject = f"person:{person_id}"
        ordered = sorted(_fresh(own, seen, kind, subject), key=lambda one: one.came_at)
        both = [pair for pair in pairwise(ordered) if _overlap(*pair)]
        if len(both) >= OVERLAP_TIMES:
            rows = [one for pair in both for one in pair]
            yield Noticed(kind, subject, {"times": len(both)}, _ids(rows), person_id=person_id)


def _overlap(first: Fact, second: Fact) -> bool:
    assert first.left_at is not None
    elsewhere = first.place != second.place
    return elsewhere and first.left_at - second.came_at > OVERLAP
