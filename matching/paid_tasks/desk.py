"""Pages of the staff about paid tasks: who waits for what, an agreement by telephone, a household's link, the end."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from matching.checkin.scanning import keep_private
from matching.paid_tasks import links, pages, queries, services
from matching.paid_tasks.forms import CallOffForForm, NoShowForm, TelephoneForm, ToldForm
from matching.paid_tasks.models import PaidTask
from matching.paid_tasks.pages import Frame
from matching.paid_tasks.rules import quote_of, quote_of_no_show
from matching.paid_tasks.states import OVER, AgreedBy, By, PaidTaskState, Whose
from volunteer.core.audit import record_view
from volunteer.core.config import settings
from volunteer.core.errors import DomainError, NotFound
from volunteer.core.forms import ButtonForm, act_once, page, refuse
from volunteer.core.i18n import _, _l
from volunteer.core.permissions import Role, allow, viewer
from volunteer.core.qr import qr_svg
from volunteer.households.models import Household
from volunteer.households.queries import household
from volunteer.users.states import PartyKind

blueprint = Blueprint("paid_tasks_desk", __name__, url_prefix="/desk/paid")

TEMPLATES = "matching/paid_tasks"
STAGES: dict[str, tuple[Any, tuple[PaidTaskState, ...]]] = {
    "quoted": (_l("返事待ち"), (PaidTaskState.QUOTED,)),
    "agreed": (_l("約束ずみ"), (PaidTaskState.AGREED,)),
    "reported": (_l("時間の確かめ"), (PaidTaskState.REPORTED, PaidTaskState.DISPUTED)),
    "over": (_l("終わったもの"), OVER),
}


@blueprint.get("")
@allow(Role.COORDINATOR)
def tasks() -> str:
    """All paid tasks by where they stand."""
    stage = request.args.get("stage", "quoted")
    if stage not in STAGES:
        raise NotFound(_l("そのページはありません。"))
    return _listed(queries.tasks_in(STAGES[stage][1]), stage)


@blueprint.get("/cards")
@allow(Role.COORDINATOR)
def lost_cards() -> str:
    """The paid tasks whose card has to be entered anew."""
    return _listed(queries.tasks_with_lost_cards())


@blueprint.get("/calls")
@allow(Role.COORDINATOR)
def untold() -> str:
    """The paid tasks that were called off and whose household does not know yet."""
    return _listed(queries.untold_tasks())


def _listed(found: list[PaidTask], stage: str = "") -> str:
    counts = queries.counts_by_state()
    return render_template(
        f"{TEMPLATES}/desk_list.html",
        tasks=found,
        stages=[
            (
                url_for("paid_tasks_desk.tasks", stage=name),
                label,
                sum(counts.get(state, 0) for state in states),
                name == stage,
            )
            for name, (label, states) in STAGES.items()
        ],
    )


def _frame(task_id: int) -> Frame:
    return Frame(
        By.STAFF,
        "layouts/desk.html",
        "paid_tasks_desk",
        {"task_id": task_id},
        agreed_by=AgreedBy.TELEPHONE,
        back=url_for("paid_tasks_desk.tasks"),
    )


def _seen(task_id: int) -> PaidTask:
    """The task; where a household ordered, the look is logged."""
    found = queries.task_or_404(task_id)
    if found.orderer.kind is PartyKind.HOUSEHOLD:
        record_view(found.orderer_id, "paid_task")
    return queries.task_or_404(task_id)


def _home(task: PaidTask) -> Household | None:
    """The household that ordered, whom one calls; an organization has its person of the day."""
    return household(task.orderer_id) if task.orderer.kind is PartyKind.HOUSEHOLD else None


def _more(task: PaidTask) -> dict[str, Any]:
    """What only the desk's page shows."""
    return {
        "link": queries.live_link(task.id),
        "is_household": task.orderer.kind is PartyKind.HOUSEHOLD,
        "home": _home(task),
        "told": ToldForm(formdata=None) if queries.is_untold(task) else None,
        "may_miss": task.is_open and task.participation.shift.starts_at <= pages.now(),
    }


