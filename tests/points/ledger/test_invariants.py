"""Each invariant has checks by its name, and each check is found out by damage."""

from points.ledger.invariants import INVARIANTS, in_words, invariant_of
from tests.points.ledger.damage import DAMAGE, SAME_RULE


def test_every_invariant_has_damage_that_is_found() -> None:
    named = {invariant_of(rule) for rule in DAMAGE} - {""}
    of_money = {
        invariant_of(one) for one in ("cash_out_hold", "cash_out_same_actor", "batch_total")
    }
    assert named | of_money == set(INVARIANTS) == {f"I{number}" for number in range(1, 17)}
    assert [rule for rule in DAMAGE if not in_words(rule)] == []


def test_the_catalogue_has_thirty_kinds_of_damage_and_more() -> None:
    assert len({**DAMAGE, **SAME_RULE}) >= 30
