"""The desk's pages of plans: ask for one, leave it, find it again; the difference; accept, drop, pin."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from matching.categories.states import PRIORITY_LABELS
from matching.help_requests.queries import names_of_users
from matching.planning import deciding, queries, services, starting, wording
from matching.planning.fitting import stops_now
from matching.planning.forms import DropForm, PlanForm
from matching.planning.models import PlanPair, PlanRun
from matching.planning.rules import DEFAULT_SECONDS
from matching.planning.sending import send_chosen
from matching.planning.states import (
    CHANGES,
    FAILURE_WORDS,
    PURPOSE_LABELS,
    STAGE_LABELS,
    Failure,
    MarkKind,
    PairKind,
    PairState,
    Purpose,
    RunState,
)
from volunteer.core import clock
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _l
from volunteer.core.permissions import Role, allow, viewer

blueprint = Blueprint("planning_desk", __name__, url_prefix="/desk/match/plans")

TEMPLATES = "matching/planning"
LATE_IN_THE_WEEK = 4
"""From Friday on people plan the next week."""


@blueprint.get("")
@allow(Role.COORDINATOR)
def plans() -> ResponseReturnValue:
    """The newest proposals, what became of them, and the way to a new one."""
    found = queries.newest_runs()
    return page(
        f"{TEMPLATES}/plans.html",
        found=found,
        names=names_of_users({one.asked_by_user_id for one in found}),
        purposes=PURPOSE_LABELS,
        silent=[one.id for one in found if _is_silent(one)],
    )


@blueprint.route("/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new() -> ResponseReturnValue:
    """Which days, what for, how long; while a plan is made this leads to it."""
    form = PlanForm()
    form.offer_days(clock.today())
    if request.method == "GET":
        _preset(form)
    if form.validate_on_submit():
        try:
            return _ask(form)
        except DomainError as error:
            refuse(form, error)
    return page(f"{TEMPLATES}/new.html", form, live=queries.live_run())


def _preset(form: PlanForm) -> None:
    """A link may say what for; the days are this week's, on a snow day today's and tomorrow's."""
    is_urgent = request.args.get("for", "") == Purpose.ANEW.value
    purpose = Purpose.ANEW if is_urgent else Purpose.WEEK
    form.purpose.data = purpose.value
    form.seconds.data = str(DEFAULT_SECONDS[purpose])
    is_late = clock.today().weekday() >= LATE_IN_THE_WEEK
    form.days.data = "now" if is_urgent else "week1" if is_late else "week0"


def _ask(form: PlanForm) -> Response:
    wanted, user_id = form.wanted(clock.today()), viewer().user_id or 0
    made: list[int] = []

    def ask() -> PlanRun:
        found = services.ask_run(wanted, user_id)
        made[:] = [found.id]
        return found

    answer = act_once(
        form,
        ask,
        lambda found: url_for(".plan", plan_id=found.id),
        lambda found: f"plan_run:{found.id}",
    )
    for run_id in made:
        starting.start_from_page(run_id)
    return answer


