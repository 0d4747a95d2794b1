"""Reports of matching at the desk: seats and how soon they fill, who is never or often asked, what is lacking."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request

from matching.categories.queries import category_names, qualification_kinds
from matching.categories.states import PRIORITY_LABELS
from matching.engine.asked import Asking, Often, asked_too_often
from matching.profiles.as_engine import origin_of
from matching.profiles.queries import skills
from matching.reports import queries, wording
from matching.reports.rules import (
    ASKED_DAYS,
    POLICY,
    PRIOR_ALL,
    PRIOR_YES,
    TOP_PERCENT,
    WINDOWS,
    Answers,
    Filling,
    Group,
    share_of_the_most_asked,
    sums_by,
    together,
)
from volunteer.areas.models import Area
from volunteer.areas.queries import areas
from volunteer.core import audit, clock
from volunteer.core.export import csv_headers, csv_lines
from volunteer.core.forms import page
from volunteer.core.i18n import _, _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.names.queries import people_by_id
from volunteer.names.reading import names_of

blueprint = Blueprint("reports_desk", __name__, url_prefix="/desk/match/reports")

TEMPLATES = "matching/reports"
ON_PAGE = 50
ANSWER_DAYS = 91
WINDOW_WORDS = {28: _l("4週間"), 91: _l("3か月"), 365: _l("1年")}


@blueprint.get("")
@allow(Role.COORDINATOR, Role.AUDITOR)
def filling() -> Any:
    """How many seats were filled, and how soon, by category and by district."""
    days = _days()
    groups = queries.fillings(days)
    return page(
        f"{TEMPLATES}/filling.html",
        days=days,
        windows=WINDOW_WORDS,
        whole=together(groups),
        by_category=_named(sums_by(groups, lambda one: one.category), category_names()),
        by_area=_named(sums_by(groups, lambda one: one.area_id), _area_names(areas())),
        by_priority=_named(sums_by(groups, lambda one: one.priority), PRIORITY_LABELS),
    )


def _days() -> int:
    chosen = request.args.get("days", WINDOWS[1], int)
    return chosen if chosen in WINDOWS else WINDOWS[1]


def _area_names(found: list[Area]) -> dict[Any, str]:
    return {one.id: one.name for one in found}


def _named(sums: dict[Any, Filling], names: Mapping[Any, str]) -> list[tuple[str, Filling]]:
    """In the center's order."""
    order = {key: place for place, key in enumerate(names)}
    keys = sorted(sums, key=lambda key: order.get(key, len(order)))
    return [(names.get(key, str(key)), sums[key]) for key in keys]


@blueprint.get("/file")
@allow(Role.COORDINATOR, Role.AUDITOR)
def filling_file() -> Response:
    """The same by category and district together, for a spreadsheet. Sums only, nobody is in it."""
    days = _days()
    header = [
        str(one)
        for one in (
            _("活動の種類"),
            _("地区"),
            _("活動（件）"),
            _("全員そろった活動（件）"),
            _("席"),
            _("うまった席"),
            _("うまった割合（％）"),
            _("うまるまでの日数（中央の値）"),
        )
    ]
    name = _("席のうまり方_%(days)s日間_%(day)s.csv", days=days, day=clock.today().isoformat())
    return Response(
        csv_lines(header, _lines(queries.fillings(days))), headers=csv_headers(str(name))
    )


def _lines(groups: list[Group]) -> list[list[Any]]:
    kinds, districts = category_names(), _area_names(areas())
    sums = sums_by(groups, lambda one: (one.category, one.area_id))
    return [
        [
            kinds.get(category, category),
            districts.get(area_id, ""),
            one.shifts,
            one.full,
            one.seats,
            one.taken,
            one.percent,
            one.days,
        ]
        for (category, area_id), one in sorted(sums.items())
    ]


