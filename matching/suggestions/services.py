"""The verbs of a saved search, and the digest of what is new."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, update

from matching.help_requests.models import Shift
from matching.profiles.states import WishKind
from matching.suggestions import notices, queries
from matching.suggestions.models import SavedSearch
from matching.suggestions.rules import Fresh, Reader, fits
from points.programmes.eligibility import age_on
from volunteer.core import clock
from volunteer.core.db import db, guarded_update, hold
from volunteer.core.errors import NotFound, Refused
from volunteer.core.i18n import _l

SEARCHES_MAX = 5


def save_search(person_id: int, wanted: Mapping[str, Any]) -> SavedSearch:
    """The person hears of new requests like this from now on; the same twice stands once.

    Raises `Refused` (too_many_searches).
    """
    hold(f"searches:{person_id}")
    row = SavedSearch
    live = (row.person_id == person_id, row.ended_at.is_(None))
    same: SavedSearch | None = (
        db.session.execute(db.select(row).where(*live).filter_by(**wanted)).scalars().first()
    )
    if same is not None:
        return same
    counting = db.select(func.count()).select_from(row).where(*live)
    if db.session.execute(counting).scalar_one() >= SEARCHES_MAX:
        raise Refused(
            _l(
                "お知らせは%(n)sつまでです。いらないものを止めてから、もう一度入れてください。",
                n=SEARCHES_MAX,
            ),
            code="too_many_searches",
        )
    moment = clock.now()
    made = row(person_id=person_id, told_until=moment, made_at=moment, **wanted)
    db.session.add(made)
    db.session.flush()
    return made


def end_search(person_id: int, search_id: int) -> None:
    """The person hears no more of it. Ended already is as good; a foreign one is not found."""
    owner = db.session.execute(
        db.select(SavedSearch.person_id).where(SavedSearch.id == search_id)
    ).scalar()
    if owner != person_id:
        raise NotFound(_l("その記録は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    _end(SavedSearch.id == search_id)


def end_searches(person_id: int) -> None:
    """The person hears of nothing any more: the button of the mail."""
    _end(SavedSearch.person_id == person_id)


def _end(condition: Any) -> None:
    guarded_update(
        update(SavedSearch)
        .where(condition, SavedSearch.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def fresh_shifts(since: datetime, most: int) -> list[Fresh]:
    """What was published after `since`, as it is told."""
    return [_fresh(one) for one in queries.published_since(since, most)]


def _fresh(shift: Shift) -> Fresh:
    request, local = shift.help_request, clock.to_tokyo(shift.starts_at)
    return Fresh(
        category_code=request.category_code,
        area_id=request.area_id,
        weekday=local.weekday(),
        minute=local.hour * 60 + local.minute,
        published_at=request.published_at,
        words=notices.words_of(shift),
        shift_id=shift.id,
        age_min=request.age_min,
    )


def tell_news(person_ids: Iterable[int], fresh: list[Fresh], moment: datetime) -> int:
    """Each of these people gets at most one message a day with what is new for them; how many got one."""
    return sum(_tell(person_id, fresh, moment) for person_id in person_ids)


def _tell(person_id: int, fresh: list[Fresh], moment: datetime) -> bool:
    searches = queries.searches_of(person_id)
    hits = [(one, search) for one in fresh for search in searches if _is_news(one, search)]
    reader = _reader(person_id) if hits else None
    wanted = [one for one, by in hits if reader and reader.wants(one, by.category_code)]
    found = list({one.shift_id: one for one in wanted}.values())
    is_told = bool(found) and notices.tell_news(person_id, found, clock.today())
    if is_told or not found:  # what could not be told today is news tomorrow
        guarded_update(
            update(SavedSearch)
            .where(SavedSearch.person_id == person_id, SavedSearch.ended_at.is_(None))
            .values(told_until=moment)
        )
    return is_told


def _reader(person_id: int) -> Reader | None:
    known = queries.reader(person_id)
    if known is None:
        return None
    places = queries.places_of(person_id)
    return Reader(
        engaged=frozenset(one.shift_id for one in places if queries.is_engaged(one)),
        refuses=frozenset(known.said.of_kind(WishKind.NEVER)),
        age=age_on(known.person.birth_on, clock.today()),
    )


def _is_news(fresh: Fresh, search: SavedSearch) -> bool:
    since, span = search.told_until, (search.from_minute, search.until_minute)
    if fresh.published_at is None or fresh.published_at <= since:
        return False
    return fits(fresh, search.category_code, search.area_id, search.weekdays, span)


def forget(person_id: int) -> None:
    """Everything the person wanted to hear of is gone."""
    guarded_update(delete(SavedSearch).where(SavedSearch.person_id == person_id))