@blueprint.get("/<int:plan_id>")
@allow(Role.COORDINATOR)
def plan(plan_id: int) -> ResponseReturnValue:
    """How far a plan is; when it is there, what it would change."""
    found = queries.run(plan_id)
    if found.is_live or found.figures is None:
        return _progress(found)
    number = max(1, request.args.get("page", 1, int))
    counts = queries.pair_counts(plan_id)
    sending = sum(counts[PairState.CHOSEN, kind] for kind in CHANGES)
    total = counts.total()
    rows = queries.pairs(plan_id, number)
    shift_ids = {one.shift_id for one in rows}
    marks = queries.marked(shift_ids) if rows else {}
    return page(
        f"{TEMPLATES}/plan.html",
        ButtonForm(),
        run=found,
        figures=found.figures,
        quality=wording.quality(found.figures),
        bands=wording.bands(found.figures),
        priorities=PRIORITY_LABELS,
        rows=rows,
        left=counts[PairState.PROPOSED, PairKind.NEW],
        sending=sending,
        is_told=any(counts[state, kind] for state in TOLD for kind in CHANGES),
        total=total,
        number=number,
        pages=max(1, -(-total // queries.PAIRS_ON_PAGE)),
        pinned=marks.get(MarkKind.PINNED, set()),
        purposes=PURPOSE_LABELS,
        reasons=wording.reasons,
        refusals=wording.refusal,
        held=wording.held,
        short=[one[0] for one in found.figures["short"][:SHORT_SHOWN]],
        missing=dict(found.figures["short"]),
        said=_said(found, rows),
    )


SHORT_SHOWN = 12
TOLD = (PairState.CHOSEN, PairState.ASKED, PairState.REFUSED)
"""Somebody was told, or is about to be."""


def _to_plan(plan_id: int, **values: Any) -> str:
    """Back to where one was in a long plan."""
    number = request.args.get("page", 1, int)
    return url_for(".plan", plan_id=plan_id, page=number if number > 1 else None, **values)


def _said(found: PlanRun, rows: list[PlanPair]) -> queries.Named:
    """Names of the people and shifts that the figures speak of, and of the shifts that people would leave."""
    figures = found.figures or {}
    pairs = [*figures["left_out"][:SHORT_SHOWN], *figures.get("doubtful", [])[:SHORT_SHOWN]]
    short = [one[0] for one in figures["short"][:SHORT_SHOWN]]
    left = [one.from_shift_id for one in rows if one.from_shift_id]
    return queries.named({one[0] for one in pairs}, {*(one[1] for one in pairs), *short, *left})


def _progress(found: PlanRun) -> ResponseReturnValue:
    is_silent = _is_silent(found)
    failure = Failure.LOST if is_silent else found.failure
    return page(
        f"{TEMPLATES}/progress.html",
        ButtonForm(),
        run=found,
        purposes=PURPOSE_LABELS,
        stages=STAGE_LABELS,
        is_going_on=found.is_live and not is_silent,
        failure=FAILURE_WORDS[failure] if failure else None,
        rest=_rest(found),
    )


def _is_silent(found: PlanRun) -> bool:
    return found.is_live and clock.now() - found.told_at > services.SILENT


def _rest(found: PlanRun) -> int:
    """Seconds that are left at most, to the next ten."""
    end = found.asked_at + timedelta(seconds=found.seconds_max)
    return max(0, -(-int((end - clock.now()).total_seconds()) // 10) * 10)


@blueprint.post("/<int:plan_id>/cancelling")
@allow(Role.COORDINATOR)
def cancel(plan_id: int) -> Response:
    """Stop the calculation; nothing comes of it."""
    queries.run(plan_id)
    answer = act_once(
        ButtonForm(),
        lambda: services.cancel(plan_id),
        lambda found: url_for(".plan", plan_id=found.id),
        f"plan_run:{plan_id}",
    )
    starting.tidy()
    return answer


@blueprint.post("/<int:plan_id>/discarding")
@allow(Role.COORDINATOR)
def discard(plan_id: int) -> Response:
    """Do not use the proposal; what was not decided is not asked."""
    queries.run(plan_id)
    answer = act_once(
        ButtonForm(),
        lambda: services.discard(plan_id),
        lambda found: url_for(".plan", plan_id=found.id, done="discarded"),
        f"plan_run:{plan_id}",
    )
    starting.tidy()
    return answer


@blueprint.route("/<int:plan_id>/acceptance", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def accept(plan_id: int) -> ResponseReturnValue:
    """Ask everybody who is left, looked at once more; or the chosen ones, from the page of the plan."""
    found, form = queries.run(plan_id), ButtonForm()
    if request.method == "POST" and form.validate_on_submit():
        try:
            return _accept(plan_id, form)
        except DomainError as error:
            refuse(form, error)
    return page(
        f"{TEMPLATES}/accept.html",
        form,
        run=found,
        left=queries.count_left(plan_id, PairKind.NEW),
        moves=queries.count_left(plan_id, PairKind.MOVE),
        is_ready=found.state is RunState.READY,
    )


def _accept(plan_id: int, form: ButtonForm) -> Response:
    """All pairs, or those with a tick; a first part is asked at once, the rest by the scheduled work."""
    user_id, everybody = viewer().user_id or 0, "everybody" in request.form
    chosen = None if everybody else request.form.getlist("pair", int)
    answer = act_once(
        form,
        lambda: deciding.choose(plan_id, chosen, user_id),
        lambda count: _to_plan(plan_id, done="accepted" if count else "nothing"),
        f"plan_run:{plan_id}",
    )
    send_chosen(stops_now)
    starting.tidy()
    return answer


@blueprint.route("/pairs/<int:pair_id>/dropping", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def drop(pair_id: int) -> ResponseReturnValue:
    """One pair is not asked, with the reason."""
    found, form, user_id = queries.pair(pair_id), DropForm(), viewer().user_id or 0
    plan_id = found.run_id
    back = _to_plan(plan_id, _anchor=f"pair{pair_id}")
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: deciding.drop_pair(pair_id, form.reason.data or "", user_id),
                lambda _made: _to_plan(plan_id, done="dropped"),
                _subject(found),
            )
        except DomainError as error:
            refuse(form, error)
    return page(f"{TEMPLATES}/drop.html", form, person=found.person, shift=found.shift, back=back)


@blueprint.route("/pairs/<int:pair_id>/moving", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def move(pair_id: int) -> ResponseReturnValue:
    """Somebody agreed on the telephone to leave one activity for another."""
    found, form, user_id = queries.pair(pair_id), ButtonForm(), viewer().user_id or 0
    plan_id, from_id, is_kept = found.run_id, found.from_shift_id, False
    if from_id is None:
        raise NotFound(_l("その案は見つかりませんでした。一覧にもどって、開きなおしてください。"))
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: deciding.move_pair(pair_id, user_id, stops_now),
                lambda _made: _to_plan(plan_id, done="moved"),
                _subject(found),
            )
        except DomainError as error:
            refuse(form, error)
            found, is_kept = queries.pair(pair_id), error.code != "gone_already"
    back = _to_plan(plan_id, _anchor=f"pair{pair_id}")
    shifts = queries.named((), (from_id,)).shifts
    leaves = shifts[from_id]
    return page(
        f"{TEMPLATES}/move.html", form, pair=found, leaves=leaves, is_kept=is_kept, back=back
    )


@blueprint.post("/pairs/<int:pair_id>/pinning")
@allow(Role.COORDINATOR)
def pin(pair_id: int) -> Response:
    """Later plans keep this pair, or are free again when it was kept."""
    found, user_id = queries.pair(pair_id), viewer().user_id or 0
    about = deciding.About(
        found.person_id, found.shift_id, found.cost, tuple(found.reasons), found.run_id
    )
    verb = deciding.release if "release" in request.args else deciding.pin
    done = "released" if verb is deciding.release else "pinned"
    return act_once(
        ButtonForm(),
        lambda: verb(about, user_id),
        lambda _made: _to_plan(found.run_id, done=done, _anchor=f"pair{pair_id}"),
        _subject(found),
    )


def _subject(found: PlanPair) -> str:
    return f"shift:{found.shift_id}"