@blueprint.get("/<int:task_id>")
@allow(Role.COORDINATOR)
def task(task_id: int) -> Response:
    """One paid task with everything staff can do about it."""
    found = _seen(task_id)
    return pages.show(_frame(task_id), found, **_more(found))


@blueprint.route("/<int:task_id>/agreement", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def agree(task_id: int) -> Response:
    """What the orderer said on the telephone is written down: they agree."""
    found = _seen(task_id)
    return pages.agree(_frame(task_id), found, TelephoneForm, "desk_agree", home=_home(found))


@blueprint.post("/<int:task_id>/method")
@allow(Role.COORDINATOR)
def change_method(task_id: int) -> Response:
    """What is not paid yet is paid in another way."""
    found = queries.task_or_404(task_id)
    return pages.change_method(_frame(task_id), found, **_more(found))


@blueprint.route("/<int:task_id>/calling-off", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def calling_off(task_id: int) -> Response:
    """For whoever calls the center: whose wish it is decides what it costs."""
    form = CallOffForForm()
    return pages.call_it_off(_frame(task_id), _seen(task_id), form, lambda: form.side.data)


@blueprint.post("/<int:task_id>/told")
@allow(Role.COORDINATOR)
def tell_household(task_id: int) -> Response:
    """Staff have told the household that nobody comes."""
    frame, form, user_id = _frame(task_id), ToldForm(), viewer().user_id
    if form.validate_on_submit():
        return act_once(
            form,
            lambda: services.told(task_id, form.words.data, user_id),
            lambda _made: frame.url("task", done="told"),
            subject=f"paid_task:{task_id}",
        )
    found = _seen(task_id)
    return pages.show(frame, found, form, **{**_more(found), "told": form})


@blueprint.route("/<int:task_id>/no-show", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def no_show(task_id: int) -> Response:
    """Somebody was not there."""
    frame, found, form = _frame(task_id), _seen(task_id), NoShowForm()
    user_id = viewer().user_id
    if form.validate_on_submit():
        try:
            return act_once(
                form,
                lambda: services.no_show(
                    task_id, form.whose.data, user_id, str(form.form_key.data), form.words.data
                ),
                lambda _made: frame.url("task", done="no_show"),
                subject=f"paid_task:{task_id}",
            )
        except DomainError as error:
            if error.status not in (403, 422):
                raise
            refuse(form, error)
    was_agreed = found.agreed_at is not None
    costs = quote_of_no_show(found.quote, Whose.ORDERER, was_agreed=was_agreed).amount_yen
    html = page(
        f"{TEMPLATES}/no_show.html", form, ways=frame, task=found, costs=costs, **_more(found)
    )
    return frame.answer(html)


@blueprint.post("/<int:task_id>/link")
@allow(Role.COORDINATOR)
def make_link(task_id: int) -> Response:
    """A new link for the household; older ones end."""
    user_id = viewer().user_id or 0
    return act_once(
        ButtonForm(),
        lambda: links.make_link(task_id, user_id),
        lambda _made: url_for("paid_tasks_desk.paper", task_id=task_id),
        subject=f"paid_task:{task_id}",
    )


@blueprint.post("/<int:task_id>/link/revocation")
@allow(Role.COORDINATOR)
def revoke_link(task_id: int) -> Response:
    """The household's link works no more."""
    return act_once(
        ButtonForm(),
        lambda: links.revoke_links(task_id),
        lambda _count: url_for("paid_tasks_desk.task", task_id=task_id, done="link_over"),
        subject=f"paid_task:{task_id}",
    )


@blueprint.get("/<int:task_id>/paper")
@allow(Role.COORDINATOR)
def paper(task_id: int) -> Response:
    """What is handed or posted to the household: price, terms, the link as address and QR."""
    found = _seen(task_id)
    link = queries.live_link(task_id)
    if link is None:
        raise NotFound(_l("いま使えるリンクがありません。新しく作ってください。"))
    address = f"{settings().base_url}/o/{links.token_of(task_id, link.number)}"
    context = {**pages.facts_of(found), "quote": quote_of(found.quote), "link": link}
    html = render_template(
        f"{TEMPLATES}/paper.html",
        address=address,
        code=qr_svg(address, _("依頼した方のページのQR")),
        **context,
    )
    return keep_private(Response(html))
