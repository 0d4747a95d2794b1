"""What is stored about a person's wishes and free times, and how it goes.

No-go pairs are not told: they are notes of staff about two, and neither side may learn of them (docs/profiles.md).
"""

from sqlalchemy import delete, update

from matching.categories.queries import category_names
from matching.profiles import models as m
from matching.profiles import queries, wording
from volunteer.core import clock
from volunteer.core.db import guarded_update
from volunteer.core.hooks import OwnRecords
from volunteer.core.i18n import _l, show

OF_A_PERSON = (
    m.Wish,
    m.PersonSkill,
    m.PersonLanguage,
    m.PersonTrait,
    m.AvailabilityWindow,
    m.AvailabilityException,
    m.Profile,
)


def own_data(person_id: int) -> list[OwnRecords]:
    """Everything the person said, as it stands on the overview."""
    known = queries.known(person_id)
    if known is None:
        return []
    said = known.said
    skills = {one.id: one.name for one in queries.skills(with_inactive=True)}
    parts = [
        (_l("空いている曜日と時間"), wording.week_lines(said.windows)),
        (_l("いつもとちがう日"), [wording.day_off_words(one) for one in said.days_off]),
        (_l("したい活動"), wording.wish_lines(said, category_names())),
        (_l("地区と行き方"), wording.travel_lines(said, "")),
        (_l("得意なこと・ことば"), wording.ability_lines(said, skills)),
        (_l("1週間にどのくらい"), wording.limit_lines(said)),
        (_l("また始める日"), [show("date_plain", said.paused_until)] if said.paused_until else []),
    ]
    row = [(label, "\n".join(str(one) for one in lines)) for label, lines in parts if lines]
    return [OwnRecords("profile", _l("希望と空き時間"), [list(row)] if row else [])]


def erase_person(person_id: int) -> None:
    """What was said goes; that two were kept apart stays without its reason, and ends."""
    for model in OF_A_PERSON:
        guarded_update(delete(model).where(model.person_id == person_id))
    pair = m.NoGoPair
    mine = (pair.person_id == person_id) | (pair.other_party_id == person_id)
    guarded_update(update(pair).where(mine).values(reason_sealed=""))
    guarded_update(update(pair).where(mine, pair.ended_at.is_(None)).values(ended_at=clock.now()))
