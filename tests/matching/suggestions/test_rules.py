"""In which order shifts suit, and what speaks for them."""

from dataclasses import replace

from matching.engine.model import Mode, Period, Place, Policy, Rule, Season, Shift, Volunteer
from matching.suggestions.rules import (
    Fresh,
    Judged,
    Look,
    Why,
    fits,
    fullness_cost,
    in_order,
    judge,
    travels_by,
)

HOME = Place(0, 0)
PERSON = Volunteer(1, HOME, Mode.WALK, insured_last_day=100, windows=(Period(540, 720),))
SHIFT = Shift(7, "snow", 540, 660, Place(400, 0), client=3)
LOOK = Look(SHIFT, seats=4, taken=0)


def judged(person: Volunteer = PERSON, look: Look = LOOK) -> Judged:
    """With the usual policy."""
    return judge(person, look, Policy())


def test_a_request_that_has_found_people_steps_back() -> None:
    costs = [fullness_cost(replace(LOOK, taken=taken)) for taken in range(4)]
    assert costs == sorted(costs)
    assert costs[0] == 0
    assert costs[1] > 0
    empty, begun = judged(), judged(look=Look(replace(SHIFT, id=8), seats=4, taken=1))
    assert in_order([begun, empty]) == [empty, begun]


def test_what_is_wanted_known_and_near_stands_first() -> None:
    plain = judged()
    better = (
        replace(PERSON, wants=frozenset({"snow"})),
        replace(PERSON, times_in={"snow": 4}),
        replace(PERSON, times_with={3: 1}),
        replace(PERSON, place=SHIFT.place),
    )
    assert all(judged(one).cost < plain.cost for one in better)
    assert judged(replace(PERSON, avoids=frozenset({"snow"}))).cost > plain.cost


def test_the_reasons_are_what_is_so() -> None:
    person = replace(PERSON, wants=frozenset({"snow"}), times_in={"snow": 4}, times_with={3: 2})
    found = judged(person)
    assert found.why == tuple(Why)
    assert (found.way_metres, found.times_done, found.times_there) == (400, 4, 2)
    assert judged(Volunteer(1, insured_last_day=9), replace(LOOK, taken=1)).why == ()


def test_free_times_decide_what_suits() -> None:
    assert judged().against == ()
    assert judged(replace(PERSON, windows=(Period(600, 720),))).against == (Rule.AVAILABILITY,)
    assert judged(replace(PERSON, busy=(Period(650, 700),))).against == (Rule.AVAILABILITY,)
    assert judged(replace(PERSON, windows=None)).against == ()


def test_what_is_for_the_center_alone_cannot_be_told_apart() -> None:
    wished = judged(look=replace(LOOK, shift=replace(SHIFT, traits=frozenset({"woman"}))))
    apart = judged(look=replace(LOOK, is_apart=True))
    kept = judge(PERSON, LOOK, Policy(), frozenset({(1, 3)}))
    assert [one.is_by_center for one in (wished, apart, kept, judged())] == [
        True,
        True,
        True,
        False,
    ]


def test_nobody_cycles_in_the_snow() -> None:
    assert travels_by(Mode.BICYCLE, Season.WINTER) is Mode.BUS
    assert travels_by(Mode.BICYCLE, Season.SUMMER) is Mode.BICYCLE


def test_a_search_hears_of_what_it_names_and_of_anything_it_leaves_open() -> None:
    fresh = Fresh("snow", 2, weekday=5, minute=600)
    day = (0, 1440)
    assert fits(fresh, None, None, 0, day)
    assert fits(fresh, "snow", 2, 1 << 5 | 1, (600, 601))
    assert not fits(fresh, "meals", None, 0, day)
    assert not fits(fresh, None, 3, 0, day)
    assert not fits(fresh, None, None, 1 << 4, day)
    assert not fits(fresh, None, None, 0, (0, 600))
