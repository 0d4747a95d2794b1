"""Rows of profiles for the walks: what two people said about themselves, and whom they are kept from."""

from collections.abc import Callable
from datetime import date

from matching.suggestions.stopping import stop_token
from tests.cast import Cast
from tests.factories.profiles import make_day_off, make_pair, make_search, make_skill
from volunteer.core.db import write_turn


def keep_profiles(keep: Callable[..., None], cast: Cast) -> None:
    """What both said about themselves, and whom neither is brought together with."""
    people = (cast.hanako, cast.student)
    with write_turn():
        keep("skill_id", *(make_skill(name).id for name in ("大工", "料理")))
        keep("exception_id", *(make_day_off(one, date(2026, 12, 29)).id for one in people))
        pairs = [make_pair(one, cast.household.party_id, cast.coordinator) for one in people]
        keep("profiles_desk.end_pair.pair_id", *(one.id for one in pairs))
        keep("search_id", *(make_search(one).id for one in people))
        keep("suggestions.stop.token", *(stop_token(one.party_id) for one in people))
