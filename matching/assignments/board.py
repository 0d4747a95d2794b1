"""The public board: what help is wanted, for everybody; with the place's secrets only for those who may see them."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for

from matching.assignments import queries
from matching.assignments.preview import own_preview, own_previews
from matching.assignments.reasons import TEXTS
from matching.assignments.rules import obstacles
from matching.assignments.states import HOLDS_SEAT, ParticipationState
from matching.categories.queries import rule_versions_from
from matching.help_requests.models import Shift
from matching.help_requests.queries import (
    BOARD_PAGE,
    BoardFilter,
    areas,
    categories,
    open_counts_by_area,
    open_shifts,
    shift_with_request,
)
from matching.help_requests.rules import place_is_open, place_opens_on
from matching.help_requests.states import HelpRequestState, ShiftState
from matching.help_requests.worth import Worth, worth_of
from points.earning.rules import Preview
from volunteer.areas.models import Area
from volunteer.areas.schematic import district_map
from volunteer.core import clock
from volunteer.core.audit import record_view
from volunteer.core.errors import NotFound
from volunteer.core.forms import ButtonForm
from volunteer.core.i18n import _l
from volunteer.core.permissions import PUBLIC, Role, Viewer, allow, viewer
from volunteer.people.models import Person
from volunteer.users.states import PartyKind

blueprint = Blueprint("board", __name__, url_prefix="/board")

DAYS = {
    "": _l("いつでも"),
    "today": _l("今日"),
    "tomorrow": _l("明日"),
    "week": _l("これから7日間"),
    "month": _l("これから1か月"),
}


def day_bounds(choice: str, today: date) -> tuple[date | None, date | None]:
    """[from, before) of a choice of the filter; None means open."""
    return {
        "today": (today, today + timedelta(days=1)),
        "tomorrow": (today + timedelta(days=1), today + timedelta(days=2)),
        "week": (today, today + timedelta(days=7)),
        "month": (today, clock.add_months(today, 1)),
    }.get(choice, (None, None))


def worth_now(shift: Shift) -> Worth:
    """What a shift is worth, by the rules of its day."""
    return worth_of(shift, rule_versions_from(clock.today()))


@blueprint.get("")
@allow(PUBLIC)
def board() -> str:
    """Open shifts: where, when, what; a short form to narrow them down."""
    who = viewer()
    chosen = {name: request.args.get(name, "") for name in ("day", "area", "kind", "nocar")}
    from_day, before_day = day_bounds(chosen["day"], clock.today())
    wanted = BoardFilter(
        from_day=from_day,
        before_day=before_day,
        area_id=int(chosen["area"]) if chosen["area"].isdecimal() else None,
        category_code=chosen["kind"] or None,
        no_car=bool(chosen["nocar"]),
    )
    number = max(1, request.args.get("page", 1, int))
    shifts, counts = open_shifts(wanted, number), open_counts_by_area(wanted)
    count = sum(counts.values()) if wanted.area_id is None else counts.get(wanted.area_id, 0)
    versions = rule_versions_from(clock.today())
    all_areas = areas()
    return render_template(
        "matching/assignments/board.html",
        shifts=shifts,
        count=count,
        number=number,
        pages=max(1, -(-count // BOARD_PAGE)),
        chosen=chosen,
        days=list(DAYS.items()),
        **_map_of(all_areas, counts, chosen),
        categories=categories(),
        mine=queries.states_at(who.person_id, [shift.id for shift in shifts]),
        worth={shift.id: worth_of(shift, versions) for shift in shifts},
        previews=_previews(who, shifts),
        form=ButtonForm(),
        may_apply=who.person_id is not None and who.is_registered,
    )


def _previews(who: Viewer, shifts: list[Shift]) -> dict[int, Preview]:
    """What each shift would bring the reader; nothing for those who earn no points."""
    person = queries.person(who.person_id) if who.person_id and who.is_registered else None
    return own_previews(person, shifts) if person else {}


def _map_of(
    all_areas: list[Area], counts: dict[int, int], chosen: dict[str, str]
) -> dict[str, Any]:
    """The schematic map: each district leads to the same search there."""
    kept: dict[str, Any] = {
        name: value for name, value in chosen.items() if value and name != "area"
    }
    return {
        "areas": all_areas,
        "drawn": district_map(
            [area.name for area in all_areas],
            [(area.latitude, area.longitude) for area in all_areas],
            [counts.get(area.id, 0) for area in all_areas],
        ),
        "area_urls": {
            area.id: url_for("board.board", **{**kept, "area": area.id}, _anchor="hits")
            for area in all_areas
        },
    }


@blueprint.get("/<int:shift_id>")
@allow(PUBLIC)
def shift(shift_id: int) -> str:
    """One shift, with the button or the reason why there is none."""
    found = shift_with_request(shift_id)
    if found.state is ShiftState.PLANNED or found.help_request.state in _HIDDEN:
        raise NotFound(_l("その活動は見つかりませんでした。"))
    who = viewer()
    mine = queries.participation_at(who.person_id, shift_id) if who.person_id else None
    person = queries.person(who.person_id) if who.person_id else None
    place = exact_place(found, mine.state if mine else None, who)
    return render_template(
        "matching/assignments/shift.html",
        shift=found,
        mine=mine,
        exact=place,
        place_opens_at=place_opens_at(found),
        worth=worth_now(found),
        form=ButtonForm(),
        has_begun=found.starts_at <= clock.now(),
        is_household=found.help_request.requester.kind is PartyKind.HOUSEHOLD,
        **_ways(who, person, found, mine is not None and mine.state in HOLDS_SEAT),
    )


_HIDDEN = (HelpRequestState.DRAFT, HelpRequestState.SUBMITTED, HelpRequestState.SENT_BACK)


def _ways(who: Viewer, person: Person | None, found: Shift, has_seat: bool) -> dict[str, Any]:
    """What the reader can do about the shift, or why not."""
    reasons: list[Any] = []
    insured_until = None
    if person is not None:
        fitness = queries.fitness(person, found)
        insured_until = fitness.insured_until
        if not has_seat:
            found_obstacles = obstacles(fitness)
            # before the registration nothing else can be mended by the reader
            reasons = [TEXTS[one] for one in found_obstacles[: None if person.is_registered else 1]]
    return {
        "may_apply": person is not None and not who.is_staff and not reasons,
        "reasons": reasons,
        "is_applicant": person is not None and not person.is_registered,
        "insured_until": insured_until,
        "preview": own_preview(person, found) if person and person.is_registered else None,
        "overlap": queries.overlapping(person.party_id, found) if person and reasons else None,
    }


def place_opens_at(found: Shift) -> Any:
    """From when accepted people see the exact place."""
    return clock.from_tokyo(*place_opens_on(clock.activity_date(found.starts_at)))


def exact_place(found: Shift, state: ParticipationState | None, who: Viewer) -> str | None:
    """The exact place if the reader may see it now; staff's look at a household's address is logged."""
    help_request = found.help_request
    parties = (help_request.requester_party_id, help_request.host_party_id)
    if who.organization_id is not None and who.organization_id in parties:
        return help_request.exact_place
    if Role.COORDINATOR in who.roles:
        if help_request.requester.kind is PartyKind.HOUSEHOLD:
            record_view(help_request.requester_party_id, "exact_place")
        return help_request.exact_place
    is_shown = place_is_open(clock.now(), place_opens_at(found), found.ends_at)
    is_accepted = state is ParticipationState.ACCEPTED
    return help_request.exact_place if is_accepted and is_shown else None


def shift_url(shift_id: int, **values: Any) -> str:
    """The public address of a shift."""
    return url_for("board.shift", shift_id=shift_id, **values)