@blueprint.get("/asked")
@allow(Role.COORDINATOR, Role.AUDITOR)
def asked() -> Any:
    """How asking is spread: whom many asked lately, and how many in each district nobody ever asked."""
    since = clock.now() - timedelta(days=ASKED_DAYS)
    counts, people = queries.people_by_asks(since), queries.registered()
    often = _often(since)
    number = max(1, request.args.get("page", 1, int))
    shown = often[(number - 1) * ON_PAGE : number * ON_PAGE]
    found = people_by_id([one.volunteer for one in shown])
    names = names_of(viewer())
    audit.record_views(names.read(found.values()), names.look("asked_often"))
    never = queries.never_asked_by_area()
    return page(
        f"{TEMPLATES}/asked.html",
        names=names,
        often=[(found[one.volunteer], one) for one in shown if one.volunteer in found],
        often_count=len(often),
        number=number,
        pages=max(1, -(-len(often) // ON_PAGE)),
        most=POLICY.notices_a_week,
        days=ASKED_DAYS,
        asks=sum(asks * heads for asks, heads in counts.items()),
        asked=sum(counts.values()),
        people=people,
        share=_share(counts, people),
        never=sum(never.values()),
        districts=[(one, never.get(one.id, 0)) for one in areas()],
        without_district=never.get(None, 0),
    )


def _share(counts: dict[int, int], people: int) -> int | None:
    """Nothing is said while no more than a tenth were asked: all asks went to these, that is no finding."""
    is_many = sum(counts.values()) * 100 > people * TOP_PERCENT
    return share_of_the_most_asked(counts, people) if is_many else None


def _often(since: Any) -> list[Often]:
    """Who was asked more often in some seven days than a wave would."""
    most = POLICY.notices_a_week
    rows = queries.asks_of_many(since, most)
    asks = (Asking(person, clock.activity_date(at).toordinal()) for person, at in rows)
    return asked_too_often(asks, most)


@blueprint.get("/never-asked")
@allow(Role.COORDINATOR, Role.AUDITOR)
def never_asked() -> Any:
    """Who has been registered for weeks and was never asked; of one district, or of all."""
    number = max(1, request.args.get("page", 1, int))
    by_area, districts = queries.never_asked_by_area(), areas()
    chosen = next((one for one in districts if one.id == request.args.get("area", 0, int)), None)
    rows = queries.never_asked(chosen.id if chosen else None, number, ON_PAGE)
    count = by_area.get(chosen.id, 0) if chosen else sum(by_area.values())
    names = names_of(viewer())
    audit.record_views(names.read(one.person for one in rows), names.look("never_asked"))
    return page(
        f"{TEMPLATES}/never_asked.html",
        names=names,
        rows=rows,
        count=count,
        number=number,
        pages=max(1, -(-count // ON_PAGE)),
        choices=[("", _("ぜんぶの地区")), *((one.id, one.name) for one in districts)],
        chosen=chosen.id if chosen else "",
        may_open=Role.COORDINATOR in viewer().roles,
    )


@blueprint.get("/lacking")
@allow(Role.COORDINATOR, Role.AUDITOR)
def lacking() -> Any:
    """Hours and trainings that are scarce, as the newest plan of usual days says; what one more person would change."""
    found = queries.shortage()
    context: dict[str, Any] = {"hours": [], "wants": []}
    if found.run is not None and found.run.figures is not None:
        lacks, run = found.run.figures["lacks"], found.run
        named = {str(one.id): one.name for one in skills(with_inactive=True)}
        context = {
            "is_priced": wording.is_priced(lacks),
            "hours": wording.hours(lacks, origin_of(run.from_on)),
            "wants": wording.wants(lacks, qualification_kinds(), named),
        }
    return page(
        f"{TEMPLATES}/lacking.html",
        run=found.run,
        is_older=found.is_older,
        may_plan=Role.COORDINATOR in viewer().roles,
        **context,
    )


@blueprint.get("/answers")
@allow(Role.COORDINATOR, Role.AUDITOR)
def answers() -> Any:
    """What became of asking in each category, and how a chance of a yes is reckoned."""
    since = clock.now() - timedelta(days=ANSWER_DAYS)
    return page(
        f"{TEMPLATES}/answers.html",
        rows=_by_name(queries.answers_since(since)),
        days=ANSWER_DAYS,
        **_formula(),
    )


def _by_name(rows: list[Answers]) -> list[tuple[str, Answers]]:
    names = category_names()
    order = {code: place for place, code in enumerate(names)}
    found = sorted(rows, key=lambda one: (order.get(one.category, len(order)), one.category))
    return [(names.get(one.category, one.category), one) for one in found]


def _formula() -> dict[str, Any]:
    return {
        "prior_yes": PRIOR_YES,
        "prior_all": PRIOR_ALL,
        "unknown": Answers("", 0, 0).percent,
    }
